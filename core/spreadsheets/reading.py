"""One door for every table that comes in: told apart by content, checked against its name."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from core.spreadsheets import delimited, workbook
from core.spreadsheets.tables import MAX_FILE_BYTES, Column, Table, refused

ZIP_MAGIC = b"PK\x03\x04"
OLD_OFFICE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")


def read_table(source: str | Path | IO[bytes], *, columns: Sequence[Column], name: str = "") -> Table:
    """The table in a path or an open binary file, named ``name``. Raises TableRefused with every reason."""
    if isinstance(source, str | Path):
        name, source = name or Path(source).name, opened(Path(source))
    return read_open_table(source, columns, name or str(getattr(source, "name", "")))


def opened(path: Path) -> IO[bytes]:
    """The file's bytes: a file that may be read is small, and a table is read after this function ends."""
    with path.open("rb") as file:
        check_size(file)
        return io.BytesIO(file.read())


def read_open_table(file: IO[bytes], columns: Sequence[Column], name: str) -> Table:
    check_size(file)
    check_content(file, name)
    is_workbook = name.casefold().endswith(".xlsx")
    content = workbook.read_content(file) if is_workbook else delimited.read_content(file)
    return Table(content, columns)


def check_size(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise refused(_("The file is empty."))
    if size > MAX_FILE_BYTES:
        raise refused(_("The file is larger than %(limit)d MB.") % {"limit": MAX_FILE_BYTES // 1024 // 1024})


def check_content(file: IO[bytes], name: str) -> None:
    """The content must be what the name says, so that nobody is surprised by what was read."""
    head = file.read(8)
    file.seek(0)
    if head == OLD_OFFICE_MAGIC:
        raise refused(old_office_reason(file))
    is_zip = head.startswith(ZIP_MAGIC)
    ending = Path(name).suffix.casefold()
    if ending == ".xlsx" and not is_zip:
        raise refused(
            _("The name ends in .xlsx, but this is not an Excel workbook. Text belongs in a .csv file.")
        )
    if ending == ".csv" and is_zip:
        raise refused(
            _("The name ends in .csv, but this is not a text file. An Excel workbook is named .xlsx.")
        )
    if ending not in (".xlsx", ".csv"):
        raise refused(_("Only .xlsx and .csv files can be read."))


def old_office_reason(file: IO[bytes]) -> str:
    """An encrypted .xlsx looks like an old Office file that holds its cipher text."""
    encrypted = ENCRYPTED_MARK in file.read()
    file.seek(0)
    if encrypted:
        return _("The workbook is protected by a password. Save it without one.")
    return _("This is an old Excel file (.xls). Save it as .xlsx.")
