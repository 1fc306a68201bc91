"""Reminding is safe to repeat for any day, and one bad address disturbs nobody else."""

from datetime import date

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from activities.models import Reminder
from activities.operations import remind

DAY = date(2026, 6, 23)


class Choosy(EmailBackend):
    """Takes no mail for one address."""

    def send_messages(self, messages):
        if any("deputy@example.org" in message.to for message in messages):
            raise OSError("mailbox unavailable")
        return super().send_messages(messages)


def addressed(user):
    user.email = f"{user.username}@example.org"
    user.save()
    return user


def test_an_address_that_takes_no_mail_stops_nobody_else(people, settings):
    for user in (people.secretary, people.deputy):
        addressed(user)
    settings.EMAIL_BACKEND = f"{__name__}.Choosy"
    assert remind(DAY).mails == 1
    assert [message.to for message in mail.outbox] == [["secretary@example.org"]]
    told = Reminder.objects.filter(user=people.deputy)
    assert (told.exists(), told.filter(mailed=True).exists()) == (True, False)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert remind(DAY).mails == 1
    assert mail.outbox[-1].to == ["deputy@example.org"]


def test_who_may_no_longer_sign_in_is_told_nothing(people):
    addressed(people.secretary)
    people.secretary.is_active = False
    people.secretary.save()
    assert (remind(DAY).mails, Reminder.objects.filter(user=people.secretary).count()) == (0, 0)
