from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Duty, DutyRule
from activities.operations import exempt_duty, generate_duties, generate_running_duties
from branches.choices import Position
from core.models import AuditEvent
from core.periods import parse_period
from core.workflow import MoveRefused
from tests.factories.activities import ActivityFactory, DutyFactory
from tests.factories.branches import MemberFactory, PartyUnitFactory, PostFactory

H1 = parse_period("2026H1")


def owed(unit, **filters):
    rows = Duty.objects.filter(unit=unit, **filters).order_by("rule_id", "first_day")
    return [(duty.rule.code, duty.first_day, duty.last_day) for duty in rows]


def month(number):
    first = date(2026, number, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def test_the_rules_are_those_of_the_regulations(db):
    rules = DutyRule.objects.values_list("code", "kind", "cadence", "needs_committee", "in_meetings")
    assert sorted(rules) == [
        ("committee-meeting", "COMMITTEE_MEETING", "MONTH", True, True),
        ("general-meeting", "GENERAL_MEETING", "QUARTER", False, True),
        ("group-meeting", "GROUP_MEETING", "MONTH", False, True),
        ("party-lecture", "PARTY_LECTURE", "QUARTER", False, True),
        ("themed-party-day", "THEMED_PARTY_DAY", "MONTH", False, False),
    ]


def test_a_branch_without_committee_owes_meetings_lectures_and_party_days(units):
    generate_duties(H1)
    quarters = [(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30))]
    assert owed(units["C1-1"]) == [
        *(("general-meeting", *days) for days in quarters),
        *(("party-lecture", *days) for days in quarters),
        *(("themed-party-day", *month(number)) for number in range(1, 7)),
    ]


def test_a_group_owes_a_meeting_a_month_and_a_committee_nothing(units):
    generate_duties(H1)
    assert owed(units["C1-1-1"]) == [("group-meeting", *month(number)) for number in range(1, 7)]
    assert owed(units["C1"]) == owed(units["C2"]) == []


def test_a_committee_meeting_is_owed_in_the_months_with_a_post(units):
    """A post of one day is enough; a secretary alone is no committee."""
    branch = units["C1-1"]
    PostFactory(member__unit=branch, position=Position.SECRETARY)
    PostFactory(
        member__unit=branch,
        position=Position.DISCIPLINE,
        starts_on=date(2026, 2, 28),
        ends_on=date(2026, 4, 1),
    )
    generate_duties(H1)
    assert owed(branch, rule__code="committee-meeting") == [
        ("committee-meeting", *month(number)) for number in (2, 3, 4)
    ]


def test_a_unit_owes_only_where_it_is_open_through_the_whole_window(db):
    branch = PartyUnitFactory(opened_on=date(2026, 2, 1), closed_on=date(2026, 6, 1))
    generate_duties(H1)
    assert owed(branch) == [("themed-party-day", *month(number)) for number in range(2, 6)]


def test_generating_twice_makes_nothing_new(units):
    first = generate_duties(H1)
    assert (first, generate_duties(H1), Duty.objects.count()) == (first, 0, first)


def test_a_shorter_period_makes_the_windows_that_hold_it(units):
    generate_duties(parse_period("2026-05"), units=[units["C1-1"].pk])
    assert owed(units["C1-1"]) == [
        ("general-meeting", date(2026, 4, 1), date(2026, 6, 30)),
        ("party-lecture", date(2026, 4, 1), date(2026, 6, 30)),
        ("themed-party-day", date(2026, 5, 1), date(2026, 5, 31)),
    ]
    assert not Duty.objects.exclude(unit=units["C1-1"]).exists()


def test_a_rule_that_is_off_makes_nothing(units):
    DutyRule.objects.update(active=False)
    assert generate_duties(H1) == 0


