"""Leaving out of a figure what was not the unit's doing: asked for by who enters, verified by the owner."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.choices import Direction, ExclusionState, PeriodState, ValueState
from assessments.models import Exclusion, IndicatorValue
from assessments.operations.values import tell
from assessments.reporting import FigureRefused, counted_value, raw_without, stored
from assessments.selectors import excluded_of
from assessments.value_moves import ARCHIVED, EXCLUSION_MOVES
from branches.selectors import allowed
from core import audit, clock, workflow
from core.workflow import MoveRefused


@transaction.atomic
def ask_exclusion(
    value: IndicatorValue, *, by: Any, cause: str, because: str, amount: Decimal | None
) -> Exclusion:
    """``amount`` in the unit of the value; None for all of it. MoveRefused says why it can't be asked for."""
    locked = _locked(value)
    if not allowed(by, locked, "change"):
        raise PermissionDenied
    size = None if amount is None else stored(amount)
    known = Exclusion.objects.filter(value=locked, cause=cause, because=because, amount=size, state="ASKED")
    if known.exists():  # the form was sent twice
        return known.get()
    taken = Exclusion.objects.filter(value=locked).exclude(state=ExclusionState.REFUSED)
    _check(locked, size, list(taken.values_list("amount", flat=True)))
    exclusion = Exclusion.objects.create(
        value=locked,
        unit_id=locked.unit_id,
        cause=cause,
        because=because,
        amount=size,
        asked_by=by,
        asked_at=clock.now(),
    )
    audit.record(
        "ask_exclusion", locked, by=by, scope=locked.unit.path or "", reason=because, amount=_text(amount)
    )
    return exclusion


def _locked(value: IndicatorValue) -> IndicatorValue:
    values = IndicatorValue.objects.select_for_update(of=("self",))
    return values.select_related("indicator", "unit", "period").get(pk=value.pk)


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def _check(value: IndicatorValue, size: int | None, others: list[int | None]) -> None:
    """``others`` are the exclusions it comes on top of: when it is asked for, also those that wait."""
    if value.state not in (ValueState.SUBMITTED, ValueState.VERIFIED):
        raise MoveRefused(_("Submit the figure first."))
    if value.period.state == PeriodState.ARCHIVED:
        raise MoveRefused(ARCHIVED)
    if value.indicator.direction == Direction.HIGHER:
        if size is None:
            raise MoveRefused(_("More is better here: say how much was lost."))
        return
    left = counted_value(value.indicator, value.value, others)
    if left <= 0 or (size is not None and size > left):
        raise MoveRefused(_("No more can be left out than was reported."))


@transaction.atomic
def verify_exclusion(exclusion: Exclusion, *, by: Any, version: int | None) -> Exclusion:
    """From now on the figure counts without it; the reported value stays."""
    value = _locked(exclusion.value)  # first the figure, as entering does
    workflow.lock_version(exclusion, version)
    others = excluded_of([value.pk]).get(value.pk, [])
    moved: Exclusion = workflow.move(exclusion, "verify_exclusion", EXCLUSION_MOVES, by=by, allowed=allowed)
    _check(value, moved.amount, others)  # since it was asked for, others may have been verified
    before = value.raw
    amounts = [*others, moved.amount]
    try:
        value.raw = raw_without(value.indicator, value.value, value.denominator, amounts)
        if value.standing_value is not None:
            value.standing_raw = raw_without(
                value.indicator, value.standing_value, value.standing_denominator, amounts
            )
    except FigureRefused as error:
        raise MoveRefused(error.args[0]) from error
    value.version += 1
    value.save(update_fields=["raw", "standing_raw", "version"])
    audit.record(
        "exclude",
        value,
        by=by,
        scope=value.unit.path or "",
        reason=exclusion.because,
        raw=[before, value.raw],
    )
    tell({value.unit_id}, [value.period])
    return moved


@transaction.atomic
def refuse_exclusion(exclusion: Exclusion, *, by: Any, reason: str, version: int | None) -> Exclusion:
    workflow.lock_version(exclusion, version)
    moved: Exclusion = workflow.move(
        exclusion, "refuse_exclusion", EXCLUSION_MOVES, by=by, allowed=allowed, reason=reason
    )
    audit.record("refuse_exclusion", moved.value, by=by, scope=moved.unit.path or "", reason=reason.strip())
    return moved
