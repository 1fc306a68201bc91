"""Reports: tables that an app offers to the catalogue, for the screen and as office files.

An app registers its reports in ``AppConfig.ready`` (docs/extending.md shows how).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.periods import Period
from core.registry import Registry

TEXT, NUMBER, PERCENT, DAY = "text", "number", "percent", "day"
TWO_PLACES, FOUR_PLACES = "two places", "four places"  # numbers with all their decimals
# So many subjects are read at once; more of them than LARGE_FROM, and a file is made by a job.
CHUNK = 200
LARGE_FROM = 200


@dataclass(frozen=True)
class Share:
    """A rate as its two numbers, so that a total is sum over sum; nothing of nothing is no rate."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)


@dataclass(frozen=True)
class ReportColumn:
    """``width`` is in characters; ``total`` asks for the sum of all rows below."""

    label: Any
    kind: str = TEXT
    width: int = 12
    total: bool = False


Columns = tuple[ReportColumn, ...]
SERIAL = ReportColumn(_("No."), NUMBER, 5)


@dataclass(frozen=True)
class ReportRow:
    """One line; what is None does not apply. ``url`` is where its first text leads on the screen; ``people``
    says how many the line is about, where the foot is to count them."""

    cells: tuple[Any, ...]
    url: str = ""
    people: int = 0


@dataclass(frozen=True)
class Asked:
    """Who asks, about which unit and all below it, as of which day; about a period if there is one."""

    user: Any
    unit: Any
    day: date
    period: Period | None = None

    @property
    def last_day(self) -> date:
        """The last day that has come of what is asked about."""
        return min(self.period.last_day, self.day) if self.period else self.day


@dataclass(frozen=True)
class Report:
    """``subjects`` gives what the lines are about, in a whole order and within the sight of who asks;
    ``rows`` the lines of some of them, by as many queries however many they are.

    ``permission`` says at which units a person may ask. Without ``period_kinds`` the report is of a day.
    The ``columns`` may follow from what is asked.
    The lines are ``numbered`` where each subject has one.
    """

    code: str
    name: Any
    description: Any
    audience: Any
    group: Any
    permission: str
    columns: Columns | Callable[[Asked], Columns]
    subjects: Callable[[Asked], QuerySet]
    rows: Callable[[Asked, Sequence[Any]], Iterable[ReportRow]]
    period_kinds: tuple[str, ...] = ()
    notes: tuple[Any, ...] = ()
    numbered: bool = False
    page_size: int = 50

    def header(self, asked: Asked) -> Columns:
        columns = self.columns(asked) if callable(self.columns) else self.columns
        return (SERIAL, *columns) if self.numbered else columns

    def lines(self, asked: Asked, subjects: Sequence[Any], first: int) -> Iterator[ReportRow]:
        """The lines of some subjects, of which the first is number ``first`` of all."""
        for number, row in enumerate(self.rows(asked, subjects), first):
            yield replace(row, cells=(number, *row.cells)) if self.numbered else row

    def is_large(self, asked: Asked) -> bool:
        return self.subjects(asked).order_by()[: LARGE_FROM + 1].count() > LARGE_FROM


reports: Registry[Report] = Registry()


def all_rows(
    report: Report, asked: Asked, tell: Callable[[int], None] = lambda done: None
) -> Iterator[ReportRow]:
    """Every line. ``tell`` hears how many subjects are done, between two queries."""
    subjects = report.subjects(asked).iterator(chunk_size=CHUNK)
    done = 0
    while chunk := list(islice(subjects, CHUNK)):
        yield from report.lines(asked, chunk, done + 1)
        done += len(chunk)
        tell(done)


class Totals:
    """The sums of the columns that have one, while the lines pass by."""

    def __init__(self, columns: Sequence[ReportColumn]) -> None:
        self.columns = columns
        self.people = 0
        self.sums: list[Any] = [
            (Share() if column.kind == PERCENT else 0) if column.total else None for column in columns
        ]

    def over(self, rows: Iterable[ReportRow]) -> Iterator[ReportRow]:
        for row in rows:
            for place, column in enumerate(self.columns):
                if column.total and row.cells[place] is not None:
                    self.sums[place] += row.cells[place]
            self.people += row.people
            yield row

    @property
    def cells(self) -> list[Any]:
        """The line at the foot; it says what it is in the first column of text. None where nothing is added
        up."""
        if not self.people and not any(column.total for column in self.columns):
            return []
        cells = ["" if value is None else value for value in self.sums]
        cells[first_text(self.columns)] = self.label
        return cells

    @property
    def label(self) -> Any:
        if not self.people:
            return _("In all")
        words = ngettext("%(count)s member in all", "%(count)s members in all", self.people)
        return words % {"count": self.people}


def first_text(columns: Sequence[ReportColumn]) -> int:
    """The place of the column that names the line."""
    return next(place for place, column in enumerate(columns) if column.kind == TEXT)