def test_what_is_no_longer_owed_goes_while_its_window_runs_unless_exempt(units, people):
    branch, group = units["C1-1"], units["C1-1-1"]
    generate_duties(H1)
    june = Duty.objects.get(unit=group, first_day=date(2026, 6, 1))
    exempt_duty(june, by=people.county, reason="合并")
    for unit in (branch, group):
        unit.closed_on = date(2026, 6, 10)
        unit.save()
    generate_duties(H1)
    assert owed(branch, last_day__gte=date(2026, 6, 15)) == []
    assert len(owed(branch)) == 2 + 5  # the first quarter and the months before: the past stays
    assert owed(group, last_day__gte=date(2026, 6, 15)) == [("group-meeting", *month(6))]


def test_the_running_half_year_is_generated_on_any_day(units, monday_noon):
    monday_noon.move_to(datetime(2026, 7, 1, 0, tzinfo=UTC))
    generate_running_duties()
    assert {duty.first_day.month for duty in Duty.objects.all()} == {7, 8, 9, 10, 11, 12}


def test_an_exemption_is_recorded_and_taken_back(units, people):
    duty = DutyFactory(unit=units["C1-1"])
    assert exempt_duty(duty, by=people.county, reason=" 停产检修 ").exempted_by == people.county
    assert AuditEvent.objects.get(verb="exempt_duty").summary == {"exempt_reason": ["", "停产检修"]}
    back = exempt_duty(duty, by=people.county, reason="")
    assert (back.exempt_reason, back.exempted_by) == ("", None)
    with pytest.raises(MoveRefused):
        exempt_duty(duty, by=people.county, reason="长" * 201)


# --- done, owed, overdue --------------------------------------------------------------------------
def state(duty, day):
    return Duty.objects.with_state(day).get(pk=duty.pk).duty_state


def test_a_duty_is_owed_then_overdue_and_done_by_a_confirmed_record(units):
    duty = DutyFactory(unit=units["C1-1"])
    assert state(duty, date(2026, 6, 30)) == "OWED"
    assert state(duty, date(2026, 7, 1)) == "OVERDUE"
    ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING", held_on=date(2026, 6, 30))
    assert state(duty, date(2026, 6, 29)) == "OWED"
    assert state(duty, date(2026, 6, 30)) == "DONE"
    assert state(duty, date(2026, 7, 1)) == "DONE"


@pytest.mark.parametrize(
    "given",
    [
        {"state": "SUBMITTED"},
        {"kind": "TRAINING"},
        {"held_on": date(2026, 3, 31)},
        {"held_on": date(2026, 7, 1)},
    ],
)
def test_other_records_do_not_fulfil_it(units, given):
    duty = DutyFactory(unit=units["C1-1"])
    ActivityFactory(unit=units["C1-1"], **{"kind": "GENERAL_MEETING"} | given)
    assert state(duty, date(2026, 7, 31)) == "OVERDUE"


def test_a_kind_it_also_counts_as_and_a_part_of_another_units_record_fulfil_it(units):
    duty = DutyFactory(unit=units["C1-1"])
    ActivityFactory(
        unit=units["C1-2"], kind="TRAINING", also_counts=["GENERAL_MEETING"], parts={units["C1-1"]: None}
    )
    assert state(duty, date(2026, 7, 31)) == "DONE"


def test_an_exempt_duty_is_exempt_whatever_happens(units, people):
    duty = DutyFactory(unit=units["C1-1"], exempt_reason="停", exempted_by=people.county)
    ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING")
    assert state(duty, date(2026, 7, 31)) == "EXEMPT"


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(opened=st.dates(date(2025, 11, 1), date(2026, 8, 1)), lasting=st.integers(1, 300))
def test_windows_and_openness_agree_with_a_plain_account(db, opened, lasting):
    closed = opened + timedelta(days=lasting)
    branch = PartyUnitFactory(opened_on=opened, closed_on=closed)
    generate_duties(H1, units=[branch.pk])
    expected = [
        month(number) for number in range(1, 7) if opened <= month(number)[0] and closed > month(number)[1]
    ]
    found = Duty.objects.filter(unit=branch, rule__code="themed-party-day").order_by("first_day")
    assert list(found.values_list("first_day", "last_day")) == expected


def test_members_are_no_posts(units):
    MemberFactory(unit=units["C1-1"])
    generate_duties(H1)
    assert owed(units["C1-1"], rule__code="committee-meeting") == []
