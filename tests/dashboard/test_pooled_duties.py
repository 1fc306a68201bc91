"""Duties pooled over the tree agree with the state of each: grace, opened deadlines, kinds of talk."""

from collections import Counter
from datetime import date, timedelta

import pytest

from activities.models import Duty, DutyRule, Talk
from activities.operations import generate_duties, open_deadline
from branches.choices import Role
from core.periods import parse_period
from dashboard.selectors.pooling import Window, duties
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory, MemberFactory

YEAR = parse_period("2026")
DONE = ("DONE", "LATE")


@pytest.fixture
def held(tree):
    """A lecture in the days of grace, one before they begin, a meeting in an opened deadline, two talks."""
    DutyRule.objects.filter(code="party-lecture").update(grace_days=10)
    generate_duties(YEAR)
    office = AssignmentFactory(role=Role.BUREAU_OFFICE, unit=tree["BA"]).user
    autumn = Duty.objects.get(rule__code="general-meeting", unit=tree["BA1"], first_day=date(2026, 7, 1))
    open_deadline(autumn, until=date(2026, 11, 25), reason="台风", by=office)
    for unit, kind, day in [
        ("BA1", "GENERAL_MEETING", date(2026, 11, 10)),
        ("BA1", "PARTY_LECTURE", date(2026, 10, 5)),
        ("BA2", "PARTY_LECTURE", date(2026, 7, 5)),
    ]:
        ActivityFactory(unit=tree[unit], kind=kind, held_on=day)
    for unit, kind in (("BA1", "MEMBER_MUTUAL"), ("BB1", "COMMITTEE_MEMBER")):
        people = [MemberFactory(unit=tree[unit]) for _number in range(2)]
        record = ActivityFactory(unit=tree[unit], kind="HEART_TALK", held_on=date(2026, 9, 1))
        Talk.objects.create(activity=record, kind=kind, talker=people[0], counterpart=people[1])
    return tree


@pytest.mark.parametrize("day", [date(2026, 10, 5), date(2026, 11, 20), date(2026, 12, 31)])
def test_the_pool_agrees_with_the_states(held, day):
    found = duties(Window(held["P"], YEAR, day))
    done, overdue = Counter(), Counter()
    for duty in Duty.objects.with_state(day):
        done[duty.rule_id] += duty.duty_state in DONE
        overdue[duty.rule_id] += duty.duty_state == "MISSING"
    pooled_done, pooled_overdue = Counter(), Counter()
    for (_path, rule), one in found.items():
        pooled_done[rule] += one.done
        pooled_overdue[rule] += one.overdue
    assert (+pooled_done, +pooled_overdue) == (+done, +overdue)
    assert sum(done.values()) >= 3


def test_what_is_fulfilled_is_what_is_done(held):
    day = date(2026, 12, 31)
    states = Duty.objects.with_state(day).values_list("pk", "duty_state")
    done = {pk for pk, state in states if state in DONE}
    assert set(Duty.objects.fulfilled(day).values_list("pk", flat=True)) == done
    since = date(2026, 1, 1) - timedelta(days=1)
    assert {duty.rule.code for duty in Duty.objects.filter(pk__in=done).select_related("rule")} == {
        "general-meeting",
        "party-lecture",
        "talks-member-mutual",
    }
    assert set(Duty.objects.fulfilled(day, since=since).values_list("pk", flat=True)) == done
