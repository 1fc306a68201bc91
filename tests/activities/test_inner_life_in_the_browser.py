"""Talks, grades, hours of study and one's own record in a real browser, at a desk and on a phone."""

import re
from datetime import timedelta

import pytest

from activities.models import Appraisal, Attendance, CorrectionRequest, Talk
from activities.operations import record_activity
from activities.records import AttendanceData, PartData
from branches.choices import Position
from core import clock
from tests.activities.test_entry_in_the_browser import enter as enter_fixture
from tests.factories.branches import PostFactory

enter = enter_fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def monday_noon():
    """Here the clock runs: the browser has its own."""


@pytest.fixture
def roster(units, people, members):
    PostFactory(member=members[0], unit=units["C1-1"], position=Position.SECRETARY)
    members[1].user = people.member
    members[1].save()
    return members


def test_two_talks_are_recorded_and_leave_the_list(page, enter, roster, check_accessible):
    enter(page, "secretary", "/activities/talk/")
    check_accessible(page)
    page.select_option("[name=talker]", str(roster[0].pk))
    for name in ("李倩", "黄志强"):
        page.locator(".pick label", has_text=name).click()
    page.click(".actbar .btn-primary")
    page.wait_for_url("**/units/C1-1/talks/")
    check_accessible(page)
    assert Talk.objects.count() == 2
    still = page.locator("[aria-labelledby=t-todo] dd").nth(1).inner_text()
    assert "李倩" not in still
    assert "韦国华" in still


def test_grades_are_entered_and_a_member_sees_his_own_record(
    page,
    enter,
    units,
    people,
    data,
    roster,
    check_accessible,
):
    names = tuple(AttendanceData(member.pk) for member in roster)
    facts = data(
        kind="DEMOCRATIC_APPRAISAL",
        held_on=clock.today() - timedelta(days=1),
        no_core_task="本次未涉及",
        parts=(PartData(units["C1-1"].pk, attendance=names),),
    )
    activity, _created = record_activity(facts, by=people.secretary)
    enter(page, "secretary", f"/activities/{activity.pk}/appraisal/")
    check_accessible(page)
    page.select_option(f"[name=grade_{roster[0].pk}]", "EXCELLENT")
    page.check("[name=rest_qualified]")
    page.click(".actbar .btn-primary")
    page.wait_for_url(f"**/activities/{activity.pk}/")
    check_accessible(page)
    assert Appraisal.objects.filter(grade="QUALIFIED").count() == len(roster) - 1
    page.goto(re.sub(r"/activities/.*", "/units/C1-1/training-hours/", page.url))
    check_accessible(page)


def test_a_member_asks_for_a_correction(page, enter, units, people, data, roster, check_accessible):
    part = PartData(units["C1-1"].pk, attendance=(AttendanceData(roster[1].pk, "UNEXCUSED"),))
    held_on = clock.today().replace(month=1, day=1)
    record_activity(data(kind="TRAINING", held_on=held_on, parts=(part,)), by=people.secretary)
    enter(page, "member", "/me/")
    check_accessible(page)
    page.locator("td a[href*='/me/ask/']").click()
    page.fill("[name=text]", "我在出差")
    check_accessible(page)
    page.click(".actbar .btn-primary")
    page.wait_for_url("**/me/")
    request = CorrectionRequest.objects.get()
    assert Attendance.objects.get().participation.activity == request.activity
    page.context.clear_cookies()
    enter(page, "secretary", f"/activities/corrections/{request.pk}/")
    check_accessible(page)
