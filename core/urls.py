from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("health/", views.health, name="health"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("jobs/<uuid:pk>/", views.JobDetailView.as_view(), name="job"),
    path("jobs/<uuid:pk>/cancel/", views.JobCancelView.as_view(), name="job_cancel"),
    path("drafts/<slug:form>/<slug:key>/", views.DraftView.as_view(), name="draft"),
    path("imports/", views.ImportListView.as_view(), name="imports"),
    path("imports/<slug:kind>/", views.ImportView.as_view(), name="import"),
    path("imports/<slug:kind>/headings.csv", views.ImportHeadingsView.as_view(), name="import_headings"),
    path("imports/result/<uuid:pk>/", views.ImportResultView.as_view(), name="import_result"),
    path("imports/result/<uuid:pk>/errors.csv", views.ImportErrorsView.as_view(), name="import_errors"),
]
