"""Whatever people try in whatever order, the rules hold and every step is on record."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity
from activities.moves import MOVES
from activities.operations import (
    amend_activity,
    confirm_activity,
    confirm_lapsed,
    record_activity,
    return_activity,
    submit_activity,
    take_back_return,
    update_activity,
    void_activity,
    withdraw_activity,
)
from activities.records import Change
from core.models import AuditEvent
from core.workflow import MoveRefused, VersionConflict

PEOPLE = ["secretary", "deputy", "county", "county_deputy", "bureau", "secretary2", "member", "province"]
STEPS = {
    "submit": lambda activity, by, data: submit_activity(activity, by=by),
    "withdraw": lambda activity, by, data: withdraw_activity(activity, by=by),
    "confirm": lambda activity, by, data: confirm_activity(activity, by=by),
    "return": lambda activity, by, data: return_activity(activity, by=by, reason="补充"),
    "unreturn": lambda activity, by, data: take_back_return(activity, by=by),
    "return without reason": lambda activity, by, data: return_activity(activity, by=by, reason=""),
    "amend": lambda activity, by, data: amend_activity(activity, by=by, reason="更正"),
    "void": lambda activity, by, data: void_activity(activity, by=by, reason="作废"),
    "change": lambda activity, by, data: update_activity(
        activity, data(title=f"{activity.title}改"[:200]), by=by, change=Change(activity.version, "更正")
    ),
    "change a stale version": lambda activity, by, data: update_activity(
        activity, data(title="旧"), by=by, change=Change(activity.version - 1, "更正")
    ),
    "lapse": lambda activity, by, data: confirm_lapsed(),
}
ALLOWED = {(source, move.target) for move in MOVES.values() for source in move.sources}
REFUSALS = (MoveRefused, PermissionDenied, VersionConflict)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(PEOPLE)), max_size=14))
def test_no_order_of_steps_breaks_the_rules(people, data, announced, steps):
    activity, _created = record_activity(data(), by=people.secretary, submit=False)
    for name, who in steps:
        before = Activity.objects.get(pk=activity.pk)
        events = AuditEvent.objects.count()
        announced.clear()
        try:
            STEPS[name](before, getattr(people, who), data)
        except REFUSALS:
            assert unchanged(before), (name, who)
            assert AuditEvent.objects.count() == events
            assert announced == []
            continue
        after = Activity.objects.get(pk=activity.pk)
        check_step(before, after, name, who)
        check_news(before, after, announced)


def unchanged(before):
    now = Activity.objects.get(pk=before.pk)
    return all(
        getattr(now, field.attname) == getattr(before, field.attname) for field in Activity._meta.fields
    )


def check_step(before, after, name, who):
    if after.state != before.state:
        assert (before.state, after.state) in ALLOWED
    if name != "lapse":
        assert after.version > before.version
    if after.state == "CONFIRMED" and before.state != "CONFIRMED":
        confirmer = after.confirmed_by
        assert confirmer.username in ("county", "county_deputy")
        assert confirmer not in (after.created_by, after.submitted_by)
    assert who not in ("secretary2", "member", "province") or name == "lapse"
    if after.state in ("RETURNED", "VOID"):
        assert after.reason


def check_news(before, after, announced):
    """The floors above hear of it exactly when what counts has changed."""
    counts = "CONFIRMED" in (before.state, after.state) and before.state != after.state
    assert bool(announced) == counts


@pytest.mark.parametrize("name", sorted(MOVES))
def test_every_move_names_who_may_make_it(name):
    assert MOVES[name].permission in ("submit", "confirm", "change")


def test_a_void_record_is_the_end():
    assert not any("VOID" in move.sources for move in MOVES.values())
