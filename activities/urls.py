from django.urls import include, path

from activities import views
from activities.views.deciding import MOVE_PAGES

app_name = "activities"

records = [
    path("", views.ActivityListView.as_view(), name="list"),
    path("new/", views.ActivityCreateView.as_view(), name="create"),
    path("plan/", views.PlanCreateView.as_view(), name="plan"),
    path("export/", views.ActivityExportView.as_view(), name="export"),
    path("review/", views.ReviewView.as_view(), name="review"),
    path("drafts/", views.DraftListView.as_view(), name="drafts"),
    path("drafts/<int:pk>/", views.DraftTextView.as_view(), name="draft"),
    path("talk/", views.TalkView.as_view(), name="talk"),
    path("corrections/<int:pk>/", views.AnswerCorrectionView.as_view(), name="correction"),
    path("<int:pk>/", views.ActivityDetailView.as_view(), name="detail"),
    path("<int:pk>/edit/", views.ActivityUpdateView.as_view(), name="update"),
    path("<int:pk>/appraisal/", views.GradesView.as_view(), name="appraisal"),
    path("<int:pk>/record.docx", views.RecordSheetView.as_view(), name="record_sheet"),
    path("<int:pk>/items/<int:item_pk>/reopen/", views.ReopenItemView.as_view(), name="reopen_item"),
    path("<int:pk>/plan/", views.PlanChangeView.as_view(), name="plan_change"),
    path("<int:pk>/files/<int:file_pk>/", views.AttachmentView.as_view(), name="file"),
    *(
        path(f"<int:pk>/{name}/", views.MoveView.as_view(page=page, action=page.permission), name=name)
        for name, page in MOVE_PAGES.items()
    ),
]

core_tasks = [
    path("", views.CoreTaskListView.as_view(), name="core_tasks"),
    path("new/", views.CoreTaskCreateView.as_view(), name="core_task_add"),
    path("<int:pk>/end/", views.CoreTaskEndView.as_view(), name="core_task_end"),
]

urlpatterns = [
    path("activities/", include(records)),
    path("core-tasks/", include(core_tasks)),
    path("units/<text:code>/handbook.docx", views.HandbookView.as_view(), name="handbook"),
    path("units/<text:code>/talks/", views.UnitTalksView.as_view(), name="unit_talks"),
    path("units/<text:code>/training-hours/", views.TrainingHoursView.as_view(), name="training_hours"),
    path("me/", views.OwnRecordView.as_view(), name="own_record"),
    path("me/ask/", views.AskCorrectionView.as_view(), name="ask_correction"),
]
