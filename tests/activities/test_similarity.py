"""The hint before a record is made twice: how alike texts are, where it looks, and what the page asks."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.translation import gettext

from activities.models import Activity
from activities.similarity import database_compares, likeness, same_day, same_minutes
from tests.factories.activities import ActivityFactory

MINUTES = (
    "会议传达学习了省公司党委的会议精神，讨论了迎峰度夏保供电工作安排，"
    "明确了党员责任区和突击队分工，要求每周通报一次。"
)
RETOLD = MINUTES.replace("每周", "每月").replace("迎峰度夏", "防汛抗旱")
OTHER = (
    "支部书记讲党课，主题是优质服务与作风建设；党员结合岗位谈体会，提出了改进客户回访的三条建议并现场表态。"
)
# (one, other, what pg_trgm says)
PAIRS = [
    (MINUTES, MINUTES, 1.0),
    (MINUTES, OTHER, 0.0),
    ("word", "two words", 0.363636),
    ("State Grid 电网", "state grid 电网", 1.0),
    ("a_b-c1", "A B C1", 1.0),
    ("，。；", "，。；", 0.0),
]


@pytest.mark.parametrize(("one", "other", "expected"), PAIRS)
def test_python_reckons_as_the_database_does(db, one, other, expected):
    assert likeness(one, other) == pytest.approx(expected, abs=0.02)
    if database_compares():
        with connection.cursor() as cursor:
            cursor.execute("SELECT similarity(%s, %s)", [one, other])
            assert cursor.fetchone()[0] == pytest.approx(likeness(one, other), abs=1e-6)


def test_the_database_compares_where_it_can(db):
    assert database_compares() == (connection.vendor == "postgresql")


@pytest.fixture
def told(people, units, data):
    """``told(text, unit=…)``: what is found for a record with this text, as (title, per cent)."""

    def find(text=MINUTES, *, unit="C1-1", by="secretary", own=(), **given):
        facts = replace(data(unit=unit, **given), note=text)
        found = same_minutes(getattr(people, by), units[unit], facts, own=own)
        return [(one.activity.title, one.per_cent) for one in found]

    return find


def test_what_is_nearly_the_same_is_found_the_most_alike_first(units, told):
    ActivityFactory(unit=units["C1-1"], note=RETOLD, title="retold")
    ActivityFactory(unit=units["C1-1"], note=MINUTES, title="same")
    ActivityFactory(unit=units["C1-1"], note=OTHER, title="other")
    found = told()
    assert [title for title, _per_cent in found] == ["same", "retold"]
    assert found[0][1] == 100
    assert 70 <= found[1][1] < 95


def test_agenda_and_resolutions_count_as_text(units, told):
    ActivityFactory(unit=units["C1-1"], agenda=MINUTES[:30], resolutions=MINUTES[30:], title="parted")
    assert [title for title, _per_cent in told()] == ["parted"]


def test_only_records_near_by_and_not_long_ago_are_compared(units, told):
    ActivityFactory(unit=units["C1-1-1"], note=MINUTES, title="own group")
    ActivityFactory(unit=units["C1-2"], note=MINUTES, title="next branch")
    ActivityFactory(unit=units["C1-1"], note=MINUTES, title="old", held_on=date(2025, 5, 1))
    ActivityFactory(unit=units["C1-1"], note=MINUTES, title="void", state="VOID")
    assert told() == [("own group", 100)]


def test_nobody_is_told_of_what_is_out_of_his_sight(units, told):
    ActivityFactory(unit=units["C1-1"], note=MINUTES, title="of the branch")
    ActivityFactory(unit=units["C1-1-1"], note=MINUTES, title="of the group")
    assert told(unit="C1-1-1", by="leader") == [("of the group", 100)]


def test_a_short_text_is_alike_with_more_of_it_changed(units, told):
    """Two words of forty characters are more of the text than two of a page."""
    text = MINUTES[:42]
    changed = text.replace("迎峰度夏", "防汛抗旱").replace("省公司", "市公司")
    assert 0.6 <= likeness(text, changed) < 0.7
    ActivityFactory(unit=units["C1-1"], note=changed, title="changed")
    assert [title for title, _per_cent in told(text)] == ["changed"]
    longer = f"{MINUTES}{OTHER}请假一人。"
    again = longer.replace("迎峰度夏", "防汛抗旱").replace("优质服务", "安全生产").replace("三条", "五条")
    again = again.replace("现场表态", "书面承诺").replace("每周通报", "每季检查")
    assert 0.6 <= likeness(longer, again) < 0.7
    ActivityFactory(unit=units["C1-1"], note=again, title="rewritten")
    assert told(longer) == []


def test_a_very_short_text_is_alike_when_it_is_the_same(units, told):
    """Whatever the blanks and signs between its words."""
    ActivityFactory(unit=units["C1-1"], note="学习会议精神，讨论保供电。\n", title="same")
    ActivityFactory(unit=units["C1-1"], note="学习会议精神，讨论防汛工作", title="another topic")
    assert told("学习会议精神, 讨论保供电") == [("same", 100)]


def test_a_few_words_and_talks_are_not_compared(units, told):
    ActivityFactory(unit=units["C1-1"], note="无异议，通过。")
    assert told("无异议，通过。") == []
    assert told(kind="HEART_TALK") == []


def test_a_record_is_not_compared_with_itself(units, told):
    own = ActivityFactory(unit=units["C1-1"], note=MINUTES)
    assert told(own=[own.pk]) == []


def test_the_same_kind_on_the_same_day_is_named(people, units, data):
    there = ActivityFactory(unit=units["C1-1"], held_on=date(2026, 6, 12))
    ActivityFactory(unit=units["C1-1"], held_on=date(2026, 6, 11))
    ActivityFactory(unit=units["C1-1"], held_on=date(2026, 6, 12), kind="PARTY_LECTURE")
    ActivityFactory(unit=units["C1-2"], held_on=date(2026, 6, 12))
    assert same_day(people.secretary, units["C1-1"], data()) == [there]
    assert same_day(people.secretary, units["C1-1"], data(kind="HEART_TALK")) == []


# --- the page ---------------------------------------------------------------------------------------
@pytest.fixture
def send(client, people, members):
    """``send(…)`` posts the form of the branch's secretary."""
    client.force_login(people.secretary, backend="accounts.backends.SignInBackend")

    def post(url="/activities/new/", **given):
        typed = {
            "unit": "C1-1",
            "submission_key": "11111111-1111-4111-8111-111111111111",
            "kind": "THEMED_PARTY_DAY",
            "held_on": "2026-06-12",
            "title": "入户检查",
            "note": MINUTES,
            "core_task": "none",
            "no_core_task": "本月没有中心任务",
            "co-TOTAL_FORMS": "2",
            "co-INITIAL_FORMS": "0",
        }
        return client.post(url, typed | given)

    return post


