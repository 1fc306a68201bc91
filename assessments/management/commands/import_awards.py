from assessments.importers import AwardImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Import points of appraisal sheets."
    importer_class = AwardImporter
