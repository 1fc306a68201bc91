from branches.importers import MemberImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Brings in members from a file (contract.md 2)."
    importer_class = MemberImporter
