from assessments.importers import PastResultImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Import boards from before this system."
    importer_class = PastResultImporter
