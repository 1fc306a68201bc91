import hashlib
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from activities.models import Activity, Attendance, Duty, Outcome, Participation, Reminder
from assessments.models import Award, Edition, IndicatorValue, PastResult
from branches.models import Member, Organisation, PartyUnit, Post

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
UNTIL = date(2026, 11, 20)


def seed_demo(**options):
    said = StringIO()
    call_command("seed_demo", branches=20, until=UNTIL, force=True, stdout=said, **options)
    return said.getvalue()


# --- repeatable ------------------------------------------------------------------------------------
TABLES = [
    Organisation.objects.values_list(
        "code", "name", "kind", "parent__code", "staff_count", "customer_count_lv"
    ),
    PartyUnit.objects.values_list(
        "code", "name", "kind", "parent__code", "organisation__code", "last_election_on"
    ),
    Member.objects.values_list("staff_no", "name", "unit__code", "status", "full_since", "user__username"),
    Post.objects.values_list("member__staff_no", "unit__code", "position", "starts_on", "ends_on"),
    Activity.objects.values_list("unit__code", "kind", "title", "held_on", "place", "state", "submitted_at"),
    Participation.objects.values_list("unit__code", "activity__held_on", "expected_count", "present_count"),
    Attendance.objects.values_list("member__staff_no", "participation__activity__held_on", "absence"),
    Outcome.objects.values_list("activity__unit__code", "activity__held_on", "kind", "quantity", "precision"),
    Duty.objects.values_list("unit__code", "rule__code", "first_day"),
    Reminder.objects.values_list("user__username", "stage", "stage_day", "sent_on", "text"),
    IndicatorValue.objects.values_list(
        "unit__code", "period__code", "indicator__code", "value", "denominator"
    ),
    Award.objects.values_list("unit__code", "period__code", "item_code", "points"),
    PastResult.objects.values_list("unit__code", "period__code", "scheme_code", "total", "rank"),
    Edition.objects.values_list("scheme_code", "period__code", "number", "digest"),
]


def digest():
    lines = [repr(row) for table in TABLES for row in sorted(table.all(), key=repr)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digest_of_a_new_province(**options):
    with transaction.atomic():
        seed_demo(**options)
        found = digest()
        transaction.set_rollback(True)
    return found


@time_machine.travel(NOW)
def test_the_same_seed_makes_the_same_data_and_another_does_not(db):
    first = digest_of_a_new_province(seed="7")
    assert digest_of_a_new_province(seed="7") == first
    assert digest_of_a_new_province(seed="8") != first


@time_machine.travel(NOW)
def test_the_password_can_be_chosen(db, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "another-one-for-the-fair")
    said = seed_demo()
    assert "another-one-for-the-fair" in said
    assert User.objects.get(username="secretary").check_password("another-one-for-the-fair")


# --- what it refuses -------------------------------------------------------------------------------
def test_it_refuses_an_installation_that_may_be_real(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        call_command("seed_demo")
    assert User.objects.count() == 0


def test_with_debug_it_needs_no_force(db, settings):
    settings.DEBUG = True
    User.objects.create_user("somebody", name="某人")
    with pytest.raises(CommandError, match="用户"):
        call_command("seed_demo")


def test_it_refuses_a_database_with_users(db):
    User.objects.create_user("somebody", name="某人")
    with pytest.raises(CommandError):
        call_command("seed_demo", force=True)
    assert list(User.objects.values_list("username", flat=True)) == ["somebody"]


@time_machine.travel(NOW)
def test_it_refuses_days_to_come(db):
    with pytest.raises(CommandError, match="2026-11-22"):
        call_command("seed_demo", "--until", "2026-11-22", force=True)


@pytest.mark.parametrize(
    "words",
    [
        ["--branches", "19"],
        ["--branches", "many"],
        ["--branches", "5000"],
        ["--until", "soon"],
        ["--until", "1999-01-01"],
    ],
)
def test_it_refuses_what_it_cannot_make(words):
    with pytest.raises(CommandError, match=words[0]):
        call_command("seed_demo", *words, force=True)
