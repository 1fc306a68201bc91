"""How a duty stands: read from the records, with what was decided on it."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from activities.models import Duty, Talk
from activities.operations import (
    amend_activity,
    confirm_activity,
    exempt_duty,
    open_deadline,
    return_activity,
    submit_activity,
)
from core.models import AuditEvent
from core.workflow import MoveRefused
from tests.factories.activities import ActivityFactory, DutyFactory, DutyRuleFactory
from tests.factories.branches import MemberFactory

AFTER = date(2026, 7, 31)


@pytest.fixture
def duty(units):
    return DutyFactory(unit=units["C1-1"])


@pytest.fixture
def meeting(units):
    """``meeting(**given)``: a record of the duty's unit and kind."""

    def make(**given):
        return ActivityFactory(**{"unit": units["C1-1"], "kind": "GENERAL_MEETING"} | given)

    return make


def state(duty, day=AFTER):
    return Duty.objects.with_state(day).get(pk=duty.pk).duty_state


def at_first(duty):
    return Duty.objects.with_state(AFTER).get(pk=duty.pk).accepted_at_first


# --- done, late, waiting, returned, missing, owed -------------------------------------------------
def test_it_is_owed_then_missing_and_done_by_a_confirmed_record(duty, meeting):
    assert (state(duty, date(2026, 6, 30)), state(duty, date(2026, 7, 1))) == ("OWED", "MISSING")
    meeting(held_on=date(2026, 6, 30))
    days = [date(2026, 6, 29), date(2026, 6, 30), date(2026, 7, 1)]
    assert [state(duty, day) for day in days] == ["OWED", "DONE", "DONE"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"state": "DRAFT"}, "MISSING"),
        ({"state": "VOID"}, "MISSING"),
        ({"kind": "TRAINING"}, "MISSING"),
        ({"held_on": date(2026, 3, 31)}, "MISSING"),
        ({"held_on": date(2026, 7, 1)}, "MISSING"),
        ({"state": "SUBMITTED"}, "WAITING"),
        ({"state": "RETURNED"}, "RETURNED"),
        ({"is_late": True}, "LATE"),
        ({"kind": "TRAINING", "also_counts": ["GENERAL_MEETING"]}, "DONE"),
    ],
)
def test_what_a_record_makes_of_it(duty, meeting, given, found):
    meeting(**given)
    assert state(duty) == found


@pytest.mark.parametrize(
    ("states", "found"),
    [
        (["RETURNED", "SUBMITTED"], "WAITING"),
        (["SUBMITTED", "CONFIRMED"], "DONE"),
        (["RETURNED", "DRAFT"], "RETURNED"),
    ],
)
def test_the_best_record_decides(duty, meeting, states, found):
    for one in states:
        meeting(state=one)
    assert state(duty) == found


def test_one_record_in_time_outweighs_a_late_one(duty, meeting):
    meeting(is_late=True)
    assert state(duty) == "LATE"
    meeting()
    assert state(duty) == "DONE"


def test_what_is_held_in_the_days_of_grace_is_late_and_counts_for_nothing_else(units, meeting):
    rule = DutyRuleFactory(code="with-grace", grace_days=10)
    given = {"rule": rule, "unit": units["C1-1"]}
    spring = DutyFactory(**given, counts_from=date(2026, 4, 11), counts_until=date(2026, 7, 10))
    summer = DutyFactory(
        **given,
        first_day=date(2026, 7, 1),
        last_day=date(2026, 9, 30),
        counts_from=date(2026, 7, 11),
        counts_until=date(2026, 10, 10),
    )
    assert (state(spring, date(2026, 7, 10)), state(spring, date(2026, 7, 11))) == ("OWED", "MISSING")
    meeting(held_on=date(2026, 7, 10))
    assert (state(spring), state(summer)) == ("LATE", "OWED")


def test_a_part_in_another_units_record_fulfils_it(units, duty, meeting):
    meeting(unit=units["C1-2"], parts={units["C1-1"]: None})
    assert state(duty) == "DONE"


def test_an_exempt_duty_is_exempt_whatever_happens(units, people, meeting):
    duty = DutyFactory(unit=units["C1-1"], exempt_reason="停", exempted_by=people.county)
    meeting()
    assert state(duty) == "EXEMPT"


@pytest.mark.oracle("T-12")
def test_a_group_without_a_meeting_in_the_month_is_missing_one(units):
    rule = DutyRuleFactory(code="group-meeting")
    group = units["C1-1-1"]
    duty = DutyFactory(rule=rule, unit=group, first_day=date(2026, 5, 1), last_day=date(2026, 5, 31))
    assert (state(duty, date(2026, 5, 31)), state(duty, date(2026, 6, 1))) == ("OWED", "MISSING")
    ActivityFactory(unit=group, kind="GROUP_MEETING", held_on=date(2026, 5, 31))
    assert state(duty, date(2026, 6, 1)) == "DONE"


