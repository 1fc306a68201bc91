import pytest

from assessments import numbers


def test_division_rounds_half_away_from_zero():
    assert [numbers.divide(value, 10) for value in (4, 5, 15, -4, -5, -15)] == [0, 1, 2, 0, -1, -2]


@pytest.mark.parametrize(
    ("text", "places", "value"),
    [("6", 6, 6_000_000), ("-0.2", 2, -20), ("+1.50", 1, 15), ("0.000001", 6, 1), ("007", 0, 7)],
)
def test_text_becomes_an_exact_integer(text, places, value):
    assert numbers.to_scaled(text, places) == value


@pytest.mark.parametrize("text", ["", ".5", "5.", "1,000", "1e3", "NaN", "五", "- 5", "１"])
def test_other_text_is_no_number(text):
    with pytest.raises(numbers.NotANumber):
        numbers.to_scaled(text, 6)


def test_decimals_beyond_the_last_are_refused():
    with pytest.raises(numbers.TooManyDecimals):
        numbers.to_scaled("0.05", 1)


def test_numbers_are_printed_with_all_or_with_few_decimals():
    assert [numbers.to_text(value, 4) for value in (805000, -1, 0, None)] == [
        "80.5000",
        "-0.0001",
        "0.0000",
        "",
    ]
    assert [numbers.to_short_text(value, 3) for value in (12500, 100_000, 0, None)] == [
        "12.5",
        "100",
        "0",
        "",
    ]


@pytest.mark.oracle("T-02")
def test_the_annual_mean_has_two_decimals():
    assert numbers.mean([9300, 9650]) == 9475
    assert numbers.mean([1, 2]) == 2
    assert numbers.mean([]) is None
