from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.utils import translation

from core.templatetags import format as shown

FRIDAY = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture(autouse=True)
def on_a_friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (0, "0"),
        (644_271, "0.644"),
        (99_090_909, "99.091"),
        (-99_090_909, "-99.091"),
        (1_234_567_890, "1,234.57"),
        (45_678, "0.0457"),
        (4_567, "0.00457"),
        (456, "0.000456"),
        (9_900_000, "9.9"),
    ],
)
def test_raw_short_keeps_the_digits_that_matter(value, text):
    assert shown.raw_short(value) == text


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "—", "—"),
        (0, "0", "0"),
        (999, "999", "999"),
        (9_999, "9,999", "9,999"),
        (10_000, "1.00 万", "10,000"),
        (13_000, "1.30 万", "13,000"),
        (13_049, "1.30 万", "13,049"),
        (13_050, "1.31 万", "13,050"),  # half away from zero, not to even
        (99_999_999, "10,000.00 万", "99,999,999"),
        (100_000_000, "1.00 亿", "100,000,000"),
        (-12_345, "-1.23 万", "-12,345"),
        (Decimal("1234.50"), "1,234.5", "1,234.5"),
    ],
)
def test_figure(value, chinese, english):
    with translation.override("zh-hans"):
        assert shown.figure(value) == chinese
    with translation.override("en"):
        assert shown.figure(value) == english


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (10_783, 12_480, "86.4%"),
        (0, 30, "0.0%"),
        (30, 30, "100.0%"),
        (5, 0, "—"),
        (None, 30, "—"),
        (5, None, "—"),
        (1, 2000, "0.1%"),  # exactly 0.05 per cent: half goes up
        (1, 2001, "0.0%"),
        (-1, 2000, "-0.1%"),
        (Decimal("0.8645"), 1, "86.5%"),  # a float would have said 86.4
        (Fraction(1, 3), 1, "33.3%"),
    ],
)
def test_percent1(numerator, denominator, text):
    assert shown.percent1(numerator, denominator) == text
    assert shown.rate1(numerator, denominator) == text.rstrip("%")


@pytest.mark.parametrize(
    ("total", "text"),
    [(None, "—"), (0, "0.00"), (9140, "91.40"), (9500, "95.00"), (10_000, "100.00"), (-5, "-0.05")],
)
def test_score2(total, text):
    assert shown.score2(total) == text


@pytest.mark.parametrize(
    ("score", "two", "four"),
    [
        (None, "—", "—"),
        (805_000, "80.50", "80.5000"),
        (949_950, "95.00", "94.9950"),
        (949_949, "94.99", "94.9949"),
        (1_000_000, "100.00", "100.0000"),
        (0, "0.00", "0.0000"),
    ],
)
def test_points(score, two, four):
    assert (shown.points(score), shown.points(score, 4)) == (two, four)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (9_900_000, "9.9"),
        (0, "0"),
        (1, "0.000001"),
        (12_480_000_000, "12,480"),
        (-500_000, "-0.5"),
    ],
)
def test_raw_value(value, text):
    assert shown.raw_value(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "—"), (12_500, "12.5"), (30_000, "30"), (1, "0.001")])
def test_weight(value, text):
    assert shown.weight(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "—"), ("", "—"), (0, 0), ("x", "x")])
def test_dash(value, text):
    assert shown.dash(value) == text


def test_a_day_is_the_day_in_shanghai():
    late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert shown.day(late) == "2026-11-21"
    assert shown.moment(late) == "2026-11-21 00:30"
    assert shown.day(date(2026, 11, 20)) == "2026-11-20"
    assert [shown.day(None), shown.moment(None)] == ["—", "—"]


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "—", "—"),
        (date(2026, 11, 24), "11-24 周二", "11-24 Tue"),
        (date(2026, 1, 4), "01-04 周日", "01-04 Sun"),
        (date(2025, 11, 24), "2025-11-24", "2025-11-24"),
    ],
)
def test_day_short(value, chinese, english):
    with translation.override("zh-hans"):
        assert shown.day_short(value) == chinese
    with translation.override("en"):
        assert shown.day_short(value) == english


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "—", "—"),
        (date(2026, 11, 20), "2026年11月20日", "20 November 2026"),
        (date(2026, 1, 2), "2026年1月2日", "2 January 2026"),
    ],
)
def test_day_document(value, chinese, english):
    with translation.override("zh-hans"):
        assert shown.day_document(value) == chinese
    with translation.override("en"):
        assert shown.day_document(value) == english


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "—", "—"),
        (date(2026, 11, 20), "今天到期", "due today"),
        (date(2026, 11, 21), "还有 1 天", "1 day left"),
        (date(2026, 11, 24), "还有 4 天", "4 days left"),
        (date(2026, 10, 31), "逾期 20 天", "20 days overdue"),
        (date(2026, 11, 19), "逾期 1 天", "1 day overdue"),
    ],
)
def test_days_left(value, chinese, english):
    with translation.override("zh-hans"):
        assert shown.days_left(value) == chinese
    with translation.override("en"):
        assert shown.days_left(value) == english


def test_a_period_is_called_by_its_name():
    with translation.override("en"):
        assert shown.period_name("2026H1") == "First half of 2026"
