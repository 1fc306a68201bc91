"""Working days, with the holidays and the weekends worked for them.

The days come from the ``holidays`` package, which carries what the State Council announced for each year; of
years not announced yet it knows the days that the law fixes. A newer package brings the newer list.
"""

from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(days=1)


@cache
def _china() -> holidays.HolidayBase:
    """Fills itself year by year as it is asked."""
    return holidays.country_holidays("CN")


def is_working_day(day: date) -> bool:
    return bool(_china().is_working_day(day))


def working_day_from(day: date) -> date:
    """``day`` if people work on it, else the next day on which they do."""
    while not is_working_day(day):
        day += DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The day ``count`` working days after ``day``."""
    while count > 0:
        day += DAY
        count -= is_working_day(day)
    return day


def working_days_before(day: date, count: int) -> date:
    """The latest day D with ``add_working_days(D, count) <= day``."""
    while count > 0:
        count -= is_working_day(day)
        day -= DAY
    return day
