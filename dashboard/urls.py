from django.urls import path

from dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.WorkbenchView.as_view(), name="workbench"),
    path("dashboard/", views.ProvinceView.as_view(), name="province"),
    path("dashboard/attention/<slug:topic>/", views.AttentionView.as_view(), name="attention"),
    path("reports/", views.CatalogueView.as_view(), name="reports"),
    path("reports/folder/", views.FolderView.as_view(), name="report_folder"),
    path("reports/files/<uuid:pk>/", views.KeptFileView.as_view(), name="report_file"),
    path("reports/<slug:code>/", views.ReportView.as_view(), name="report"),
    path("reports/<slug:code>/file/", views.ReportFileView.as_view(), name="report_download"),
]
