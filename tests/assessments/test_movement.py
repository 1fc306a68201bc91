from decimal import Decimal
from fractions import Fraction

import pytest

from assessments import movement, pictures
from assessments.models import Entry, PastResult
from assessments.operations import Decision, ensure_period, publish, recompute
from tests.factories.accounts import UserFactory
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
FIRST = {"A1": "90", "A2": "70", "B1": "66.666667"}
SECOND = {"A1": "95.5", "A2": "70", "B1": "80"}


@pytest.fixture(autouse=True)
def july(time_machine):
    time_machine.move_to("2026-07-20T04:00:00Z", tick=False)


def rules(*party, version=1, **more):
    party = party or (item("A1", weight="30"), item("A2", weight="40", missing="NOT_APPLICABLE"))
    business = section("BUSINESS", item("B1"), weight="40")
    return scheme(section("PARTY", *party, weight="60"), business, version=version, **more)


@pytest.fixture
def unit(company):
    return PartyUnitFactory(code="B1", parent=company, organisation=company.organisation)


def report(unit, period, figures):
    for code, figure in figures.items():
        IndicatorValueFactory(unit=unit, indicator=code, period=period, figure=figure)


def published(period, people):
    edition = publish(period, "board", Decision(*people, waiver="x"))
    return edition.entries.select_related("edition__scheme", "edition__period").get(unit_code="B1")


@pytest.fixture
def two(unit, people):
    """The unit's lines in 2025H2 and 2026H1, by the same rules."""
    rules()
    report(unit, "2025H2", FIRST)
    report(unit, "2026H1", SECOND)
    return published("2025H2", people), published("2026H1", people)


def table(found):
    return [(line.item.code, line.change_words, line.notes) for line in found.lines]


def test_each_item_says_what_it_changed_and_the_column_adds_up(two):
    found = movement.compare(*two)
    # party (30 × 90 + 40 × 70) / 70 = 78.5714 → (30 × 95.5 + 2800) / 70 = 80.9286, times 0.6
    assert [entry.total for entry in two] == [7381, 8056]
    assert found.difference == Decimal("6.75")
    assert table(found) == [("B1", "+5.33", []), ("A1", "+1.41", []), ("A2", "0.00", [])]
    assert (found.explained, found.rest, found.rest_words) == (Decimal("6.74"), Decimal("0.01"), "+0.01")
    assert found.explained + found.rest == found.difference
    assert found.other_version is False


def test_what_leaves_the_mean_moves_the_shares_of_the_others(unit, people):
    rules()
    report(unit, "2025H2", FIRST)
    report(unit, "2026H1", {"A1": "90", "B1": "66.666667"})
    found = movement.compare(published("2025H2", people), published("2026H1", people))
    assert table(found) == [
        ("A1", "+30.86", ["share of the total 25.71% → 60%"]),
        ("A2", "−24.00", ["no longer applies"]),
        ("B1", "0.00", []),
    ]
    assert found.explained + found.rest == found.difference


def test_across_versions_what_is_not_comparable_says_so(unit, people):
    rules()
    report(unit, "2025H2", FIRST)
    before = published("2025H2", people)
    ratio = {"type": "RATIO", "target": "80"}
    rules(item("A1", weight="30", rule=ratio), item("A3", weight="40"), version=2)
    report(unit, "2026H1", {"A1": "64", "A3": "100", "B1": "66.666667"})
    found = movement.compare(before, published("2026H1", people))
    assert found.other_version is True
    assert table(found) == [
        ("A3", "+34.29", ["new in the scheme: not comparable"]),
        ("A2", "−24.00", ["no longer in the scheme: not comparable"]),
        ("A1", "−2.57", ["rule or source changed: scores not comparable"]),
        ("B1", "0.00", []),
    ]
    assert found.explained + found.rest == found.difference


def test_a_unit_without_a_total_has_nothing_to_compare(two):
    before, now = two
    before.total = None
    found = movement.compare(before, now)
    assert (found.difference, found.difference_words, found.rest) == (None, "—", None)


@pytest.mark.parametrize(
    ("value", "words"), [("0.70", "+0.70"), ("-1.25", "−1.25"), ("0.00", "0.00"), ("-0.00", "0.00")]
)
def test_signed(value, words):
    assert movement.signed(Decimal(value)) == words


def test_percent():
    assert [movement.percent(Fraction(1, 3)), movement.percent(Fraction(3, 5))] == ["33.33%", "60%"]


# --- with what ------------------------------------------------------------------------------------
@pytest.mark.oracle("X-08")
def test_only_periods_of_the_same_kind_are_compared(unit, people, two):
    report(unit, "2026Q1", FIRST)
    quarter = published("2026Q1", people)
    PastResult.objects.create(unit=unit, scheme_code="board", period=ensure_period("2025Q1"), total=9000)
    before, now = two
    assert movement.earlier_entries(now, people[0]) == [before]
    assert movement.earlier_entries(quarter, people[0]) == []
    assert [stand.period.code for stand in movement.history(now, people[0], "rank_company")] == [
        "2025H2",
        "2026H1",
    ]


def test_the_history_holds_imported_totals_and_no_rank_of_a_trial(unit, people):
    rules()
    PastResult.objects.create(
        unit=unit, scheme_code="board", period=ensure_period("2025H1"), total=7000, rank=3
    )
    PastResult.objects.create(unit=unit, scheme_code="board", period=ensure_period("2025H2"), total=1)
    report(unit, "2025H2", FIRST)
    report(unit, "2026H1", SECOND)
    published("2025H2", people)
    recompute("2026H1", by=None)
    now = Entry.objects.select_related("edition__period").get(edition__number=0)
    assert now.rank_company == 1
    stands = movement.history(now, people[0], "rank_company")
    assert [(one.period.code, one.total, one.rank, one.imported, one.trial) for one in stands] == [
        ("2025H1", 7000, 3, True, False),
        ("2025H2", 7381, 1, False, False),
        ("2026H1", 8056, None, False, True),
    ]
    assert movement.history(now, UserFactory(), "rank_company")[1:] == stands[1:]  # published to the company
    plot = pictures.history_plot(stands)
    assert [mark[2:] for mark in plot.marks] == [
        ("70.00", "2025H1"),
        ("73.81", "2025H2"),
        ("80.56", "2026H1"),
    ]
    assert plot.ticks == [("70", 146.0), ("85", 87.0), ("100", 28.0)]
    assert pictures.history_plot(stands[:1]) is None
