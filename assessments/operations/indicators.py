from typing import Any

from django.db import transaction

from assessments.models import Indicator
from core import audit


@transaction.atomic
def rename_indicator(indicator: Indicator, *, by: Any, name: str) -> Indicator:
    """Code and ``per`` stay: figures were entered for them."""
    locked = Indicator.objects.select_for_update().get(pk=indicator.pk)
    before, locked.name = locked.name, name
    locked.save(update_fields=["name"])
    audit.record("rename_indicator", locked, by=by, name=[before, name])
    return locked
