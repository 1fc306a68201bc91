"""What the workbench, the search and the menu get from the records."""

from datetime import date

import pytest
from django.utils.translation import ngettext

from activities.models import ActionItem, Duty
from activities.offers import find_activities, reviews_records, sees_records
from activities.operations import generate_running_duties, record_activity, return_activity, withdraw_activity
from core.due import due_items_for, sources
from core.navigation import creation_url, items_for
from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory, DutyFactory, DutyRuleFactory
from tests.factories.core import DraftFactory


def due(user, kind):
    """What the records and duties themselves ask for; other apps have their own requests."""
    items = [item for code in sources if code.startswith("activities.") for item in sources[code](user)]
    return [(str(item.title), item.url, item.due_on) for item in items if item.kind == kind]


def test_what_is_owed_leads_to_the_form_with_kind_and_unit(people, units):
    rule = DutyRuleFactory(name="季度")
    DutyFactory(rule=rule, unit=units["C1-1"])
    DutyFactory(rule=rule, unit=units["C1-1-1"], first_day=date(2026, 5, 1), last_day=date(2026, 5, 31))
    DutyFactory(rule=rule, unit=units["C1-2"])
    DutyFactory(unit=units["C1-1"], rule__kind="TRAINING", exempt_reason="停", exempted_by=people.county)
    DutyFactory(unit=units["C1-1"], rule__kind="TRAINING", last_day=date(2026, 7, 16))
    DutyFactory(unit=units["C1-1"], rule__kind="TRAINING", first_day=date(2026, 6, 16))
    url = "/activities/new/?kind=GENERAL_MEETING&unit="
    title = "开展并记录：支部党员大会 · 季度"
    assert due(people.secretary, "due") == [(title, f"{url}C1-1", date(2026, 6, 30))]
    assert due(people.secretary, "overdue") == [(title, f"{url}C1-1-1", date(2026, 5, 31))]
    assert due(people.leader, "due") == []
    assert due(people.leader, "overdue") == [(title, f"{url}C1-1-1", date(2026, 5, 31))]


def test_what_was_missed_earlier_in_the_year_is_counted_and_reached(client, people, units, time_machine):
    """The last half-year is closed: its windows are one line, which leads to all of them."""
    time_machine.move_to("2026-11-21 12:00+08:00", tick=False)
    quarters = [date(2026, month, 1) for month in (1, 4, 7)]
    rule = DutyRuleFactory(cadence="QUARTER")
    for first, last in zip(quarters, (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)), strict=True):
        DutyFactory(rule=rule, unit=units["C1-1"], first_day=first, last_day=last)
    DutyFactory(unit=units["C1-1-1"], first_day=date(2026, 5, 1), last_day=date(2026, 5, 31))
    DutyFactory(unit=units["C1-1"], first_day=date(2025, 5, 1), last_day=date(2025, 5, 31))
    ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING", held_on=date(2026, 2, 3))
    newest, earlier = due(people.secretary, "overdue")
    assert newest[2] == date(2026, 9, 30)
    assert earlier == (
        ngettext("See %(count)d thing missed earlier", "See %(count)d things missed earlier", 2)
        % {"count": 2},
        "/duties/?unit=C1-1&year=2026&state=MISSING",
        None,
    )
    client.force_login(people.secretary, backend="accounts.backends.SignInBackend")
    still_open = client.get(earlier[1]).context["still_open"]
    assert [(duty.unit.code, duty.last_day) for duty in still_open] == [
        ("C1-1-1", date(2026, 5, 31)),
        ("C1-1", date(2026, 6, 30)),
        ("C1-1", date(2026, 9, 30)),
    ]
    assert [item[1] for item in due(people.leader, "overdue")] == [
        "/duties/?unit=C1-1-1&year=2026&state=MISSING"
    ]


def test_what_is_done_is_no_longer_asked_for(people, units):
    DutyFactory(unit=units["C1-1"])
    ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING")
    assert due(people.secretary, "due") == []


