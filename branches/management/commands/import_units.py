from branches.importers import UnitImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Brings in units from a file (contract.md 2)."
    importer_class = UnitImporter
