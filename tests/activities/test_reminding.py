"""Who is told of what, when, and how often: once at each stage, in one mail a day."""

import re
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from activities.models import Duty, DutyRule, Reminder
from activities.operations import exempt_duty, mark_reminders_seen, open_deadline, remind
from activities.reminders import duty_items
from core.reminders import OWN, ReminderItem, sources
from tests.factories.activities import ActivityFactory, DutyFactory


@pytest.fixture
def reader(people):
    people.secretary.email = "secretary@example.org"
    people.secretary.save()
    return people.secretary


@pytest.fixture
def only_groups(db):
    """One rule alone: a meeting of every group each month, reminded of seven days before."""
    DutyRule.objects.exclude(code="group-meeting").update(active=False)


def told(user):
    rows = Reminder.objects.filter(user=user).order_by("pk")
    return [(row.stage, row.stage_day, row.text) for row in rows]


def stages(days, user=None):
    """What ``remind`` tells the user on which day."""
    found = []
    for day in days:
        remind(day)
        rows = Reminder.objects.filter(sent_on=day)
        found += [(day, row.stage) for row in (rows.filter(user=user) if user else rows)]
    return found


def rules_off_after(now, day):
    """Nothing is generated; what was owed until ``day`` is of the past then, and stays."""
    now.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    DutyRule.objects.update(active=False)


def june(number):
    return date(2026, 6, number)


def july(number):
    return date(2026, 7, number)


# --- stages ---------------------------------------------------------------------------------------
def test_a_group_hears_before_and_when_it_is_over_and_its_branch_a_week_later(units, people, monday_noon):
    rule = DutyRule.objects.get(code="group-meeting")
    DutyFactory(rule=rule, unit=units["C1-1-1"], first_day=june(1), last_day=june(30))
    rules_off_after(monday_noon, july(14))
    days = [june(day) for day in range(1, 31)] + [july(day) for day in range(1, 15)]
    assert stages(days, people.leader) == [(june(23), "AHEAD"), (july(1), "OVERDUE")]
    assert [row[:2] for row in told(people.secretary)] == [
        ("AHEAD", june(23)),
        ("OVERDUE", july(1)),
        ("ESCALATED", july(7)),
    ]
    assert told(people.county) == []


def test_the_level_above_gets_one_line_a_unit(units, people, monday_noon):
    for code in ("general-meeting", "party-lecture"):
        DutyFactory(rule=DutyRule.objects.get(code=code), unit=units["C1-1"])
    DutyFactory(rule=DutyRule.objects.get(code="party-lecture"), unit=units["C1-2"])
    rules_off_after(monday_noon, july(7))
    remind(july(7))
    rows = Reminder.objects.filter(user=people.county).order_by("pk")
    assert [(row.item, row.stage, row.url) for row in rows] == [
        (f"unit:{units['C1-1'].pk}", "ESCALATED", "/duties/?unit=C1-1&state=MISSING"),
        (f"unit:{units['C1-2'].pk}", "ESCALATED", "/duties/?unit=C1-2&state=MISSING"),
    ]
    assert [re.findall(r"\d+", row.text)[-1] for row in rows] == ["2", "1"]
    assert not Reminder.objects.filter(user__in=[people.bureau, people.province, people.member]).exists()


def test_holidays_shift_the_reminder_and_not_the_deadline(units, people, monday_noon):
    rule = DutyRule.objects.get(code="general-meeting")
    rule.remind_before = [13]
    rule.save()
    DutyFactory(rule=rule, unit=units["C1-1"], first_day=date(2026, 7, 1), last_day=date(2026, 10, 15))
    rules_off_after(monday_noon, date(2026, 10, 16))
    days = [date(2026, 10, day) for day in range(1, 12)]
    assert stages(days, people.secretary) == [(date(2026, 10, 8), "AHEAD")]
    row = Reminder.objects.get(user=people.secretary)
    assert (row.stage_day, "2026-10-15" in row.text) == (date(2026, 10, 2), True)


def test_an_opened_deadline_moves_the_reminders_with_it(units, people):
    duty = DutyFactory(rule=DutyRule.objects.get(code="party-lecture"), unit=units["C1-1"])
    DutyRule.objects.update(active=False)
    open_deadline(duty, until=july(31), reason="台风", by=people.county)
    days = [july(1), july(13), date(2026, 8, 3)]
    assert stages(days, people.secretary) == [(july(13), "AHEAD"), (date(2026, 8, 3), "OVERDUE")]


