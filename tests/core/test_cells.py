import calendar
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core import cells
from core.cells import CellRefused


class Colour(models.TextChoices):
    """Labels that the catalogue of this project translates."""

    QUEUED = "QUEUED", _("queued")
    DONE = "DONE", _("done")


def refusal(parse, text, language="en"):
    with override(language), pytest.raises(CellRefused) as refused:
        parse(text)
    with override(language):
        return str(refused.value.args[0])


# --- text -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        (" \u3000 \t", ""),
        ("\u3000张三\u00a0", "张三"),
        ("第一\r\n第二", "第一  第二"),
        ("cafe\u0301", "café"),
        ("党\u200b支\ufeff部", "党支部"),
        ("𠮷野家 𪚥", "𠮷野家 𪚥"),
        ("\ue000", "\ue000"),  # private use: rare characters of names in old systems
        ("👨\u200d👩", "👨\u200d👩"),
        ("{{7*7}} ${1} %s '; DROP TABLE x;-- <script>", "{{7*7}} ${1} %s '; DROP TABLE x;-- <script>"),
        ("１２３＋", "１２３＋"),
        ("=1+1", "=1+1"),
    ],
)
def test_text_is_kept_but_for_what_nobody_sees(text, clean):
    assert cells.parse_text(60)(text) == clean


@pytest.mark.parametrize("text", ["a\0b", "\x1b[31m", "\x7f", "\ud800", "a\udfff"])
def test_control_and_broken_characters_are_refused(text):
    assert refusal(cells.clean_text, text) == "Remove the control characters."


@pytest.mark.parametrize("text", ["txt\u202egnp.exe", "\u2066x\u2069", "\u202a"])
def test_marks_that_turn_the_writing_are_refused(text):
    assert (
        refusal(cells.clean_text, text) == "Remove the invisible marks that change the direction of writing."
    )


def test_length_is_counted_in_characters():
    assert cells.parse_text(3)("𠮷野家") == "𠮷野家"
    assert refusal(cells.parse_text(3), "x" * 1_000_000) == "At most 3 characters; these are 1000000."


@given(st.text())
def test_clean_text_is_clean_already(text):
    try:
        clean = cells.clean_text(text)
    except CellRefused:
        return
    assert cells.clean_text(clean) == clean


# --- days -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "2026-06-30",
        "2026/6/30",
        "2026年6月30日",
        "２０２６－０６－３０",
        "2026.6.30",
        " 2026-6-30 ",
        "2026-06-30 00:00",
        "2026-06-30 23:59:59",
        "2026-06-30T08:00:00.123",
    ],
)
def test_a_day_in_each_spelling(text):
    assert cells.parse_date(text) == date(2026, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-06",
        "30-06-2026",
        "06/30/2026",
        "2026-6/30",
        "2026年6月",
        "20260630",
        "46203",
        "今天",
        "农历五月",
        "2026-06-30 24:00",
        "2026-06-30 8",
        "2026-06-30x",
        "-2026-06-30",
        "2026-06-30\n1",
        "٢٠٢٦-٠٦-٣٠",
        "²026-06-30",
    ],
)
def test_what_is_no_day(text):
    assert refusal(cells.parse_date, text).startswith("“")


@pytest.mark.parametrize(
    "text", ["2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-06-31", "0000-01-01"]
)
def test_days_that_the_calendar_does_not_have(text):
    assert refusal(cells.parse_date, text) == f"There is no day “{text}”."


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_days_outside_of_every_record(text):
    assert refusal(cells.parse_date, text) == "The year has to be from 1900 to 2199."


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_as_it_is_written(day):
    spellings = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    ]
    assert {cells.parse_date(text) for text in spellings} == {day}


@given(st.text(alphabet="0123456789-/年月日 :T."))
def test_a_day_is_read_or_refused(text):
    try:
        assert calendar.monthrange(cells.parse_date(text).year, 1)
    except CellRefused:
        pass


# --- numbers --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("+7", 7),
        ("１２", 12),
        ("1,286", 1286),
        ("12.0", 12),
        ("007", 7),
        ("2147483647", 2**31 - 1),
    ],
)
def test_whole_numbers(text, number):
    assert cells.parse_integer(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "NaN",
        "Infinity",
        "-inf",
        "1e3",
        "1e400",
        "0x10",
        "1_000",
        "12,34",
        ",1",
        "1 2",
        "٣",
        "10²",
        "五",
        "½",
        "1;",
        "--1",
        "9" * 31,
        "1.",
        ".5",
        "%",
        "12 34",
        "12%%",
    ],
)
def test_what_is_no_number(text):
    assert refusal(cells.parse_number, text) == f"“{cells.shorten(text)}” is not a number."


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1 000", "1000"),
        ("３５　０００", "35000"),
        ("1\u00a0234\u202f567.5", "1234567.5"),
        ("１，２８６．５", "1286.5"),
        ("007", "007"),
    ],
)
def test_thousands_are_parted_as_people_do(text, plain):
    assert cells.plain_number(text) == plain
    assert cells.parse_number(text) == Decimal(plain)


