from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.operations import Decision, Refused, publish


class Command(BaseCommand):
    help = "Freeze the board of a period: one person prepares, another approves."

    def add_arguments(self, parser):
        parser.add_argument("period", metavar="PERIOD")
        parser.add_argument("--scheme", metavar="CODE", required=True)
        parser.add_argument("--by", metavar="USERNAME", required=True)
        parser.add_argument("--approved-by", metavar="USERNAME", required=True)
        parser.add_argument("--minutes", metavar="TEXT", default="", help="number of the minutes")
        parser.add_argument("--reason", metavar="TEXT", default="", help="of a correction")
        parser.add_argument("--waive", metavar="TEXT", default="", help="why missing figures do not matter")

    def handle(self, *args, period, scheme, **options):
        decision = Decision(
            prepared_by=self.user(options["by"]),
            approved_by=self.user(options["approved_by"]),
            minutes=options["minutes"],
            reason=options["reason"],
            waiver=options["waive"],
        )
        try:
            edition = publish(period, scheme, decision)
        except (Refused, PermissionDenied) as error:
            raise CommandError(str(error)) from error
        words = {
            "scheme": edition.scheme_code,
            "period": edition.period.code,
            "edition": edition.number,
            "subjects": edition.subject_count,
            "digest": edition.digest,
        }
        self.stdout.write(
            _(
                "Published %(scheme)s %(period)s, edition %(edition)s: %(subjects)s subjects,"
                " digest %(digest)s"
            )
            % words
        )

    def user(self, username):
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if user is None:
            raise CommandError(_("There is no active user “%(username)s”.") % {"username": username})
        return user
