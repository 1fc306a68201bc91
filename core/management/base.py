"""The frame of every import command: FILE, --dry-run, --errors, --keep-good; 0 done, 1 refused, 2 usage."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.importing import Importer, ImportReport, run_import
from core.spreadsheets import RowError, write_csv

SHOWN_REASONS = 20
ERROR_COLUMNS = ("row", "column", "reason")
REFUSED, USAGE = 1, 2


class ImportCommand(BaseCommand):
    """``importer_class`` says what is imported; ``make_importer`` may use options of the command's own."""

    importer_class: type[Importer[Any]]

    def add_arguments(self, parser: CommandParser) -> None:
        names = ", ".join(
            f"{column.name}{'*' if column.required else ''}" for column in self.importer_class.columns
        )
        parser.add_argument("file", metavar="FILE", type=Path, help=f".xlsx or .csv with the columns {names}")
        parser.add_argument("--dry-run", action="store_true", help="do everything and write nothing")
        parser.add_argument("--errors", metavar="OUT.csv", type=Path, help="write every reason to this file")
        parser.add_argument(
            "--keep-good", action="store_true", help="write the good rows even if others are refused"
        )

    def make_importer(self, options: dict[str, Any]) -> Importer[Any]:
        return self.importer_class()

    def after_import(self, importer: Importer[Any], options: dict[str, Any]) -> None:
        """Say what the command has to say beyond the counts; called when rows were written."""

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path}, returncode=USAGE)
        importer = self.make_importer(options)
        report = run_import(
            importer, path, by=None, dry_run=options["dry_run"], keep_good=options["keep_good"]
        )
        if options["errors"]:
            write_errors(options["errors"], report.errors)
        self.tell_reasons(report.errors)
        if report.errors and not report.written:
            raise CommandError(
                _("Refused: %(count)d reasons. Nothing was written.") % {"count": len(report.errors)},
                returncode=REFUSED,
            )
        self.tell_counts(report, dry_run=options["dry_run"])
        if not options["dry_run"]:
            self.after_import(importer, options)

    def tell_reasons(self, errors: Sequence[RowError]) -> None:
        for error in errors[:SHOWN_REASONS]:
            place = _("row %(row)d") % {"row": error.row}
            self.stderr.write(f"{place} {error.column}: {error.reason}")
        if len(errors) > SHOWN_REASONS:
            self.stderr.write(
                _("… and %(count)d more; --errors OUT.csv writes all.")
                % {"count": len(errors) - SHOWN_REASONS}
            )

    def tell_counts(self, report: ImportReport, *, dry_run: bool) -> None:
        counts = {
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "refused": len({error.row for error in report.errors}),
        }
        line = (
            _("created %(created)d, updated %(updated)d, unchanged %(unchanged)d, refused %(refused)d")
            % counts
        )
        self.stdout.write(_("Dry run, nothing written: %(line)s") % {"line": line} if dry_run else line)


def write_errors(path: Path, errors: Sequence[RowError]) -> None:
    """All reasons, or the header alone."""
    rows = ((error.row, error.column, error.reason) for error in errors)
    try:
        with path.open("wb") as file:
            write_csv(file, ERROR_COLUMNS, rows)
    except OSError as error:
        raise CommandError(
            _("%(path)s can't be written: %(reason)s") % {"path": path, "reason": error.strerror},
            returncode=USAGE,
        ) from error
