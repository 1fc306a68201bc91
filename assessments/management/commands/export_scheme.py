from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assessments.models import Scheme


class Command(BaseCommand):
    help = (
        "Write a scheme back to its JSON file: what import_scheme took in, the highest version unless told."
    )

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="CODE")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.json")
        parser.add_argument(
            "--number", type=int, metavar="VERSION", help="this version instead of the highest"
        )

    def handle(self, *args, code, output, number, **options):
        schemes = Scheme.objects.filter(code=code).order_by("-version")
        scheme = (schemes.filter(version=number) if number else schemes).first()
        if scheme is None:
            raise CommandError(_("There is no scheme “%(code)s”.") % {"code": code})
        try:
            output.write_text(scheme.document, encoding="utf-8")
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(_("Wrote %(scheme)s.") % {"scheme": f"{scheme.code} v{scheme.version}"})
