"""News from the records: what began or ceased to count is scored again as soon as that is committed."""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from kombu.exceptions import OperationalError as BrokerAway

from activities.signals import counting_changed
from assessments import tasks
from assessments.operations import forget_unit, mark_dirty
from branches.signals import opening_taken_back
from pairings.signals import pairings_changed

logger = logging.getLogger(__name__)


@receiver(pairings_changed, dispatch_uid="assessments.mark_dirty_by_pairings")
@receiver(counting_changed, dispatch_uid="assessments.mark_dirty")
def mark_and_ring(sender: Any, *, unit_ids: Any, days: Any, **kwargs: Any) -> None:
    mark_dirty(unit_ids, days)
    # robust: the confirmation stands even if scoring fails; the marks stay, and beat comes back to them
    transaction.on_commit(ring, robust=True)


@receiver(opening_taken_back, dispatch_uid="assessments.forget_unit")
def forget_and_ring(sender: Any, *, unit: Any, **kwargs: Any) -> None:
    if forget_unit(unit):
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Without a broker the task runs here and now, so that the score moves at once."""
    try:
        tasks.rescore_dirty.apply_async(retry=False)
    except (BrokerAway, OSError):
        logger.warning("The broker is away; what changed is rescored when beat comes round.")
