"""The moves of a reported figure and of an exclusion: the one table to read (domain.md 5.4, ADR 0010)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.choices import ExclusionState, PeriodState, ValueState
from core.workflow import Move

ARCHIVED = _("The period is archived: its figures stay as they are.")


def _archived(figure: Any) -> Any:
    return ARCHIVED if figure.period.state == PeriodState.ARCHIVED else None


def _value_archived(exclusion: Any) -> Any:
    return _archived(exclusion.value)


# A verified correction takes the place of what counted until then; a returned one does not.
STANDS = {
    "standing_value": "value",
    "standing_denominator": "denominator",
    "standing_raw": "raw",
    "standing_origin": "origin",
    "standing_entered_by": "entered_by",
    "standing_entered_at": "entered_at",
    "standing_decided_by": "decided_by",
    "standing_decided_at": "decided_at",
}
NOTHING_STANDS = {name: "" if name == "standing_origin" else None for name in STANDS}
VALUE_MOVES = {
    "verify_value": Move(
        sources=frozenset({ValueState.SUBMITTED}),
        target=ValueState.VERIFIED,
        permission="verify",
        stamp="decided",
        authors=("entered_by",),
        guard=_archived,
        changes={"reason": "", **NOTHING_STANDS},
    ),
    "return_value": Move(
        sources=frozenset({ValueState.SUBMITTED, ValueState.VERIFIED}),
        target=ValueState.RETURNED,
        permission="verify",
        stamp="decided",
        authors=("entered_by",),
        needs_reason=True,
        guard=_archived,
    ),
}
EXCLUSION_MOVES = {
    "verify_exclusion": Move(
        sources=frozenset({ExclusionState.ASKED}),
        target=ExclusionState.VERIFIED,
        permission="verify",
        stamp="decided",
        authors=("asked_by",),
        guard=_value_archived,
    ),
    "refuse_exclusion": Move(
        sources=frozenset({ExclusionState.ASKED}),
        target=ExclusionState.REFUSED,
        permission="verify",
        stamp="decided",
        authors=("asked_by",),
        needs_reason=True,
        guard=_value_archived,
    ),
}
