from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from core.database_role import RoleRefused, grant
from core.management.base import REFUSED


class Command(BaseCommand):
    help = "Gives a role of PostgreSQL what the application needs, and nothing else. Run it as the owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="a role that exists and owns none of the tables")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        if connection.vendor != "postgresql":
            raise CommandError(_("Only PostgreSQL knows roles."), returncode=REFUSED)
        try:
            grant(connection, role)
        except RoleRefused as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        self.stdout.write(_("%(role)s may read and write rows, and owns nothing.") % {"role": role})
