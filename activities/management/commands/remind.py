from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from activities import operations

USAGE = 2


class Command(BaseCommand):
    help = "Generate the duties of the running half-year and remind of what is due; safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="as if it were this day")

    def handle(self, *args: Any, **options: Any) -> None:
        day = parse_day(options["on"]) if options["on"] else None
        report = operations.remind(day)
        self.stdout.write(
            _("%(duties)d new duties, %(reminders)d reminders, %(mails)d mails sent")
            % {"duties": report.duties, "reminders": report.reminders, "mails": report.mails}
        )


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("“%(text)s” is not a day like 2026-06-30.") % {"text": text}, returncode=USAGE
        ) from error