def test_the_author_is_asked_and_goes_on_with_one_more_press(units, send):
    there = ActivityFactory(unit=units["C1-1"], note=MINUTES, held_on=date(2026, 5, 12))
    asked = send()
    text = asked.content.decode()
    assert asked.status_code == 409
    assert f'href="/activities/{there.pk}/"' in text
    assert MINUTES in text
    assert [one.per_cent for one in asked.context["alike"]["minutes"]] == [100]
    assert Activity.objects.count() == 1
    assert send(alike="seen").status_code == 302
    assert Activity.objects.count() == 2


def test_a_second_record_of_the_day_is_asked_about(units, send):
    there = ActivityFactory(unit=units["C1-1"], held_on=date(2026, 6, 12))
    asked = send(note="")
    assert asked.context["alike"] == {"day": [there], "minutes": []}
    assert send(note="", alike="seen", next="1").url.startswith("/activities/new/?unit=C1-1")


def test_sending_the_same_form_twice_is_no_question(send):
    first, second = send(), send()
    assert (first.status_code, second.url) == (302, first.url)
    assert Activity.objects.count() == 1


def test_the_names_of_files_that_are_lost_are_told(send):
    file = SimpleUploadedFile("签到表.pdf", b"%PDF-1.4", content_type="application/pdf")
    answer = send(title="", files=[file])
    assert answer.status_code == 422
    assert "签到表.pdf" in answer.content.decode()
    told = gettext("Choose the files again: a browser does not keep them when a page comes back.")
    assert told in answer.content.decode()
