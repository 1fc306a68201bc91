from datetime import date, timedelta

import pytest
from django.db.models import Q

from activities.keyset import newer_than, older_than, page_by, parse_cursor, written
from activities.models import Activity
from tests.factories.activities import ActivityFactory


@pytest.fixture
def rows(units):
    """Seven records, three of one day; newest first."""
    days = [date(2026, 5, 1) + timedelta(days=number) for number in (0, 1, 2, 2, 2, 3, 4)]
    made = [ActivityFactory(unit=units["C1-1"], held_on=day) for day in days]
    return made[::-1]


def cursor(row):
    return written((row.held_on, row.pk))


def read(place, *, newer, count):
    if newer:
        return list(Activity.objects.filter(newer_than(place)).order_by("held_on", "pk")[:count])
    older = older_than(place) if place else Q()
    return list(Activity.objects.filter(older).order_by("-held_on", "-pk")[:count])


def walk(*, before="", after=""):
    return page_by(read, cursor, before=before, after=after, size=3)


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
    page = walk(after=cursor(rows[-1]))
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
    assert parse_cursor(cursor(rows[0])) == (rows[0].held_on, rows[0].pk)
