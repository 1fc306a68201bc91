import io
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assessments.exporters import write_results
from assessments.operations import Refused
from assessments.selectors import edition_to_export


class Command(BaseCommand):
    help = "Write the results of a board: the latest published edition, else the provisional one."

    def add_arguments(self, parser):
        parser.add_argument("period", metavar="PERIOD")
        parser.add_argument("--scheme", metavar="CODE", required=True)
        parser.add_argument("--items", action="store_true", help="one line a unit and item")
        parser.add_argument("--edition", metavar="N|provisional", default="")
        parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help=".csv or .xlsx")

    def handle(self, *args, period, scheme, items, edition, output, **options):
        if output.suffix.casefold() not in (".csv", ".xlsx"):
            raise CommandError(_("The file's name ends in .csv or .xlsx."), returncode=2)
        try:
            found = edition_to_export(period, scheme, edition)
        except Refused as error:
            raise CommandError(str(error)) from error
        content = io.BytesIO()  # the file is written whole or not at all
        write_results(content, found, items=items, workbook=output.suffix.casefold() == ".xlsx")
        try:
            output.write_bytes(content.getvalue())
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        name = _("provisional") if not found.number else found.number
        words = {"count": found.subject_count, "scheme": scheme, "edition": name}
        self.stdout.write(_("Wrote %(count)s subjects of %(scheme)s, edition %(edition)s.") % words)
