"""Shared reads: which rules apply, which edition is meant, what a score rests on."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.choices import SourceType
from assessments.models import (
    AssessmentPeriod,
    Edition,
    Entry,
    Exclusion,
    Indicator,
    IndicatorValue,
    Scheme,
)
from assessments.refusing import Refused
from branches.models import Placement
from core import clock
from core.context import once
from core.measures import measures
from core.models import AuditEvent
from core.periods import Period, parse_period
from core.units import narrow_unit


def excluded_by_key() -> dict[tuple[int, str, int], list[int | None]]:
    """The verified exclusions by unit, period and indicator: few, whatever the number of figures."""
    found: dict[tuple[int, str, int], list[int | None]] = {}
    rows = Exclusion.objects.verified().values_list(
        "value__unit_id", "value__period__code", "value__indicator_id", "amount"
    )
    for unit, period, indicator, amount in rows:
        found.setdefault((unit, period, indicator), []).append(amount)
    return found


def excluded_of(value_ids: Iterable[int]) -> dict[int, list[int | None]]:
    """The verified exclusions of some figures."""
    found: dict[int, list[int | None]] = {}
    rows = Exclusion.objects.verified().filter(value__in=list(value_ids))
    for value, amount in rows.values_list("value_id", "amount"):
        found.setdefault(value, []).append(amount)
    return found


def periods_known() -> list[AssessmentPeriod]:
    """All that were ever opened, the newest first: few, and asked for again and again."""
    return once("periods", lambda: list(AssessmentPeriod.objects.all()))


def as_core_period(period: AssessmentPeriod) -> Period:
    return parse_period(period.code)


def subjects_as_of(period: Period | AssessmentPeriod) -> date:
    """The day on which subjects are taken: the last of the period, today if it runs (settled 10)."""
    return min(period.last_day, clock.today())


def scheme_for(code: str, period: Period | AssessmentPeriod) -> Scheme | None:
    """The version of a scheme that applies: the highest one valid from a day not after the period."""
    applies = Q(valid_from_day=None) | Q(valid_from_day__lte=period.first_day)
    return Scheme.objects.filter(applies, code=code).order_by("-version").first()


def schemes_for(period: Period | AssessmentPeriod) -> list[Scheme]:
    """The applicable version of every scheme, by code."""
    codes = sorted(set(Scheme.objects.values_list("code", flat=True)))
    found = [scheme_for(code, period) for code in codes]
    return [scheme for scheme in found if scheme is not None]


def latest_published(scheme_code: str, period: AssessmentPeriod) -> Edition | None:
    editions = Edition.objects.published().filter(scheme_code=scheme_code, period=period)
    return editions.select_related("scheme", "period").order_by("-number").first()


def edition_numbered(scheme_code: str, period: AssessmentPeriod, number: int) -> Edition | None:
    """Number 0 is the provisional edition."""
    editions = Edition.objects.filter(scheme_code=scheme_code, period=period, number=number)
    return editions.select_related("scheme", "period").first()


def edition_to_export(period_code: str, scheme_code: str, wanted: str = "") -> Edition:
    """The edition ``wanted`` (a number, "provisional"); else the latest published, else the provisional."""
    period = AssessmentPeriod.objects.filter(code=period_code).first()
    edition = None
    if period is not None:
        if wanted:
            number = 0 if wanted == "provisional" else _positive(wanted)
            edition = edition_numbered(scheme_code, period, number)
        else:
            edition = latest_published(scheme_code, period) or edition_numbered(scheme_code, period, 0)
    if edition is None:
        reason = _("There is no such edition of “%(scheme)s” for %(period)s. Recompute it first.")
        raise Refused(reason % {"scheme": scheme_code, "period": period_code})
    return edition


def _positive(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 10**6:
        return int(text)
    raise Refused(_("An edition is a number from 1, or “provisional”."))


def previous_edition(
    edition_of: str, period: AssessmentPeriod, *, known_at: datetime | None = None
) -> Edition | None:
    """The latest edition of the scheme ``edition_of`` for the last published period of this kind; of those
    that were published by ``known_at``."""
    earlier = Edition.objects.published().filter(
        scheme_code=edition_of, period__kind=period.kind, period__last_day__lt=period.first_day
    )
    if known_at is not None:
        earlier = earlier.filter(published_at__lte=known_at)
    return earlier.select_related("scheme", "period").order_by("-period__last_day", "-number").first()


def previous_totals(scheme_code: str, period: AssessmentPeriod) -> QuerySet | None:
    """Rows ``unit_id, total`` of the last published period; boards from before this system do not count."""
    edition = previous_edition(scheme_code, period)
    if edition is None:
        return None
    return edition.entries.exclude(total=None).values("unit_id", "total")


def units_pooled_into(entry: Entry) -> list[int]:
    """The units whose records make the entry's figures: its subtree as it stood on the edition's day."""
    day = entry.edition.as_of
    placed: dict[int, str] = {}
    once_below = Placement.objects.filter(path__startswith=entry.path).order_by().values("unit_id")
    rows = Placement.objects.filter(unit__in=once_below).order_by("unit_id", "starts_on")
    for unit_id, starts_on, path in rows.values_list("unit_id", "starts_on", "path"):
        if starts_on <= day or unit_id not in placed:
            placed[unit_id] = path
    return [unit_id for unit_id, path in placed.items() if path.startswith(entry.path)]


def units_entered_in(values: Iterable[IndicatorValue], *, counting: bool = False) -> dict[int, str]:
    """The unit of measure in which a figure was entered, by key, of those where the indicator has another one
    today. The audit trail tells; a unit filled in later was that of the figures all along. ``counting``: of
    the verified figure, not of the correction that waits."""
    values = list(values)
    events = AuditEvent.objects.filter(
        object_type="assessments.indicator",
        object_id__in={str(value.indicator_id) for value in values},
        verb="change_indicator",
        summary__has_key="unit_of_measure",
    )
    turned: dict[str, list[tuple[datetime, str]]] = {}
    for key, at, summary in events.order_by("-pk").values_list("object_id", "at", "summary"):
        turned.setdefault(key, []).append((at, narrow_unit(summary["unit_of_measure"][0])))
    found = {}
    for value in values:
        unit = value.indicator.unit_of_measure
        since = value.counting_since if counting else value.entered_at
        for at, before in turned.get(str(value.indicator_id), []):
            if at > since and before:
                unit = before
        if unit != value.indicator.unit_of_measure:
            found[value.pk] = unit
    return found


def is_per_cent(source_type: str, code: str) -> bool:
    """Whether the figures of a source are of per cent, so that a number for them may say %."""
    if source_type == SourceType.MEASURE:
        return code in measures and measures[code].is_rate
    indicator = Indicator.objects.filter(code=code).first() if source_type == SourceType.REPORTED else None
    return indicator is not None and indicator.is_per_cent
