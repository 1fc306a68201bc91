from activities.views.core_tasks import CoreTaskCreateView, CoreTaskEndView, CoreTaskListView
from activities.views.deciding import MoveView, ReviewView
from activities.views.detail import ActivityDetailView, AttachmentView
from activities.views.documents import HandbookView, RecordSheetView
from activities.views.drafts import DraftListView, DraftTextView
from activities.views.entry import ActivityCreateView, ActivityUpdateView
from activities.views.grades import GradesView
from activities.views.items import ReopenItemView
from activities.views.listing import ActivityExportView, ActivityListView
from activities.views.own_record import AnswerCorrectionView, AskCorrectionView, OwnRecordView
from activities.views.planning import PlanChangeView, PlanCreateView
from activities.views.study import TrainingHoursView
from activities.views.talks import TalkView, UnitTalksView

__all__ = [
    "ActivityCreateView",
    "ActivityDetailView",
    "ActivityExportView",
    "ActivityListView",
    "ActivityUpdateView",
    "AnswerCorrectionView",
    "AskCorrectionView",
    "AttachmentView",
    "CoreTaskCreateView",
    "CoreTaskEndView",
    "CoreTaskListView",
    "DraftListView",
    "DraftTextView",
    "GradesView",
    "HandbookView",
    "MoveView",
    "OwnRecordView",
    "PlanChangeView",
    "PlanCreateView",
    "RecordSheetView",
    "ReopenItemView",
    "ReviewView",
    "TalkView",
    "TrainingHoursView",
    "UnitTalksView",
]
