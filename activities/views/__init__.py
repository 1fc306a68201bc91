from activities.views.core_tasks import CoreTaskCreateView, CoreTaskEndView, CoreTaskListView
from activities.views.deciding import MoveView, ReviewView
from activities.views.detail import ActivityDetailView, AttachmentView
from activities.views.entry import ActivityCreateView, ActivityUpdateView
from activities.views.listing import ActivityExportView, ActivityListView

__all__ = [
    "ActivityCreateView",
    "ActivityDetailView",
    "ActivityExportView",
    "ActivityListView",
    "ActivityUpdateView",
    "AttachmentView",
    "CoreTaskCreateView",
    "CoreTaskEndView",
    "CoreTaskListView",
    "MoveView",
    "ReviewView",
]
