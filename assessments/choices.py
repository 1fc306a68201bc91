from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeriodState(models.TextChoices):
    """architecture.md settled 11."""

    COLLECTING = "COLLECTING", _("collecting")
    VERIFYING = "VERIFYING", _("verifying")
    PREVIEW = "PREVIEW", _("preview")
    PUBLISHED = "PUBLISHED", _("published")
    ARCHIVED = "ARCHIVED", _("archived")


class ProposalState(models.TextChoices):
    """A board that one person prepared and another decides on."""

    PREPARED = "PREPARED", _("prepared")
    APPROVED = "APPROVED", _("approved")
    RETURNED = "RETURNED", _("returned")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class ObjectionState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("objection", "open")
    UPHELD = "UPHELD", _("upheld")
    REJECTED = "REJECTED", _("not upheld")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class GapSide(models.TextChoices):
    """Who comments on a wide gap between the two sections (domain.md 8.3)."""

    PARTY = "PARTY", _("Party side")
    BUSINESS = "BUSINESS", _("business side")


class SourceType(models.TextChoices):
    MEASURE = "MEASURE", _("computed from records")
    REPORTED = "REPORTED", _("reported figure")
    RATING = "RATING", _("mean of evaluators")
    AWARDED = "AWARDED", _("points awarded")


class RuleType(models.TextChoices):
    BAND = "BAND", _("between satisfactory and unacceptable")
    DEDUCT = "DEDUCT", _("deduction per event")
    RATIO = "RATIO", _("share of the target")
    STEPS = "STEPS", _("steps")
    PEER_MINMAX = "PEER_MINMAX", _("between best and worst peer")
    DIRECT = "DIRECT", _("the figure itself")
    AWARDED = "AWARDED", _("share of the points")


class Side(models.TextChoices):
    """domain.md B20: the two sides that verify each other."""

    PARTY = "PARTY", pgettext_lazy("side", "Party building")
    BUSINESS = "BUSINESS", pgettext_lazy("side", "business")


class Direction(models.TextChoices):
    HIGHER = "HIGHER", _("higher is better")
    LOWER = "LOWER", _("lower is better")
    ZERO_BEST = "ZERO_BEST", _("zero is best")


class ValueState(models.TextChoices):
    """domain.md 5.4; only VERIFIED counts (ADR 0010)."""

    DRAFT = "DRAFT", _("draft")
    SUBMITTED = "SUBMITTED", pgettext_lazy("figure", "submitted")
    VERIFIED = "VERIFIED", _("verified")
    RETURNED = "RETURNED", _("returned")


class ValueOrigin(models.TextChoices):
    """An imported figure counts at once (contract.md 2), a typed one when it is verified."""

    IMPORTED = "IMPORTED", _("imported")
    TYPED = "TYPED", _("typed")


class ExclusionCause(models.TextChoices):
    STORM = "STORM", _("storm or other natural disaster")
    UPSTREAM = "UPSTREAM", _("outage of the upstream grid")
    OTHER = "OTHER", _("other cause outside the unit")


class ExclusionState(models.TextChoices):
    ASKED = "ASKED", _("asked for")
    VERIFIED = "VERIFIED", _("verified")
    REFUSED = "REFUSED", _("refused")


class Missing(models.TextChoices):
    ZERO = "ZERO", _("counts 0")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("left out")


class BoardScope(models.TextChoices):
    COMPANY = "COMPANY", _("whole company")
    PARENT = "PARENT", _("same parent unit")
    CATEGORY = "CATEGORY", _("same category")
    SIZE_CLASS = "SIZE_CLASS", _("same size class")


# Where an entry keeps its place on the boards of a scope.
RANK_FIELDS: dict[str, str] = {
    BoardScope.COMPANY: "rank_company",
    BoardScope.PARENT: "rank_parent",
    BoardScope.CATEGORY: "rank_category",
    BoardScope.SIZE_CLASS: "rank_size",
}


class SizeClass(models.TextChoices):
    """By customers, medium and low voltage together (domain.md Q9); a scheme says from how many on."""

    LARGE = "L", pgettext_lazy("size class", "large")
    MEDIUM = "M", pgettext_lazy("size class", "medium")
    SMALL = "S", pgettext_lazy("size class", "small")


# Customers, where a scheme says nothing else.
LARGE_FROM, MEDIUM_FROM = 1_000_000, 300_000


class PublishTo(models.TextChoices):
    COMPANY = "COMPANY", _("whole company")
    COMMITTEE = "COMMITTEE", _("own committee and above")


class ItemState(models.IntegerChoices):
    """How an item stands in an entry; the numbers are stored in ``Entry.item_states``."""

    SCORED = 0, _("scored")
    MISSING = 1, _("missing")
    NOT_APPLICABLE = 2, _("not applicable")


class EditionState(models.TextChoices):
    PROVISIONAL = "PROVISIONAL", _("provisional")
    PUBLISHED = "PUBLISHED", _("published")


class VetoKind(models.TextChoices):
    """What bars a unit from a rank, whatever its score (domain.md 8.3)."""

    ACCIDENT = "ACCIDENT", _("liable personal accident")
    EVENT = "EVENT", _("safety event of level five or above with liability")
    DISCIPLINE = "DISCIPLINE", _("discipline case of a leading member")
    FALSE_DATA = "FALSE_DATA", _("false data")
