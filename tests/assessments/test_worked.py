"""The examples on the page of a scheme are what scoring makes of the same figures."""

import pytest

from assessments.models import Indicator
from assessments.numbers import FULL_SCORE
from assessments.plots import landmarks
from assessments.schemes import read_scheme
from assessments.scoring.examples import score_examples
from assessments.worked import work_through
from core.templatetags.format import points, score2
from tests.factories.assessments import awarded, document, item, section

pytestmark = pytest.mark.django_db
OUTAGE = {"type": "BAND", "satisfactory": "6", "unacceptable": "14"}
COMPLAINTS = {"type": "BAND", "satisfactory": "0.2", "unacceptable": "1.0"}
STEPS = {"type": "STEPS", "steps": [["1", "50"], ["2.5", "80"], ["4", "100"]]}


def plan(*sections, **more):
    return read_scheme(document(*sections, **more))


def shown(plan, **typed):
    """{item code: score as the page prints it} and the whole example."""
    example = work_through(plan, {f"x.{code}": text for code, text in typed.items()})
    return {line.item.code: points(line.score, 4) for line in example.items}, example


@pytest.mark.oracle("C-01")
@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("9.9", "80.5000"),
        ("8", "90.0000"),
        ("12", "70.0000"),
        ("14", "60.0000"),
        ("15", "55.0000"),
        ("26", "0.0000"),
        ("5", "100.0000"),
    ],
)
def test_a_band(score, figure, expected):
    part = section("S", item(rule=OUTAGE))
    scores, _example = shown(plan(part), A1=figure)
    [entry] = score([{"A1": figure}], part)
    assert (scores["A1"], points(entry.item_scores[0], 4)) == (expected, expected)


@pytest.mark.oracle("C-02")
@pytest.mark.parametrize(("events", "expected"), [("0", "100.0000"), ("1", "80.0000"), ("6", "0.0000")])
def test_a_deduction(score, events, expected):
    part = section("S", item(rule={"type": "DEDUCT", "per_event": "20"}))
    scores, _example = shown(plan(part), A1=events)
    [entry] = score([{"A1": events}], part)
    assert (scores["A1"], points(entry.item_scores[0], 4)) == (expected, expected)


@pytest.mark.oracle("C-03")
def test_a_rate_is_typed_as_its_two_figures():
    source = {"type": "REPORTED", "code": "COMPLAINTS", "per": "10000"}
    rules = plan(section("S", item(source=source, rule=COMPLAINTS)))
    found = [shown(rules, A1=text)[0]["A1"] for text in ("14/350000", "11 / 150000", "0.4")]
    assert found == ["90.0000", "73.3334", "90.0000"]


@pytest.mark.oracle("C-05")
def test_a_total_is_rounded_half_up(score):
    parts = [section("P", item("A1"), weight="50"), section("B", item("A2"), weight="50")]
    _scores, example = shown(plan(*parts), A1="86.25", A2="86")
    [entry] = score([{"A1": "86.25", "A2": "86"}], *parts)
    assert (score2(example.total), example.exact, score2(entry.total)) == ("86.13", "86.125", "86.13")


@pytest.mark.oracle("C-11")
def test_peers(score):
    rule = {"type": "PEER_MINMAX", "direction": "LOWER"}
    part = section("S", item(rule=rule))
    figures = ["9.9", "8", "12"]
    typed = [" ".join([own, *(one for one in figures if one != own)]) for own in figures]
    entries = score([{"A1": figure} for figure in figures], part)
    expected = ["52.5000", "100.0000", "0.0000"]
    assert [shown(plan(part), A1=text)[0]["A1"] for text in typed] == expected
    assert [points(entry.item_scores[0], 4) for entry in entries] == expected
    assert shown(plan(part), A1="5 5 5")[0]["A1"] == "100.0000"


@pytest.mark.parametrize("text", ["9.9、8、12", "9.9，8，12", "９．９ 8 12"])
def test_peers_are_parted_as_people_do(text):
    part = section("S", item(rule={"type": "PEER_MINMAX", "direction": "LOWER"}))
    assert shown(plan(part), A1=text)[0]["A1"] == "52.5000"


def test_peers_that_are_only_commas_are_no_figure():
    part = section("S", item(rule={"type": "PEER_MINMAX", "direction": "LOWER"}))
    [line] = shown(plan(part), A1="，、")[1].errors
    assert line.error == "Enter a number, for example 9.9."


@pytest.mark.parametrize(("text", "unit", "score"), [("1,000", "h", "0.0000"), ("８％", "%", "90.0000")])
def test_a_figure_is_typed_as_people_write_it(text, unit, score):
    Indicator.objects.create(code="A1", name="A1", unit_of_measure=unit)
    part = section("S", item(source={"type": "REPORTED", "code": "A1"}, rule=OUTAGE))
    assert shown(plan(part), A1=text)[0]["A1"] == score


def test_per_cent_of_what_is_none_is_no_figure():
    part = section("S", item(source={"type": "REPORTED", "code": "A1"}, rule=OUTAGE))
    assert [line.text for line in shown(plan(part), A1="8%")[1].errors] == ["8%"]
    assert shown(plan(part), A1="－")[1].errors == []


