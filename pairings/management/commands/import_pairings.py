from core.management.base import ImportCommand
from pairings.importers import PairingImporter


class Command(ImportCommand):
    help = "Brings in pairings from a file (contract.md 2)."
    importer_class = PairingImporter