@pytest.mark.parametrize("text", ["98.5%", "９８．５％", "98.5 %", "98.5"])
def test_per_cent_may_be_said_where_it_is_asked_for(text):
    assert cells.parse_number(text, percent=True) == Decimal("98.5")
    assert str(cells.parse_decimal(1, 100, percent=True)(text)) == "98.5"


def test_per_cent_where_none_is_asked_for():
    reason = "“5 ％”: no per cent is asked for here. Write a plain number."
    assert refusal(cells.parse_number, " 5 ％") == reason


@pytest.mark.parametrize(
    ("text", "tidy"),
    [(" ２０ ", "20"), ("1,000", "1000"), ("—", ""), ("－", ""), ("abc ", "abc"), ("5%", "5%")],
)
def test_what_is_no_number_stays_as_it_was_typed(text, tidy):
    assert cells.tidy_number(text) == tidy


@pytest.mark.parametrize(
    "text",
    ["9.9 8 12", "9.9、8、12", "9.9，8，12", "9.9, 8, 12", "9.9,8,12", "９．９　８；12", " 9.9 8 12 "],
)
def test_numbers_in_a_line(text):
    assert cells.split_numbers(text) == ["9.9", "8", "12"]


def test_a_comma_within_thousands_parts_no_numbers():
    assert cells.split_numbers("1,000 95％") == ["1,000", "95%"]
    assert cells.split_numbers("95，100") == ["95", "100"]


@pytest.mark.parametrize("text", ["-1", "2147483648", "99999999999999999999"])
def test_whole_numbers_beyond_what_is_stored(text):
    assert refusal(cells.parse_integer, text) == "The number has to be from 0 to 2147483647."


def test_a_fraction_is_no_whole_number():
    assert refusal(cells.parse_integer, "1.5") == "“1.5” is not a whole number."


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", "0.50"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.0049999", "0.00"),
        ("-0.001", "0.00"),
        ("99.994", "99.99"),
    ],
)
def test_decimals_round_half_away_from_zero(text, number):
    assert str(cells.parse_decimal(2, 100)(text)) == number


@pytest.mark.parametrize("text", ["100", "-100", "99.995", "9" * 30])
def test_decimals_stay_below_the_limit_after_rounding(text):
    assert refusal(cells.parse_decimal(2, 100), text) == "The number has to be between -100 and 100."


@given(st.decimals(min_value=-9_999_999, max_value=9_999_999, places=9))
def test_decimals_are_exact(number):
    text = f"{number:f}"
    assert cells.parse_decimal(6, 10_000_000)(text) == number.quantize(
        Decimal("0.000001"), rounding=ROUND_HALF_UP
    )


# --- choices --------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["QUEUED", "queued", "Queued", " ＱＵＥＵＥＤ ", "que ued"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_choice_by_code_or_label(text, language):
    with override(language):
        assert cells.parse_choice(Colour)(text) == "QUEUED"


def test_a_label_is_understood_in_chinese_whatever_the_language():
    with override("zh-hans"):
        label = str(Colour.DONE.label)
    with override("en"):
        assert cells.parse_choice(Colour)(label) == "DONE"


def test_pairs_do_as_well_and_the_code_wins_over_a_label():
    parse = cells.parse_choice([("A", "B"), ("B", "C")])
    assert [parse("A"), parse("B"), parse("C")] == ["A", "B", "B"]


def test_an_unknown_choice_is_told_with_what_there_is():
    assert refusal(cells.parse_choice(Colour), "purple") == "“purple” is not one of: queued, done."


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("Yes", True), ("1", True), ("√", True), ("否", False), ("０", False)]
)
def test_yes_and_no(text, value):
    assert cells.parse_bool(text) is value


def test_neither_yes_nor_no():
    assert refusal(cells.parse_bool, "maybe") == "“maybe” is neither yes nor no."


def test_a_quoted_text_is_short_and_printable():
    assert cells.shorten("a\0b\u202ec") == "a\ufffdb\ufffdc"
    assert cells.shorten("x" * 41) == "x" * 39 + "…"
