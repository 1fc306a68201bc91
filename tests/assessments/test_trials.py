"""A draft is tried on a period that was; nothing but the comparison stays."""

import pytest
from django.core.exceptions import PermissionDenied

from assessments import operations
from assessments.models import Edition, Entry, Indicator, IndicatorValue, Item, Scheme
from assessments.operations import Decision, Refused, ensure_period, publish, trials
from assessments.schemes import parts
from branches.choices import Role
from branches.models import PartyUnit
from core.jobs import JobCancelled
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import AssignmentFactory

pytestmark = pytest.mark.django_db
FIGURES = {"A1": ("90", "70", "80"), "A2": ("60", "100", "70")}


@pytest.fixture
def published(branches):
    """B1 75.00, B2 85.00, B3 75.00 by two items of equal weight."""
    scheme(section("S", item("A1", weight="50"), item("A2", weight="50")))
    units = branches(3)
    for code, figures in FIGURES.items():
        for unit, figure in zip(units, figures, strict=True):
            IndicatorValueFactory(unit=unit, indicator=code, figure=figure)
    return units


def everything():
    return [
        list(model.objects.order_by("pk").values()) for model in (Edition, Entry, Scheme, Item, Indicator)
    ]


@pytest.fixture
def office(published, officer):
    """Two people whose office covers all branches: one assignment at each root."""
    people = [officer(name, published[0]) for name in ("writer", "other")]
    for person in people:
        for unit in published[1:]:
            AssignmentFactory(user=person, unit=unit, role=Role.PROVINCE_OFFICE)
    return people


@pytest.fixture
def draft(office):
    draft = operations.copy_scheme(Scheme.objects.get(), by=office[0])
    text = operations.document_of(draft)
    changed = {**text["sections"][0], "items": [item("A1", weight="80"), item("A2", weight="20")]}
    text = parts.with_keys(text, {"sections": [changed]})
    return operations.write_draft(draft, text, by=office[0], version=draft.version)


def test_who_would_move_and_by_which_items(draft, office):
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    del found["at"]
    assert found == {
        "period": "2026H1",
        "by": str(office[0]),
        "text": 2,
        "base": 1,
        "changed_since": False,
        "subjects": 3,
        "moved": {"up": 1, "down": 1, "same": 1},
        "gone": [],
        "grades": [["合格", "基本合格", 1], ["基本合格", "合格", 1]],
        "missing": [],
        "rows": [
            {
                "code": "B2",
                "name": found["rows"][0]["name"],
                "old": [8500, 1, "合格"],
                "new": [7600, 3, "基本合格"],
                "effects": [["A2", "指标A2", "−30.00"], ["A1", "指标A1", "+21.00"]],
            },
            {
                "code": "B1",
                "name": found["rows"][1]["name"],
                "old": [7500, 2, "基本合格"],
                "new": [8400, 1, "合格"],
                "effects": [["A1", "指标A1", "+27.00"], ["A2", "指标A2", "−18.00"]],
            },
            {
                "code": "B3",
                "name": found["rows"][2]["name"],
                "old": [7500, 2, "基本合格"],
                "new": [7800, 2, "基本合格"],
                "effects": [["A1", "指标A1", "+24.00"], ["A2", "指标A2", "−21.00"]],
            },
        ],
    }
    draft.refresh_from_db()
    assert draft.trial["rows"] == found["rows"]


def test_nothing_else_is_left_behind(draft, office):
    publish("2026H1", "board", Decision(*office))
    before = everything()
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert (found["changed_since"], everything()) == (False, before)


def test_records_that_changed_since_the_board_was_published_are_told(draft, office, published):
    publish("2026H1", "board", Decision(*office))
    figure = IndicatorValue.objects.filter(unit=published[0], indicator__code="A1")
    figure.update(value=95 * 10**6, raw=95 * 10**6)
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert (found["changed_since"], found["rows"][1]["old"][0]) == (True, 7750)


