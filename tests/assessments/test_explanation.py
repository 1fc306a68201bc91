"""Rules, causes, bands and shares in words."""

from fractions import Fraction

import pytest

from assessments.choices import ItemState
from assessments.explanation import (
    Grade,
    ItemLine,
    SectionLines,
    band_bounds,
    band_line,
    cause_words,
    formula_words,
    grade_of,
    score_words,
    share_words,
)
from assessments.models import Band, Entry, Item, Section

M = 10**6


def rule(rule_type, weight=10_000, **figures):
    return Item(rule_type=rule_type, rule=figures, weight=weight, name="甲")


def line(item, raw, *, score=0, state=ItemState.SCORED, share=Fraction(1, 4), figure=""):
    return ItemLine(item, 1, state, raw, score, share, 0, figure=figure)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (
            rule("BAND", satisfactory=6 * M, unacceptable=14 * M),
            "60 + 40 × (x − 14) ÷ (6 − 14), from 0 to 100",
        ),
        (rule("DEDUCT", per_event=20 * M), "100 − 20 × x, not below 0"),
        (rule("RATIO", target=48 * M), "100 × x ÷ 48, not above 100"),
        (
            rule("STEPS", steps=[[80 * M, 60 * M], [95 * M, 100 * M]]),
            "from 95: 100; from 80: 60; below: 0",
        ),
        (rule("PEER_MINMAX", direction="LOWER"), "100 × (highest − x) ÷ (highest − lowest) on the board"),
        (rule("PEER_MINMAX", direction="HIGHER"), "100 × (x − lowest) ÷ (highest − lowest) on the board"),
        (rule("DIRECT"), "x itself, from 0 to 100"),
        (rule("AWARDED", weight=7_500), "100 × points ÷ 7.5"),
    ],
)
def test_a_rule_is_told_with_its_figures(item, words):
    assert formula_words(item) == words


@pytest.mark.parametrize(
    ("item", "raw", "words"),
    [
        (
            rule("BAND", satisfactory=6 * M, unacceptable=14 * M),
            99 * M // 10,
            "9.9: 3.9 above the satisfactory 6",
        ),
        (rule("BAND", satisfactory=100 * M, unacceptable=90 * M), 98 * M, "98: 2 below the satisfactory 100"),
        (rule("DEDUCT", per_event=20 * M), 3 * M, "3 × 20 points taken off"),
        (rule("RATIO", target=48 * M), 12 * M, "12 of the target 48"),
        (rule("DIRECT"), 88 * M, "88; 100 points not reached"),
        (rule("DIRECT"), None, "Nothing recorded"),
    ],
)
def test_a_loss_has_a_cause(item, raw, words):
    assert cause_words(line(item, raw, figure="88")) == words


def test_what_was_not_reported_is_the_cause_itself():
    assert cause_words(line(rule("DIRECT"), None, state=ItemState.MISSING)) == "Not reported; counts 0"


def test_points_are_points_of_the_total():
    one = line(rule("DIRECT"), 80 * M, score=800_000, share=Fraction(1, 3))
    assert (str(one.possible), str(one.gained), str(one.lost)) == ("33.33", "26.67", "6.67")
    out = line(rule("DIRECT"), None, score=None, state=ItemState.NOT_APPLICABLE)
    assert (out.possible, out.gained, str(out.lost)) == (None, None, "0.00")


@pytest.mark.parametrize(
    ("share", "words"),
    [(Fraction(1, 2), "× 0.5"), (Fraction(1, 8), "× 0.125"), (Fraction(1, 3), "× 1/3"), (Fraction(1), "× 1")],
)
def test_a_share_is_exact(share, words):
    assert share_words(share) == words


def test_a_score_shows_the_decimals_that_matter():
    scores = [923_500, 841_665, 1_000_000, None]
    assert [score_words(score) for score in scores] == ["92.35", "84.1665", "100.00", "—"]


def test_lines_stand_under_their_headings_in_order():
    items = [
        Item(group=group, name=name) for group, name in (("甲", "a"), ("甲", "b"), ("", "c"), ("甲", "d"))
    ]
    section = SectionLines(Section(), 0, Fraction(1), [line(item, 0) for item in items])
    groups = [(heading, [one.item.name for one in lines]) for heading, lines in section.groups]
    assert groups == [("甲", ["a", "b"]), ("", ["c"]), ("甲", ["d"])]


def test_a_section_that_does_not_apply_gains_nothing():
    section = SectionLines(Section(), None, Fraction(0))
    assert (section.gained, section.score_words) == (None, "—")


BANDS = [
    Band(code=code, name=code.lower(), minimum=minimum)
    for code, minimum in (("GOOD", 9500), ("FAIR", 8000), ("POOR", 0))
]


def test_bands_are_half_open():
    assert band_line(BANDS) == "good ≥ 95, fair 80–95, poor < 80"
    assert band_bounds(None, None) == ""


@pytest.mark.parametrize(
    ("grade", "total", "found"),
    [
        ("GOOD", 9700, ("good", "≥ 95", None)),
        ("FAIR", 8450, ("fair", "80–95", 1050)),
        ("POOR", 0, ("poor", "< 80", 8000)),
        ("", None, ("", "", None)),
    ],
)
def test_a_grade_knows_how_far_the_next_one_is(grade, total, found):
    one = grade_of(Entry(grade=grade, total=total), BANDS)
    assert isinstance(one, Grade)
    assert (one.name, one.bounds, one.distance) == found
