"""Recording and changing an activity."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityKind, ActivityState
from activities.models import Activity, Appraisal, Attachment, Talk
from activities.moves import EDITABLE, MOVES
from activities.operations.bulk import keep_first_versions
from activities.operations.checking import checked
from activities.operations.minutes import close_action_items, refuse_done_before_left
from activities.operations.reviewing import announce, stamp_first_submission
from activities.operations.writing import changes_between, rewrite_details, snapshot, write_details
from activities.records import OWN_COLUMNS, PLANNED_COLUMNS, ActivityData, Change, refuse_text
from activities.selectors import may
from branches.models import PartyUnit
from core import audit, clock
from core.files import atomic_with_files, store_upload
from core.workflow import MoveRefused, lock_version, move


def record_activity(
    data: ActivityData,
    *,
    by: User,
    submit: bool = True,
    submission_key: UUID | None = None,
    files: Iterable[Any] = (),
) -> tuple[Activity, bool]:
    """The record and whether it is new: the same person's same key gives the first record again."""
    return _once(
        by, submission_key, lambda: _record(data, by=by, submit=submit, key=submission_key, files=files)
    )


def plan_meeting(
    data: ActivityData, *, by: User, submission_key: UUID | None = None
) -> tuple[Activity, bool]:
    """What is to be held, on whatever day; it becomes a record by ``update_activity``."""
    return _once(by, submission_key, lambda: _plan(data, by=by, key=submission_key))


def _once(by: User, key: UUID | None, make: Callable[[], Activity]) -> tuple[Activity, bool]:
    first = _recorded(by, key)
    if first:
        return first, False
    try:
        with atomic_with_files():
            return make(), True
    except IntegrityError:
        first = _recorded(by, key)
        if not first:
            raise
        return first, False


def _recorded(by: User, key: UUID | None) -> Activity | None:
    return Activity.objects.filter(created_by=by, submission_key=key).first() if key else None


def _own_unit(data: ActivityData, by: User) -> PartyUnit:
    units = PartyUnit.objects.under_assignments(by, "activities.add_activity")
    unit = units.filter(pk=data.unit_id).first()
    if unit is None:
        raise PermissionDenied
    return unit


def _plan(data: ActivityData, *, by: User, key: UUID | None) -> Activity:
    unit = _own_unit(data, by)
    refuse_text(data, ())
    data = checked(data, by=by, unit=unit, submitted=False, planned=True)
    activity = _made(data, by=by, key=key, state=ActivityState.PLANNED)
    audit.record("plan", activity, by=by, scope=unit.path or "", facts=snapshot(activity))
    return activity


def _made(data: ActivityData, *, by: User, key: UUID | None, state: str) -> Activity:
    activity = Activity(**data.fields, state=state, submission_key=key, created_by=by, created_at=clock.now())
    activity.save()
    write_details([(activity.pk, data)])
    return activity


def _record(
    data: ActivityData, *, by: User, submit: bool, key: UUID | None, files: Iterable[Any]
) -> Activity:
    unit, files = _own_unit(data, by), tuple(files)
    refuse_text(data, files)
    data = checked(data, by=by, unit=unit, submitted=submit)
    activity = _made(data, by=by, key=key, state=ActivityState.DRAFT)
    close_action_items(data.done_items, activity, by=by)
    _attach(activity, files, by=by)
    audit.record("record", activity, by=by, scope=unit.path or "", facts=snapshot(activity))
    if submit:
        activity = move(activity, "submit", MOVES, by=by, allowed=may)
        stamp_first_submission(activity)
    return activity


def _attach(activity: Activity, files: Iterable[Any], *, by: User) -> None:
    for upload in files:
        Attachment.objects.create(activity=activity, file=store_upload(upload, by=by))


