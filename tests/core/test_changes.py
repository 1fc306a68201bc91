from decimal import Decimal

import pytest
from django.utils.translation import override

from core.changes import (
    Difference,
    NotComparable,
    Relative,
    difference,
    hours_of,
    reading,
    relative_change,
    reliability_from_hours,
)
from core.periods import parse_period
from core.templatetags.format import rounded


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def changed(before, now, unit="", kind="YEAR", places=2):
    """Both changes as they are written."""
    old, new = reading(before, kind, unit), reading(now, kind, unit)
    return relative_change(old, new).text(places), difference(old, new).text(places)


@pytest.mark.oracle("O-025")
@pytest.mark.parametrize(("before", "now"), [(51, 19), (59, 22)])
def test_safety_events_fell(before, now):
    assert changed(before, now, places=1)[0] == "-62.7%"


@pytest.mark.oracle("O-026")
def test_outage_time_fell():
    assert changed("11.83", "9.9", "h", places=1) == ("-16.3%", "-1.93 h")
    assert changed("11.82", "9.9", "h", places=1)[0] == "-16.2%"


@pytest.mark.oracle("O-049")
def test_sales_grew():
    assert changed("3.2791", "3.85", kind="QUARTER")[0] == "+17.41%"
    assert Decimal("3.85") * 10**8 == 385 * 10**6  # 3.85 亿 kWh are 385 GWh


@pytest.mark.oracle("O-050")
def test_faults_fell():
    assert changed(71, 36, places=1, kind="QUARTER")[0] == "-49.3%"


@pytest.mark.oracle("O-051")
def test_complaints_fell():
    assert changed(14, 11, kind="QUARTER")[0] == "-21.43%"


@pytest.mark.oracle("O-013", "X-01")
@pytest.mark.parametrize(("hours", "points"), [(8760, "0.4509"), (8784, "0.4497")])
def test_fewer_hours_without_supply_are_points_of_reliability(hours, points):
    gained = 100 - reliability_from_hours("39.5", hours)
    assert str(rounded(gained, 4)) == points
    assert Difference(gained, "%").text() == "+0.45 pp"
    assert changed("39.5", 0, "h")[1] == "-39.5 h"


@pytest.mark.oracle("O-014")
def test_voltage_rose_by_points():
    assert changed("96.5", "98.64", "%")[1] == "+2.14 pp"


@pytest.mark.oracle("O-015")
def test_points_and_per_cent_are_two_things():
    assert changed(78, 95, "%") == ("+21.79%", "+17.00 pp")


@pytest.mark.parametrize("unit", ["%", "％", "% (累计)"])
def test_whatever_is_in_per_cent_changes_by_points(unit):
    assert changed(78, 95, unit)[1] == "+17.00 pp"


@pytest.mark.oracle("X-08")
def test_reliability_of_a_leap_year():
    assert hours_of(parse_period("2020")) == 8784
    assert str(rounded(reliability_from_hours("9.9", 8784), 3)) == "99.887"


@pytest.mark.oracle("X-08")
@pytest.mark.parametrize("compare", [relative_change, difference])
def test_a_year_is_not_compared_with_a_quarter(compare):
    with pytest.raises(NotComparable, match="different kinds of period"):
        compare(reading("9.9", "YEAR", "h"), reading("1.2", "QUARTER", "h"))


@pytest.mark.parametrize("compare", [relative_change, difference])
def test_hours_are_not_compared_with_per_cent(compare):
    with pytest.raises(NotComparable, match="different units"):
        compare(reading("9.9", "YEAR", "h"), reading("99", "YEAR", "%"))


def test_the_two_kinds_of_change_never_meet():
    assert Relative(10) != Difference(10, "%")
    with pytest.raises(TypeError):
        Relative(10) + Difference(10, "%")


def test_nothing_is_a_share_of_nothing():
    assert relative_change(reading(0, "YEAR"), reading(3, "YEAR")) is None
    assert difference(reading(0, "YEAR"), reading(3, "YEAR")).text() == "+3"


def test_no_change_has_no_sign():
    assert changed("1.5", "1.5", "h") == ("0.00%", "0 h")
    assert Relative(Decimal("-0.001")).text() == "0.00%"


def test_a_rise_from_below_nothing_is_a_rise():
    assert changed(-2, -1)[0] == "+50.00%"


@pytest.mark.parametrize("hours", ["-1", "8761"])
def test_no_supply_is_missing_for_longer_than_the_period(hours):
    with pytest.raises(ValueError, match=hours):
        reliability_from_hours(hours, 8760)
