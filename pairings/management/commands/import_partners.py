from core.management.base import ImportCommand
from pairings.importers import PartnerImporter


class Command(ImportCommand):
    help = "Brings in partners from a file (contract.md 2)."
    importer_class = PartnerImporter
