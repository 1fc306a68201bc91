from datetime import date, timedelta

import pytest

from activities.keyset import cursor_of, keyset_page, parse_cursor
from activities.models import Activity
from tests.factories.activities import ActivityFactory


@pytest.fixture
def rows(units):
    """Seven records, three of one day; newest first."""
    days = [date(2026, 5, 1) + timedelta(days=number) for number in (0, 1, 2, 2, 2, 3, 4)]
    made = [ActivityFactory(unit=units["C1-1"], held_on=day) for day in days]
    return made[::-1]


def walk(**given):
    return keyset_page(Activity.objects.all(), size=3, **given)


def test_pages_follow_each_other_without_gap_or_repetition(rows):
    first = walk()
    second = walk(after=first.after)
    third = walk(after=second.after)
    assert [first.rows, second.rows, third.rows] == [rows[:3], rows[3:6], rows[6:]]
    assert (first.before, third.after) == ("", "")
    assert walk(before=third.before).rows == rows[3:6]
    back = walk(before=second.before)
    assert (back.rows, back.before, back.after) == (rows[:3], "", first.after)


def test_a_page_past_the_end_is_empty(rows):
    page = walk(after=cursor_of(rows[-1]))
    assert (page.rows, page.before, page.after) == ([], "", "")


DAY = "2026-05-01"


@pytest.mark.parametrize(
    "text",
    ["", "x", DAY, f"{DAY}_", "_5", "2026-13-01_5", f"{DAY}_-5", f"{DAY}_５", f"{DAY}_{'9' * 19}", "a_b_c"],
)
def test_any_other_cursor_is_the_first_page(rows, text):
    assert parse_cursor(text) is None
    assert walk(after=text).rows == rows[:3]


def test_a_cursor_is_read_back(rows):
    assert parse_cursor(cursor_of(rows[0])) == (rows[0].held_on, rows[0].pk)
