"""What meetings leave to do, and the core tasks of which they speak."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityState
from activities.models import ActionItem, Activity, CoreTask
from activities.records import RecordRefused
from activities.selectors import open_action_items
from branches.models import PartyUnit
from branches.selectors import allowed, has_permission
from core import audit
from core.workflow import MoveRefused


def close_action_items(keys: Iterable[int], meeting: Activity, *, by: Any) -> None:
    """Tick off what earlier meetings of the unit had left to do, done by the day of ``meeting``. What
    it ticked off before follows its day."""
    meeting.items_settled.update(done_on=meeting.held_on)
    items = open_action_items(meeting.unit, meeting.held_on).filter(pk__in=list(keys))
    for item in items.select_for_update(of=("self",)).select_related("activity__unit"):
        ActionItem.objects.filter(pk=item.pk).update(done_on=meeting.held_on, done_in=meeting)
        scope = meeting.unit.path or ""
        audit.record(
            "close_action_item", item.activity, by=by, scope=scope, item=item.text, meeting=meeting.pk
        )


def refuse_done_before_left(meeting: Activity) -> None:
    """When its day changes, neither what it left nor what it ticked off is done before it was left to do."""
    items = ActionItem.objects.filter(Q(done_in=meeting) | Q(activity=meeting))
    if early := items.filter(done_in__held_on__lt=F("activity__held_on")).first():
        raise RecordRefused(
            _("“%(item)s” would be done before it was left to do. Give another day, or undo its tick first.")
            % {"item": early.text}
        )


@transaction.atomic
def reopen_action_item(item: ActionItem, *, by: Any) -> ActionItem:
    """It was ticked off by mistake: it is to be done again. For whoever keeps the unit's records, as the tick
    is; a second time changes nothing."""
    if not allowed(by, item.activity, "change"):
        raise PermissionDenied
    rows = ActionItem.objects.select_for_update(of=("self",)).select_related("activity__unit")
    locked = rows.get(pk=item.pk)
    if locked.done_on is None:
        return locked
    if locked.activity.state == ActivityState.VOID:
        raise MoveRefused(_("Its record is void."))
    _untick(locked, by=by)
    return locked


def reopen_settled(meeting: Activity, *, by: Any) -> None:
    """What ``meeting`` ticked off is to be done again: a void record proves nothing."""
    items = ActionItem.objects.filter(done_in=meeting).order_by("pk")
    for item in items.select_for_update(of=("self",)).select_related("activity__unit"):
        _untick(item, by=by)


def _untick(item: ActionItem, *, by: Any) -> None:
    done_on, item.done_on, item.done_in = item.done_on, None, None
    item.save(update_fields=["done_on", "done_in"])
    scope = item.activity.unit.path or ""
    day = done_on and done_on.isoformat()
    audit.record("reopen_action_item", item.activity, by=by, scope=scope, item=item.text, done_on=day)


@transaction.atomic
def add_core_task(
    unit: PartyUnit, name: str, *, starts_on: date, ends_on: date | None = None, by: Any
) -> CoreTask:
    """``by`` None is the system itself: the demo."""
    if by is not None and not has_permission(by, "activities.add_coretask", unit):
        raise PermissionDenied
    if ends_on and ends_on < starts_on:
        raise RecordRefused(_("The last day lies before the first."))
    task, made = CoreTask.objects.get_or_create(
        unit=unit, name=name.strip(), starts_on=starts_on, defaults={"ends_on": ends_on}
    )
    if not made:
        raise RecordRefused(_("This core task is on the list already."))
    audit.record("create", task, by=by, scope=unit.path or "", name=task.name)
    return task


@transaction.atomic
def end_core_task(task: CoreTask, *, ends_on: date, by: Any) -> CoreTask:
    """``ends_on`` is its last day; what was recorded of it stays."""
    if not allowed(by, task, "change"):
        raise PermissionDenied
    if ends_on < task.starts_on:
        raise RecordRefused(_("The last day lies before the first."))
    task.ends_on = ends_on
    task.save(update_fields=["ends_on"])
    audit.record("end", task, by=by, scope=task.unit.path or "", ends_on=ends_on.isoformat())
    return task
