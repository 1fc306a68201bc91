"""Makes what is owed from the rules: set by set, and harmless twice."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Duty, DutyRule
from branches.choices import COMMITTEE_POSITIONS
from branches.models import PartyUnit, Post
from core import audit, clock
from core.periods import Period, PeriodKind, period_of
from core.workflow import MoveRefused

MAX_EXEMPT_REASON = 200
INSERT = (
    "INSERT INTO activities_duty (rule_id, unit_id, first_day, last_day, counts_from, counts_until,"
    " exempt_reason, opened_reason) {owed}"
    " ON CONFLICT (rule_id, unit_id, first_day) DO NOTHING"
)


@transaction.atomic
def generate_duties(period: Period, *, units: Iterable[int] | None = None) -> int:
    """Make the duties whose windows touch ``period`` (of ``units`` only, by key); gives how many are new.

    What is no longer owed disappears while its window still runs or is still to come, unless somebody
    exempted it. Of the past only what a unit that was not open through the window never owed disappears, so
    that a closure recorded late leaves nothing owed for ever.
    """
    created = 0
    unit_ids = None if units is None else list(units)
    for rule in DutyRule.objects.active():
        for window in period.parts(rule.cadence):
            owing = owing_units(rule, window)
            if unit_ids is not None:
                owing = owing.filter(pk__in=unit_ids)
            _remove_what_is_not_owed(rule, window, owing, unit_ids)
            created += _insert(rule, window, owing)
    return created


def owing_units(rule: DutyRule, window: Period) -> QuerySet[PartyUnit]:
    """The units that owe the rule in the window: open through the whole of it."""
    units = _open_through(window).filter(kind__in=rule.unit_kinds)
    if rule.needs_committee:
        units = units.filter(Exists(_committee_posts(window).filter(unit=OuterRef("pk"))))
    return units


def _open_through(window: Period) -> QuerySet[PartyUnit]:
    return PartyUnit.objects.filter(
        Q(opened_on=None) | Q(opened_on__lte=window.first_day),
        Q(closed_on=None) | Q(closed_on__gt=window.last_day),
    ).order_by()


def _committee_posts(window: Period) -> QuerySet[Post]:
    """Posts on a committee that are held on some day of the window."""
    return Post.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=window.first_day),
        starts_on__lte=window.last_day,
        position__in=[str(position) for position in COMMITTEE_POSITIONS],
    ).order_by()


def _insert(rule: DutyRule, window: Period, owing: QuerySet[PartyUnit]) -> int:
    grace = timedelta(days=rule.grace_days)
    owed = owing.values_list(
        Value(rule.pk),
        "pk",
        Value(window.first_day, output_field=DateField()),
        Value(window.last_day, output_field=DateField()),
        Value(window.first_day + grace, output_field=DateField()),
        Value(window.last_day + grace, output_field=DateField()),
        Value("", output_field=TextField()),
        Value("", output_field=TextField()),
    )
    sql, params = owed.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(owed=sql), params)
        return cursor.rowcount


def _remove_what_is_not_owed(
    rule: DutyRule, window: Period, owing: QuerySet[PartyUnit], unit_ids: list[int] | None
) -> None:
    owed = _open_through(window) if window.last_day < clock.today() else owing
    stale = Duty.objects.filter(rule=rule, first_day=window.first_day, exempt_reason="")
    if unit_ids is not None:
        stale = stale.filter(unit__in=unit_ids)
    stale.exclude(unit__in=owed).delete()


def generate_running_duties(day: date | None = None) -> int:
    """The duties of the half-year that runs, as the nightly task and ``remind`` make them."""
    return generate_duties(period_of(day or clock.today(), PeriodKind.HALF_YEAR))


@transaction.atomic
def exempt_duty(duty: Duty, *, by: User, reason: str) -> Duty:
    """Nobody owes this any more; an empty reason takes the exemption back."""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("unit").get(pk=duty.pk)
    before, duty.exempt_reason = duty.exempt_reason, reason.strip()
    if len(duty.exempt_reason) > MAX_EXEMPT_REASON:
        raise MoveRefused(_("Give the reason in 200 characters."))
    duty.exempted_by = by if duty.exempt_reason else None
    duty.save()
    audit.record(
        "exempt_duty", duty, by=by, scope=duty.unit.path or "", exempt_reason=[before, duty.exempt_reason]
    )
    return duty
