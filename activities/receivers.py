"""What the record of activities does when the floors below tell of a change."""

from typing import Any

from django.dispatch import receiver

from activities.operations import take_back_of_closed
from branches.signals import units_closed


@receiver(units_closed, dispatch_uid="activities.take_back_of_closed")
def take_back(sender: Any, *, unit_ids: set[int], **_kwargs: Any) -> None:
    take_back_of_closed(unit_ids)
