"""Tables out. Text that people typed is written as text, so that no program takes it for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.timezone import localtime

from core.spreadsheets.tables import column_letters

# Programs take cells that begin so for formulas, those with full-width signs too.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LONGEST_SHEET_NAME = 31
SHEET_NAME_SIGNS = str.maketrans(dict.fromkeys("[]:*?/\\'"))


@dataclass(frozen=True)
class ExportColumn:
    """``width`` is in characters. ``decimals`` fixes how many a number shows."""

    heading: Any
    width: int = 16
    decimals: int | None = None


def write_csv(file: IO[bytes], header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    """UTF-8 with BOM, so that Excel shows Chinese; a number or a date is written as it is."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(str(heading)) for heading in header])
    writer.writerows(
        [guarded(cell) if isinstance(cell, str) else plain(cell) for cell in row] for row in rows
    )
    text.detach()


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


def write_xlsx(
    file: IO[bytes],
    *,
    columns: Sequence[ExportColumn],
    rows: Iterable[Sequence[Any]],
    sheet: str = "",
    title: str = "",
) -> None:
    """One sheet: the title if any, the header, the rows. The header stays in sight and filters."""
    options = {
        "in_memory": False,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(sheet.translate(SHEET_NAME_SIGNS)[:LONGEST_SHEET_NAME] or None)
        styles = Styles(book)
        first = 0
        if title:
            page.write_string(0, 0, title, styles.bold)
            first = 1
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width)
            page.write_string(first, place, str(column.heading), styles.bold)
        number = first
        for number, row in enumerate(rows, first + 1):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                write_cell(page, (number, place), value, styles.of(value, column.decimals))
        page.freeze_panes(first + 1, 0)
        page.autofilter(f"A{first + 1}:{column_letters(len(columns) - 1)}{number + 1}")


class Styles:
    """The formats of a workbook, made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._numbers: dict[int, Any] = {}
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def of(self, value: Any, decimals: int | None) -> Any:
        if isinstance(value, datetime):
            return self.moment
        if isinstance(value, date):
            return self.day
        if decimals is None or isinstance(value, str):
            return None
        if decimals not in self._numbers:
            pattern = f"0.{'0' * decimals}" if decimals else "0"
            self._numbers[decimals] = self._book.add_format({"num_format": pattern})
        return self._numbers[decimals]


def write_cell(page: Any, place: tuple[int, int], value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        page.write_datetime(*place, localtime(value).replace(tzinfo=None), style)
    elif isinstance(value, date):
        page.write_datetime(*place, value, style)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        page.write_number(*place, value, style)
    else:
        page.write_string(*place, str(value), style)