def test_an_office_is_not_asked_for_every_duty_below_it(people, units):
    generate_running_duties()
    assert Duty.objects.exists()
    assert (due(people.county, "due"), due(people.county, "overdue")) == ([], [])


def test_returned_records_come_with_the_reason(people, data):
    activity, _created = record_activity(data(), by=people.secretary)
    return_activity(activity, by=people.county, reason="请补充地点")
    for user in (people.secretary, people.deputy):
        items = [item for item in due_items_for(user) if item.kind == "returned"]
        assert [(item.title, item.hint) for item in items] == [("修改被退回的记录：入户检查", "请补充地点")]
    assert due(people.county, "returned") == []


def test_what_waits_for_me_is_one_line_with_the_count(people, units, data):
    assert due(people.county, "waiting") == []
    for number in range(3):
        record_activity(data(title=f"第{number}次"), by=people.secretary)
    ActivityFactory(unit=units["C1-2"], state="SUBMITTED", created_by=people.county)
    assert due(people.county, "waiting") == [("确认 3 条记录", "/activities/review/", None)]
    assert due(people.county_deputy, "waiting") == [("确认 4 条记录", "/activities/review/", None)]
    assert due(people.secretary, "waiting") == []


def test_drafts_and_what_was_taken_back_are_offered(people, data):
    DraftFactory(user=people.secretary, key="k 1", title="写了一半")
    DraftFactory(user=people.secretary, key="k2")
    DraftFactory(user=people.secretary, form="other")
    DraftFactory(user=people.deputy)
    activity, _created = record_activity(data(), by=people.secretary)
    withdraw_activity(activity, by=people.secretary)
    assert sorted(due(people.secretary, "draft")) == [
        ("提交：入户检查", f"/activities/{activity.pk}/", None),
        ("继续填写：写了一半", "/activities/new/?draft=k+1", None),
        ("继续填写：未填主题的记录", "/activities/new/?draft=k2", None),
    ]


@pytest.mark.parametrize(
    ("text", "found"), [("入户", 1), ("坛河 入户", 1), ("入户 春季", 0), ("", 0), ("   ", 0), ("%", 0)]
)
def test_search_finds_by_topic_and_place_within_sight(people, units, text, found):
    ActivityFactory(unit=units["C1-1"], title="入户检查", place="坛河村")
    ActivityFactory(unit=units["B2-B"], title="入户检查", place="坛河村")
    assert len(find_activities(people.secretary, text, 10)) == found


@pytest.mark.parametrize("word", ["安全学习", "发言要点", "同意接收", "换开关"])
def test_search_finds_in_the_minutes(people, units, word):
    minutes = {"agenda": "安全学习", "note": "发言要点", "resolutions": "同意接收"}
    for code in ("C1-1", "B2-B"):
        activity = ActivityFactory(unit=units[code], kind="GENERAL_MEETING", title="大会", **minutes)
        for _number in range(2):
            ActionItem.objects.create(activity=activity, text="换开关")
    assert [
        len(find_activities(people.secretary, text, 10)) for text in (word, f"大会 {word}", f"{word} 无")
    ] == [1, 1, 0]
    assert find_activities(people.member, word, 10) == []


def test_search_gives_no_more_than_asked(people, units):
    for _number in range(3):
        ActivityFactory(unit=units["C1-1"], title="入户检查")
    assert len(find_activities(people.secretary, "入户", 2)) == 2


def test_the_menu_shows_what_one_may_open(people):
    urls = {
        name: {item.url_name for item in items_for(getattr(people, name))}
        for name in ("leader", "county", "member")
    }
    own = {"activities:list", "activities:review"}
    assert [sorted(urls[name] & own) for name in ("leader", "county", "member")] == [
        ["activities:list"],
        ["activities:list", "activities:review"],
        [],
    ]
    assert (sees_records(people.leader), reviews_records(people.leader)) == (True, False)


def test_the_button_for_a_new_record_is_for_who_may_record(people):
    assert creation_url(people.leader) == "/activities/new/"
    assert creation_url(UserFactory()) == ""
