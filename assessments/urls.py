from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("", views.BoardListView.as_view(), name="list"),
    path("recompute/", views.RecomputeView.as_view(), name="recompute"),
    path("<text:period>/<text:scheme>/", views.BoardView.as_view(), name="board"),
    path("<text:period>/<text:scheme>/<text:unit>/", views.ExplanationView.as_view(), name="explanation"),
    path(
        "<text:period>/<text:scheme>/<text:unit>/evidence/<text:item>/",
        views.EvidenceView.as_view(),
        name="evidence",
    ),
]
