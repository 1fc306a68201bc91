"""Makes what is owed from the rules: set by set, and harmless twice."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import DutyState
from activities.models import Duty, DutyRule
from activities.rules import after_grace
from activities.signals import counting_changed
from branches.choices import COMMITTEE_POSITIONS, UnitKind
from branches.models import PartyUnit, Post
from branches.selectors import allowed
from core import audit, clock
from core.periods import Period, PeriodKind, period_of
from core.workflow import MoveRefused

MAX_REASON = 200
# A deadline is opened for no longer than this beyond the day it was due.
OPENED_AT_MOST_DAYS = 366
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
    take_back_of_rules_off(units=unit_ids)
    for rule in DutyRule.objects.active():
        for window in period.parts(rule.cadence):
            owing = owing_units(rule, window)
            if unit_ids is not None:
                owing = owing.filter(pk__in=unit_ids)
            _remove_what_is_not_owed(rule, window, owing, unit_ids)
            _correct_grace(rule, window)
            created += _insert(rule, window, owing)
    return created


def owing_units(rule: DutyRule, window: Period) -> QuerySet[PartyUnit]:
    """The units that owe the rule in the window: open through the whole of it."""
    units = _open_through(window).filter(kind__in=rule.unit_kinds)
    if rule.needs_committee:
        units = units.filter(Exists(_committee_posts(window).filter(unit=OuterRef("pk"))))
    if rule.needs_groups:
        groups = _open_through(window).filter(kind=UnitKind.GROUP)
        units = units.filter(Exists(groups.filter(parent=OuterRef("pk"))))
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


def days_that_count(rule: DutyRule, window: Period) -> tuple[date, date]:
    """The window moved by the days of grace, so that the windows of a rule still follow one another."""
    return after_grace(window.first_day, rule.grace_days), after_grace(window.last_day, rule.grace_days)


def _insert(rule: DutyRule, window: Period, owing: QuerySet[PartyUnit]) -> int:
    counts_from, counts_until = days_that_count(rule, window)
    owed = owing.values_list(
        Value(rule.pk),
        "pk",
        *(
            Value(day, output_field=DateField())
            for day in (window.first_day, window.last_day, counts_from, counts_until)
        ),
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
    stale.filter(~Exists(owed.filter(pk=OuterRef("unit")))).delete()


def _correct_grace(rule: DutyRule, window: Period) -> None:
    """Duties that still run follow the rule's days of grace; what is over stays as it was judged."""
    counts_from, counts_until = days_that_count(rule, window)
    today = clock.today()
    running = Duty.objects.filter(rule=rule, first_day=window.first_day)
    if counts_until < today:
        running = running.filter(counts_until__gte=today)
    until = {None: Value(counts_until), "opened": Greatest(F("opened_until"), Value(counts_until))}
    for opened, moved in until.items():
        rows = running.filter(opened_until__isnull=opened is None)
        rows = rows.exclude(counts_from=counts_from, counts_until=moved)
        rows.update(counts_from=counts_from, counts_until=moved)


@transaction.atomic
def take_back_of_rules_off(*, units: Iterable[int] | None = None) -> int:
    """Of rules that are switched off nobody owes what still runs or lies ahead; gives how many went.

    What a record fulfils or will once it is confirmed stays, and what somebody decided on; the past as well.
    Figures go by what is due by today, so what is due today moves the scores of its units.
    """
    today = clock.today()
    rules = list(DutyRule.objects.filter(active=False).values_list("pk", flat=True))
    running = Duty.objects.filter(rule__in=rules, last_day__gte=today, exempt_reason="", opened_until=None)
    if units is not None:
        running = running.filter(unit__in=list(units))
    owed = running.with_state(today).filter(duty_state__in=[DutyState.OWED, DutyState.RETURNED])
    due_today = set(owed.filter(last_day=today).values_list("unit_id", flat=True))
    gone = Duty.objects.filter(pk__in=owed.values("pk")).delete()[0]
    if due_today:
        counting_changed.send(sender=Duty, unit_ids=due_today, days={today})
    return gone


