"""Reminders: each person is told once of each thing at each stage, and gets one mail a day at most."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import ngettext, override

from accounts.models import User
from activities.models import Reminder
from activities.operations.duties import generate_running_duties
from branches.reviewing import deciders_of, recorders_of
from core import audit, clock, reminders
from core.reminders import ABOVE, OWN, ReminderItem

logger = logging.getLogger(__name__)
MAX_TEXT = 300


@dataclass(frozen=True)
class RemindReport:
    duties: int
    reminders: int
    mails: int


def remind(day: date | None = None) -> RemindReport:
    """Generate what is owed, tell whom it concerns. A second run on the day tells nobody anything twice."""
    day = day or clock.today()
    created = generate_running_duties(day)
    told = tell_due(day)
    with override(settings.LANGUAGE_CODE):
        waiting = Reminder.objects.filter(sent_on=day, mailed=False, user__is_active=True)
        people = waiting.exclude(user__email="").order_by("user").values_list("user", flat=True).distinct()
        mails = sum(_mailed(user, day) for user in list(people))
    if told or mails:
        label = day.isoformat()
        audit.record_about("remind", "activities.reminder", by=None, label=label, reminders=told, mails=mails)
    return RemindReport(created, told, mails)


def tell_due(day: date) -> int:
    """Put what is to be told on ``day`` on people's lists, without a mail; gives how much of it is new."""
    with override(settings.LANGUAGE_CODE):
        return sum(_tell(user, items, day) for user, items in _by_person(reminders.items_on(day)).items())


def mark_reminders_seen(user: User) -> int:
    """One's own list: what was new on it is so no more."""
    return Reminder.objects.filter(user=user, seen_at=None).update(seen_at=clock.now())


def _by_person(items: Iterable[ReminderItem]) -> dict[int, list[ReminderItem]]:
    listed = list(items)
    units = {
        audience: {item.unit_id for item in listed if item.audience == audience and item.unit_id}
        for audience in (OWN, ABOVE)
    }
    people = {OWN: recorders_of(units[OWN]), ABOVE: deciders_of(units[ABOVE])}
    found: defaultdict[int, list[ReminderItem]] = defaultdict(list)
    for item in listed:
        addressed = people[item.audience].get(item.unit_id or 0, set()) if item.audience in people else set()
        for user in addressed | set(item.user_ids):
            found[user].append(item)
    return found


@transaction.atomic
def _tell(user: int, items: list[ReminderItem], day: date) -> int:
    if not User.objects.select_for_update().filter(pk=user, is_active=True).exists():
        return 0  # the lock lets two runs at once take turns
    first = min(item.stage_day for item in items)
    known = Reminder.objects.filter(user=user, stage_day__gte=first)
    told = set(known.values_list("item", "stage", "stage_day"))
    fresh = {(item.item, item.stage, item.stage_day): item for item in items}
    rows = [
        Reminder(
            user_id=user,
            item=item.item,
            stage=item.stage,
            stage_day=item.stage_day,
            sent_on=day,
            text=item.text[:MAX_TEXT],
            url=item.url,
        )
        for key, item in fresh.items()
        if key not in told
    ]
    Reminder.objects.bulk_create(rows)
    return len(rows)


def _mailed(user: int, day: date) -> bool:
    """An address that takes no mail keeps nobody else from theirs; the next run on the day tries it again."""
    try:
        return _mail(user, day)
    except (OSError, ValueError):  # SMTPException is an OSError, a header with a line break a ValueError
        logger.exception("No reminder could be sent to user %s", user)
        return False


@transaction.atomic
def _mail(user: int, day: date) -> bool:
    person = User.objects.select_for_update().get(pk=user)
    today = Reminder.objects.filter(user=user, sent_on=day)
    if today.filter(mailed=True).exists():  # one mail a day: what came later is on the list
        return False
    lines = list(today.order_by("pk").values_list("text", flat=True))
    subject = ngettext("%(count)d thing is due", "%(count)d things are due", len(lines)) % {
        "count": len(lines)
    }
    today.update(mailed=True)
    send_mail(subject, "\n".join(lines), None, [person.email])
    return True
