from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("", views.BoardListView.as_view(), name="list"),
    path("recompute/", views.RecomputeView.as_view(), name="recompute"),
    path("files/<uuid:pk>/", views.KeptBoardView.as_view(), name="kept_file"),
    path("objections/<int:pk>/", views.ObjectionView.as_view(), name="objection"),
    path("rounds/proposals/<int:pk>/", views.ProposalView.as_view(), name="proposal"),
    path("rounds/vetoes/<int:pk>/", views.VetoView.as_view(), name="veto"),
    path("rounds/<text:period>/", views.RoundView.as_view(), name="round"),
    path("rounds/<text:period>/veto/", views.VetoAddView.as_view(), name="veto_add"),
    path("rounds/<text:period>/<text:scheme>/prepare/", views.PrepareView.as_view(), name="prepare"),
    path("<text:period>/<text:scheme>/", views.BoardView.as_view(), name="board"),
    path("<text:period>/<text:scheme>/<text:unit>/", views.ExplanationView.as_view(), name="explanation"),
    path(
        "<text:period>/<text:scheme>/<text:unit>/evidence/<text:item>/",
        views.EvidenceView.as_view(),
        name="evidence",
    ),
    path(
        "<text:period>/<text:scheme>/<text:unit>/objection/",
        views.ObjectionAddView.as_view(),
        name="objection_add",
    ),
    path("<text:period>/<text:scheme>/<text:unit>/movement/", views.MovementView.as_view(), name="movement"),
    path("<text:period>/<text:scheme>/<text:unit>/gap/", views.GapView.as_view(), name="gap"),
]
