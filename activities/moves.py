"""The moves of an activity record: the one table to read (architecture.md settled 5)."""

from activities.choices import ActivityState as State
from core.workflow import Move

MOVES = {
    "submit": Move(
        sources=frozenset({State.PLANNED, State.DRAFT}),
        target=State.SUBMITTED,
        permission="submit",
        stamp="submitted",
    ),
    "resubmit": Move(
        sources=frozenset({State.RETURNED}),
        target=State.SUBMITTED,
        permission="submit",
        stamp="submitted",
        clears=("returned",),
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
