"""Figures in words: what is left out of them, what happened to them, how they changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.changes import Difference, Reading, Relative, difference, relative_change
from assessments.choices import Direction, ExclusionState, ValueState
from assessments.models import Exclusion, IndicatorValue
from assessments.numbers import RAW_PLACES
from assessments.reporting import FigureRefused, exact, raw_without, stored
from core.models import AuditEvent
from core.periods import Period, PeriodKind, parse_period, period_words
from core.templatetags.format import raw_value

BADGES = {
    ValueState.DRAFT: "plain",
    ValueState.SUBMITTED: "wait",
    ValueState.VERIFIED: "done",
    ValueState.RETURNED: "due",
}
EXCLUSION_BADGES = {
    ExclusionState.ASKED: "wait",
    ExclusionState.VERIFIED: "done",
    ExclusionState.REFUSED: "none",
}
VERBS = {
    "enter_value": gettext_lazy("entered"),
    "restore_value": gettext_lazy("took the correction back"),
    "import_value": gettext_lazy("imported"),
    "verify_value": gettext_lazy("verified"),
    "return_value": gettext_lazy("returned"),
    "ask_exclusion": gettext_lazy("asked for an exclusion"),
    "exclude": gettext_lazy("exclusion verified"),
    "refuse_exclusion": gettext_lazy("exclusion refused"),
}
FIELDS = {"value": gettext_lazy("value"), "denominator": gettext_lazy("denominator")}


def with_unit(number: str, value: IndicatorValue) -> str:
    return f"{number} {value.indicator.unit_of_measure}".strip()


def exclusion_words(exclusion: Exclusion) -> str:
    """ "without 3.2 h: typhoon of 9 September"; where more is better, what was lost is given back."""
    value = exclusion.value
    if exclusion.amount is None:
        return _("without all of it: %(because)s") % {"because": exclusion.because}
    words = {"amount": raw_value(exclusion.amount), "because": exclusion.because}
    if not (value.indicator.is_rate and value.indicator.is_per_cent):  # there the amount is of the count
        words["amount"] = with_unit(words["amount"], value)
    if value.indicator.direction == Direction.HIGHER:
        return _("%(amount)s given back: %(because)s") % words
    return _("without %(amount)s: %(because)s") % words


def reported_raw(value: IndicatorValue) -> int:
    """The figure with nothing left out."""
    return raw_without(value.indicator, value.value, value.denominator, [])


def exclusions_line(value: IndicatorValue) -> str:
    """What the "why" page says beside the figure; nothing where nothing is left out."""
    found = [exclusion for exclusion in value.exclusions.all() if exclusion.state == ExclusionState.VERIFIED]
    if not found:
        return ""
    text = {"raw": raw_value(reported_raw(value)), "words": _("; ").join(map(exclusion_words, found))}
    return _("reported %(raw)s; %(words)s") % text


def history_of(value: IndicatorValue) -> list[dict[str, Any]]:
    """Who changed what when, the newest first, as the timeline shows it."""
    events = AuditEvent.objects.filter(
        object_type="assessments.indicatorvalue", object_id=str(value.pk), verb__in=VERBS
    ).select_related("actor")
    return [
        {
            "at": event.at,
            "who": event.actor.name if event.actor else "",
            "what": VERBS[event.verb],
            "note": "\n".join(filter(None, [*changes_in(event), event.reason])),
        }
        for event in events.order_by("-pk")
    ]


def changes_in(event: AuditEvent) -> Iterable[str]:
    """ "value: 9.9 → 8"."""
    for name, label in FIELDS.items():
        if name in event.summary:
            before, after = (text or "—" for text in event.summary[name])
            yield f"{label}: {before} → {after}"
    if "raw" in event.summary:
        before, after = (raw_value(raw) for raw in event.summary["raw"])
        yield _("figure: %(before)s → %(after)s") % {"before": before, "after": after}


# --- what a figure was ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Stood:
    """The two numbers of a figure at some time (millionths); ``per`` is the indicator's."""

    value: int
    denominator: int | None
    per: int | None

    @property
    def words(self) -> str:
        """ "14 / 350,000 × 10,000"; nothing where the figure is its value."""
        if self.denominator is None:
            return ""
        text = {"value": raw_value(self.value), "denominator": raw_value(self.denominator)}
        return _("%(value)s / %(denominator)s × %(per)s") % (text | {"per": raw_value(self.per)})


def changes_since(at: datetime, values: Iterable[IndicatorValue]) -> dict[str, list[dict[str, Any]]]:
    """What the history says of each figure since ``at``, the newest first, by its key as text."""
    events = AuditEvent.objects.filter(
        object_type="assessments.indicatorvalue", object_id__in=[str(value.pk) for value in values], at__gt=at
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for key, summary in events.order_by("-pk").values_list("object_id", "summary"):
        found.setdefault(key, []).append(summary)
    return found


def stood_at(
    value: IndicatorValue, at: datetime, raw: int | None, changes: Iterable[dict[str, Any]]
) -> Stood | None:
    """What the figure was at ``at``, told from its ``changes_since``; None unless that makes up the scored
    ``raw``."""
    then = {"value": exact(value.value), "denominator": _exact_or_none(value.denominator)}
    for summary in changes:
        for name in FIELDS.keys() & summary.keys():
            before = summary[name][0]
            then[name] = Decimal(before) if before else None
    number, below = then["value"], then["denominator"]
    if number is None:
        return None
    found = Stood(stored(number), None if below is None else stored(below), value.indicator.per)
    amounts = [
        exclusion.amount
        for exclusion in value.exclusions.all()
        if exclusion.state == ExclusionState.VERIFIED and (exclusion.decided_at or at) <= at
    ]
    try:
        scored = raw_without(value.indicator, found.value, found.denominator, amounts)
    except FigureRefused:
        return None
    return found if scored == raw else None


def _exact_or_none(number: int | None) -> Decimal | None:
    return None if number is None else exact(number)


# --- one indicator of one unit, over the periods of a kind ----------------------------------------
@dataclass(frozen=True)
class Change:
    """Both changes against an earlier period, never mixed: relative, and by how much."""

    against: str
    relative: Relative | None
    difference: Difference


@dataclass(frozen=True)
class HistoryRow:
    value: IndicatorValue
    period_name: str
    before: Change | None
    year_before: Change | None


def history_rows(values: Sequence[IndicatorValue]) -> list[HistoryRow]:
    """``values`` are of one indicator, one unit and one kind of period; only what counts is compared."""
    counting = {value.period.code: value for value in values if value.counting_raw is not None}
    rows = []
    for value in values:
        period = parse_period(value.period.code)
        now = counting.get(period.code)
        rows.append(
            HistoryRow(
                value,
                period_words(period.code),
                _change(counting.get(period.previous.code), now),
                None if period.kind == PeriodKind.YEAR else _change(counting.get(year_before(period)), now),
            )
        )
    return rows


def year_before(period: Period) -> str:
    return f"{period.first_day.year - 1}{period.code[4:]}"


def _change(before: IndicatorValue | None, now: IndicatorValue | None) -> Change | None:
    if before is None or now is None:
        return None
    readings = _reading(before), _reading(now)
    return Change(period_words(before.period.code), relative_change(*readings), difference(*readings))


def _reading(value: IndicatorValue) -> Reading:
    return Reading(
        Fraction(value.counting_raw or 0, 10**RAW_PLACES), value.period.kind, value.indicator.unit_of_measure
    )
