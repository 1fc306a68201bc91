"""Figures in words: what is left out of them, what happened to them, how they changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.choices import Direction, ExclusionState, ValueState
from assessments.models import Exclusion, IndicatorValue
from assessments.numbers import RAW_PLACES
from assessments.reporting import FigureRefused, counted_value, exact, raw_of, raw_without, stored
from assessments.selectors import units_entered_in
from core.changes import Difference, NotComparable, Reading, Relative, difference, relative_change
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
    "name_document": gettext_lazy("named the document"),
    "ask_exclusion": gettext_lazy("asked for an exclusion"),
    "exclude": gettext_lazy("exclusion verified"),
    "refuse_exclusion": gettext_lazy("exclusion refused"),
}
FIELDS = {"value": gettext_lazy("value"), "denominator": gettext_lazy("denominator")}
TEXTS = FIELDS | {"document": gettext_lazy("document")}


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
    for name, label in TEXTS.items():
        if name in event.summary:
            before, after = (text or "—" for text in event.summary[name])
            yield f"{label}: {before} → {after}"
    if "raw" in event.summary:
        before, after = (raw_value(raw) for raw in event.summary["raw"])
        yield _("figure: %(before)s → %(after)s") % {"before": before, "after": after}


# --- what a figure was ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Stood:
    """The two numbers of a figure at some time (millionths) and what of the value counted; ``per`` is the
    indicator's. ``excluded`` says what was left out."""

    value: int
    denominator: int | None
    per: int | None
    counted: int
    excluded: str = ""

    @property
    def words(self) -> str:
        """ "14 / 350,000 × 10,000", "(14 − 3) / 350,000 × 10,000", "9.9 − 3.2"; nothing where the figure is
        its value."""
        left_out = self.value - self.counted
        number = raw_value(self.value)
        if left_out:
            number = f"{number} {'−' if left_out > 0 else '+'} {raw_value(abs(left_out))}"
        if self.denominator is None:
            return number if left_out else ""
        text = {"value": f"({number})" if left_out else number, "denominator": raw_value(self.denominator)}
        return _("%(value)s / %(denominator)s × %(per)s") % (text | {"per": raw_value(self.per)})

    @property
    def parts(self) -> list[str]:
        """What is left out, and of what the figure is made: what there is of both."""
        return list(filter(None, [self.excluded, self.words]))


def stood(value: IndicatorValue, number: int, denominator: int | None, exclusions: list[Exclusion]) -> Stood:
    """A figure of these numbers without the ``exclusions``."""
    counted = counted_value(value.indicator, number, [one.amount for one in exclusions])
    words = _excluded_words(value, number, denominator, exclusions) if exclusions else ""
    return Stood(number, denominator, value.indicator.per, counted, words)


def _excluded_words(
    value: IndicatorValue, number: int, denominator: int | None, exclusions: list[Exclusion]
) -> str:
    text = {
        "raw": raw_value(raw_without(value.indicator, number, denominator, [])),
        "words": _("; ").join(map(exclusion_words, exclusions)),
    }
    return _("reported %(raw)s; %(words)s") % text


def verified_exclusions(value: IndicatorValue, at: datetime | None = None) -> list[Exclusion]:
    """Those verified by ``at``, or by now."""
    return [
        exclusion
        for exclusion in value.exclusions.all()
        if exclusion.state == ExclusionState.VERIFIED
        and (at is None or exclusion.decided_at is None or exclusion.decided_at <= at)
    ]


def standing(value: IndicatorValue) -> Stood:
    """The figure that rules see: this one, or the verified one that it is to correct."""
    numbers = (value.value, value.denominator)
    if value.standing_value is not None:
        numbers = (value.standing_value, value.standing_denominator)
    return stood(value, *numbers, verified_exclusions(value))


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
    try:
        found = stood(
            value, stored(number), None if below is None else stored(below), verified_exclusions(value, at)
        )
        scored = raw_of(value.indicator, exact(found.counted), below)
    except FigureRefused:
        return None
    return found if scored == raw else None


def _exact_or_none(number: int | None) -> Decimal | None:
    return None if number is None else exact(number)


# --- one indicator of one unit, over the periods of a kind ----------------------------------------
@dataclass(frozen=True)
class Change:
    """Both changes against an earlier period, never mixed: relative, and by how much. ``refused`` says why
    the two figures are not compared."""

    against: str
    relative: Relative | None
    difference: Difference | None
    refused: str = ""


@dataclass(frozen=True)
class HistoryRow:
    value: IndicatorValue
    period_name: str
    unit: str
    before: Change | None
    year_before: Change | None


def history_rows(values: Sequence[IndicatorValue]) -> list[HistoryRow]:
    """``values`` are of one indicator, one unit and one kind of period; only what counts is compared."""
    shown, counted = units_entered_in(values), units_entered_in(values, counting=True)
    counting = {
        value.period.code: _reading(value, counted.get(value.pk, value.indicator.unit_of_measure))
        for value in values
        if value.counting_raw is not None
    }

    def change(code: str, now: Reading | None) -> Change | None:
        before = counting.get(code)
        return None if before is None or now is None else _change(period_words(code), before, now)

    rows = []
    for value in values:
        period = parse_period(value.period.code)
        now = counting.get(period.code)
        rows.append(
            HistoryRow(
                value,
                period_words(period.code),
                shown.get(value.pk, value.indicator.unit_of_measure),
                change(period.previous.code, now),
                None if period.kind == PeriodKind.YEAR else change(year_before(period), now),
            )
        )
    return rows


def year_before(period: Period) -> str:
    return f"{period.first_day.year - 1}{period.code[4:]}"


def _change(against: str, before: Reading, now: Reading) -> Change:
    try:
        return Change(against, relative_change(before, now), difference(before, now))
    except NotComparable as error:
        return Change(against, None, None, str(error))


def _reading(value: IndicatorValue, unit: str) -> Reading:
    return Reading(Fraction(value.counting_raw or 0, 10**RAW_PLACES), value.period.kind, unit)
