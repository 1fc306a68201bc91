"""The entry form, the list, the record and the review page in a real browser, at a desk and on a phone."""

import re
from datetime import date

import pytest

from activities.models import ActionItem, Activity, CoreTask
from activities.operations import record_activity
from activities.records import ActionData
from branches.operations import transfer_member
from core.models import Draft
from tests.factories.accounts import PASSWORD
from tests.factories.branches import PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def monday_noon():
    """Here the clock runs: the browser has its own."""


@pytest.fixture
def enter(live_server):
    """``enter(page, "secretary", "/activities/new/")``"""

    def sign_in(page, name, path):
        page.set_default_timeout(10_000)
        page.goto(f"{live_server.url}/accounts/login/?next={path}")
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{live_server.url}{path}")

    return sign_in


def say_none(page):
    """Which core task was spoken of: none this time."""
    page.check("[name=core_task][value=none]")
    page.fill("[name=no_core_task]", "本次未涉及")


def test_a_party_day_is_recorded_in_a_few_taps(page, enter, people, members, check_accessible):
    enter(page, "secretary", "/activities/new/")
    check_accessible(page)
    page.check("[name=kind][value=COMMITTEE_MEETING]")
    page.check("[name=kind][value=THEMED_PARTY_DAY]")
    page.fill("[name=place]", "坛河村")
    page.fill("[name=title]", "入户检查")
    say_none(page)
    page.locator(".att label", has_text="李倩").locator("input").uncheck()
    page.locator("select[name^=present_reason_]:visible").select_option("DUTY")
    counted = re.findall(r"\d+", page.locator("[data-summary-text]").inner_text())
    assert counted == ["6", "5", "1"]
    page.locator("[name=outcome_HOUSEHOLD_VISITED] + button").click()
    page.click(".actbar .btn-primary")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    check_accessible(page)
    activity = Activity.objects.get()
    part = activity.participations.get()
    assert (part.expected_count, part.present_count, part.excused_count) == (6, 5, 1)
    assert [(row.kind, row.quantity) for row in activity.outcomes.all()] == [("HOUSEHOLD_VISITED", 1)]


def test_errors_are_found_from_the_summary(page, enter, people, members, check_accessible):
    enter(page, "secretary", "/activities/new/")
    page.locator("[name=outcome_HOUSEHOLD_VISITED]").fill("三十多")
    page.click(".actbar .btn-primary")
    page.wait_for_selector(".errsum")
    assert page.evaluate("document.activeElement.className") == "errsum"
    check_accessible(page)
    page.locator(".errsum a", has_text="填写活动主题").click()
    assert page.evaluate("document.activeElement.name") == "title"
    assert page.locator("[name=outcome_HOUSEHOLD_VISITED]").input_value() == "三十多"


def test_what_is_typed_is_saved_and_offered_again(page, enter, people, members, live_server):
    enter(page, "secretary", "/activities/new/")
    with page.expect_response(re.compile("/drafts/activity/")) as saved:
        page.fill("[name=title]", "写了一半")
    assert saved.value.ok
    assert Draft.objects.get().data["title"] == ["写了一半"]
    page.goto("about:blank")
    page.goto(f"{live_server.url}/activities/new/")
    page.locator("main a", has_text="写了一半").click()
    page.wait_for_url(re.compile("draft="))
    assert page.locator("[name=title]").input_value() == "写了一半"
    page.locator("[name=title]").fill("写完了")
    say_none(page)
    page.click(".actbar .btn-primary")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    assert (Activity.objects.get().title, Draft.objects.count()) == ("写完了", 0)


def test_the_form_follows_the_kind(page, enter, people, members):
    enter(page, "secretary", "/activities/new/")
    page.check("[name=kind][value=HEART_TALK]")
    assert (page.locator("[name=title]").is_visible(), page.locator("[name=topic_class]").is_visible()) == (
        False,
        True,
    )
    page.check("[name=kind][value=SERVICE_VISIT]")
    assert page.locator("[name=title]").is_visible()
    assert not page.locator("[name=core_task]").first.is_visible()
    page.locator("details:has([name=also_counts]) summary").click()
    page.check("[name=also_counts][value=GENERAL_MEETING]")
    assert page.locator("[name=core_task]").first.is_visible()
    assert not page.locator("[name=no_core_task]").is_visible()
    page.check("[name=core_task][value=none]")
    assert page.locator("[name=no_core_task]").is_visible()
    first = page.locator("[data-outcomes-first] input").evaluate_all("all => all.map(one => one.name)")
    assert set(first) == {
        "outcome_SERVICE_VISIT",
        "outcome_HOUSEHOLD_VISITED",
        "outcome_PROBLEM_SOLVED",
        "outcome_ENERGY_SAVING",
    }


def test_many_are_confirmed_at_once(page, enter, people, members, data, check_accessible):
    for number in range(3):
        record_activity(data(title=f"第{number}次"), by=people.secretary)
    enter(page, "county", "/activities/review/")
    check_accessible(page)
    page.locator("[data-all]").check()
    assert page.locator("[data-chosen]").inner_text() == "3"
    page.locator(".bulk .btn-primary").click()
    page.wait_for_selector("text=已确认 3 条记录")
    assert Activity.objects.confirmed().count() == 3
    check_accessible(page)


def test_the_list_and_the_change_are_accessible(
    page, enter, people, members, data, live_server, check_accessible
):
    activity, _created = record_activity(data(), by=people.secretary)
    enter(page, "secretary", "/activities/")
    check_accessible(page)
    for path in (f"{activity.pk}/edit/", f"{activity.pk}/void/"):
        page.goto(f"{live_server.url}/activities/{path}")
        check_accessible(page)