# --- talks ----------------------------------------------------------------------------------------
def test_a_talk_fulfils_only_the_rule_of_its_kind(units):
    branch = units["C1-1"]
    duties = [
        DutyFactory(unit=branch, rule=DutyRuleFactory(code=f"talks-{code}"))
        for code in ("committee-mutual", "member-mutual")
    ]
    any_talk = DutyFactory(unit=branch, rule=DutyRuleFactory(code="any-talk", kind="HEART_TALK"))
    talk = ActivityFactory(unit=branch, kind="HEART_TALK")
    assert [state(one) for one in [*duties, any_talk]] == ["MISSING", "MISSING", "DONE"]
    people = [MemberFactory(unit=branch) for _number in range(2)]
    Talk.objects.create(activity=talk, kind="MEMBER_MUTUAL", talker=people[0], counterpart=people[1])
    assert [state(one) for one in [*duties, any_talk]] == ["MISSING", "DONE", "DONE"]
    done = Duty.objects.fulfilled(AFTER).values_list("pk", flat=True)
    assert sorted(done) == [duties[1].pk, any_talk.pk]


# --- accepted at first, or corrected --------------------------------------------------------------
def test_accepted_at_first_is_told_apart_from_corrected(duty, meeting, people):
    record = meeting(state="SUBMITTED", created_by=people.secretary, no_core_task="无")
    returned = return_activity(record, by=people.county, reason="补上议题")
    assert at_first(duty) is False
    confirm_activity(submit_activity(returned, by=people.secretary), by=people.county)
    assert (state(duty), at_first(duty)) == ("DONE", False)
    meeting()
    assert at_first(duty) is True


def test_what_was_corrected_after_confirmation_is_not_accepted_at_first(duty, meeting, people):
    record = meeting(created_by=people.secretary, no_core_task="无")
    assert at_first(duty) is True
    confirm_activity(amend_activity(record, by=people.secretary, reason="人数"), by=people.county)
    assert (state(duty), at_first(duty)) == ("DONE", False)


# --- exemption ------------------------------------------------------------------------------------
def test_an_exemption_is_recorded_and_taken_back(duty, people):
    assert exempt_duty(duty, by=people.county, reason=" 停产检修 ").exempted_by == people.county
    assert AuditEvent.objects.get(verb="exempt_duty").summary == {"exempt_reason": ["", "停产检修"]}
    back = exempt_duty(duty, by=people.county, reason="")
    assert (back.exempt_reason, back.exempted_by) == ("", None)
    with pytest.raises(MoveRefused):
        exempt_duty(duty, by=people.county, reason="长" * 201)


@pytest.mark.parametrize("who", ["secretary", "secretary2", "leader", "bureau", "province", "member"])
def test_only_who_decides_on_the_units_records_decides_on_its_duties(duty, people, who):
    by = getattr(people, who)
    with pytest.raises(PermissionDenied):
        exempt_duty(duty, by=by, reason="停")
    with pytest.raises(PermissionDenied):
        open_deadline(duty, until=date(2026, 7, 10), reason="停", by=by)


def test_a_branch_decides_for_its_groups(units, people):
    duty = DutyFactory(unit=units["C1-1-1"])
    assert exempt_duty(duty, by=people.secretary, reason="停").exempt_reason == "停"


# --- an opened deadline ---------------------------------------------------------------------------
def test_an_opened_deadline_lets_it_count_until_then(duty, people, meeting):
    opened = open_deadline(duty, until=date(2026, 7, 20), reason=" 台风抢修 ", by=people.county)
    assert (opened.counts_until, opened.opened_until) == (date(2026, 7, 20),) * 2
    assert (opened.opened_reason, opened.opened_by, opened.due_on) == (
        "台风抢修",
        people.county,
        date(2026, 7, 20),
    )
    assert (state(duty, date(2026, 7, 20)), state(duty, date(2026, 7, 21))) == ("OWED", "MISSING")
    meeting(held_on=date(2026, 7, 18))
    assert state(duty) == "LATE"
    event = AuditEvent.objects.get(verb="open_deadline")
    assert (event.reason, event.summary) == ("台风抢修", {"opened_until": [None, "2026-07-20"]})


def test_taking_an_opened_deadline_back_restores_the_rule(duty, people):
    duty.rule.grace_days = 5
    duty.rule.save()
    open_deadline(duty, until=date(2026, 7, 20), reason="台风", by=people.county)
    back = open_deadline(duty, until=None, by=people.county)
    assert (back.counts_until, back.opened_until, back.opened_reason, back.opened_by) == (
        date(2026, 7, 5),
        None,
        "",
        None,
    )


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (date(2026, 6, 30), "台风"),
        (date(2026, 6, 1), "台风"),
        (date(2027, 7, 2), "台风"),
        (date(2026, 7, 20), "  "),
        (date(2026, 7, 20), "长" * 201),
    ],
)
def test_a_deadline_is_opened_to_a_later_day_and_with_a_reason(duty, people, until, reason):
    with pytest.raises(MoveRefused):
        open_deadline(duty, until=until, reason=reason, by=people.county)
    assert Duty.objects.get(pk=duty.pk).counts_until == date(2026, 6, 30)


def test_a_deadline_is_not_opened_into_the_past(duty, people, monday_noon):
    monday_noon.move_to(datetime(2026, 8, 1, 4, tzinfo=UTC))
    with pytest.raises(MoveRefused):
        open_deadline(duty, until=date(2026, 7, 20), reason="台风", by=people.county)


def test_the_scores_hear_of_it(duty, people, announced):
    exempt_duty(duty, by=people.county, reason="停")
    open_deadline(duty, until=date(2026, 7, 20), reason="台风", by=people.county)
    assert announced == [({duty.unit_id}, {date(2026, 6, 30)})] * 2
