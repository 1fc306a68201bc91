import pytest

from assessments.scheme_changes import Change, compare
from assessments.schemes import read_scheme
from tests.factories.assessments import BANDS, awarded, document, item, section

pytestmark = pytest.mark.django_db


def plan(*sections, **more):
    return read_scheme(document(*sections, **more))


def test_the_same_twice():
    assert not compare(plan(), plan(version=2)).any


def test_what_changed_is_said_in_words():
    old = plan(
        section(
            "P",
            item("A1", weight="40", rule={"type": "BAND", "satisfactory": "6", "unacceptable": "14"}),
            item("A2", weight="60"),
            weight="50",
        ),
        section("B", item("A3"), weight="50"),
    )
    new = plan(
        section(
            "P",
            item("A1", weight="50", rule={"type": "BAND", "satisfactory": "5", "unacceptable": "14"}),
            item("A4", weight="50"),
            weight="60",
        ),
        section("B", item("A3"), weight="40"),
        version=2,
        valid_from="2026H2",
        tie_chain=["section:B", "no_veto"],
        bands=[{**BANDS[0], "min": "90"}, *BANDS[1:]],
    )
    found = compare(old, new)
    assert found.head == [
        Change("Valid from", "all periods", "Second half of 2026"),
        Change(
            "Ties are parted by", "", "higher score in the section “板块B”, without a veto before with one"
        ),
    ]
    assert found.sections == [
        Change("P", "板块P, weight 50 (50% of the whole)", "板块P, weight 60 (60% of the whole)"),
        Change("B", "板块B, weight 50 (50% of the whole)", "板块B, weight 40 (40% of the whole)"),
    ]
    assert (found.added, found.removed) == (["板块P · 指标A4 (A4)"], ["板块P · 指标A2 (A2)"])
    assert found.items == [
        (
            "A1",
            "指标A1",
            [
                Change("Weight", "40 (20% of the whole)", "50 (30% of the whole)"),
                Change(
                    "Rule",
                    "60 + 40 × (x − 14) ÷ (6 − 14), from 0 to 100",
                    "60 + 40 × (x − 14) ÷ (5 − 14), from 0 to 100",
                ),
            ],
        ),
        ("A3", "指标A3", [Change("Weight", "100 (50% of the whole)", "100 (40% of the whole)")]),
    ]
    assert found.bands == [Change("EXCELLENT", "优秀 ≥ 95.00", "优秀 ≥ 90.00")]


def test_a_source_and_what_happens_without_it():
    old = plan(section("S", item("A1")))
    new = plan(section("S", awarded("A1", "100", missing="NOT_APPLICABLE")))
    assert compare(old, new).items[0][2][0] == Change("Source", "reported figure · A1", "points awarded")
    assert Change("When missing", "counts 0", "left out") in compare(old, new).items[0][2]
