from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from activities.choices import ActivityState as State
from core import clock
from core.models import AuditEvent
from core.workflow import Move, MoveRefused, move, move_many
from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory

pytestmark = pytest.mark.django_db
MOVES = {
    "confirm": Move(
        frozenset({State.SUBMITTED}), State.CONFIRMED, "confirm", stamp="confirmed", authors=("created_by",)
    ),
    "return": Move(
        frozenset({State.SUBMITTED}), State.RETURNED, "confirm", stamp="returned", needs_reason=True
    ),
    "amend": Move(
        frozenset({State.CONFIRMED}),
        State.SUBMITTED,
        "change",
        clears=("confirmed",),
        needs_reason=True,
        changes={"place": "", "by_lapse": False},
    ),
}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def reviewer():
    return UserFactory()


def submitted(**values):
    return ActivityFactory(state=State.SUBMITTED, **values)


def events():
    return AuditEvent.objects.filter(object_type="activities.activity")


def anybody(user, obj, permission):
    return True


def nobody(user, obj, permission):
    return False


def test_a_move_stamps_counts_and_is_recorded(reviewer):
    activity = submitted()
    moved = move(activity, "confirm", MOVES, by=reviewer, allowed=anybody)
    activity.refresh_from_db()
    assert (activity.state, activity.confirmed_by, activity.version) == (State.CONFIRMED, reviewer, 2)
    assert clock.now() - activity.confirmed_at < clock.now() - activity.submitted_at
    assert moved == activity
    event = events().get()
    assert (event.verb, event.actor, event.object_type, event.object_id, event.scope, event.summary) == (
        "confirm",
        reviewer,
        "activities.activity",
        str(activity.pk),
        activity.unit.path or "",
        {"state": ["SUBMITTED", "CONFIRMED"]},
    )


def test_a_move_clears_changes_and_keeps_the_reason(reviewer):
    activity = ActivityFactory(place="三楼")
    move(activity, "amend", MOVES, by=reviewer, allowed=anybody, reason=" 人数有误 ")
    activity.refresh_from_db()
    assert (
        activity.state,
        activity.confirmed_by,
        activity.confirmed_at,
        activity.place,
        activity.reason,
    ) == (
        State.SUBMITTED,
        None,
        None,
        "",
        "人数有误",
    )


def test_the_state_is_looked_up_anew(reviewer):
    activity = submitted()
    move(activity, "confirm", MOVES, by=reviewer, allowed=anybody)
    with pytest.raises(MoveRefused, match="This record is now “confirmed”"):
        move(activity, "confirm", MOVES, by=reviewer, allowed=anybody)
    assert events().count() == 1


def test_nobody_decides_on_a_record_of_their_own():
    activity = submitted()
    with pytest.raises(MoveRefused, match="Nobody decides on a record of their own"):
        move(activity, "confirm", MOVES, by=activity.created_by, allowed=anybody)


def test_a_missing_right_is_no_matter_of_state(reviewer):
    with pytest.raises(PermissionDenied):
        move(ActivityFactory(), "confirm", MOVES, by=reviewer, allowed=nobody)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reason_has_to_be_given(reviewer, reason):
    with pytest.raises(MoveRefused, match="Give a reason"):
        move(submitted(), "return", MOVES, by=reviewer, allowed=anybody, reason=reason)


def test_a_guard_has_the_last_word(reviewer):
    moves = {"confirm": replace(MOVES["confirm"], guard=lambda activity: "The period is closed.")}
    with pytest.raises(MoveRefused, match="The period is closed"):
        move(submitted(), "confirm", moves, by=reviewer, allowed=anybody)


def test_the_system_needs_no_right_and_is_nobodys_author():
    moves = {
        "confirm": replace(
            MOVES["confirm"], stamp="", changes={"by_lapse": True, "confirmed_at": clock.now()}
        )
    }
    moved = move(submitted(), "confirm", moves, by=None, allowed=nobody)
    assert (moved.state, moved.by_lapse, events().get().actor) == (State.CONFIRMED, True, None)


def test_many_moves_leave_out_what_can_not_be_moved(reviewer):
    good, own, done, foreign = submitted(), submitted(created_by=reviewer), ActivityFactory(), submitted()
    moved, refused = move_many(
        [good, own, done, foreign],
        "confirm",
        MOVES,
        by=reviewer,
        allowed=lambda user, obj, permission: obj != foreign,
    )
    assert moved == [good]
    assert [(obj, str(reason)) for obj, reason in refused] == [
        (own, "Nobody decides on a record of their own. A colleague has to do it."),
        (done, "This record is now “confirmed”; that can't be done any more."),
        (foreign, "You may not do this."),
    ]
    assert events().count() == 1
