"""Figures from files: values, awards, ratings, and boards from before this system (contract.md 2)."""

from assessments.importers.past_results import PastResultImporter
from assessments.importers.sheets import AwardImporter, RatingImporter
from assessments.importers.values import ValueImporter

__all__ = ["AwardImporter", "PastResultImporter", "RatingImporter", "ValueImporter"]
