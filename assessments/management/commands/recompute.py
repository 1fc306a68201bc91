import time

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assessments.operations import Refused, recompute


class Command(BaseCommand):
    help = "Compute the provisional boards of a period."

    def add_arguments(self, parser):
        parser.add_argument("period", metavar="PERIOD", help="2026H1, 2026Q1, 2026 or 2026-03")
        parser.add_argument("--scheme", metavar="CODE", help="this scheme only")

    def handle(self, *args, period, scheme, **options):
        ends = [time.perf_counter()]
        try:
            editions = recompute(
                period, scheme, by=None, report=lambda done, total: ends.append(time.perf_counter())
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        for edition, start, end in zip(editions, ends, ends[1:], strict=False):
            words = {
                "scheme": f"{edition.scheme_code} v{edition.scheme.version}",
                "subjects": edition.subject_count,
                "seconds": f"{end - start:.2f}",
                "digest": edition.digest,
            }
            self.stdout.write(
                _("%(scheme)s: %(subjects)s subjects, %(seconds)s s, digest %(digest)s") % words
            )
