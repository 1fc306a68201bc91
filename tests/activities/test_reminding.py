import re
from datetime import date

import pytest
from django.core import mail

from activities.models import Duty
from activities.operations import exempt_duty, record_activity, remind
from activities.operations.reminding import reminder_days
from tests.factories.activities import DutyFactory, DutyRuleFactory


@pytest.fixture
def reader(people):
    people.secretary.email = "secretary@example.org"
    people.secretary.save()
    return people.secretary


@pytest.mark.parametrize(
    ("cadence", "last_day", "days"),
    [
        # a Saturday or a Sunday shifts the reminder to Monday
        ("MONTH", date(2026, 6, 30), [date(2026, 6, 23), date(2026, 6, 29), date(2026, 7, 1)]),
        ("QUARTER", date(2026, 6, 30), [date(2026, 6, 10), date(2026, 6, 23), date(2026, 7, 1)]),
        ("MONTH", date(2026, 7, 31), [date(2026, 7, 24), date(2026, 7, 28), date(2026, 8, 3)]),
    ],
)
def test_reminders_go_out_before_and_once_it_is_over(cadence, last_day, days):
    duty = Duty(rule=DutyRuleFactory.build(cadence=cadence), last_day=last_day)
    assert reminder_days(duty) == days


def test_who_records_for_a_unit_hears_what_is_due(reader):
    report = remind(date(2026, 6, 23))
    assert (report.duties > 0, report.mails) == (True, 1)
    message = mail.outbox[0]
    assert (message.to, re.findall(r"\d+", message.subject)) == (["secretary@example.org"], ["5"])
    assert message.body.splitlines() == [
        "单位C1-1：支部党员大会，2026-06-30 前完成",
        "单位C1-1：党课，2026-06-30 前完成",
        "单位C1-1：主题党日，2026-06-30 前完成",
        "单位C1-1-1：党小组会，2026-06-30 前完成",
        "单位C1-1-2：党小组会，2026-06-30 前完成",
    ]


def test_a_second_run_sends_nothing_more(reader):
    remind(date(2026, 6, 23))
    report = remind(date(2026, 6, 23))
    assert (report.duties, report.mails, len(mail.outbox)) == (0, 0, 1)
    assert remind(date(2026, 6, 29)).mails == 1


def test_on_other_days_nobody_is_disturbed(reader):
    assert remind(date(2026, 6, 15)).mails == 0


def test_what_is_done_or_exempt_is_not_reminded_of(reader, people, units, data):
    branch = units["C1-1"]
    remind(date(2026, 6, 15))
    Duty.objects.exclude(unit=branch).delete()
    for duty in Duty.objects.filter(unit=branch).exclude(rule__kind="THEMED_PARTY_DAY"):
        exempt_duty(duty, by=people.county, reason="停")
    assert remind(date(2026, 6, 23)).mails == 1
    record_activity(data(), by=people.secretary)
    assert remind(date(2026, 6, 29)).mails == 1  # recorded, but nobody has confirmed it yet


def test_without_an_address_nothing_is_sent(people, units):
    DutyFactory(unit=units["C1-1"])
    assert remind(date(2026, 6, 23)).mails == 0
