from assessments.importers import RatingImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Import evaluators' ratings."
    importer_class = RatingImporter
