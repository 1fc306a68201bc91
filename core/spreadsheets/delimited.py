"""Text tables: UTF-8, with or without BOM, or GB18030; parted by commas or tabs."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from core.spreadsheets.tables import Content, refused

CHUNK = 1024 * 1024
LONGEST_CELL = 100_000
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_content(file: IO[bytes]) -> Content:
    """The records of the text, cells without blanks at their ends."""
    encoding = find_encoding(file)
    # a copy: the wrapper closes what it wraps, and the file is the caller's
    text = io.TextIOWrapper(io.BytesIO(file.read()), encoding=encoding, newline="")
    return Content(read_records(text, find_separator(text)))


def find_encoding(file: IO[bytes]) -> str:
    """UTF-8 is tried first: Chinese text in GB18030 is never valid UTF-8 by chance for a whole file."""
    head = file.read(4)
    file.seek(0)
    if head.startswith(WIDE_MARKS):
        raise refused(_("The text is stored as UTF-16. Save it as “CSV UTF-8”."))
    for encoding in ("utf-8-sig", "gb18030"):
        if decodes(file, encoding):
            return encoding
    raise refused(_("The text is neither UTF-8 nor GB18030. Save it as “CSV UTF-8”."))


def decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def find_separator(text: io.TextIOWrapper) -> str:
    first_line = text.readline(LONGEST_CELL)
    text.seek(0)
    return "\t" if first_line.count("\t") > first_line.count(",") else ","


def read_records(text: io.TextIOWrapper, separator: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, delimiter=separator, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        # an open quotation mark swallows the rest of the file; the row where it opened is what helps
        reason = _("From this row on the text is not a table. Look for a quotation mark that is not closed.")
        raise refused(reason, row=number + 1) from error
