"""Indicators, schemes, figures and boards.

Numbers are integers throughout (architecture.md settled 8): raw values x10^6, item and section scores x10^4,
totals x100, weights x10^3.
"""

from assessments.models.boards import DirtyUnit, Edition, Entry
from assessments.models.figures import AssessmentPeriod, Award, PastResult, Rating
from assessments.models.indicators import Exclusion, Indicator, IndicatorValue
from assessments.models.rounds import GapComment, Objection, Proposal
from assessments.models.schemes import Band, Item, Scheme, SchemeDraft, Section
from assessments.models.vetoes import Veto

__all__ = [
    "AssessmentPeriod",
    "Award",
    "Band",
    "DirtyUnit",
    "Edition",
    "Entry",
    "Exclusion",
    "GapComment",
    "Indicator",
    "IndicatorValue",
    "Item",
    "Objection",
    "PastResult",
    "Proposal",
    "Rating",
    "Scheme",
    "SchemeDraft",
    "Section",
    "Veto",
]
