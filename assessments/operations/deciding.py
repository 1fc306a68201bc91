"""What the owner of an indicator decides on its figures (domain.md 5.4, ADR 0010)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import IndicatorValue
from assessments.operations.values import tell
from assessments.value_moves import VALUE_MOVES
from branches.selectors import allowed
from core import workflow


@transaction.atomic
def verify_values(
    values: Iterable[tuple[IndicatorValue, int]], *, by: Any
) -> tuple[list[IndicatorValue], list[tuple[IndicatorValue, Any]]]:
    """Verify each figure that was seen in its version: (verified, [(figure, why not)])."""
    seen, refused = [], []
    for value, version in values:
        try:
            workflow.lock_version(value, version)
            seen.append(value)
        except workflow.VersionConflict:
            refused.append((value, _("Somebody changed this meanwhile; look at it again.")))
    verified, others = workflow.move_many(seen, "verify_value", VALUE_MOVES, by=by, allowed=allowed)
    tell({value.unit_id for value in verified}, {value.period for value in verified})
    return verified, [*refused, *others]


@transaction.atomic
def return_value(value: IndicatorValue, *, by: Any, reason: str, version: int | None) -> IndicatorValue:
    """Whoever entered it corrects it; until then it does not count, but what it was to correct does."""
    workflow.lock_version(value, version)
    moved: IndicatorValue = workflow.move(
        value, "return_value", VALUE_MOVES, by=by, allowed=allowed, reason=reason
    )
    tell({moved.unit_id}, [moved.period])
    return moved
