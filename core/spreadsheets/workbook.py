"""Excel workbooks. What is wrong is found in the zip directory and in a scan of the sheet, before loading.

The reader lays a sheet out as a full rectangle, so that one stray cell in the last corner asks for gigabytes:
the scan refuses cells beyond the limits. It also finds what a value does not show: formulas and errors.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import IO, Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook

from core.spreadsheets.tables import (
    HEADER_ROW,
    MAX_COLUMNS,
    MAX_ROWS,
    CellFault,
    Content,
    RowError,
    TableRefused,
    column_place,
    refused,
)

MAX_MEMBERS = 200
MAX_INFLATED_BYTES = 400 * 1024 * 1024
MAX_RATIO = 100
LONGEST_PIECE = 16 * 1024 * 1024
RATIO_FROM_BYTES = 5 * 1024 * 1024  # a small member may repeat itself as it likes
MAX_PART_BYTES = 1024 * 1024  # the parts that list the sheets
CHUNK = 1024 * 1024
BOM = b"\xef\xbb\xbf"
DAMAGE = (
    zipfile.BadZipFile,
    CalamineError,
    ElementTree.ParseError,
    zlib.error,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,  # a packing method that no spreadsheet program uses
    RuntimeError,  # a member under a password
    ValueError,
)
FORMULA_REASON = gettext_lazy("%(cell)s holds a formula. Put its value in its place.")
ERROR_REASON = gettext_lazy("%(cell)s shows an error instead of a value.")

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"

# The scan reads tags as bytes; anything it could misread (mixed quotes, ">" inside a value) is refused.
ATTRIBUTES = rb"""(?:\s+[\w:]+\s*=\s*(?:"[^"'<>]*"|'[^"'<>]*'))*\s*"""
FITTING = rb"""\sr\s*=\s*["'](?:[A-Z]|A[A-N])(?:\d{1,5}|1\d{5}|20000[01])["']"""  # A1 to AN200001


@dataclass(frozen=True)
class Patterns:
    """What the scan looks for; a plain tag is found ten times faster than one that may have a prefix."""

    out_of_reach: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    error_value: re.Pattern[bytes]


def patterns(prefix: bytes) -> Patterns:
    cell = rb"<" + prefix + rb"c(?=[\s/>])"
    formula = rb"<" + prefix + rb"f[\s/>]"
    usual = rb"""(?! r="[A-Z](?:1\d{5}|\d{1,5})"(?: s="\d+")?(?: t="\w+")?/?>)"""  # for speed alone
    fits = usual + rb"(?!" + ATTRIBUTES + rb"/>)(?!(?=[^<>]*" + FITTING + rb")" + ATTRIBUTES + rb">)"
    is_error = rb"""(?=[^<>]*\st\s*=\s*["']e["'])[^<>]*>(?!\s*""" + formula + rb")"
    return Patterns(re.compile(cell + fits), re.compile(formula), re.compile(cell + is_error))


PLAIN, PREFIXED = patterns(rb""), patterns(rb"(?:\w+:)?")
HAS_PREFIX = re.compile(rb":[cf][\s/>]")
HAS_ERROR_VALUE = re.compile(rb"""t\s*=\s*["']e["']""")
ADDRESS = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,2})(\d{1,6})["']""")
MERGED = re.compile(rb"""mergeCell\s[^<>]*ref\s*=\s*["']([A-Z0-9:]+)["']""")
FOREIGN_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-8)""", re.IGNORECASE)
ADDRESS_IS_NEAR = 400


@dataclass(frozen=True)
class Sheet:
    name: str
    part: str


def read_content(file: IO[bytes]) -> Content:
    """The rows of the first visible sheet."""
    damaged = _("The workbook is damaged. Open it in Excel, save it, and try again.")
    try:
        sheet, faults = check_workbook(file)
        loaded: Any = CalamineWorkbook.from_filelike(file).get_sheet_by_name(sheet.name)
    except DAMAGE as error:
        raise refused(damaged) from error
    margin = [""] * (loaded.start[1] if loaded.start else 0)
    rows = enumerate(loaded.iter_rows(), 1)
    return Content(((number, margin + [cell_text(cell) for cell in row]) for number, row in rows), faults)


def check_workbook(file: IO[bytes]) -> tuple[Sheet, list[CellFault]]:
    """The sheet to read, after everything that could go wrong with it was looked at."""
    with zipfile.ZipFile(file) as archive:
        check_directory(archive)
        sheet = first_visible_sheet(archive)
        with archive.open(sheet.part) as part:
            faults = scan_sheet(part)
    file.seek(0)
    return sheet, faults


def check_directory(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = {member.filename.casefold() for member in members}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refused(_("The workbook holds macros. Save it as .xlsx without them."))
    if "xl/workbook.xml" not in names:
        raise refused(_("This is not an Excel workbook (.xlsx)."))
    swollen = any(
        member.file_size > RATIO_FROM_BYTES and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        for member in members
    )
    too_large = sum(member.file_size for member in members) > MAX_INFLATED_BYTES
    if swollen or too_large or len(members) > MAX_MEMBERS or len(names) < len(members):
        raise refused(
            _("The workbook unpacks to far more than a table needs. Copy the rows into a new workbook.")
        )


def first_visible_sheet(archive: zipfile.ZipFile) -> Sheet:
    """Hidden sheets are left aside: they hold lists to choose from."""
    book = small_part(archive, "xl/workbook.xml")
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in small_part(archive, "xl/_rels/workbook.xml.rels").iter(f"{PACKAGE}Relationship")
    }
    sheets = list(book.iter(f"{MAIN}sheet"))
    names = [sheet.get("name") for sheet in sheets]
    for sheet in sheets:
        target = targets.get(sheet.get(f"{LINK}id"), "")
        if sheet.get("state", "visible") == "visible" and "worksheets/" in target:
            if names.count(sheet.get("name")) > 1:
                raise ValueError("two sheets of one name")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return Sheet(sheet.get("name", ""), part)
    raise refused(_("The workbook has no visible sheet."))


def small_part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as part:
        content = part.read(MAX_PART_BYTES + 1)
    if len(content) > MAX_PART_BYTES or b"<!DOCTYPE" in content or b"\0" in content:
        raise ValueError("more than a list of sheets")
    return ElementTree.fromstring(content)  # noqa: S314 - no DOCTYPE, so no entities; small


def scan_sheet(part: IO[bytes]) -> list[CellFault]:
    """Every formula and error value. Merged cells and cells beyond the limits refuse the whole file."""
    faults: list[CellFault] = []
    merged: list[RowError] = []
    for text in pieces(part):
        kind = PREFIXED if HAS_PREFIX.search(text) else PLAIN
        if kind.out_of_reach.search(text):
            limits = {"rows": f"{MAX_ROWS:,}", "columns": MAX_COLUMNS}
            raise refused(
                _("A table has at most %(rows)s rows and %(columns)d columns. Divide the file.") % limits
            )
        faults += [fault_before(text, found.end(), FORMULA_REASON) for found in kind.formula.finditer(text)]
        if HAS_ERROR_VALUE.search(text):
            faults += [
                fault_before(text, found.end(), ERROR_REASON) for found in kind.error_value.finditer(text)
            ]
        merged += [RowError(*merged_place(found[1].decode())) for found in MERGED.finditer(text)]
    if merged:
        raise TableRefused(merged)
    return faults


def fault_before(text: bytes, end: int, reason: Any) -> CellFault:
    """The fault of the cell whose address stands last before ``end``."""
    letters, number = ADDRESS.findall(text, max(0, end - ADDRESS_IS_NEAR), end)[-1]
    address = f"{letters.decode()}{number.decode()}"
    return CellFault(int(number), column_place(letters.decode()), reason % {"cell": address})


def merged_place(cells: str) -> tuple[int, str, str]:
    first = re.match(r"([A-Z]+)(\d+)", cells)
    reason = _("The cells %(cells)s are merged. Separate them and fill each.") % {"cells": cells}
    return (int(first[2]) if first else HEADER_ROW, first[1] if first else "", reason)


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end behind a row, so that no cell's tags are torn apart."""
    kept, is_first = b"", True
    while chunk := part.read(CHUNK):
        text = kept + chunk
        unreadable = b"\0" in chunk or b"<!DOCTYPE" in text
        if unreadable or len(text) > LONGEST_PIECE or (is_first and FOREIGN_ENCODING.match(text.lstrip(BOM))):
            raise ValueError("not what a spreadsheet program writes")
        is_first = False
        end_of_row = text.rfind(b"row>")
        cut = end_of_row + len(b"row>") if end_of_row >= 0 else 0
        kept = text[cut:]
        if cut:
            yield text[:cut]
    yield kept


def cell_text(value: Any) -> str:
    """The cell as text: days in ISO, numbers with the 15 digits that Excel shows."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{Decimal(format(value, '.15g')):f}" if isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return str(value)
