"""Closed lists of the pairings (contract.md 2, domain.md 5.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartnerLevel(models.TextChoices):
    BRANCH = "BRANCH", _("Party branch")
    GENERAL_BRANCH = "GENERAL_BRANCH", _("general Party branch")
    COMMITTEE = "COMMITTEE", _("Party committee")


class PartnerType(models.TextChoices):
    """The five of the source, and the power plants it names as well (S000 A1, A19)."""

    TOWNSHIP_VILLAGE = "TOWNSHIP_VILLAGE", _("township or village")
    COMMUNITY = "COMMUNITY", _("community")
    GOVERNMENT = "GOVERNMENT", _("government office")
    CUSTOMER_ENTERPRISE = "CUSTOMER_ENTERPRISE", _("customer enterprise")
    INSTITUTION = "INSTITUTION", _("public institution")
    POWER_PLANT = "POWER_PLANT", _("power plant")


class SelectionReason(models.TextChoices):
    """Why this partner: the three "most" of S000 A5."""

    POWER_SUPPLY = "POWER_SUPPLY", _("needs a reliable supply most")
    GRID_BUILDING = "GRID_BUILDING", _("needs grid building most")
    CLOSE_CONTACT = "CLOSE_CONTACT", _("needs close contact most")


class PairingMode(models.TextChoices):
    """Own branches × partners (S000 A6); many to many is refused (domain.md 11.9)."""

    ONE_TO_ONE = "ONE_TO_ONE", _("one to one")
    ONE_TO_MANY = "ONE_TO_MANY", _("one to many")
    MANY_TO_ONE = "MANY_TO_ONE", _("many to one")


class PairingState(models.TextChoices):
    CANDIDATE = "CANDIDATE", _("candidate")
    INTENT = "INTENT", _("intent reached")
    AGREEMENT_DRAFT = "AGREEMENT_DRAFT", _("agreement drafted")
    SIGNED = "SIGNED", _("agreement signed")
    REPORTED = "REPORTED", _("reported for review")
    ACTIVE = "ACTIVE", _("in force")
    RENEWING = "RENEWING", _("being renewed")
    CLOSED = "CLOSED", _("closed")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    TERMINATED = "TERMINATED", _("terminated")


# Before the organisation department's answer; joint work may be recorded from the signing on.
PREPARING = [PairingState.CANDIDATE, PairingState.INTENT, PairingState.AGREEMENT_DRAFT]
RUNNING = [PairingState.ACTIVE, PairingState.RENEWING]
EVER_ACTIVE = [*RUNNING, PairingState.CLOSED, PairingState.TERMINATED]
WORKING = [PairingState.SIGNED, PairingState.REPORTED, *RUNNING]


class ReviewResult(models.TextChoices):
    PENDING = "PENDING", _("awaiting the answer")
    APPROVED = "APPROVED", _("approved")
    RETURNED = "RETURNED", _("returned")


class DocumentKind(models.TextChoices):
    """What lies in the archive (S000 A8, A15)."""

    PLAN = "PLAN", _("pairing plan")
    BRANCH_DUTIES = "BRANCH_DUTIES", _("duties of the paired branches")
    LINE_GUARD_DUTIES = "LINE_GUARD_DUTIES", _("duties of the volunteer line guards")
    JOINT_CONFERENCE = "JOINT_CONFERENCE", _("joint conference rules")
    PUBLIC_APPRAISAL = "PUBLIC_APPRAISAL", _("rules of appraisal by the public")
    REVIEW_OPINION = "REVIEW_OPINION", _("answer of the organisation department")
    SUMMARY = "SUMMARY", _("summary")
    OTHER = "OTHER", _("other document")


INSTITUTION_DOCUMENTS = [
    DocumentKind.BRANCH_DUTIES,
    DocumentKind.LINE_GUARD_DUTIES,
    DocumentKind.JOINT_CONFERENCE,
    DocumentKind.PUBLIC_APPRAISAL,
]


class PlanHeading(models.TextChoices):
    """The "four buildings" (S000 A16) and the five-aspect mechanism (S000 A18)."""

    LEADERSHIP = "LEADERSHIP", _("build the leadership")
    TEAM = "TEAM", _("build the team")
    PREMISES = "PREMISES", _("build the premises")
    MECHANISM = "MECHANISM", _("build the mechanism")
    ORGANISATION = "ORGANISATION", _("organisation")
    RESPONSIBILITY = "RESPONSIBILITY", _("responsibility")
    SERVICE = "SERVICE", _("service")
    PROMOTION = "PROMOTION", _("promotion")
    INCENTIVE = "INCENTIVE", _("incentive")


class Side(models.TextChoices):
    OWN = "OWN", _("own branch")
    PARTNER = "PARTNER", _("partner")


class HazardKind(models.TextChoices):
    """S000 A17 names tree and land conflicts."""

    TREE = "TREE", _("conflict of line and trees")
    LAND = "LAND", _("conflict over land")
    OTHER = "OTHER", _("other hazard")


CONFLICTS = [HazardKind.TREE, HazardKind.LAND]


class SurveyMethod(models.TextChoices):
    QUESTIONNAIRE = "QUESTIONNAIRE", _("questionnaire")
    INTERVIEW = "INTERVIEW", _("interviews at home")
    TELEPHONE = "TELEPHONE", _("by telephone")
    PUBLIC_APPRAISAL = "PUBLIC_APPRAISAL", _("appraisal by the public")


class HelpDirection(models.TextChoices):
    NEED = "NEED", _("need")
    OFFER = "OFFER", _("offer")
