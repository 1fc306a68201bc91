from datetime import date

import pytest

from activities.rules import earliest_missed


@pytest.mark.parametrize(
    ("day", "earliest"),
    [
        (date(2026, 11, 21), date(2026, 7, 1)),
        (date(2026, 7, 31), date(2026, 1, 1)),
        (date(2026, 8, 1), date(2026, 7, 1)),
        (date(2026, 1, 15), date(2025, 7, 1)),
    ],
)
def test_what_was_missed_is_asked_for_until_a_month_after_its_half_year(day, earliest):
    assert earliest_missed(day) == earliest
