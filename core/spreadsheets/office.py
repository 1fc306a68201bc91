"""Tables as offices file them: A4 landscape, a title, a line of who filled it in, totals, notes."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from core.reports import FOUR_PLACES, PERCENT, TWO_PLACES, ReportColumn, Share
from core.spreadsheets.writing import LONGEST_SHEET_NAME, SHEET_NAME_SIGNS

A4 = 9
TITLE_ROW, LINE_ROW, HEADER_ROW = 0, 1, 2
NOTHING = "—"
LINE_HEIGHT, ROW_MARGIN, HIGHEST_ROW = 13, 4, 409  # points; Excel knows no higher row


@dataclass(frozen=True)
class Heading:
    """What stands above the table. Who checked it signs by hand, unless that is on record."""

    title: str
    unit: str
    author: str
    day: date
    checker: str = ""

    @property
    def line(self) -> str:
        parts = [
            _("Filled in for: %(unit)s") % {"unit": self.unit},
            _("Filled in by: %(name)s") % {"name": self.author},
            _("Checked by:") + (f" {self.checker}" if self.checker else " " * 12),
            _("Date: %(day)s") % {"day": self.day.isoformat()},
            _("Classification: internal"),
        ]
        return "    ".join(parts)


def no_totals() -> Sequence[Any]:
    return ()


@dataclass(frozen=True)
class OfficeSheet:
    """``totals`` is asked once all rows have passed; an empty line is none."""

    name: str
    heading: Heading
    columns: Sequence[ReportColumn]
    rows: Iterable[Sequence[Any]]
    totals: Callable[[], Sequence[Any]] = no_totals
    notes: Sequence[Any] = ()


def write_office_book(file: IO[bytes], sheets: Iterable[OfficeSheet]) -> None:
    """An Excel workbook, a sheet after the other; rows are written as they come."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        styles = Styles(book)
        for sheet in sheets:
            name = sheet.name.translate(SHEET_NAME_SIGNS)[:LONGEST_SHEET_NAME]
            page = book.add_worksheet(name)
            set_paper(page, sheet.columns)
            write_sheet(page, sheet, styles)


def set_paper(page: Any, columns: Sequence[ReportColumn]) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.repeat_rows(TITLE_ROW, HEADER_ROW)
    page.set_footer("&C— &P / &N —")
    page.freeze_panes(HEADER_ROW + 1, 0)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)


def write_sheet(page: Any, sheet: OfficeSheet, styles: "Styles") -> None:
    across(page, TITLE_ROW, len(sheet.columns), sheet.heading.title, styles.title)
    page.set_row(TITLE_ROW, 30)
    across(page, LINE_ROW, len(sheet.columns), sheet.heading.line, styles.line)
    labels = [str(column.label) for column in sheet.columns]
    page.set_row(HEADER_ROW, height(sheet.columns, labels))
    for place, label in enumerate(labels):
        page.write_string(HEADER_ROW, place, label, styles.header)
    number = HEADER_ROW
    for number, cells in enumerate(sheet.rows, HEADER_ROW + 1):
        write_cells(page, number, sheet.columns, cells, styles.of)
    if totals := sheet.totals():
        number += 1
        write_cells(page, number, sheet.columns, totals, styles.of_totals)
    for row, note in enumerate(sheet.notes, number + 1):
        across(page, row, len(sheet.columns), str(note), styles.note)


def across(page: Any, row: int, width: int, text: str, style: Any) -> None:
    """A cell over the whole table."""
    if width > 1:
        page.merge_range(row, 0, row, width - 1, "", style)
    page.write_string(row, 0, text, style)


def write_cells(
    page: Any, row: int, columns: Sequence[ReportColumn], cells: Sequence[Any], styles: dict[str, Any]
) -> None:
    page.set_row(row, height(columns, cells))
    for place, (column, value) in enumerate(zip(columns, cells, strict=True)):
        style = styles[column.kind]
        if isinstance(value, Share):
            value = Fraction(value.part, value.whole) if value.whole else None
        if value is None:
            page.write_string(row, place, NOTHING, styles[PERCENT])
        elif isinstance(value, date):
            page.write_datetime(row, place, value, style)
        elif isinstance(value, int | Fraction | Decimal):
            page.write_number(row, place, float(value), style)
        else:
            page.write_string(row, place, str(value), style)


def height(columns: Sequence[ReportColumn], cells: Sequence[Any]) -> int:
    """So high that the text of every cell is seen: not every program finds that out by itself."""
    lines = [lines_of(value, column.width) for column, value in zip(columns, cells, strict=True) if value]
    return min(LINE_HEIGHT * max(lines, default=1) + ROW_MARGIN, HIGHEST_ROW)


def lines_of(value: Any, width: int) -> int:
    """How many lines a cell needs. A Chinese character is as wide as two letters."""
    if isinstance(value, Share | date):
        return 1
    room = max(width - 1, 2)  # a cell's edges take some of its width
    return sum(max(1, -(-letters(line) // room)) for line in str(value).split("\n"))


def letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


class Styles:
    """The formats of a workbook, made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        plain = {"font_name": "SimSun", "font_size": 10, "valign": "vcenter"}
        ruled = plain | {"border": 1, "text_wrap": True}
        centred = ruled | {"align": "center"}
        self.title = book.add_format(plain | {"font_size": 18, "bold": True, "align": "center"})
        self.line = book.add_format(plain)
        self.note = book.add_format(plain | {"font_size": 9, "text_wrap": True})
        self.header = book.add_format(centred | {"bold": True, "bg_color": "#EDEDED"})
        kinds = {
            "text": ruled,
            "number": ruled | {"align": "right"},
            TWO_PLACES: ruled | {"align": "right", "num_format": "0.00"},
            FOUR_PLACES: ruled | {"align": "right", "num_format": "0.0000"},
            "percent": ruled | {"align": "right", "num_format": "0.0%"},
            "day": centred | {"num_format": "yyyy-mm-dd"},
        }
        self.of = {kind: book.add_format(facts) for kind, facts in kinds.items()}
        self.of_totals = {kind: book.add_format(facts | {"bold": True}) for kind, facts in kinds.items()}
