"""The entry sheet and its parts, the filters, the decisions."""

from activities.forms.conflict import Conflict, settled
from activities.forms.core_tasks import CoreTaskForm, EndCoreTaskForm
from activities.forms.filters import ActivityFilterForm
from activities.forms.sheet import EntrySheet, blank_values, next_values, record_values

__all__ = [
    "ActivityFilterForm",
    "Conflict",
    "CoreTaskForm",
    "EndCoreTaskForm",
    "EntrySheet",
    "blank_values",
    "next_values",
    "record_values",
    "settled",
]
