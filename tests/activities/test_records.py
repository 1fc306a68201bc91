from datetime import date

import pytest

from activities.records import (
    ActivityData,
    AttendanceData,
    OutcomeData,
    PartData,
    RecordRefused,
    refuse_text,
    textless,
)

DAY = date(2026, 6, 12)


def test_figures_are_counted_from_names():
    part = PartData(
        1,
        expected=99,
        present=98,
        attendance=(AttendanceData(1), AttendanceData(2, "DUTY"), AttendanceData(3, "UNEXCUSED")),
    )
    assert part.figures == (3, 1, 1)


def test_figures_without_names_are_what_was_given():
    assert PartData(1, 9, 7, 1).figures == (9, 7, 1)
    assert PartData(1).figures == (None, None, 0)


def test_kinds_and_parts_stand_once_and_the_main_ones_first():
    data = ActivityData(
        7, "TRAINING", "t", DAY, also_counts=("PARTY_LECTURE", "TRAINING"), parts=(PartData(8, 3, 3),)
    )
    assert data.kinds == ["TRAINING", "PARTY_LECTURE"]
    assert data.all_parts == [PartData(7), PartData(8, 3, 3)]


@pytest.mark.parametrize(
    ("title", "topic_class", "kept"),
    [
        ("谈了家里的困难", "", ("OTHER", "谈心谈话")),
        ("工作", "", ("WORK", "工作")),
        ("LIFE", "", ("LIFE", "生活家庭")),
        ("任何文字", "CONDUCT", ("CONDUCT", "作风")),
    ],
)
def test_a_talk_keeps_its_topic_class_and_no_text(title, topic_class, kept):
    talk = ActivityData(1, "HEART_TALK", title, DAY, topic_class=topic_class, note="他说……")
    assert textless(talk) == ActivityData(1, "HEART_TALK", kept[1], DAY, topic_class=kept[0], note="")


def test_a_talk_keeps_its_units_and_not_who_was_there():
    parts = (PartData(1, attendance=(AttendanceData(7), AttendanceData(8))), PartData(2, 4, 3, 1))
    talk = ActivityData(1, "HEART_TALK", "", DAY, parts=parts)
    assert textless(talk).parts == (PartData(1), PartData(2))


def test_other_kinds_keep_their_text_and_have_no_topic_class():
    data = ActivityData(1, "TRAINING", "培训", DAY, topic_class="WORK", note="记录")
    assert textless(data) == ActivityData(1, "TRAINING", "培训", DAY, note="记录")


def test_text_and_files_of_a_talk_are_refused_aloud():
    talk = ActivityData(1, "HEART_TALK", "", DAY)
    refuse_text(talk, [])
    for refused, files in [(ActivityData(1, "HEART_TALK", "", DAY, note="x"), []), (talk, ["file"])]:
        with pytest.raises(RecordRefused, match="谈心谈话不保存"):
            refuse_text(refused, files)
    refuse_text(ActivityData(1, "TRAINING", "t", DAY, note="x"), ["file"])


def test_an_outcome_is_exact_unless_said():
    assert OutcomeData("TRAINEE", 3).precision == "EXACT"
