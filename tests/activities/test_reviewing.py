from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from activities.models import Activity
from activities.operations import (
    amend_activity,
    confirm_activity,
    confirm_lapsed,
    confirm_many,
    record_activity,
    return_activity,
    submit_activity,
    void_activity,
    withdraw_activity,
)
from activities.records import PartData
from core.models import AuditEvent
from core.workflow import MoveRefused
from tests.activities.conftest import NOON
from tests.factories.activities import ActivityFactory

DAY = "2026-06-12"


def record(data, by, **given):
    return record_activity(data(**given), by=by)[0]


def test_the_office_above_confirms_a_branch(people, units, data, announced):
    activity = record(data, people.secretary)
    confirmed = confirm_activity(activity, by=people.county)
    assert (confirmed.state, confirmed.confirmed_by, confirmed.confirmed_at, confirmed.by_lapse) == (
        "CONFIRMED",
        people.county,
        NOON,
        False,
    )
    assert announced == [({units["C1-1"].pk}, {activity.held_on})]


def test_every_unit_that_took_part_is_announced(people, units, data, announced):
    activity = record(data, people.secretary, parts=(PartData(units["C1-2"].pk),))
    confirm_activity(activity, by=people.county)
    assert announced == [({units["C1-1"].pk, units["C1-2"].pk}, {activity.held_on})]


def test_the_branch_secretary_confirms_a_group(people, data):
    activity = record(data, people.leader, unit="C1-1-1", kind="GROUP_MEETING")
    with pytest.raises(PermissionDenied):
        confirm_activity(activity, by=people.county)
    assert confirm_activity(activity, by=people.secretary).confirmed_by == people.secretary


def test_the_level_above_confirms_a_committee(people, data):
    activity = record(data, people.county, unit="C1", kind="PARTY_COMMITTEE_MEETING")
    assert confirm_activity(activity, by=people.bureau).confirmed_by == people.bureau


@pytest.mark.parametrize(
    "who", ["secretary", "deputy", "secretary2", "leader", "bureau", "province", "member"]
)
def test_nobody_else_confirms(people, data, who):
    activity = record(data, people.secretary)
    with pytest.raises((PermissionDenied, MoveRefused)):
        confirm_activity(activity, by=getattr(people, who))
    assert Activity.objects.get().state == "SUBMITTED"


def test_the_author_never_confirms(people, units):
    activity = ActivityFactory(unit=units["C1-1"], state="SUBMITTED", created_by=people.county)
    with pytest.raises(MoveRefused):
        confirm_activity(activity, by=people.county)


def test_a_return_needs_a_reason_and_is_answered(people, data):
    activity = record(data, people.secretary)
    with pytest.raises(MoveRefused):
        return_activity(activity, by=people.county, reason="  ")
    returned = return_activity(activity, by=people.county, reason="请补充地点")
    assert (returned.state, returned.returned_by, returned.reason) == (
        "RETURNED",
        people.county,
        "请补充地点",
    )
    again = submit_activity(returned, by=people.secretary)
    assert (again.state, again.returned_by, again.returned_at) == ("SUBMITTED", None, None)


def test_a_submitted_record_is_taken_back_and_submitted_again(people, data):
    draft = withdraw_activity(record(data, people.secretary), by=people.secretary)
    assert draft.state == "DRAFT"
    assert submit_activity(draft, by=people.secretary).state == "SUBMITTED"


@pytest.mark.parametrize("move", [submit_activity, withdraw_activity])
def test_moves_of_the_unit_are_closed_to_strangers(people, data, move):
    activity = record(data, people.secretary)
    for stranger in (people.secretary2, people.member, people.province):
        with pytest.raises(PermissionDenied):
            move(activity, by=stranger)


@pytest.mark.parametrize("move", [amend_activity, void_activity])
def test_amending_and_voiding_need_the_right_and_a_reason(people, data, move):
    activity = confirm_activity(record(data, people.secretary), by=people.county)
    with pytest.raises(PermissionDenied):
        move(activity, by=people.secretary2, reason="x")
    with pytest.raises(MoveRefused):
        move(activity, by=people.secretary, reason="")
    assert Activity.objects.get().state == "CONFIRMED"


def test_a_void_record_ceases_to_count(people, units, data, announced):
    activity = confirm_activity(record(data, people.secretary), by=people.county)
    announced.clear()
    void = void_activity(activity, by=people.secretary, reason="重复录入")
    assert (void.state, void.reason) == ("VOID", "重复录入")
    assert announced == [({units["C1-1"].pk}, {activity.held_on})]
    with pytest.raises(MoveRefused):
        void_activity(void, by=people.secretary, reason="再次")


def test_voiding_what_never_counted_is_no_news(people, data, announced):
    void_activity(record(data, people.secretary), by=people.secretary, reason="重复")
    assert announced == []


# --- in bulk --------------------------------------------------------------------------------------
def test_many_are_confirmed_and_the_exceptions_are_told(people, units, data, announced):
    good = [record(data, people.secretary, title=f"第{number}次") for number in range(3)]
    own = ActivityFactory(unit=units["C1-2"], state="SUBMITTED", created_by=people.county)
    changed = record(data, people.secretary, title="改过")
    done = confirm_activity(record(data, people.secretary), by=people.county_deputy)
    unseen = ActivityFactory(unit=units["B2-B"], state="SUBMITTED")
    announced.clear()
    versions = {row.pk: row.version for row in [*good, own, done, unseen]} | {changed.pk: 1}
    confirmed, refused = confirm_many(versions, by=people.county)
    assert confirmed == good
    assert {row.pk for row, _reason in refused} == {own.pk, changed.pk, done.pk}
    assert all(str(reason) for _row, reason in refused)
    assert announced == [({units["C1-1"].pk}, {good[0].held_on})]
    assert Activity.objects.get(pk=unseen.pk).state == "SUBMITTED"


def test_confirming_nothing_is_no_news(people, announced):
    assert confirm_many({}, by=people.county) == ([], [])
    assert announced == []


# --- by lapse -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "state"),
    [
        # submitted on Monday 15 June; Friday 19 June is a holiday: the tenth working day is Tuesday 30 June
        (datetime(2026, 6, 30, 15, 59, tzinfo=UTC), "SUBMITTED"),
        (datetime(2026, 6, 30, 16, 1, tzinfo=UTC), "CONFIRMED"),
    ],
)
def test_what_nobody_answers_in_ten_working_days_is_confirmed(
    people, units, data, monday_noon, announced, now, state
):
    activity = record(data, people.secretary)
    monday_noon.move_to(now)
    assert confirm_lapsed() == (state == "CONFIRMED")
    activity.refresh_from_db()
    assert (activity.state, activity.by_lapse, activity.confirmed_by) == (state, state == "CONFIRMED", None)
    if state == "CONFIRMED":
        assert announced == [({units["C1-1"].pk}, {activity.held_on})]
        assert AuditEvent.objects.filter(verb="lapse", actor=None).count() == 1
        assert confirm_lapsed() == 0
