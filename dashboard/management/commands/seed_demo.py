"""Fills an empty database with an invented province (contract.md 2)."""

import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from dashboard.demo.loading import Loader, demo_password
from dashboard.demo.tree import LEAST_BRANCHES

DEFAULT_BRANCHES, MOST_BRANCHES = 300, 1600


class Command(BaseCommand):
    help = "Make a whole invented province: units, people, two half-years of records, schemes and boards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--branches", type=branch_count, default=DEFAULT_BRANCHES, metavar="N")
        parser.add_argument("--seed", default="2026", metavar="S", help="same seed, same data")
        parser.add_argument(
            "--until", type=iso_day, metavar="YYYY-MM-DD", help="the last day of the data (default: today)"
        )
        parser.add_argument("--force", action="store_true", help="even where DEBUG is off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                _("DEBUG is off: this may be a real installation. --force makes the demo here.")
            )
        if User.objects.exists():
            raise CommandError(_("This database has users already. The demo needs one of its own."))
        until = options["until"] or clock.today()
        if until > clock.today():
            raise CommandError(_("Nothing has happened yet on %(day)s.") % {"day": until})
        started = time.monotonic()
        loader = Loader(branches=options["branches"], seed=options["seed"], until=until, tell=self.tell)
        with without_query_log():
            loader.load()
        self.tell(f"{time.monotonic() - started:.0f} s")
        self.stdout.write(f"\n  sign in as   {', '.join(loader.users)}\n  password     {demo_password()}\n")

    def tell(self, what: str) -> None:
        self.stdout.write(f"  {what}")
        self.stdout.flush()


@contextmanager
def without_query_log() -> Iterator[None]:
    """With DEBUG on Django would keep the text of every statement, and these are long."""
    debug, settings.DEBUG = settings.DEBUG, False
    try:
        yield
    finally:
        settings.DEBUG = debug


def branch_count(text: str) -> int:
    count = int(text)
    if not LEAST_BRANCHES <= count <= MOST_BRANCHES:
        raise ArgumentTypeError(f"a number from {LEAST_BRANCHES} to {MOST_BRANCHES}")
    return count


def iso_day(text: str) -> date:
    day = date.fromisoformat(text)
    if not 2000 <= day.year <= 2100:
        raise ArgumentTypeError("a day from 2000 to 2100")
    return day
