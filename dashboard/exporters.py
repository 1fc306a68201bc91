"""Reports as files: an office workbook, or a plain table of text without title and totals."""

from collections.abc import Callable
from typing import IO, Any

from core import clock
from core.periods import period_words
from core.reports import Asked, Report, Share, Totals, all_rows
from core.spreadsheets import write_csv
from core.spreadsheets.office import Heading, OfficeSheet, write_office_book
from core.templatetags.format import percent1

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def silent(done: int) -> None:
    """Tells nobody."""


def write_report(
    file: IO[bytes], report: Report, asked: Asked, kind: str, tell: Callable[[int], None] = silent
) -> None:
    """The whole report as ``kind``, "xlsx" or "csv"."""
    if kind == "csv":
        rows = all_rows(report, asked, tell)
        labels = [column.label for column in report.header(asked)]
        write_csv(file, labels, (text_cells(row.cells) for row in rows))
    else:
        write_office_book(file, [office_sheet(report, asked, tell)])


def office_sheet(report: Report, asked: Asked, tell: Callable[[int], None] = silent) -> OfficeSheet:
    totals = Totals(report.header(asked))
    rows = totals.over(all_rows(report, asked, tell))
    return OfficeSheet(
        name=report.code,
        heading=heading(f"{report.name} {when(asked)}", asked),
        columns=totals.columns,
        rows=(row.cells for row in rows),
        totals=lambda: totals.cells,
        notes=report.notes,
    )


def heading(title: str, asked: Asked) -> Heading:
    return Heading(title, asked.unit.name, asked.user.name or asked.user.username, clock.today())


def when(asked: Asked) -> str:
    """The period or the day as people say it."""
    return period_words(asked.period.code) if asked.period else asked.day.isoformat()


def file_name(report: Report, asked: Asked, kind: str) -> str:
    stretch = asked.period.code if asked.period else asked.day.isoformat()
    return f"{report.code}_{report.name}_{asked.unit.code}_{stretch}.{kind}".replace(" ", "_")


def text_cells(cells: tuple[Any, ...]) -> list[Any]:
    return [_percent(value) if isinstance(value, Share) else value for value in cells]


def _percent(share: Share) -> str:
    return percent1(share.part, share.whole) if share.whole else ""
