from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("", views.BoardListView.as_view(), name="list"),
    path("recompute/", views.RecomputeView.as_view(), name="recompute"),
    path("<str:period>/<str:scheme>/", views.BoardView.as_view(), name="board"),
    path("<str:period>/<str:scheme>/<str:unit>/", views.ExplanationView.as_view(), name="explanation"),
    path(
        "<str:period>/<str:scheme>/<str:unit>/evidence/<str:item>/",
        views.EvidenceView.as_view(),
        name="evidence",
    ),
]
