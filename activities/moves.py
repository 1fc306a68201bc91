"""The moves of an activity record: the one table to read (architecture.md settled 5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityState as State
from activities.rules import needs_core_task
from core.workflow import Move

CORE_TASK_MISSING = _("Say which core task was spoken of, or why of none this time.")


def _core_task_missing(activity: Any) -> Any:
    kinds = [count.kind for count in activity.counts.all()]
    missing = needs_core_task(kinds, activity.core_task_id, activity.no_core_task)
    return CORE_TASK_MISSING if missing else None


def _touched_since(activity: Any) -> Any:
    """A return is taken back while nothing came after it."""
    before = version_before(activity)
    if before is None or before.state != State.SUBMITTED:
        return _("%(unit)s has gone on working on it since.") % {"unit": activity.unit}
    return None


def version_before(activity: Any, *, steps: int = 1) -> Any:
    """The record as it stood before the last thing that was done to it, if that is kept."""
    return activity.history.filter(version=activity.version - steps).first()


MOVES = {
    "begin": Move(sources=frozenset({State.PLANNED}), target=State.DRAFT, permission="change"),
    "submit": Move(
        sources=frozenset({State.DRAFT}),
        target=State.SUBMITTED,
        permission="submit",
        stamp="submitted",
        guard=_core_task_missing,
    ),
    "resubmit": Move(
        sources=frozenset({State.RETURNED}),
        target=State.SUBMITTED,
        permission="submit",
        stamp="submitted",
        clears=("returned",),
        guard=_core_task_missing,
    ),
    "withdraw": Move(sources=frozenset({State.SUBMITTED}), target=State.DRAFT, permission="submit"),
    "confirm": Move(
        sources=frozenset({State.SUBMITTED}),
        target=State.CONFIRMED,
        permission="confirm",
        stamp="confirmed",
        authors=("created_by", "submitted_by"),
        changes={"by_lapse": False},
    ),
    "return": Move(
        sources=frozenset({State.SUBMITTED}),
        target=State.RETURNED,
        permission="confirm",
        stamp="returned",
        authors=("created_by", "submitted_by"),
        needs_reason=True,
    ),
    "unreturn": Move(
        sources=frozenset({State.RETURNED}),
        target=State.SUBMITTED,
        permission="confirm",
        clears=("returned",),
        authors=("created_by", "submitted_by"),
        only="returned_by",
        guard=_touched_since,
    ),
    "lapse": Move(
        sources=frozenset({State.SUBMITTED}),
        target=State.CONFIRMED,
        permission="confirm",
        stamp="confirmed",
        changes={"by_lapse": True},
    ),
    "amend": Move(
        sources=frozenset({State.CONFIRMED}),
        target=State.SUBMITTED,
        permission="change",
        stamp="submitted",
        clears=("confirmed",),
        needs_reason=True,
        changes={"by_lapse": False},
    ),
    "void": Move(
        sources=frozenset(set(State) - {State.VOID}),
        target=State.VOID,
        permission="change",
        needs_reason=True,
    ),
}

# In these states the facts may be changed; a confirmed record is amended, with a reason, first.
EDITABLE = frozenset({State.PLANNED, State.DRAFT, State.RETURNED, State.SUBMITTED})
