from itertools import groupby

from django.utils.translation import gettext as _

from accounts.operations import SLIP_DAYS
from branches.importers import UserImporter
from core.management.base import ImportCommand


class Command(ImportCommand):
    help = "Brings in users and their roles; prints an activation slip for each new one, unit by unit."
    importer_class = UserImporter

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--new-slips", action="store_true", help="print new slips for everybody in the file"
        )

    def make_importer(self, options):
        return UserImporter(new_slips=options["new_slips"])

    def after_import(self, importer, options):
        by_unit = sorted(importer.slips, key=lambda slip: slip.unit)
        for unit, slips in groupby(by_unit, key=lambda slip: slip.unit):
            self.stdout.write(f"\n=== {unit} ===")
            for slip in slips:
                self.stdout.write(_("Name: %(name)s   Username: %(username)s   Code: %(code)s") % vars(slip))
        if by_unit:
            self.stdout.write(
                _("\nEach code opens /accounts/activate/ once, within %(days)d days. Cut along the lines.")
                % {"days": SLIP_DAYS}
            )
