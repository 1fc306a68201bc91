"""Working days of the mainland, with holidays and the weekends worked for them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import calendar, reminders

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 6, 1), True),
        (date(2026, 6, 6), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),  # a Saturday worked for the National Day
        (date(2026, 2, 20), False),
        (date(2035, 10, 1), False),  # not announced yet, but fixed by law
    ],
)
def test_holidays_and_the_weekends_worked_for_them(day, works):
    assert calendar.is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 6, 1), 0, date(2026, 6, 1)),
        (date(2026, 6, 1), 5, date(2026, 6, 8)),
        (date(2026, 6, 5), 1, date(2026, 6, 8)),
        (date(2026, 6, 1), 10, date(2026, 6, 15)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
    ],
)
def test_working_days_are_counted(day, count, later):
    assert calendar.add_working_days(day, count) == later


@given(DAYS, st.integers(0, 30))
def test_the_latest_day_from_which_so_many_working_days_have_passed(day, count):
    found = calendar.working_days_before(day, count)
    next_day = found + timedelta(days=1)
    assert calendar.add_working_days(found, count) <= day < calendar.add_working_days(next_day, count)


STAGES = [
    (reminders.AHEAD, date(2026, 9, 20)),
    (reminders.AHEAD, date(2026, 10, 1)),
    (reminders.OVERDUE, date(2026, 10, 20)),
]


@pytest.mark.parametrize(
    ("day", "reached"),
    [
        (date(2026, 9, 18), None),
        (date(2026, 9, 20), STAGES[0]),
        (date(2026, 9, 25), None),  # a holiday
        (date(2026, 9, 28), None),  # told a week ago
        (date(2026, 10, 2), None),
        (date(2026, 10, 8), STAGES[1]),  # the first day after the holidays
        (date(2026, 10, 11), None),
        (date(2026, 10, 12), STAGES[1]),  # nobody ran it before
        (date(2026, 10, 14), None),
        (date(2026, 10, 20), STAGES[2]),
    ],
)
def test_the_last_stage_reached_is_told_on_working_days(day, reached):
    assert reminders.stage_reached(STAGES, day) == reached