def test_a_night_without_a_run_is_made_up_for(units, people, only_groups):
    remind(june(25))
    assert {row[:2] for row in told(people.leader)} == {("AHEAD", june(23))}
    remind(june(26))
    assert len(told(people.leader)) == 1


# --- once -----------------------------------------------------------------------------------------
def test_who_records_for_a_unit_hears_what_is_due(reader):
    report = remind(june(23))
    assert (report.duties > 0, report.reminders > 0, report.mails) == (True, True, 1)
    message = mail.outbox[0]
    assert (message.to, re.findall(r"\d+", message.subject)) == (["secretary@example.org"], ["3"])
    lines = message.body.splitlines()
    assert lines == [row.text for row in Reminder.objects.filter(user=reader).order_by("pk")]
    labels = ["支部党员大会", "党小组会", "党小组会"]
    assert [label in line and "2026-06-30" in line for label, line in zip(labels, lines, strict=True)] == [
        True
    ] * 3


def test_a_second_run_tells_nobody_anything_more(reader):
    remind(june(23))
    count = Reminder.objects.count()
    report = remind(june(23))
    assert (report.duties, report.reminders, report.mails, len(mail.outbox)) == (0, 0, 0, 1)
    assert Reminder.objects.count() == count
    assert (remind(june(24)).reminders, len(mail.outbox)) == (0, 1)


def test_what_comes_later_on_the_day_is_on_the_list_and_in_no_second_mail(reader, units):
    remind(june(23))
    before = len(told(reader))
    DutyFactory(rule__code="more", rule__remind_before=[7], unit=units["C1-1"])
    assert (remind(june(23)).mails, len(told(reader)) - before) == (0, 1)


def test_on_other_days_nobody_is_disturbed(people):
    assert remind(june(17)).reminders == 0


def test_what_is_done_waits_or_is_exempt_is_not_reminded_of(people, units, only_groups):
    remind(june(1))
    done, waiting, exempt = units["C1-1-1"], units["C1-1-2"], units["C1-2-1"]
    ActivityFactory(unit=done, kind="GROUP_MEETING", held_on=june(10))
    ActivityFactory(unit=waiting, kind="GROUP_MEETING", held_on=june(10), state="SUBMITTED")
    exempt_duty(Duty.objects.get(unit=exempt, last_day=june(30)), by=people.secretary2, reason="停")
    assert {item.unit_id for item in duty_items(june(23))} == set()


def test_without_an_address_it_is_only_told_here(people, units):
    DutyFactory(unit=units["C1-1"], rule__remind_before=[7])
    report = remind(june(23))
    assert (report.mails, report.reminders > 0, len(mail.outbox)) == (0, True, 0)


def test_seen_is_said_of_ones_own_reminders(people):
    remind(june(23))
    unseen = Reminder.objects.filter(seen_at=None)
    others = unseen.exclude(user=people.secretary).count()
    assert mark_reminders_seen(people.secretary) > 0
    assert (unseen.count(), mark_reminders_seen(people.secretary)) == (others, 0)


# --- other sources --------------------------------------------------------------------------------
def test_what_other_apps_remind_of_goes_to_people_and_units(people, units, monkeypatch):
    def elections(day):
        yield ReminderItem("election:1", "AHEAD", day, "换届", unit_id=units["C1-1"].pk, audience=OWN)
        yield ReminderItem("probation:1", "AHEAD", day, "转正", user_ids=(people.member.pk,))

    DutyRule.objects.update(active=False)
    monkeypatch.setitem(sources._things, "tests.elections", elections)
    remind(june(23))
    rows = Reminder.objects.order_by("pk").values_list("user__username", "text")
    assert sorted(rows) == [("deputy", "换届"), ("member", "转正"), ("secretary", "换届")]


def test_the_command_says_what_it_did(people):
    out = StringIO()
    call_command("remind", on="2026-06-23", stdout=out)
    duties, reminders, mails = map(int, re.findall(r"\d+", out.getvalue()))
    assert (duties, reminders, mails) == (Duty.objects.count(), Reminder.objects.count(), 0)


def test_a_record_that_was_returned_is_still_asked_for(people, units, only_groups):
    remind(june(1))
    ActivityFactory(unit=units["C1-1-1"], kind="GROUP_MEETING", held_on=june(10), state="RETURNED")
    assert units["C1-1-1"].pk in {item.unit_id for item in duty_items(june(23))}
