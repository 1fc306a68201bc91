from django.urls import include, path

from activities import views
from activities.views.deciding import MOVE_PAGES

app_name = "activities"

records = [
    path("", views.ActivityListView.as_view(), name="list"),
    path("new/", views.ActivityCreateView.as_view(), name="create"),
    path("export/", views.ActivityExportView.as_view(), name="export"),
    path("review/", views.ReviewView.as_view(), name="review"),
    path("<int:pk>/", views.ActivityDetailView.as_view(), name="detail"),
    path("<int:pk>/edit/", views.ActivityUpdateView.as_view(), name="update"),
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
]
