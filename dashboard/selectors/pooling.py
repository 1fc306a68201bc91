"""Figures pooled over the tree: sum over sum, one statement for all branches of the tree at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import F, Max, QuerySet

from activities.models import Duty, Participation
from assessments.scoring.dialect import Sql, fenced
from branches.models import PATH_STEP, PartyUnit, Placement
from core import clock
from core.measures import measures
from core.models import AuditEvent
from core.periods import Period

DONE = """SELECT DISTINCT held.unit_id, windows.rule_id, windows.counts_from, windows.counts_until
  FROM held JOIN windows ON windows.kind = held.kind
   AND held.held_on >= windows.counts_from AND held.held_on <= windows.counts_until
   AND (windows.talk_kind = '' OR windows.talk_kind = held.talk)"""
JUDGED = """SELECT owed.unit_id, owed.rule_id, owed.last_day, owed.counts_until,
       CASE WHEN done.unit_id IS NULL THEN 0 ELSE 1 END AS is_done
  FROM owed LEFT JOIN done
    ON done.unit_id = owed.unit_id AND done.rule_id = owed.rule_id
   AND done.counts_from = owed.counts_from AND done.counts_until = owed.counts_until"""
# An event may become visible after one that is younger: what is kept is never older than this.
KEPT_SECONDS = 60
KEPT_BEFORE_SECONDS = 600
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Figure:
    """A pooled figure: a rate's two numbers, or a count over 1."""

    numerator: int = 0
    denominator: int = 0
    evidence_count: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.evidence_count + other.evidence_count,
        )


@dataclass(frozen=True)
class Window:
    """What a dashboard looks at: a unit with everything below it, in a period, as of a day."""

    unit: PartyUnit
    period: Period
    as_of: date

    @property
    def last_day(self) -> date:
        return min(self.period.last_day, self.as_of)

    @property
    def row_length(self) -> int:
        """So long is the path of a unit right below the one looked at."""
        return len(self.unit.path or "") + PATH_STEP

    @property
    def path_end(self) -> str:
        return f"{self.unit.path}z"

    @property
    def before(self) -> "Window":
        """The same point of the period before."""
        period = self.period.previous
        as_of = min(period.first_day + (self.last_day - self.period.first_day), period.last_day)
        return Window(self.unit, period, as_of)


def pooled(code: str, window: Window, params: Mapping[str, Any] | None = None) -> dict[str, Figure]:
    """The figure of each unit right below the window's, by path; its own records stand under its own path."""
    values = measures[code].values(window.period, params or {}, window.as_of)
    own, own_params = values.order_by().query.sql_with_params()
    placed, placed_params = placements(window.as_of).query.sql_with_params()
    statement = f"""
        SELECT SUBSTR(placed.path, 1, {window.row_length}) AS branch, SUM(own.numerator),
               SUM(own.denominator), SUM(own.evidence_count)
          FROM ({own}) own JOIN ({placed}) placed ON placed.unit_id = own.unit_id
         WHERE placed.path >= %s AND placed.path < %s
         GROUP BY 1"""  # noqa: S608 - compiled by Django, and an integer
    with connection.cursor() as cursor:
        cursor.execute(statement, [*own_params, *placed_params, window.unit.path, window.path_end])
        rows = cursor.fetchall()
    return {branch: Figure(*map(int, figures)) for branch, *figures in rows}


def placements(day: date) -> QuerySet:
    """Rows ``unit_id, path``: where each unit stood on ``day``."""
    if day >= clock.today():
        return PartyUnit.objects.order_by().annotate(unit_id=F("pk")).values("unit_id", "path")
    return Placement.objects.as_of(day).order_by().values("unit_id", "path")


@dataclass(frozen=True)
class Duties:
    """Duties of one rule below one branch of the tree: in the whole period, due by the day, done, overdue."""

    total: int = 0
    due: int = 0
    done: int = 0
    done_of_due: int = 0
    overdue: int = 0
    overdue_units: int = 0
    oldest: date | None = None

    def __add__(self, other: "Duties") -> "Duties":
        days = [day for day in (self.oldest, other.oldest) if day]
        return Duties(
            self.total + other.total,
            self.due + other.due,
            self.done + other.done,
            self.done_of_due + other.done_of_due,
            self.overdue + other.overdue,
            self.overdue_units + other.overdue_units,
            min(days, default=None),
        )

    @property
    def figure(self) -> Figure:
        return Figure(self.done_of_due, self.due, self.done_of_due)


