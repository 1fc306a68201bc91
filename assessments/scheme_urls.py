from django.urls import path

from assessments.views import scheme_beginnings, scheme_deeds, scheme_drafts, scheme_trials, schemes

app_name = "schemes"

urlpatterns = [
    path("", schemes.SchemeListView.as_view(), name="list"),
    path("new/", scheme_beginnings.NewSchemeView.as_view(), name="new"),
    path("<text:code>/v<int:version>/", schemes.SchemeView.as_view(), name="version"),
    path("<text:code>/v<int:version>/file/", schemes.SchemeFileView.as_view(), name="file"),
    path("<text:code>/v<int:version>/changes/", schemes.SchemeChangesView.as_view(), name="changes"),
    path("<text:code>/v<int:version>/copy/", scheme_beginnings.CopyView.as_view(), name="copy"),
    path("drafts/<int:pk>/", scheme_drafts.DraftView.as_view(), name="draft"),
    path("drafts/<int:pk>/file/", scheme_drafts.DraftFileView.as_view(), name="draft-file"),
    path("drafts/<int:pk>/changes/", scheme_drafts.DraftChangesView.as_view(), name="draft-changes"),
    path("drafts/<int:pk>/head/", scheme_drafts.HeadView.as_view(), name="head"),
    path("drafts/<int:pk>/boards/", scheme_drafts.BoardsView.as_view(), name="boards"),
    path("drafts/<int:pk>/bands/", scheme_drafts.BandsView.as_view(), name="bands"),
    path("drafts/<int:pk>/weights/", scheme_drafts.WeightsView.as_view(), name="weights"),
    path("drafts/<int:pk>/sections/new/", scheme_drafts.NewSectionView.as_view(), name="new-section"),
    path("drafts/<int:pk>/sections/<int:section>/", scheme_drafts.SectionView.as_view(), name="section"),
    path(
        "drafts/<int:pk>/sections/<int:section>/items/new/",
        scheme_drafts.NewItemView.as_view(),
        name="new-item",
    ),
    path(
        "drafts/<int:pk>/sections/<int:section>/items/<int:item>/",
        scheme_drafts.ItemView.as_view(),
        name="item",
    ),
    path("drafts/<int:pk>/order/", scheme_deeds.OrderView.as_view(), name="order"),
    path("drafts/<int:pk>/undo/", scheme_deeds.UndoView.as_view(), name="undo"),
    path("drafts/<int:pk>/discard/", scheme_deeds.DiscardView.as_view(), name="discard"),
    path("drafts/<int:pk>/trial/", scheme_trials.TrialView.as_view(), name="trial"),
    path("drafts/<int:pk>/adopt/", scheme_deeds.AdoptView.as_view(), name="adopt"),
]
