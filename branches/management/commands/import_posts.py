from branches.importers import PostImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Brings in posts from a file (contract.md 2)."
    importer_class = PostImporter