def duties(window: Window) -> dict[tuple[str, int], Duties]:
    """By branch of the tree and rule, in one pass over the duties of the period.

    A duty is done when its unit took part, in the days that count for it, in a counting activity of its kind;
    it is overdue when these days are over. Units meet windows, of which there are few, before they meet
    duties, of which there are many.
    """
    fences = Sql.join(", ", _duty_fences(window))
    statement = f"""WITH {fences.text}
        SELECT SUBSTR(placed.path, 1, {window.row_length}) AS branch, judged.rule_id, COUNT(*),
               SUM(CASE WHEN last_day <= %s THEN 1 ELSE 0 END), SUM(is_done),
               SUM(CASE WHEN last_day <= %s THEN is_done ELSE 0 END),
               SUM(CASE WHEN counts_until < %s THEN 1 - is_done ELSE 0 END),
               COUNT(DISTINCT CASE WHEN counts_until < %s AND is_done = 0 THEN judged.unit_id END),
               MIN(CASE WHEN counts_until < %s AND is_done = 0 THEN last_day END)
          FROM judged JOIN placed ON placed.unit_id = judged.unit_id
         WHERE placed.path >= %s AND placed.path < %s
         GROUP BY 1, 2"""  # noqa: S608 - compiled by Django, and an integer
    day = connection.ops.adapt_datefield_value(window.as_of)
    params = [*fences.params, *[day] * 5, window.unit.path, window.path_end]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    return {
        (path, rule): Duties(*[*map(int, counts), _as_day(oldest)])  # type: ignore[arg-type] # as selected
        for path, rule, *counts, oldest in rows
    }


def _duty_fences(window: Window) -> list[Sql]:
    owed = Duty.objects.due(window.period.first_day, window.period.last_day).order_by()
    placed = placements(window.as_of)
    if window.unit.parent_id:
        placed = placed.filter(path__gte=window.unit.path, path__lt=window.path_end)
        owed = owed.filter(unit__in=placed.values("unit_id"))
    since = window.period.first_day.replace(month=1, day=1)  # no window that ends in the period begins before
    held = Participation.objects.counting(since, window.as_of).order_by()
    if window.unit.parent_id:
        held = held.filter(unit__in=placed.values("unit_id"))
    counts = ("rule_id", "counts_from", "counts_until")
    windows = owed.values(*counts, kind=F("rule__kind"), talk_kind=F("rule__talk_kind")).distinct()
    held = held.values(
        "unit_id",
        "held_on",
        kind=F("activity__counts__kind"),
        talk=F("activity__talk__kind"),
    ).distinct()
    return [
        fenced("placed", _compiled(placed)),
        fenced("owed", _compiled(owed.values("unit_id", *counts, "last_day"))),
        fenced("windows", _compiled(windows)),
        fenced("held", _compiled(held)),
        fenced("done", Sql(DONE)),
        fenced("judged", Sql(JUDGED)),
    ]


def remembered(what: str, window: Window, compute: Callable[[], Kept]) -> Kept:
    """What ``compute`` gave, until anything is written anywhere: every operation leaves an audit event."""
    written = AuditEvent.objects.aggregate(last=Max("pk"))["last"]
    kept: Any = cache.get_or_set(f"{what}:{_key(window)}:{written}", compute, KEPT_SECONDS)
    return kept


def remembered_a_while(what: str, window: Window, compute: Callable[[], Kept]) -> Kept:
    """For figures of so many units that one more record makes no difference to the eye."""
    kept: Any = cache.get_or_set(f"{what}:{_key(window)}:while", compute, KEPT_SECONDS)
    return kept


def remembered_before(what: str, window: Window, compute: Callable[[], Kept]) -> Kept:
    """The same for the period before, which hardly changes: kept for some minutes whatever is written."""
    kept: Any = cache.get_or_set(f"{what}:{_key(window.before)}", compute, KEPT_BEFORE_SECONDS)
    return kept


def _key(window: Window) -> str:
    return f"{window.unit.pk}:{window.unit.path}:{window.period}:{window.as_of}"


def _compiled(rows: QuerySet) -> Sql:
    text, params = rows.query.sql_with_params()
    return Sql(text, tuple(params))


def _as_day(value: date | str | None) -> date | None:
    """SQLite gives a day out of an aggregate as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def total(figures: Mapping[str, Figure]) -> Figure:
    return sum(figures.values(), Figure())
