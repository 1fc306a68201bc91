import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assessments.exporters import write_results
from assessments.models import Edition
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
        try:
            self.write(output, found, items)
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        name = _("provisional") if not found.number else found.number
        words = {"count": found.subject_count, "scheme": scheme, "edition": name}
        words["digest"] = found.digest or _("none: lines were scored since the board was computed")
        self.stdout.write(
            _("Wrote %(count)s subjects of %(scheme)s, edition %(edition)s, digest %(digest)s.") % words
        )

    def write(self, output: Path, edition: Edition, items: bool) -> None:
        """Whole or not at all: beside its place first, so that a long file is never held in memory."""
        workbook = output.suffix.casefold() == ".xlsx"
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
            beside = Path(file.name)
            try:
                write_results(file, edition, items=items, workbook=workbook)
                file.close()
                beside.chmod(0o666 & ~_umask())
                beside.replace(output)
            finally:
                beside.unlink(missing_ok=True)


def _umask() -> int:
    """What the shell would take from a new file; a temporary one is for its owner only."""
    found = os.umask(0)
    os.umask(found)
    return found
