"""Periods, digests, movements and grades in words; the board shown first."""

import pytest

from assessments import standings
from assessments.models import Band, Entry
from assessments.standings import Board


@pytest.mark.parametrize(
    ("places", "words"), [(None, "no change"), (0, "no change"), (1, "1 place"), (-3, "3 places")]
)
def test_movement_counts_places(places, words):
    assert standings.movement_words(places) == words


@pytest.mark.parametrize(("places", "words"), [(None, "new"), (0, "no change"), (2, "↑2"), (-1, "↓1")])
def test_movement_in_a_cell_has_its_arrow(places, words):
    assert standings.moved_words(places) == words


def test_a_digest_is_short_enough_to_compare_by_eye():
    assert standings.digest_words("8f3c21d7" * 8) == "8F3C-21D7-8F3C-21D7"


BANDS = [Band(code=code, name=code.lower()) for code in ("GOOD", "FAIR", "POOR")]


@pytest.mark.parametrize(
    ("grade", "badge"),
    [
        ("GOOD", {"grade_kind": "gold", "grade_name": "good"}),
        ("FAIR", {"grade_kind": "plain", "grade_name": "fair"}),
        ("POOR", {"grade_kind": "due", "grade_name": "poor"}),
        ("", {"grade_kind": "plain", "grade_name": "—"}),
    ],
)
def test_gold_is_for_the_highest_band_only(grade, badge):
    assert standings.grade_badge(Entry(grade=grade), BANDS) == badge


def test_who_is_vetoed_wears_no_medal():
    badge = standings.grade_badge(Entry(grade="GOOD", has_veto=True), BANDS)
    assert badge == {"grade_kind": "plain", "grade_name": "good"}


BOARDS = [Board("PARENT", "BA"), Board("PARENT", "BB"), Board("COMPANY")]


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (None, "PARENT:BA"),
        (Entry(parent_code="BB"), "PARENT:BB"),
        (Entry(parent_code="BX"), "COMPANY"),
    ],
)
def test_the_board_of_the_own_unit_is_shown_first(own, code):
    assert standings.home_board(BOARDS, own).code == code


def test_without_a_board_there_is_none_to_show():
    assert standings.home_board([], None) is None


def test_flags_are_told_in_words():
    entry = Entry(has_gap=True, has_missing=False, has_veto=True)
    assert standings.flag_words(entry) == ["gap", "veto"]
