from branches.importers import OrganisationImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Brings in organisations from a file (contract.md 2)."
    importer_class = OrganisationImporter
