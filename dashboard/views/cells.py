"""The lines of a report as its page shows them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.reports import (
    DAY,
    NUMBER,
    PERCENT,
    SERIAL,
    Asked,
    Columns,
    Report,
    ReportColumn,
    ReportRow,
    first_text,
)
from core.templatetags.format import NOTHING, day, percent1, trimmed

RIGHT_ALIGNED = (NUMBER, PERCENT)
# The class of a text cell by its column's width in characters: what is short stays on one line.
LOOKS = ((20, "long"), (14, "mid"), (0, "short"))


class RowPages:
    """The lines by pages of subjects, as Django's paginator asks for them."""

    def __init__(self, report: Report, asked: Asked) -> None:
        self.report, self.asked = report, asked
        self.subjects = report.subjects(asked)

    def __len__(self) -> int:
        return self.subjects.order_by().count()

    def __getitem__(self, wanted: slice) -> list[ReportRow]:
        return list(self.report.lines(self.asked, list(self.subjects[wanted]), wanted.start + 1))


def shown_header(columns: Columns) -> list[dict[str, Any]]:
    return [{"label": column.label, **_look(column)} for column in columns]


def shown_row(columns: Columns, row: ReportRow) -> list[dict[str, Any]]:
    cells = shown_cells(columns, row.cells)
    cells[first_text(columns)] |= {"is_name": True, "url": row.url}
    if columns[0] is SERIAL:
        cells[0]["look"] += " hide-p"
    return cells


def shown_cells(columns: Sequence[ReportColumn], cells: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"text": _text(column, value), "label": column.label, **_look(column)}
        for column, value in zip(columns, cells, strict=True)
    ]


def _look(column: ReportColumn) -> dict[str, Any]:
    is_number = column.kind in RIGHT_ALIGNED
    look = "n" if is_number else next(name for width, name in LOOKS if column.width >= width)
    return {"is_number": is_number, "look": look}


def _text(column: ReportColumn, value: Any) -> str:
    if value is None:
        return NOTHING
    if value == "":
        return ""
    if column.kind == PERCENT:
        return percent1(value.part, value.whole)
    if column.kind == NUMBER:
        return trimmed(Decimal(value))
    return day(value) if column.kind == DAY else str(value)
