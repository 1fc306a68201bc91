"""What the workbench shows of the own unit: duties of the running half-year, trial score, last rank."""

from dataclasses import dataclass
from typing import Any

from activities.models import DutyRule
from assessments.choices import EditionState
from assessments.models import Entry
from branches.choices import UnitKind
from branches.models import PartyUnit
from branches.selectors import has_permission
from core import clock
from core.periods import Period, PeriodKind, period_of
from dashboard.selectors.pooling import Duties, Window, duties, remembered, remembered_a_while

POOLING_KINDS = [UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH]


def running_half_year() -> Period:
    return period_of(clock.today(), PeriodKind.HALF_YEAR)


@dataclass(frozen=True)
class Progress:
    """The duties of one rule in a half-year, of the unit itself and of everything below it."""

    rule: DutyRule
    counts: Duties

    @property
    def behind(self) -> int:
        return self.counts.due - self.counts.done_of_due


def progress(unit: PartyUnit, period: Period) -> list[Progress]:
    window = Window(unit, period, clock.today())
    remember = remembered_a_while if unit.kind in POOLING_KINDS else remembered
    return remember("progress", window, lambda: _progress(window))


def _progress(window: Window) -> list[Progress]:
    found, items = duties(window), []
    for rule in DutyRule.objects.order_by("pk"):
        counts = sum((one for (_path, pk), one in found.items() if pk == rule.pk), Duties())
        if counts.total:
            items.append(Progress(rule, counts))
    return items


# --- scores ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """The last published line of a unit under one scheme, and its trial line of the running period."""

    published: Entry | None
    trial: Entry | None


def standings_of(user: Any, unit: PartyUnit) -> list[Standing]:
    """By scheme; nothing that ``user`` may not see."""
    if not has_permission(user, "assessments.view_entry", unit):
        return []
    lines = Entry.objects.filter(unit=unit).prefetch_related("edition__scheme", "edition__period")
    found: dict[str, dict[str, Entry]] = {}
    for entry in sorted(lines, key=lambda line: (line.edition.period.last_day, line.edition.number)):
        found.setdefault(entry.edition.scheme_code, {})[entry.edition.state] = entry
    return [_standing(states) for _code, states in sorted(found.items())]


def _standing(states: dict[str, Entry]) -> Standing:
    """A trial of a period that is published already is the office's own business."""
    published, trial = states.get(EditionState.PUBLISHED), states.get(EditionState.PROVISIONAL)
    if published and trial and trial.edition.period.last_day <= published.edition.period.last_day:
        trial = None
    return Standing(published, trial)
