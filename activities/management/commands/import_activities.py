from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import system_user
from activities.importers import ActivityImporter
from core.management.base import USAGE, ImportCommand


class Command(ImportCommand):
    help = "Import records of activities; they count at once."
    importer_class = ActivityImporter

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--by", metavar="USERNAME", help="who imports; otherwise the system itself")

    def make_importer(self, options: dict[str, Any]) -> ActivityImporter:
        return ActivityImporter(operator=find_operator(options["by"]))


def find_operator(username: str | None) -> User:
    if not username:
        return system_user()
    user = User.objects.filter(username__iexact=username).first()
    if user is None:
        raise CommandError(_("There is no user “%(name)s”.") % {"name": username}, returncode=USAGE)
    return user
