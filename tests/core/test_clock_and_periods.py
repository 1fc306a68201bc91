from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.periods import PeriodKind, parse_period, period_of, period_words

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


# --- the clock ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 16, 0, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(1990, 6, 30, 14, 59, 59, tzinfo=UTC), date(1990, 6, 30)),  # summer time then
        (datetime(1990, 6, 30, 15, 0, 0, tzinfo=UTC), date(1990, 7, 1)),
    ],
)
def test_a_day_ends_at_midnight_in_shanghai(moment, day):
    with time_machine.travel(moment, tick=False):
        assert (clock.now(), clock.today()) == (moment, day)
    assert clock.day_of(moment) == day


# --- periods --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "kind", "first", "last"),
    [
        ("2026", PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        ("2026H1", PeriodKind.HALF_YEAR, date(2026, 1, 1), date(2026, 6, 30)),
        ("2026H2", PeriodKind.HALF_YEAR, date(2026, 7, 1), date(2026, 12, 31)),
        ("2026Q3", PeriodKind.QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        ("2024-02", PeriodKind.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_period_by_its_code(code, kind, first, last):
    period = parse_period(f" {code} ")
    assert (period.kind, period.first_day, period.last_day, str(period)) == (kind, first, last, code)
    assert (first in period, last in period) == (True, True)
    assert (first - timedelta(days=1) in period, last + timedelta(days=1) in period) == (False, False)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "26H1",
        "2026H0",
        "2026H3",
        "2026Q5",
        "2026-13",
        "2026-6",
        "2026-00",
        "2026h1",
        "2026H1x",
        "0000",
        "３０２６",
        "上半年",
    ],
)
def test_what_names_no_period(code):
    with pytest.raises(ValueError, match=r".*"):
        parse_period(code)


@given(DAYS, st.sampled_from(PeriodKind))
def test_periods_are_whole_and_follow_each_other(day, kind):
    period = period_of(day, kind)
    assert day in period
    assert parse_period(period.code) == period
    assert (
        period.next.first_day - period.last_day
        == period.first_day - period.previous.last_day
        == timedelta(days=1)
    )
    assert period.next.previous == period


@given(DAYS, st.sampled_from(PeriodKind), st.sampled_from(PeriodKind))
def test_the_parts_make_up_the_whole(day, kind, part):
    order = list(PeriodKind)
    period = period_of(day, kind)
    if order.index(part) < order.index(kind):
        return
    parts = period.parts(part)
    assert (parts[0].first_day, parts[-1].last_day) == (period.first_day, period.last_day)
    assert all(later == sooner.next for sooner, later in pairwise(parts))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("2026", "Year 2026"),
        ("2026H1", "First half of 2026"),
        ("2026H2", "Second half of 2026"),
        ("2026Q3", "Quarter 3 of 2026"),
        ("2026-03", "Month 3 of 2026"),
        ("what", "what"),
    ],
)
def test_a_period_is_told_as_people_say_it(code, words):
    with translation.override("en"):
        assert period_words(code) == words