@transaction.atomic
def take_back_of_closed(units: Iterable[int]) -> int:
    """What these units do not owe because they are closed before its last day; gives how many duties went."""
    gone = Duty.objects.filter(unit__in=list(units), unit__closed_on__lte=F("last_day"), exempt_reason="")
    rows = list(gone.values_list("pk", "unit_id", "last_day"))
    if rows:
        Duty.objects.filter(pk__in=[pk for pk, _unit, _day in rows]).delete()
        unit_ids, days = {unit for _pk, unit, _day in rows}, {day for _pk, _unit, day in rows}
        counting_changed.send(sender=Duty, unit_ids=unit_ids, days=days)
    return len(rows)


def generate_running_duties(day: date | None = None) -> int:
    """The duties of the half-year that runs, as the nightly task and ``remind`` make them."""
    return generate_duties(period_of(day or clock.today(), PeriodKind.HALF_YEAR))


@transaction.atomic
def exempt_duty(duty: Duty, *, by: User, reason: str) -> Duty:
    """Nobody owes this any more; an empty reason takes the exemption back."""
    require(by, duty)
    duty = _locked(duty)
    before, duty.exempt_reason = duty.exempt_reason, _checked(reason)
    duty.exempted_by = by if duty.exempt_reason else None
    duty.save()
    _tell("exempt_duty", duty, by=by, exempt_reason=[before, duty.exempt_reason])
    return duty


@transaction.atomic
def open_deadline(duty: Duty, *, until: date | None, reason: str = "", by: User) -> Duty:
    """What is held until the end of ``until`` still counts; None takes that back."""
    require(by, duty)
    duty = _locked(duty)
    before = duty.opened_until
    _counts_from, by_rule = days_that_count(duty.rule, _window(duty))
    if until is None:
        duty.opened_until, duty.opened_reason, duty.opened_by = None, "", None
        duty.counts_until = by_rule
    else:
        duty.opened_until, duty.opened_reason, duty.opened_by = _later(until, duty), _checked(reason), by
        if not duty.opened_reason:
            raise MoveRefused(_("Give a reason."))
        duty.counts_until = max(by_rule, until)
    duty.save()
    days = [day.isoformat() if day else None for day in (before, duty.opened_until)]
    _tell("open_deadline", duty, by=by, reason=duty.opened_reason, opened_until=days)
    return duty


def require(user: User, duty: Duty) -> None:
    """Whoever decides on the unit's records decides on what it owes."""
    if not allowed(user, duty, "change"):
        raise PermissionDenied


def _locked(duty: Duty) -> Duty:
    rows = Duty.objects.select_for_update(of=("self",)).select_related("unit", "rule")
    return rows.get(pk=duty.pk)


def _window(duty: Duty) -> Period:
    return period_of(duty.first_day, duty.rule.cadence)


def _later(until: date, duty: Duty) -> date:
    latest = duty.last_day + timedelta(days=OPENED_AT_MOST_DAYS)
    if until <= duty.counts_until and duty.opened_until is None:
        raise MoveRefused(
            _("It counts until %(day)s as it is. Name a later day.") % {"day": duty.counts_until.isoformat()}
        )
    if until <= duty.last_day:
        raise MoveRefused(_("It is due on %(day)s. Name a later day.") % {"day": duty.last_day.isoformat()})
    if until > latest:
        raise MoveRefused(_("A deadline is opened until %(day)s at most.") % {"day": latest.isoformat()})
    if until < clock.today():
        raise MoveRefused(_("This day is over. Name today or a later day."))
    return until


def _checked(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > MAX_REASON:
        raise MoveRefused(_("Give the reason in 200 characters."))
    return reason


def _tell(verb: str, duty: Duty, *, by: User, **summary: Any) -> None:
    """The news that what is owed has changed: scores of the unit may change with it."""
    audit.record(verb, duty, by=by, scope=duty.unit.path or "", **summary)
    counting_changed.send(sender=Duty, unit_ids={duty.unit_id}, days={duty.last_day})
