"""The moves of a record, and the news that what counts has changed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityState
from activities.models import Activity, Participation
from activities.moves import MOVES, version_before
from activities.operations.bulk import keep_first_versions
from activities.operations.minutes import reopen_settled
from activities.rules import LAPSE_WORKING_DAYS, is_late
from activities.selectors import may
from activities.signals import counting_changed
from core import calendar, clock
from core.workflow import MoveRefused, VersionConflict, lock_version, move, move_many

Refused = tuple[Activity, Any]  # a record and why not


def announce(activity_ids: Iterable[int]) -> None:
    """Tell the floors above that these records began, ceased or changed to count."""
    parts = Participation.objects.filter(activity__in=list(activity_ids)).values_list(
        "unit_id", "activity__held_on"
    )
    if found := list(parts):
        counting_changed.send(
            sender=Activity, unit_ids={unit for unit, _day in found}, days={day for _unit, day in found}
        )


def stamp_first_submission(activity: Activity) -> None:
    """Keep when it was first submitted, and whether that was late; a record that never was is not late."""
    if activity.submitted_at is None:
        return
    activity.first_submitted_at = activity.first_submitted_at or activity.submitted_at
    activity.is_late = is_late(activity.held_on, activity.first_submitted_at)
    Activity.objects.filter(pk=activity.pk).update(
        first_submitted_at=activity.first_submitted_at, is_late=activity.is_late
    )


def refuse_changed(activity: Activity, version: int | None) -> None:
    """Lock the record and refuse when it is no longer in ``version``, the one a person saw."""
    if version is None:
        return
    try:
        lock_version(activity, version)
    except VersionConflict as error:
        raise MoveRefused(_("It was changed after you opened it. Look at it again.")) from error


@transaction.atomic
def submit_activity(activity: Activity, *, by: User, version: int | None = None) -> Activity:
    refuse_changed(activity, version)
    name = "resubmit" if activity.state == ActivityState.RETURNED else "submit"
    moved = move(activity, name, MOVES, by=by, allowed=may)
    stamp_first_submission(moved)
    return moved


@transaction.atomic
def withdraw_activity(activity: Activity, *, by: User, version: int | None = None) -> Activity:
    refuse_changed(activity, version)
    return move(activity, "withdraw", MOVES, by=by, allowed=may)


@transaction.atomic
def confirm_activity(activity: Activity, *, by: User, version: int | None = None) -> Activity:
    """Confirm the record, where a person saw it as it stood in ``version``."""
    refuse_changed(activity, version)
    moved = move(activity, "confirm", MOVES, by=by, allowed=may)
    announce([moved.pk])
    return moved


@transaction.atomic
def return_activity(activity: Activity, *, by: User, reason: str, version: int | None = None) -> Activity:
    """Return the record, where a person saw it as it stood in ``version``."""
    refuse_changed(activity, version)
    keep_first_versions([activity.pk])
    return move(activity, "return", MOVES, by=by, allowed=may, reason=reason)


@transaction.atomic
def take_back_return(activity: Activity, *, by: User, version: int | None = None) -> Activity:
    """It was returned by mistake: it waits again since the day it was submitted, as if nothing had been said.
    For who returned it, while nobody worked on it since."""
    refuse_changed(activity, version)
    moved = move(activity, "unreturn", MOVES, by=by, allowed=may)
    moved.reason = version_before(moved, steps=2).reason  # what an earlier return or correction said
    moved.save(update_fields=["reason"])
    return moved


@transaction.atomic
def amend_activity(activity: Activity, *, by: User, reason: str) -> Activity:
    """Take a confirmed record back to be confirmed again; its confirmed version stays in the history."""
    keep_first_versions([activity.pk])
    moved = move(activity, "amend", MOVES, by=by, allowed=may, reason=reason)
    announce([moved.pk])
    return moved


@transaction.atomic
def void_activity(activity: Activity, *, by: User, reason: str, version: int | None = None) -> Activity:
    refuse_changed(activity, version)
    keep_first_versions([activity.pk])
    counted = Activity.objects.confirmed().filter(pk=activity.pk).exists()
    moved = move(activity, "void", MOVES, by=by, allowed=may, reason=reason)
    reopen_settled(moved, by=by)
    if counted:
        announce([moved.pk])
    return moved


@transaction.atomic
def confirm_many(versions: Mapping[int, int], *, by: User) -> tuple[list[Activity], list[Refused]]:
    """Confirm the records with these keys, each as it stood in the given version.

    Only records within the person's sight are named in the answer; others are passed over.
    """
    seen = Activity.objects.allowed_to(by, "view").filter(pk__in=list(versions))
    seen = Activity.objects.filter(pk__in=seen.values("pk"))
    locked = list(seen.select_for_update(of=("self",)).order_by("pk"))
    same = [activity for activity in locked if activity.version == versions[activity.pk]]
    changed = _("It was changed after you opened the list. Look at it again.")
    refused = [(activity, changed) for activity in locked if activity.version != versions[activity.pk]]
    moved, not_moved = move_many(same, "confirm", MOVES, by=by, allowed=may)
    announce([activity.pk for activity in moved])
    return moved, [*refused, *not_moved]


def confirm_lapsed() -> int:
    """Confirm what nobody answered in time: slow review is never charged to the branch."""
    yesterday = clock.today() - timedelta(days=1)
    last_day = calendar.working_days_before(yesterday, LAPSE_WORKING_DAYS)
    waiting = Activity.objects.filter(state=ActivityState.SUBMITTED, submitted_at__date__lte=last_day)
    return sum(_lapse(activity) for activity in waiting.order_by("pk"))


@transaction.atomic
def _lapse(activity: Activity) -> bool:
    try:
        moved = move(activity, "lapse", MOVES, by=None, allowed=may)
    except MoveRefused:  # answered a moment ago
        return False
    announce([moved.pk])
    return True
