from django.urls import path

from dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.WorkbenchView.as_view(), name="workbench"),
    path("dashboard/", views.ProvinceView.as_view(), name="province"),
    path("dashboard/attention/<slug:topic>/", views.AttentionView.as_view(), name="attention"),
]
