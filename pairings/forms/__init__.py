from pairings.forms.agreement import AgreementForm, KeyProjectFormSet, ReportForm, ReviewForm, SignedCopyForm
from pairings.forms.documents import DocumentForm
from pairings.forms.filters import PairingFilterForm, PartnerFilterForm
from pairings.forms.founding import PairingChangeForm, PairingForm
from pairings.forms.help import EndForm, HelpFilterForm, HelpItemForm, MetForm, NeedFilterForm
from pairings.forms.honours import (
    AwardFilterForm,
    AwardForm,
    SiteCheckForm,
    SiteFilterForm,
    SiteNamingForm,
    TakeBackForm,
    WithdrawalForm,
)
from pairings.forms.joint_work import LinkForm, PlanFormSet
from pairings.forms.line_guards import CloseHazardForm, EndGuardForm, HazardForm, LineGuardForm
from pairings.forms.partners import MergePartnersForm, PartnerForm
from pairings.forms.results import FigureFormSet, SurveyFormSet

__all__ = [
    "AgreementForm",
    "AwardFilterForm",
    "AwardForm",
    "CloseHazardForm",
    "DocumentForm",
    "EndForm",
    "EndGuardForm",
    "FigureFormSet",
    "HazardForm",
    "HelpFilterForm",
    "HelpItemForm",
    "KeyProjectFormSet",
    "LineGuardForm",
    "LinkForm",
    "MergePartnersForm",
    "MetForm",
    "NeedFilterForm",
    "PairingChangeForm",
    "PairingFilterForm",
    "PairingForm",
    "PartnerFilterForm",
    "PartnerForm",
    "PlanFormSet",
    "ReportForm",
    "ReviewForm",
    "SignedCopyForm",
    "SiteCheckForm",
    "SiteFilterForm",
    "SiteNamingForm",
    "SurveyFormSet",
    "TakeBackForm",
    "WithdrawalForm",
]
