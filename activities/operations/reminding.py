"""Reminders by e-mail: what falls due and what is overdue, once a day to each person."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import User
from activities.models import Duty
from activities.operations.duties import generate_running_duties
from activities.rules import REMIND_DAYS_BEFORE, REMIND_DAYS_OVERDUE
from activities.selectors import duties_due
from branches.models import Assignment
from core import audit, clock
from core.models import AuditEvent

logger = logging.getLogger(__name__)
SATURDAY = 5


@dataclass(frozen=True)
class RemindReport:
    duties: int
    mails: int


def remind(day: date | None = None) -> RemindReport:
    """Generate what is owed, write to whom it concerns. A second run on the day sends nothing more."""
    day = day or clock.today()
    created = generate_running_duties(day)
    return RemindReport(created, sum(_reminded(user, day) for user in _readers()))


def _readers() -> Iterator[User]:
    """Everybody with an address who records for a unit."""
    recording = Assignment.objects.with_permission("activities.add_activity").values("user")
    return User.objects.filter(pk__in=recording, is_active=True).exclude(email="").order_by("pk").iterator()


def reminder_days(duty: Duty) -> list[date]:
    before = [duty.last_day - timedelta(days=days) for days in REMIND_DAYS_BEFORE[duty.rule.cadence]]
    return [_working_day(moment) for moment in [*before, duty.last_day + timedelta(days=REMIND_DAYS_OVERDUE)]]


def _working_day(day: date) -> date:
    """A weekend shifts the reminder, never the day on which something is due."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def _reminded(user: User, day: date) -> bool:
    """An address that takes no mail keeps nobody else from theirs; the next run on the day tries it again."""
    try:
        return _remind_user(user, day)
    except (OSError, ValueError):  # SMTPException is an OSError, a header with a line break a ValueError
        logger.exception("No reminder could be sent to user %s", user.pk)
        return False


@transaction.atomic
def _remind_user(user: User, day: date) -> bool:
    duties = [duty for duty in duties_due(user, day) if day in reminder_days(duty)]
    if not duties or _was_reminded(user, day):
        return False
    audit.record("remind", user, by=None, day=day.isoformat(), duties=[duty.pk for duty in duties])
    with override(settings.LANGUAGE_CODE):
        subject = ngettext("%(count)d thing is due", "%(count)d things are due", len(duties)) % {
            "count": len(duties)
        }
        send_mail(subject, "\n".join(map(_line, duties)), None, [user.email])
    return True


def _was_reminded(user: User, day: date) -> bool:
    User.objects.select_for_update().get(pk=user.pk)  # two runs at once take turns
    sent = AuditEvent.objects.filter(verb="remind", object_type="accounts.user", object_id=str(user.pk))
    return sent.filter(summary__day=day.isoformat()).exists()


def _line(duty: Duty) -> str:
    return _("%(unit)s: %(kind)s, due on %(day)s") % {
        "unit": duty.unit,
        "kind": duty.rule.get_kind_display(),
        "day": duty.last_day.isoformat(),
    }