def update_activity(activity: Activity, data: ActivityData, *, by: User, change: Change) -> Activity:
    """Change the facts; a confirmed record goes back to be confirmed again, which needs a reason.

    Raises VersionConflict when somebody was faster, MoveRefused when the state does not allow it.
    """
    with atomic_with_files():
        return _update(activity, data, by=by, change=change)


def _update(activity: Activity, data: ActivityData, *, by: User, change: Change) -> Activity:
    if not may(by, activity, "change"):
        raise PermissionDenied
    locked = lock_version(activity, change.version)
    keep_first_versions([locked.pk])
    before = snapshot(locked)
    submitted = change.submit or locked.state in (ActivityState.SUBMITTED, ActivityState.CONFIRMED)
    data = replace(data, unit_id=locked.unit_id)
    staying = locked.attachments.exclude(pk__in=change.remove_files)
    refuse_text(data, [*change.add_files, *staying])
    data = checked(data, by=by, unit=locked.unit, submitted=submitted, activity=locked)
    was_confirmed = locked.state == ActivityState.CONFIRMED
    if was_confirmed:
        announce([locked.pk])  # where and when it counted until now
        locked = move(locked, "amend", MOVES, by=by, allowed=may, reason=change.reason)
    elif locked.state not in EDITABLE:
        raise MoveRefused(_("This record can't be changed any more."))
    elif locked.state == ActivityState.PLANNED:
        locked = move(locked, "begin", MOVES, by=by, allowed=may)
    _write(locked, data, by=by, change=change)
    after = snapshot(locked)
    audit.record(
        "update",
        locked,
        by=by,
        scope=locked.unit.path or "",
        reason=change.reason,
        **changes_between(before, after),
    )
    if was_confirmed:
        announce([locked.pk])
    return _submit(locked, by=by) if change.submit else locked


@transaction.atomic
def change_plan(activity: Activity, data: ActivityData, *, by: User, version: int) -> Activity:
    """Another day, place or agenda for what is still planned."""
    if not may(by, activity, "change"):
        raise PermissionDenied
    locked = lock_version(activity, version)
    if locked.state != ActivityState.PLANNED:
        raise MoveRefused(_("This meeting is no longer only planned. Change its record instead."))
    before = snapshot(locked)
    kept = {name: getattr(locked, name) for name in OWN_COLUMNS if name not in PLANNED_COLUMNS}
    data = replace(data, **kept)
    refuse_text(data, ())
    data = checked(data, by=by, unit=locked.unit, submitted=False, activity=locked, planned=True)
    _write(locked, data, by=by, change=Change(version))
    changes: dict[str, Any] = changes_between(before, snapshot(locked))
    audit.record("update", locked, by=by, scope=locked.unit.path or "", **changes)
    return locked


def _write(locked: Activity, data: ActivityData, *, by: User, change: Change) -> None:
    for name, value in data.fields.items():
        setattr(locked, name, value)
    if locked.state == ActivityState.SUBMITTED:
        # Whoever changes what waits for confirmation submits it anew, and so can't confirm it.
        locked.submitted_by, locked.submitted_at = by, clock.now()
    locked.version += 1
    locked.save()
    rewrite_details(locked, data)
    refuse_done_before_left(locked)
    close_action_items(data.done_items, locked, by=by)
    if data.kind != ActivityKind.HEART_TALK:
        Talk.objects.filter(activity=locked).delete()
    if ActivityKind.DEMOCRATIC_APPRAISAL not in data.kinds:
        Appraisal.objects.filter(activity=locked).delete()
    for attachment in locked.attachments.filter(pk__in=change.remove_files).select_related("file"):
        attachment.delete()
    _attach(locked, change.add_files, by=by)
    stamp_first_submission(locked)


def _submit(activity: Activity, *, by: User) -> Activity:
    name = "resubmit" if activity.state == ActivityState.RETURNED else "submit"
    if activity.state == ActivityState.SUBMITTED:
        return activity
    activity = move(activity, name, MOVES, by=by, allowed=may)
    stamp_first_submission(activity)
    return activity
