from pairings.models.agreements import KeyProject, PairingAgreement, PairingDocument
from pairings.models.help import HelpItem, HelpTopic
from pairings.models.honours import DemonstrationSite, SiteCheck, SupportAward
from pairings.models.pairings import Pairing, PairingParty
from pairings.models.partners import Partner
from pairings.models.results import PairingFigure, SatisfactionSurvey
from pairings.models.work import Hazard, LineGuard, PairingActivity, PlanItem

__all__ = [
    "DemonstrationSite",
    "Hazard",
    "HelpItem",
    "HelpTopic",
    "KeyProject",
    "LineGuard",
    "Pairing",
    "PairingActivity",
    "PairingAgreement",
    "PairingDocument",
    "PairingFigure",
    "PairingParty",
    "Partner",
    "PlanItem",
    "SatisfactionSurvey",
    "SiteCheck",
    "SupportAward",
]
