"""Reminding is safe to repeat for any day, and one bad address disturbs nobody else."""

from datetime import date

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from activities.operations import remind
from core import audit

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


def test_a_day_long_reminded_of_is_not_reminded_of_again(people):
    reader = addressed(people.secretary)
    assert remind(DAY).mails == 1
    for number in range(1, 8):
        audit.record("remind", reader, by=None, day=f"2026-07-0{number}", duties=[])
    assert (remind(DAY).mails, len(mail.outbox)) == (0, 1)


def test_an_address_that_takes_no_mail_stops_nobody_else(people, settings):
    for user in (people.secretary, people.deputy):
        addressed(user)
    settings.EMAIL_BACKEND = f"{__name__}.Choosy"
    assert remind(DAY).mails == 1
    assert [message.to for message in mail.outbox] == [["secretary@example.org"]]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert remind(DAY).mails == 1
    assert mail.outbox[-1].to == ["deputy@example.org"]
