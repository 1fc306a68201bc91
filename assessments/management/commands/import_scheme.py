from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assessments.operations import import_scheme
from assessments.schemes import SchemeRefused
from core.management.base import USAGE


class Command(BaseCommand):
    help = "Import a version of a scheme from its JSON file (docs/extending.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.json")

    def handle(self, *args, file, **options):
        try:
            scheme, created = import_scheme(file.read_bytes(), by=None)
        except OSError as error:
            raise CommandError(str(error), returncode=USAGE) from error
        except SchemeRefused as error:
            raise CommandError("\n".join(map(str, error.problems))) from error
        words = (
            _("Imported %(scheme)s.") if created else _("%(scheme)s is there already, with the same content.")
        )
        self.stdout.write(words % {"scheme": f"{scheme.code} v{scheme.version}"})