@pytest.mark.oracle("T-01")
@pytest.mark.parametrize(
    ("figure", "grade"),
    [
        ("100", "优秀"),
        ("95", "优秀"),
        ("94.995", "优秀"),
        ("94.99", "合格"),
        ("80", "合格"),
        ("79.99", "基本合格"),
        ("79.5", "基本合格"),
        ("60", "基本合格"),
        ("59.99", "不合格"),
        ("0", "不合格"),
    ],
)
def test_grades(score, figure, grade):
    rules = plan()
    _scores, example = shown(rules, A1=figure)
    [entry] = score([{"A1": figure}])
    names = {band.code: band.name for band in rules.bands}
    assert (example.band.name, names[entry.grade]) == (grade, grade)


def test_every_rule_scores_its_landmarks_as_the_units(score):
    rules = [
        OUTAGE,
        {"type": "BAND", "satisfactory": "100", "unacceptable": "90"},
        {"type": "DEDUCT", "per_event": "30"},
        {"type": "DEDUCT", "per_event": "0.5"},
        {"type": "RATIO", "target": "120"},
        STEPS,
        {"type": "DIRECT"},
    ]
    parts = section(
        "S", *(item(f"A{number}", rule=rule) for number, rule in enumerate(rules)), awarded("AW", "8")
    )
    items = plan(parts).items
    marks = [landmarks(one) for one in items]
    most = max(map(len, marks))
    figures = [
        {
            one.code: f"{mark[min(row, len(mark) - 1)].raw / 10**6:f}"
            for one, mark in zip(items, marks, strict=True)
        }
        for row in range(most)
    ]
    entries = score(figures, parts)
    drawn = score_examples(list(zip(items, marks, strict=True)))
    for place, scores in enumerate(drawn):
        assert scores == [entry.item_scores[place] for entry in entries[: len(scores)]]


def test_points_of_a_plot():
    example = work_through(plan(section("S", item("A1", rule=OUTAGE), item("A2", rule=STEPS))))
    band, steps = [line.plot for line in example.items]
    assert band.points == [("6", "100.00"), ("10", "80.00"), ("14", "60.00"), ("26", "0.00")]
    assert steps.points == [("below 1", "0.00"), ("1", "50.00"), ("2.5", "80.00"), ("4", "100.00")]
    assert band.ys == [("0", "122.0"), ("60", "57.2"), ("100", "14.0")]
    assert [place.split(",")[1] for place in steps.line.split()] == [
        "122.0", "122.0", "68.0", "68.0", "35.6", "35.6", "14.0", "14.0",
    ]  # fmt: skip


def test_weights_count_as_shares_of_their_sum():
    parts = [
        section("P", item("A1", weight="30"), item("A2", weight="60"), weight="40"),
        section("B", item("A3", weight="1"), weight="40"),
    ]
    _scores, example = shown(plan(*parts), A1="90", A2="60", A3="80")
    assert [(line.of_section_words, line.of_whole_words) for line in example.items] == [
        ("33.33%", "16.67%"),
        ("66.67%", "33.33%"),
        ("100%", "50%"),
    ]
    assert [(part.weight_sum, points(part.score, 4)) for part in example.sections] == [
        (90_000, "70.0000"),
        (1_000, "80.0000"),
    ]
    assert (example.weight_sum, score2(example.total)) == (80_000, "75.00")


def test_what_is_left_empty_is_treated_as_scoring_does():
    rate = {"type": "MEASURE", "code": "activities.meetings_completion"}
    count = {"type": "MEASURE", "code": "activities.count", "params": {"kind": "TRAINING"}, "reason": "pilot"}
    part = section(
        "S",
        item("RATE", weight="10", source=rate),
        item("COUNT", weight="10", source=count, rule={"type": "RATIO", "target": "4"}),
        item("ZERO", weight="10"),
        item("OUT", weight="10", missing="NOT_APPLICABLE"),
    )
    scores, example = shown(plan(part), RATE="", COUNT="", ZERO="", OUT="")
    assert scores == {"RATE": "—", "COUNT": "0.0000", "ZERO": "0.0000", "OUT": "—"}
    assert example.total == 0
    scores, example = shown(plan(section("S", item("OUT", missing="NOT_APPLICABLE"))), OUT="")
    assert (example.total, example.band) == (None, None)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("many", "Enter a number, for example 9.9."),
        ("1e3", "Enter a number, for example 9.9."),
        ("1/2", "Enter a number, for example 9.9."),
        ("1.0000001", "At most 6 decimals."),
        ("10000000", "Numbers stay below 10,000,000: choose a larger unit of measure."),
        ("9" * 300, "Enter a number, for example 9.9."),
    ],
)
def test_what_is_no_figure_is_told(typed, reason):
    _scores, example = shown(plan(), A1=typed)
    assert ([line.error for line in example.errors], example.total) == ([reason], None)


def test_points_stay_within_the_weight_and_rates_have_something_below_the_line():
    rated = {"type": "REPORTED", "code": "X", "per": "100"}
    rules = plan(section("S", awarded("AW", "8"), item("R", source=rated)))
    _scores, example = shown(rules, AW="9", R="1/0")
    assert [line.error for line in example.items] == [
        "A number from 0 to 8 is expected here.",
        "The number below the line is above 0.",
    ]


def test_the_limits():
    widest = {"type": "BAND", "satisfactory": "-9999999.999999", "unacceptable": "9999999.999999"}
    rules = plan(section("S", item(rule=widest)))
    [given] = [landmarks(line) for line in rules.items]
    assert max(one.raw for one in given) < 10**13
    assert shown(rules, A1="-9999999.999999")[0]["A1"] == points(FULL_SCORE, 4)
