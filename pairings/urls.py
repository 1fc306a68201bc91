from django.urls import path

from pairings import views
from pairings.moves import MOVES
from pairings.views.moving import MOVED, STEPS

app_name = "pairings"

urlpatterns = [
    path("", views.PairingListView.as_view(), name="list"),
    path("new/", views.PairingCreateView.as_view(), name="create"),
    path("needs/", views.NeedListView.as_view(), name="needs"),
    path("needs/all/", views.HelpItemListView.as_view(), name="help_items"),
    path("needs/add/", views.HelpItemCreateView.as_view(), name="help_add"),
    path("needs/<int:pk>/met/", views.MetView.as_view(), name="help_met"),
    path("needs/<int:pk>/end/", views.EndView.as_view(), name="help_end"),
    path("sites/", views.SiteListView.as_view(), name="sites"),
    path("awards/", views.AwardListView.as_view(), name="awards"),
    path("awards/add/", views.AwardCreateView.as_view(), name="award_add"),
    path("awards/<int:pk>/file/", views.AwardFileView.as_view(), name="award_file"),
    path("awards/<int:pk>/take-back/", views.AwardTakeBackView.as_view(), name="award_take_back"),
    path("<text:code>/", views.PairingDetailView.as_view(), name="detail"),
    path("<text:code>/edit/", views.PairingChangeView.as_view(), name="change"),
    path("<text:code>/agreement/", views.AgreementView.as_view(), name="agreement"),
    path("<text:code>/agreement.docx", views.AgreementFileView.as_view(), name="agreement_file"),
    path("<text:code>/archive.zip", views.ArchiveView.as_view(), name="archive"),
    path("<text:code>/key-projects/", views.KeyProjectsView.as_view(), name="key_projects"),
    path("<text:code>/signed-copy/", views.SignedCopyView.as_view(), name="signed_copy"),
    path("<text:code>/signed-copy/<int:pk>/", views.SignedCopyFileView.as_view(), name="signed_file"),
    path("<text:code>/report/", views.ReportView.as_view(), name="report"),
    path("<text:code>/review/", views.ReviewView.as_view(), name="review"),
    path("<text:code>/documents/add/", views.DocumentAddView.as_view(), name="document_add"),
    path("<text:code>/documents/<int:pk>/", views.DocumentFileView.as_view(), name="document"),
    path(
        "<text:code>/documents/<int:pk>/remove/", views.DocumentRemoveView.as_view(), name="document_remove"
    ),
    path("<text:code>/site/check/", views.SiteCheckView.as_view(), name="site_check"),
    path("<text:code>/site/name/", views.SiteNameView.as_view(), name="site_name"),
    path("<text:code>/site/withdraw/", views.SiteWithdrawView.as_view(), name="site_withdraw"),
    path("<text:code>/plan/", views.PlanView.as_view(), name="plan"),
    path("<text:code>/records/add/", views.LinkView.as_view(), name="link"),
    path("<text:code>/records/<int:pk>/remove/", views.UnlinkView.as_view(), name="unlink"),
    path("<text:code>/line-guards/add/", views.LineGuardAddView.as_view(), name="line_guard_add"),
    path("<text:code>/line-guards/<int:pk>/end/", views.LineGuardEndView.as_view(), name="line_guard_end"),
    path("<text:code>/hazards/add/", views.HazardAddView.as_view(), name="hazard_add"),
    path("<text:code>/hazards/<int:pk>/close/", views.HazardCloseView.as_view(), name="hazard_close"),
    path("<text:code>/surveys/", views.SurveysView.as_view(), name="surveys"),
    path("<text:code>/figures/", views.FiguresView.as_view(), name="figures"),
    *(
        path(
            f"<text:code>/{name.replace('_', '-')}/",
            views.MoveView.as_view(step=STEPS[name], name=name, action=MOVES[name].permission),
            name=name,
        )
        for name in MOVED
    ),
]
