from assessments.importers import ValueImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Import reported figures."
    importer_class = ValueImporter
