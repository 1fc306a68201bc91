"""Figures from files: values, awards, ratings, and boards from before this system (contract.md 2)."""

from django.utils.translation import gettext_lazy as _

from assessments.importers.past_results import PastResultImporter
from assessments.importers.sheets import AwardImporter, RatingImporter
from assessments.importers.values import ValueImporter
from core import imports

__all__ = ["AwardImporter", "PastResultImporter", "RatingImporter", "ValueImporter"]


def register() -> None:
    imports.register("values", _("reported figures"), ValueImporter, "assessments.indicatorvalue")
    imports.register("awards", _("points of appraisal sheets"), AwardImporter, "assessments.award")
    imports.register("ratings", _("evaluators' ratings"), RatingImporter, "assessments.rating")
    imports.register("past-results", _("boards from before"), PastResultImporter, "assessments.pastresult")
