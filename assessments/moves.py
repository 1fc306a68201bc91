"""The moves of a period, of a prepared board and of an objection: the tables to read (settled 4 and 11).

A period becomes PUBLISHED by publishing its last waiting board, from any state: no move leads there.
"""

from assessments.choices import ObjectionState, PeriodState, ProposalState
from assessments.rounds import not_ready_to_archive, not_ready_to_preview, not_ready_to_step_back
from core.workflow import Move

PERIOD_MOVES = {
    "verify": Move(frozenset({PeriodState.COLLECTING}), PeriodState.VERIFYING, "move"),
    "collect": Move(frozenset({PeriodState.VERIFYING}), PeriodState.COLLECTING, "move", needs_reason=True),
    "preview": Move(
        frozenset({PeriodState.VERIFYING}),
        PeriodState.PREVIEW,
        "move",
        stamp="previewed",
        guard=not_ready_to_preview,
    ),
    "reopen": Move(
        frozenset({PeriodState.PREVIEW}),
        PeriodState.VERIFYING,
        "move",
        clears=("previewed",),
        needs_reason=True,
        guard=not_ready_to_step_back,
    ),
    "archive": Move(
        frozenset({PeriodState.PUBLISHED}),
        PeriodState.ARCHIVED,
        "move",
        stamp="archived",
        guard=not_ready_to_archive,
    ),
}

_PREPARED = frozenset({ProposalState.PREPARED})
PROPOSAL_MOVES = {
    "approve": Move(_PREPARED, ProposalState.APPROVED, "publish", stamp="decided", authors=("prepared_by",)),
    "return": Move(
        _PREPARED,
        ProposalState.RETURNED,
        "publish",
        stamp="decided",
        authors=("prepared_by",),
        needs_reason=True,
    ),
    "withdraw": Move(_PREPARED, ProposalState.WITHDRAWN, "publish", stamp="decided"),
}

_OPEN = frozenset({ObjectionState.OPEN})
OBJECTION_MOVES = {
    "uphold": Move(
        _OPEN, ObjectionState.UPHELD, "answer", stamp="answered", authors=("raised_by",), needs_reason=True
    ),
    "reject": Move(
        _OPEN, ObjectionState.REJECTED, "answer", stamp="answered", authors=("raised_by",), needs_reason=True
    ),
    "withdraw": Move(_OPEN, ObjectionState.WITHDRAWN, "add", stamp="answered"),
}