def test_a_scheme_that_is_new_has_nothing_to_compare_with(draft, office):
    text = parts.with_keys(operations.document_of(draft), {"code": "another", "version": 1})
    draft = operations.write_draft(draft, text, by=office[0], version=draft.version)
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert (found["base"], found["moved"]) == (None, {"came": 3})
    assert [row["old"] for row in found["rows"]] == [None] * 3


def test_without_figures_nobody_is_first(draft, office):
    """What has none in the period is named; who has one stands where it puts him."""
    Indicator.objects.create(code="NEW", name="指标NEW")
    text = operations.document_of(draft)
    text["sections"][0]["items"] = [item("NEW")]
    draft = operations.write_draft(draft, text, by=office[0], version=draft.version)
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert (found["missing"], [row["new"] for row in found["rows"]]) == (
        [["指标NEW", 3]],
        [[0, None, ""]] * 3,
    )
    text["sections"][0]["items"] = [item("NEW"), item("A1")]
    draft = operations.write_draft(draft, text, by=office[0], version=draft.version)
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert sorted(row["new"][1] for row in found["rows"]) == [1, 2, 3]


def test_units_that_are_scored_no_longer_are_named(draft, office, published):
    text = parts.with_keys(operations.document_of(draft), {"subject_kinds": ["GROUP"]})
    draft = operations.write_draft(draft, text, by=office[0], version=draft.version)
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert (found["subjects"], found["gone"]) == (0, sorted(unit.name for unit in published))


def test_an_incomplete_draft_is_not_tried(draft, office):
    text = parts.without(operations.document_of(draft), 0)
    draft = operations.write_draft(draft, text, by=office[0], version=draft.version)
    with pytest.raises(Refused, match="not complete yet"):
        operations.try_draft(draft, ensure_period("2026H1"), by=office[0])


def test_only_who_prepares_the_boards_of_all_these_units(draft, officer, published):
    with pytest.raises(PermissionDenied):
        operations.try_draft(
            draft, ensure_period("2026H1"), by=officer("clerk", published[0], Role.BUREAU_OFFICE)
        )
    with pytest.raises(Refused, match="stands elsewhere"):
        operations.try_draft(draft, ensure_period("2026H1"), by=officer("narrow", published[0]))
    draft.refresh_from_db()
    assert draft.trial is None


def test_each_step_of_a_trial_is_told(draft, office):
    told = []
    operations.try_draft(
        draft, ensure_period("2026H1"), by=office[0], report=lambda *step: told.append((*step, everything()))
    )
    before = everything()
    assert told == [(done, 3, before) for done in range(4)]  # nothing of a board is there when it is told


@pytest.mark.parametrize("last", [0, 1, 2])
def test_a_trial_is_given_up_between_two_boards(draft, office, last):
    def report(done, total):
        if done == last:
            raise JobCancelled

    before = everything()
    with pytest.raises(JobCancelled):
        operations.try_draft(draft, ensure_period("2026H1"), by=office[0], report=report)
    draft.refresh_from_db()
    assert (draft.trial, everything()) == (None, before)


def test_lines_pass_by_and_only_the_longest_movers_are_kept(draft, office, published, monkeypatch):
    """Three branches are compared, one is kept; the counts are those of all three."""
    whole = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    monkeypatch.setattr(trials, "ROWS_KEPT", 1)
    monkeypatch.setattr(trials, "CHUNK", 1)
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert found["rows"] == whole["rows"][:1]
    del found["rows"], whole["rows"], found["at"], whole["at"]
    assert found == whole


def test_units_that_came_and_that_went_are_told_apart(draft, office, published):
    text = parts.with_keys(operations.document_of(draft), {"subject_kinds": ["BRANCH", "GENERAL_BRANCH"]})
    PartyUnit.objects.filter(pk=published[0].pk).update(kind="GENERAL_BRANCH")
    draft = operations.write_draft(draft, text, by=office[0], version=draft.version)
    found = operations.try_draft(draft, ensure_period("2026H1"), by=office[0])
    assert (found["subjects"], found["moved"]["came"], found["gone"]) == (3, 1, [])
    assert [row["code"] for row in found["rows"] if row["old"] is None] == ["B1"]
