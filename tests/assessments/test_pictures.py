"""Pictures say what their tables say: places in the drawing are worked out by hand here."""

from dataclasses import dataclass, field
from itertools import zip_longest

import pytest

from assessments.models import Band
from assessments.pictures import distribution, labels_of, quadrants, short_names


@dataclass
class Line:
    """What a picture needs of an entry."""

    unit_id: int
    section_scores: list
    unit_name: str = field(default="")


def drawn(*scores, own=(), names=()):
    lines = [
        Line(place, [None if s is None else s * 10**4 for s in pair], name)
        for place, (pair, name) in enumerate(zip_longest(scores, names, fillvalue=""))
    ]
    return quadrants(lines, 0, 1, set(own))


def test_the_quadrants_are_told_apart_by_shape_at_the_means():
    found = drawn((100, 100), (100, 75), (75, 100), (75, 75), own={2})
    assert [(dot.shape, dot.x, dot.y, dot.own) for dot in found.dots] == [
        ("circle", 326.0, 14.0, False),
        ("triangle", 46.0, 14.0, False),
        ("square", 326.0, 294.0, True),
        ("diamond", 46.0, 294.0, False),
    ]
    assert (found.mean_x, found.mean_y, found.mean_words) == (186.0, 154.0, ("87.50", "87.50"))
    assert [row[1:] for row in found.rows] == [
        ("100.00", "100.00"),
        ("100.00", "75.00"),
        ("75.00", "100.00"),
        ("75.00", "75.00"),
    ]
    assert found.counts == {"circle": 1, "triangle": 1, "square": 1, "diamond": 1}
    assert [tick[0] for tick in found.ticks] == ["100", "95", "90", "85", "80", "75"]


def test_who_has_not_both_scores_is_not_drawn():
    found = drawn((90, None), (80, 80), (100, 100))
    assert [(row[0].unit_id, row[1]) for row in found.rows] == [(1, "80.00"), (2, "100.00")]
    assert drawn((90, None), (80, 80)) is None


@pytest.mark.parametrize(
    ("lowest", "ticks"),
    [
        (99, ["100", "95", "90"]),
        (72, ["100", "95", "90", "85", "80", "75", "70"]),
        (41, ["100", "90", "80", "70", "60", "50", "40"]),
        (0, ["100", "80", "60", "40", "20", "0"]),
    ],
)
def test_the_axes_begin_below_the_lowest_score_and_have_few_words(lowest, ticks):
    assert [tick[0] for tick in drawn((lowest, 100), (100, 100)).ticks] == ticks


@pytest.mark.parametrize("names", [[f"{sign}供电局党委" for sign in "甲乙丙丁戊己庚辛壬癸子"], [""] * 30])
def test_labels_cover_neither_dots_nor_each_other_nor_the_edge(names):
    scores = [(90 + place / 5, 99 + place / 10) for place in range(len(names) - 1)]
    found = drawn(*scores, (50, 50), names=names)
    assert found.labels
    for place, label in enumerate(found.labels):
        assert label.inside
        assert not any(label.covers(dot.x, dot.y, 11, 11) for dot in found.dots)
        others = found.labels[:place]
        assert not any(label.covers(other.x, other.y, other.width, 12) for other in others)
    assert found.numbered is not bool(names[0])
    texts = {label.text for label in found.labels}
    assert texts <= (set("甲乙丙丁戊己庚辛壬癸子") if names[0] else {str(number) for number in range(1, 31)})


def test_very_many_units_have_no_labels():
    assert drawn(*[(59 + place, 70) for place in range(41)]).labels == []
    assert labels_of([], []) == []


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["国网青江供电局党委", "国网东陵供电局党委"], ["青江", "东陵"]),
        (["党支部", "第一党支部"], ["党支部", "第一党支部"]),
        (["一二三四五六七八甲", "乙"], ["一二三四五六…", "乙"]),
    ],
)
def test_names_are_cut_to_what_tells_units_apart(names, short):
    assert short_names(names) == short


def test_the_grades_are_counted_and_the_most_frequent_is_the_longest_bar():
    bands = [Band(code="E", name="优秀"), Band(code="Q", name="合格"), Band(code="B", name="基本合格")]
    found = distribution(bands, {"Q": 3, "E": 1, "": 1})
    assert [(bar.name, bar.count, bar.share, bar.width) for bar in found] == [
        ("优秀", 1, "25.0%", 69.3),
        ("合格", 3, "75.0%", 208.0),
        ("基本合格", 0, "0.0%", 0.0),
    ]
    assert distribution(bands, {"": 2}) == []