def test_a_conflict_is_settled_field_by_field(new_page, enter, people, members, data, check_accessible):
    activity, _created = record_activity(data(), by=people.secretary)
    mine, theirs = new_page("desktop"), new_page("phone")
    for page, name in ((mine, "secretary"), (theirs, "deputy")):
        enter(page, name, f"/activities/{activity.pk}/edit/")
    theirs.fill("[name=title]", "先改的")
    theirs.click(".actbar .btn-primary")
    theirs.wait_for_url(re.compile(rf"/activities/{activity.pk}/$"))
    mine.fill("[name=title]", "我改的")
    mine.fill("[name=place]", "我的地点")
    mine.click(".actbar .btn-primary")
    mine.wait_for_selector("[name=take_title]")
    check_accessible(mine)
    mine.locator("[name=take_title][value=theirs]").check()
    mine.click(".actbar .btn-primary")
    mine.wait_for_url(re.compile(rf"/activities/{activity.pk}/$"))
    now = Activity.objects.get()
    assert (now.title, now.place) == ("先改的", "我的地点")


def test_entry_works_without_script(browser, enter, people, members, live_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    enter(page, "secretary", "/activities/new/")
    page.fill("[name=title]", "没有脚本")
    say_none(page)
    page.locator(".att label", has_text="李倩").locator("input").uncheck()
    page.click(".actbar .btn-primary")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    context.close()
    activity = Activity.objects.get()
    assert (activity.title, activity.participations.get().present_count) == ("没有脚本", 5)


def test_boxes_for_attendance_follow_the_unit_that_is_named(page, enter, people, units, members):
    enter(page, "secretary", "/activities/new/")
    page.locator("[data-own-units] > summary").click()
    name, box = page.locator("[name=co-0-code]"), page.locator("[name=co-0-expected]")
    assert not box.is_visible()
    name.fill("单位C1-1-1")
    assert box.is_visible()
    name.fill("单位C1-2 (C1-2)")
    assert not box.is_visible()


def test_the_minutes_are_folded_and_a_core_task_is_one_tap(
    page, enter, people, units, members, data, check_accessible
):
    task = CoreTask.objects.create(unit=units["B1"], name="迎峰度夏", starts_on=date(2020, 1, 1))
    record_activity(data(held_on=date(2026, 6, 1), action_items=(ActionData("换开关"),)), by=people.secretary)
    enter(page, "secretary", "/activities/new/?kind=GENERAL_MEETING")
    assert not page.locator("[name=agenda]").is_visible()
    page.fill("[name=title]", "党员大会")
    page.locator("label", has_text="迎峰度夏").click()
    page.locator("[name=done_items]").check()
    page.locator(".minutes > details > summary").click()
    page.fill("[name=agenda]", "学习")
    page.locator(".minutes details details > summary").first.click()
    page.fill("[name=vote-0-subject]", "接收")
    check_accessible(page)
    page.click(".actbar .btn-primary")
    page.wait_for_selector(".errsum")
    assert page.locator("[name=vote-0-present]").is_visible()
    page.fill("[name=vote-0-present]", "6")
    page.fill("[name=vote-0-in_favour]", "6")
    page.click(".actbar .btn-primary")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    check_accessible(page)
    activity = Activity.objects.get(title="党员大会")
    assert (activity.core_task, activity.agenda, activity.votes.get().eligible) == (task, "学习", 6)
    assert not ActionItem.objects.filter(done_on=None).exists()


def test_a_plan_is_made_and_its_notice_shown(page, enter, people, members, check_accessible):
    enter(page, "secretary", "/activities/plan/")
    check_accessible(page)
    page.fill("[name=title]", "七月党员大会")
    page.fill("[name=held_on]", "2099-07-01")
    page.fill("[name=agenda]", "学习")
    page.click("main .form-sec .btn-primary")
    page.wait_for_url(re.compile(r"/activities/\d+/$"))
    check_accessible(page)
    assert "1. 学习" in page.locator("[data-copy] textarea").input_value()


def test_the_committee_is_expected_at_its_meetings(page, enter, people, members):
    PostFactory(member=members[0], unit=members[0].unit, position="PUBLICITY")
    enter(page, "secretary", "/activities/new/")
    counts = []
    for kind in ("COMMITTEE_MEETING", "THEMED_PARTY_DAY", "COMMITTEE_MEETING"):
        page.check(f"[name=kind][value={kind}]")
        counts.append(re.findall(r"\d+", page.locator("[data-summary-text]").inner_text()))
    assert counts == [["1", "1", "0"], ["6", "6", "0"], ["1", "1", "0"]]


def test_the_people_follow_the_day_held(page, enter, people, units, members):
    """What was typed elsewhere stays, also in what came anew."""
    transfer_member(members[3], units["C1-2"], on=date(2026, 6, 1), by=None)
    enter(page, "secretary", "/activities/new/")
    page.check("[name=kind][value=GENERAL_MEETING]")
    page.fill("[name=title]", "三月党员大会")
    page.locator(".minutes > details > summary").click()
    page.fill("[name=agenda]", "学习")
    assert page.locator("#people-of-day", has_text="韦国华").count() == 0
    page.fill("[name=held_on]", "2026-03-12")
    page.wait_for_selector("[name=people_of][value='2026-03-12']", state="attached")
    people_then = page.locator("#people-of-day")
    assert "韦国华" in people_then.inner_text()
    assert re.findall(r"\d+", page.locator("[data-summary-text]").inner_text()) == ["6", "6", "0"]
    assert page.locator("[name=title]").input_value() == "三月党员大会"
    assert page.locator("[name=agenda]").input_value() == "学习"
    assert page.locator("[name=vote-0-eligible]").input_value() == "6"
    assert page.locator("[name=special_topic]").is_hidden()
