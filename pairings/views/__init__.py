from pairings.views.agreement import (
    AgreementFileView,
    AgreementView,
    KeyProjectsView,
    ReportView,
    ReviewView,
    SignedCopyFileView,
    SignedCopyView,
)
from pairings.views.awards import AwardCreateView, AwardFileView, AwardListView, AwardTakeBackView
from pairings.views.detail import PairingDetailView
from pairings.views.documents import ArchiveView, DocumentAddView, DocumentFileView, DocumentRemoveView
from pairings.views.founding import PairingChangeView, PairingCreateView
from pairings.views.help import EndView, HelpItemCreateView, HelpItemListView, MetView, NeedListView
from pairings.views.honours import SiteCheckView, SiteListView, SiteNameView, SiteWithdrawView
from pairings.views.joint_work import LinkView, PlanView, UnlinkView
from pairings.views.line_guards import HazardAddView, HazardCloseView, LineGuardAddView, LineGuardEndView
from pairings.views.listing import PairingListView
from pairings.views.moving import MoveView
from pairings.views.partners import (
    ContactView,
    PartnerChangeView,
    PartnerCreateView,
    PartnerDetailView,
    PartnerListView,
    PartnerMergeView,
)
from pairings.views.results import FiguresView, SurveysView

__all__ = [
    "AgreementFileView",
    "AgreementView",
    "ArchiveView",
    "AwardCreateView",
    "AwardFileView",
    "AwardListView",
    "AwardTakeBackView",
    "ContactView",
    "DocumentAddView",
    "DocumentFileView",
    "DocumentRemoveView",
    "EndView",
    "FiguresView",
    "HazardAddView",
    "HazardCloseView",
    "HelpItemCreateView",
    "HelpItemListView",
    "KeyProjectsView",
    "LineGuardAddView",
    "LineGuardEndView",
    "LinkView",
    "MetView",
    "MoveView",
    "NeedListView",
    "PairingChangeView",
    "PairingCreateView",
    "PairingDetailView",
    "PairingListView",
    "PartnerChangeView",
    "PartnerCreateView",
    "PartnerDetailView",
    "PartnerListView",
    "PartnerMergeView",
    "PlanView",
    "ReportView",
    "ReviewView",
    "SignedCopyFileView",
    "SignedCopyView",
    "SiteCheckView",
    "SiteListView",
    "SiteNameView",
    "SiteWithdrawView",
    "SurveysView",
    "UnlinkView",
]
