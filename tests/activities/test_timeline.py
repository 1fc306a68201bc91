from datetime import date

import pytest

from activities.models import Activity
from activities.operations import (
    confirm_lapsed,
    import_confirmed,
    record_activity,
    return_activity,
    update_activity,
)
from activities.records import AttendanceData, Change, FinishedRecord, OutcomeData, PartData
from activities.timeline import timeline


@pytest.fixture
def changed(people, units, members, data):
    """A Party day of which everything was changed once."""
    first, second = members[0].pk, members[1].pk
    activity, _created = record_activity(
        data(parts=(PartData(units["C1-1"].pk, attendance=(AttendanceData(first), AttendanceData(second))),)),
        by=people.secretary,
    )
    names = (AttendanceData(first, "DUTY"), AttendanceData(members[2].pk))
    after = data(
        kind="TRAINING",
        title="改过",
        held_on=date(2026, 6, 11),
        place="所里",
        held_with="SAFETY_ANALYSIS",
        note="记录",
        also_counts=("PARTY_LECTURE",),
        tags=("夏季",),
        outcomes=(OutcomeData("TRAINEE", 12, "ABOUT"),),
        parts=(PartData(units["C1-1"].pk, attendance=names), PartData(units["C1-2"].pk)),
    )
    return update_activity(activity, after, by=people.deputy, change=Change(version=activity.version))


def notes(activity, **options):
    return [
        (entry["who"], str(entry["what"]), entry["note"].splitlines())
        for entry in timeline(activity, **options)
    ]


def test_every_change_is_told_field_by_field(changed):
    lines = [
        "主题党日 → 培训",
        "入户检查 → 改过",
        "2026-06-12 → 2026-06-11",
        "— → 所里",
        "— → 安全分析会",
        "本月没有中心任务 → —",
        "— → 记录",
        "— → 党课",
        "— → 夏季",
        "单位C1-1 → 单位C1-1、单位C1-2",
        "2/2/0 → 2/1/1；—/—/0",
        "— → 培训人次 约 12",
        "到会 → 值班",
        "到会 → —",
        "— → 到会",
    ]
    history = notes(changed, shows_names=True)
    assert [(who, len(lines_of)) for who, _what, lines_of in history] == [
        ("deputy", 15),
        ("secretary", 0),
        ("secretary", 0),
    ]
    assert [line.partition("：")[2] for line in history[0][2][:12]] == lines[:12]
    assert [line.partition("：")[0] for line in history[0][2][12:]] == ["周明", "李倩", "黄志强"]


def test_without_the_right_to_names_nobody_is_named(changed):
    text = str(notes(changed, shows_names=False))
    assert not any(name in text for name in ("周明", "李倩", "黄志强"))


def test_who_chaired_is_told_to_who_sees_names(people, data, members):
    activity, _new = record_activity(data(), by=people.secretary)
    after = data(chair_id=members[0].pk, observers="老同志", agenda="学习")
    update_activity(activity, after, by=people.secretary, change=Change(version=activity.version))
    told = {
        named: [line.partition("：")[2] for line in notes(activity, shows_names=named)[0][2]]
        for named in (True, False)
    }
    assert told == {True: ["— → 学习", "— → 周明", "— → 老同志"], False: ["— → 学习"]}


def test_a_return_shows_its_reason_and_a_lapse_the_system(people, data, monday_noon):
    activity, _created = record_activity(data(), by=people.secretary)
    return_activity(activity, by=people.county, reason="请补充地点")
    assert notes(activity, shows_names=False)[0][2] == ["请补充地点"]
    other, _created = record_activity(data(), by=people.secretary)
    monday_noon.move_to("2026-08-01T04:00:00Z")
    assert confirm_lapsed() == 1
    who, what, _lines = notes(other, shows_names=False)[0]
    assert (who, "自动确认" in what) == ("系统", True)


def test_an_imported_record_begins_with_its_import(people, data):
    import_confirmed([FinishedRecord(data(), ref="A1")], by=people.county)
    assert notes(Activity.objects.get(), shows_names=True) == [("county", "导入", [])]
