"""Figures entered by hand: kept whole or not at all, verified by somebody else, counted only then."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assessments import numbers
from assessments.models import AssessmentPeriod, Edition, Indicator, IndicatorValue
from assessments.operations import (
    Entered,
    FiguresRefused,
    ReasonMissing,
    TypedFigure,
    ensure_period,
    enter_values,
    look_over,
    recompute_scheme,
    return_value,
    verify_exclusion,
    verify_values,
)
from assessments.operations.publishing import missing_figures
from assessments.round_pages import boards_of, missing_rows, summary_of
from assessments.value_moves import NOTHING_STANDS
from branches.choices import Role, UnitKind
from core import clock
from core.models import AuditEvent
from core.workflow import MoveRefused, VersionConflict
from tests.factories.accounts import UserFactory
from tests.factories.assessments import ExclusionFactory, IndicatorValueFactory, item, scheme, section
from tests.factories.branches import OrganisationFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db
H1 = "2026H1"


@pytest.fixture
def grid(company):
    """Two bureaus; hours without supply, owned by the dispatching department, and complaints, by nobody."""
    units = {"CP": company}
    for code in ("B1", "B2"):
        organisation = OrganisationFactory(code=f"O-{code}", parent=company.organisation)
        units[code] = PartyUnitFactory(
            code=code, kind=UnitKind.COMMITTEE, parent=company, organisation=organisation
        )
    dispatch = OrganisationFactory(code="DISPATCH", kind="DEPARTMENT", parent=company.organisation)
    units["D"] = PartyUnitFactory(code="D", parent=company, organisation=dispatch)
    Indicator.objects.create(code="HOURS", name="停电时间", owner=dispatch, direction="LOWER")
    Indicator.objects.create(code="CALLS", name="万户投诉", per=10_000 * 10**6)
    return units


@pytest.fixture
def bureau(grid, officer):
    return officer("bureau", grid["B1"], Role.BUREAU_OFFICE)


@pytest.fixture
def province(grid, officer):
    return officer("province", grid["CP"])


@pytest.fixture
def reviewer(grid, officer):
    return officer("reviewer", grid["D"], Role.DEPARTMENT_REVIEWER)


@pytest.fixture
def typed(grid):
    """``typed("B1", "HOURS", "9.9")``"""

    def make(unit, code, value, denominator=None, version=None):
        return TypedFigure(
            grid[unit].pk,
            Indicator.objects.get(code=code).pk,
            None if value is None else Decimal(value),
            None if denominator is None else Decimal(denominator),
            version,
        )

    return make


def rows():
    return list(
        IndicatorValue.objects.order_by("unit__code", "indicator__code").values_list(
            "unit__code", "indicator__code", "value", "denominator", "raw", "state", "origin", "version"
        )
    )


def states(*values):
    return [IndicatorValue.objects.get(pk=value.pk).state for value in values]


def test_figures_are_written_as_drafts_or_submitted(typed, bureau):
    figures = [typed("B1", "HOURS", "9.9"), typed("B1", "CALLS", "14", "350000")]
    assert enter_values(H1, figures, by=bureau, submit=False) == Entered(2, 0, 0)
    assert rows() == [
        ("B1", "CALLS", 14_000_000, 350_000_000_000, 400_000, "DRAFT", "TYPED", 1),
        ("B1", "HOURS", 9_900_000, None, 9_900_000, "DRAFT", "TYPED", 1),
    ]
    assert enter_values(H1, figures[:1], by=bureau, submit=True) == Entered(0, 1, 0)
    assert [row[5] for row in rows()] == ["DRAFT", "SUBMITTED"]
    assert enter_values(H1, figures[:1], by=bureau, submit=True) == Entered(waiting=1)


@pytest.mark.oracle("O-052")
def test_low_voltage_may_be_without_supply_for_less_than_medium_voltage(typed, bureau):
    Indicator.objects.create(code="LV", name="低压客户平均停电时间")
    figures = [typed("B1", "LV", "1.08"), typed("B1", "HOURS", "1.2")]
    assert enter_values("2026Q1", figures, by=bureau, submit=True) == Entered(2, 2, 0)
    assert [row[4] for row in rows()] == [1_200_000, 1_080_000]


@pytest.mark.parametrize(
    ("unit", "code", "value", "denominator", "column", "reason"),
    [
        ("B2", "HOURS", "1", None, "value", "You do not enter figures for this unit."),
        ("B1", "HOURS", "10000000", None, "value", "Figures stay below 10,000,000"),
        ("B1", "HOURS", "1", "2", "denominator", "not a rate"),
        ("B1", "CALLS", "1", None, "denominator", "give a denominator above 0"),
        ("B1", "CALLS", "1", "0", "denominator", "give a denominator above 0"),
        ("B1", "CALLS", None, "5", "value", "Give the value too"),
    ],
)
def test_one_wrong_cell_keeps_all_of_it_out(typed, bureau, unit, code, value, denominator, column, reason):
    wrong = typed(unit, code, value, denominator)
    good = typed("B1", "HOURS" if code == "CALLS" else "CALLS", "1", None if code == "CALLS" else "7")
    with pytest.raises(FiguresRefused) as refused:
        enter_values(H1, [good, wrong], by=bureau, submit=True)
    [(key, (where, why))] = refused.value.errors.items()
    assert (key, where, reason in why) == (wrong.key, column, True)
    assert rows() == []


def test_a_figure_is_not_entered_for_a_period_in_which_its_indicator_is_not_valid(typed, bureau):
    Indicator.objects.filter(code="HOURS").update(valid_from=date(2026, 7, 1), valid_to=date(2026, 12, 31))
    for period in (H1, "2027Q1"):
        with pytest.raises(FiguresRefused, match="not valid in this period"):
            enter_values(period, [typed("B1", "HOURS", "1")], by=bureau, submit=True)
    enter_values("2026H2", [typed("B1", "HOURS", "1")], by=bureau, submit=True)


def test_an_archived_period_takes_no_more(typed, bureau):
    period = ensure_period(H1)
    period.state, period.archived_at = "ARCHIVED", clock.now()
    period.save()
    with pytest.raises(FiguresRefused, match="archived"):
        enter_values(H1, [typed("B1", "HOURS", "1")], by=bureau, submit=True)


def test_whoever_was_faster_is_not_overwritten(typed, bureau, province):
    enter_values(H1, [typed("B1", "HOURS", "9.9", version=0)], by=province, submit=True)
    for version in (0, 2):
        with pytest.raises(FiguresRefused, match=r"now it is 9\.9"):
            enter_values(H1, [typed("B1", "HOURS", "8", version=version)], by=bureau, submit=True)
    enter_values(H1, [typed("B1", "HOURS", "8", version=1)], by=bureau, submit=True)
    assert rows()[0][4:] == (8_000_000, "SUBMITTED", "TYPED", 2)


def test_a_draft_may_be_emptied_and_a_submitted_figure_not(typed, bureau):
    enter_values(H1, [typed("B1", "HOURS", "1")], by=bureau, submit=False)
    assert enter_values(H1, [typed("B1", "HOURS", None)], by=bureau, submit=True) == Entered(0, 0, 1)
    assert rows() == []
    enter_values(H1, [typed("B1", "HOURS", "1")], by=bureau, submit=True)
    with pytest.raises(FiguresRefused, match="was submitted"):
        enter_values(H1, [typed("B1", "HOURS", None)], by=bureau, submit=True)


def test_the_trail_says_what_each_figure_was_before(grid, typed, bureau):
    for value in ("9.9", "8", None):
        enter_values(H1, [typed("B1", "HOURS", value)], by=bureau, submit=False)
    events = AuditEvent.objects.filter(object_type="assessments.indicatorvalue").order_by("pk")
    assert [(event.verb, event.actor.username, event.summary) for event in events] == [
        ("enter_value", "bureau", {"value": ["", "9.9"], "state": ["", "DRAFT"]}),
        ("enter_value", "bureau", {"value": ["9.9", "8"]}),
        ("remove_value", "bureau", {"value": ["8", ""], "state": ["DRAFT", ""]}),
    ]
    assert {event.scope for event in events} == {grid["B1"].path}


# --- who decides ----------------------------------------------------------------------------------
@pytest.fixture
def submitted(typed, bureau):
    enter_values(
        H1, [typed("B1", "HOURS", "9.9"), typed("B1", "CALLS", "14", "350000")], by=bureau, submit=True
    )
    return {value.indicator.code: value for value in IndicatorValue.objects.select_related("indicator")}


def verified_by(person, values):
    verified, refused = verify_values([(value, value.version) for value in values.values()], by=person)
    return [value.indicator.code for value in verified], [
        (value.indicator.code, str(why)) for value, why in refused
    ]


def test_a_department_verifies_its_own_indicators(submitted, reviewer):
    assert verified_by(reviewer, submitted) == (["HOURS"], [("CALLS", "You may not do this.")])
    value = IndicatorValue.objects.get(indicator__code="HOURS")
    assert (value.state, value.decided_by, value.version) == ("VERIFIED", reviewer, 2)


def test_an_office_verifies_what_no_department_owns(submitted, reviewer, province):
    assert verified_by(province, submitted) == (["CALLS"], [("HOURS", "You may not do this.")])


def test_an_office_stands_in_for_a_department_without_anybody(submitted, province):
    assert verified_by(province, submitted) == (["HOURS", "CALLS"], [])


def test_nobody_verifies_what_he_entered(submitted, bureau):
    own = "Nobody decides on a record of their own. A colleague has to do it."
    assert verified_by(bureau, submitted) == ([], [("HOURS", own), ("CALLS", own)])


def test_what_changed_since_it_was_seen_is_not_verified(submitted, typed, bureau, province):
    enter_values(H1, [typed("B1", "HOURS", "1")], by=bureau, submit=True)
    changed = "Somebody changed this meanwhile; look at it again."
    assert verified_by(province, submitted) == (["CALLS"], [("HOURS", changed)])


def test_a_figure_is_returned_with_a_reason_and_submitted_again(submitted, typed, reviewer, bureau):
    value = submitted["HOURS"]
    with pytest.raises(MoveRefused, match="Give a reason"):
        return_value(value, by=reviewer, reason=" ", version=value.version)
    with pytest.raises(VersionConflict):
        return_value(value, by=reviewer, reason="少一天", version=9)
    returned = return_value(value, by=reviewer, reason="少一天", version=value.version)
    assert (returned.state, returned.reason, returned.decided_by) == ("RETURNED", "少一天", reviewer)
    enter_values(H1, [typed("B1", "HOURS", "10")], by=bureau, submit=True)
    value.refresh_from_db()
    assert (value.state, value.reason, value.decided_by, value.raw) == ("SUBMITTED", "", None, 10_000_000)


def test_who_may_not_see_a_figure_decides_nothing(submitted, officer, grid):
    stranger = officer("stranger", grid["B2"], Role.BUREAU_OFFICE)
    with pytest.raises(PermissionDenied):
        return_value(submitted["CALLS"], by=stranger, reason="no", version=1)


def test_figures_are_seen_in_the_subtree_and_by_the_owner_of_the_indicator(
    submitted, reviewer, bureau, officer, grid
):
    other = officer("other", grid["B2"], Role.BUREAU_OFFICE)
    seen = {
        person.username: list(
            IndicatorValue.objects.allowed_to(person, "view")
            .order_by("indicator__code")
            .values_list("indicator__code", flat=True)
        )
        for person in (reviewer, bureau, other)
    }
    assert seen == {"reviewer": ["HOURS"], "bureau": ["CALLS", "HOURS"], "other": []}


# --- what counts ----------------------------------------------------------------------------------
def scored(board):
    entries = recompute_scheme(board, ensure_period(H1), by=None).entries.order_by("unit_code")
    return [(entry.unit_code, entry.raws[0], entry.has_missing) for entry in entries]


def test_only_verified_figures_count_and_imported_ones_at_once(grid, typed, bureau, reviewer):
    board = scheme(
        section("S", item("HOURS")), subject_kinds=["COMMITTEE"], organisation_kinds=["CITY_BUREAU"]
    )
    IndicatorValueFactory(unit=grid["B2"], indicator="HOURS", figure="7")
    enter_values(H1, [typed("B1", "HOURS", "9.9")], by=bureau, submit=True)
    assert scored(board) == [("B1", None, True), ("B2", 7_000_000, False)]
    value = IndicatorValue.objects.get(unit=grid["B1"])
    verify_values([(value, value.version)], by=reviewer)
    assert scored(board) == [("B1", 9_900_000, False), ("B2", 7_000_000, False)]


def corrected(grid, typed, bureau, reviewer):
    """9.9 verified, corrected to 9 and submitted: the board and the figure."""
    board = scheme(
        section("S", item("HOURS")), subject_kinds=["COMMITTEE"], organisation_kinds=["CITY_BUREAU"]
    )
    IndicatorValueFactory(unit=grid["B2"], indicator="HOURS", figure="7")
    enter_values(H1, [typed("B1", "HOURS", "9.9")], by=bureau, submit=True)
    value = IndicatorValue.objects.get(unit=grid["B1"])
    verify_values([(value, value.version)], by=reviewer)
    enter_values(H1, [typed("B1", "HOURS", "9")], by=bureau, submit=True)
    value.refresh_from_db()
    return board, value


def test_a_verified_figure_counts_until_its_correction_is_verified(grid, typed, bureau, reviewer):
    board, value = corrected(grid, typed, bureau, reviewer)
    assert scored(board)[0] == ("B1", 9_900_000, False)
    enter_values(H1, [typed("B1", "HOURS", "8")], by=bureau, submit=False)
    value.refresh_from_db()
    assert (value.state, value.standing_value, value.counting_raw) == ("DRAFT", 9_900_000, 9_900_000)
    enter_values(H1, [typed("B1", "HOURS", "8")], by=bureau, submit=True)
    with pytest.raises(FiguresRefused, match="was submitted"):
        enter_values(H1, [typed("B1", "HOURS", None)], by=bureau, submit=False)
    value.refresh_from_db()
    verify_values([(value, value.version)], by=reviewer)
    assert scored(board)[0] == ("B1", 8_000_000, False)
    value.refresh_from_db()
    assert (value.standing_value, value.standing_raw) == (None, None)


def test_what_was_verified_counts_on_when_its_correction_is_returned(grid, typed, bureau, reviewer):
    board, value = corrected(grid, typed, bureau, reviewer)
    return_value(value, by=reviewer, reason="why?", version=value.version)
    assert scored(board)[0] == ("B1", 9_900_000, False)
    value.refresh_from_db()
    assert (value.state, value.raw, value.standing_raw) == ("RETURNED", 9_000_000, 9_900_000)


FACTS = "value denominator raw state origin entered_by entered_at decided_by decided_at".split()


def facts_of(value):
    return IndicatorValue.objects.values(*FACTS).get(pk=value.pk)


@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTED", "RETURNED"])
@pytest.mark.parametrize("again", ["9.9", None])
def test_a_correction_is_taken_back(grid, typed, bureau, reviewer, province, state, again):
    enter_values(H1, [typed("B1", "HOURS", "9.9")], by=bureau, submit=True)
    value = IndicatorValue.objects.get()
    verify_values([(value, value.version)], by=reviewer)
    verified = facts_of(value)
    enter_values(H1, [typed("B1", "HOURS", "9")], by=province, submit=state != "DRAFT")
    enter_values(H1, [typed("B1", "HOURS", "8")], by=province, submit=state != "DRAFT")
    value.refresh_from_db()
    if state == "RETURNED":
        value = return_value(value, by=reviewer, reason="why?", version=value.version)
    if (state, again) == ("SUBMITTED", None):  # an empty cell says nothing about what was submitted
        with pytest.raises(FiguresRefused, match="was submitted"):
            enter_values(H1, [typed("B1", "HOURS", again)], by=bureau, submit=True)
        return
    figure = typed("B1", "HOURS", again, version=value.version)
    assert enter_values(H1, [figure], by=bureau, submit=True) == Entered(restored=1)
    assert facts_of(value) == verified
    before, value = value, IndicatorValue.objects.get()
    assert (value.version, value.reason) == (before.version + 1, "")
    assert {name: getattr(value, name) for name in NOTHING_STANDS} == NOTHING_STANDS
    event = AuditEvent.objects.get(verb="restore_value")
    assert (event.actor, event.summary["value"]) == (bureau, ["8", "9.9"])
    return_value(value, by=reviewer, reason="nor is this", version=value.version)


def test_an_imported_figure_comes_back_as_one(grid, typed, bureau):
    value = IndicatorValueFactory(unit=grid["B1"], indicator="HOURS", figure="7")
    imported = facts_of(value)
    enter_values(H1, [typed("B1", "HOURS", "9")], by=bureau, submit=False)
    enter_values(H1, [typed("B1", "HOURS", None)], by=bureau, submit=False)
    assert facts_of(value) == imported


def test_a_correction_taken_back_keeps_what_was_excluded(grid, typed, bureau, reviewer):
    _board, value = corrected(grid, typed, bureau, reviewer)
    exclusion = ExclusionFactory(value=value, amount=2 * 10**6, asked_by=bureau)
    verify_exclusion(exclusion, by=reviewer, version=exclusion.version)
    enter_values(H1, [typed("B1", "HOURS", "9.9")], by=bureau, submit=False)
    value.refresh_from_db()
    assert (value.state, value.raw) == ("VERIFIED", 7_900_000)


def test_a_waiting_correction_holds_up_publishing(grid, typed, bureau, reviewer):
    board, _value = corrected(grid, typed, bureau, reviewer)
    edition = recompute_scheme(board, ensure_period(H1), by=None)
    assert missing_figures(edition) == ["B1 HOURS (correction waits)"]


def test_a_board_with_only_a_waiting_correction_shows_what_holds_it_up(
    grid, typed, bureau, reviewer, province
):
    board, _value = corrected(grid, typed, bureau, reviewer)
    edition = recompute_scheme(board, ensure_period(H1), by=None)
    [row] = missing_rows(edition, province)
    assert (row["unit"], row["item"], row["why"]) == (grid["B1"].name, "指标HOURS", "correction waits")
    assert row["url"].endswith("/B1/?edition=0#item-1")
    assert [row["missing"] for row in boards_of(edition.period, province)] == [1]
    assert summary_of(edition, province)["missing"] == 1


def test_a_figure_missing_from_the_board_is_named_once(grid, typed, bureau, reviewer):
    board, _value = corrected(grid, typed, bureau, reviewer)
    edition = recompute_scheme(board, ensure_period(H1), by=None)
    edition.entries.filter(unit=grid["B1"]).update(item_states=[1], has_missing=True)
    assert missing_figures(edition) == ["B1 HOURS"]


@pytest.mark.parametrize("stood", [None, "9.9"])
@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTED", "RETURNED", "VERIFIED"])
def test_rules_see_what_counts(grid, state, stood):
    board = scheme(section("S", item("HOURS")), subject_kinds=["COMMITTEE"])
    facts = {"state": state, "origin": "TYPED"}
    if state in ("RETURNED", "VERIFIED"):
        facts |= {"decided_at": clock.now(), "reason": "why?"}
    if stood and state != "VERIFIED":
        standing = numbers.to_scaled(stood, 6)
        facts |= {"standing_value": standing, "standing_raw": standing, "standing_entered_at": clock.now()}
    value = IndicatorValueFactory(unit=grid["B1"], indicator="HOURS", figure="7", **facts)
    [entry] = recompute_scheme(board, ensure_period(H1), by=None).entries.filter(unit=grid["B1"])
    assert entry.raws == [value.counting_raw]
    assert IndicatorValue.objects.counting().exists() == (value.counting_raw is not None)
    waits = value.counting_raw is not None and not value.counts
    assert IndicatorValue.objects.with_waiting_correction().exists() == waits


def test_an_exclusion_is_taken_off_what_still_counts(grid, typed, bureau, reviewer):
    _board, value = corrected(grid, typed, bureau, reviewer)
    exclusion = ExclusionFactory(value=value, amount=2 * 10**6, asked_by=bureau)
    verify_exclusion(exclusion, by=reviewer, version=exclusion.version)
    value.refresh_from_db()
    assert (value.raw, value.standing_raw, value.standing_value) == (7_000_000, 7_900_000, 9_900_000)


def test_a_board_in_preparation_follows_the_decision(
    grid, typed, bureau, reviewer, time_machine, django_capture_on_commit_callbacks
):
    time_machine.move_to("2026-06-10 12:00+08:00")
    board = scheme(
        section("S", item("HOURS")), subject_kinds=["COMMITTEE"], organisation_kinds=["CITY_BUREAU"]
    )
    enter_values(H1, [typed("B1", "HOURS", "9.9")], by=bureau, submit=True)
    edition = recompute_scheme(board, ensure_period(H1), by=None)
    value = IndicatorValue.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        verify_values([(value, value.version)], by=reviewer)
    assert edition.entries.get(unit=grid["B1"]).raws == [9_900_000]
    value.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        return_value(value, by=reviewer, reason="wrong", version=value.version)
    assert edition.entries.get(unit=grid["B1"]).raws == [None]


# --- what the database holds ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "VERIFIED", "origin": "TYPED"},
        {"state": "RETURNED", "reason": "why"},
        {"state": "RETURNED", "decided_at": "2026-01-01T00:00Z"},
        {"state": "SUBMITTED", "decided_at": "2026-01-01T00:00Z"},
        {"standing_value": 1, "standing_raw": 1},
        {"state": "SUBMITTED", "standing_entered_at": "2026-01-01T00:00Z"},
        {"state": "SUBMITTED", "standing_raw": 1},
    ],
)
def test_a_state_has_its_stamp(grid, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorValueFactory(unit=grid["B1"], indicator="HOURS", **wrong)


def test_a_figure_with_an_exclusion_is_not_emptied(grid, typed, bureau):
    value = IndicatorValueFactory(unit=grid["B1"], indicator="HOURS", state="DRAFT", origin="TYPED")
    ExclusionFactory(value=value)
    with pytest.raises(FiguresRefused, match="was submitted"):
        enter_values(H1, [typed("B1", "HOURS", None)], by=bureau, submit=False)


# --- drafts of others, impossible figures, closed periods --------------------------------------------
def test_submitting_leaves_the_drafts_of_others_to_them(grid, typed, bureau, province):
    mine, theirs = typed("B1", "HOURS", "9.9"), typed("B2", "HOURS", "7")
    enter_values(H1, [mine], by=bureau, submit=False)
    enter_values(H1, [theirs], by=province, submit=False)
    done = enter_values(H1, [mine, theirs], by=province, submit=True)
    assert (done.submitted, done.left) == (1, (f"{grid['B1']}, 停电时间 ({bureau.name})",))
    assert [row[5] for row in rows()] == ["DRAFT", "SUBMITTED"]
    changed = enter_values(H1, [typed("B1", "HOURS", "9")], by=province, submit=True)
    assert (changed.submitted, changed.left) == (1, ())


@pytest.mark.parametrize(
    ("facts", "value", "denominator", "column", "reason"),
    [
        ({"per": 10_000 * 10**6}, "-3", "1000", "value", "can't be negative"),
        ({"direction": "ZERO_BEST"}, "-1", None, "value", "can't be negative"),
        ({"per": 100 * 10**6, "unit_of_measure": "%"}, "8", "4", "value", "above 100%"),
    ],
)
def test_a_figure_that_can_not_be_is_refused(typed, bureau, facts, value, denominator, column, reason):
    Indicator.objects.create(code="X", name="X", **facts)
    with pytest.raises(FiguresRefused, match=reason) as refused:
        enter_values(H1, [typed("B1", "X", value, denominator)], by=bureau, submit=False)
    assert [where for where, _why in refused.value.errors.values()] == [column]


@pytest.mark.parametrize(
    ("facts", "value", "denominator"),
    [
        ({"direction": "HIGHER"}, "-3", None),
        ({"per": 100 * 10**6, "unit_of_measure": "%"}, "4", "4"),
        ({"per": 100 * 10**6, "unit_of_measure": "件"}, "8", "4"),
    ],
)
def test_a_figure_that_can_be_is_kept(typed, bureau, facts, value, denominator):
    Indicator.objects.create(code="X", name="X", **facts)
    done = enter_values(H1, [typed("B1", "X", value, denominator)], by=bureau, submit=False)
    assert done.entered == 1


def test_looking_over_writes_nothing(typed, bureau):
    assert look_over("2026Q1", [typed("B1", "HOURS", "1")], by=bureau, submit=True) is None
    found = look_over("2026Q1", [typed("B1", "CALLS", "1")], by=bureau, submit=True)
    assert [column for column, _reason in found.errors.values()] == ["denominator"]
    assert rows() == []
    assert not AssessmentPeriod.objects.filter(code="2026Q1").exists()


def test_a_published_period_wants_a_reason_that_the_trail_keeps(grid, typed, bureau):
    board = scheme(
        section("S", item("HOURS")), subject_kinds=["COMMITTEE"], organisation_kinds=["CITY_BUREAU"]
    )
    recompute_scheme(board, ensure_period(H1), by=None)
    people = {"prepared_by": bureau, "approved_by": UserFactory()}
    Edition.objects.update(state="PUBLISHED", number=1, published_at=clock.now(), minutes="1", **people)
    figure = typed("B1", "HOURS", "1")
    with pytest.raises(ReasonMissing):
        enter_values(H1, [figure], by=bureau, submit=True, reason=" ")
    assert rows() == []
    enter_values(H1, [figure], by=bureau, submit=True, reason="漏报")
    assert AuditEvent.objects.get(verb="enter_value").reason == "漏报"
    assert enter_values(H1, [figure], by=bureau, submit=True).waiting == 1


def test_while_figures_are_verified_units_only_correct_what_was_returned(
    grid, typed, submitted, reviewer, bureau, province
):
    value = submitted["HOURS"]
    AssessmentPeriod.objects.filter(code=H1).update(state="VERIFYING")
    with pytest.raises(FiguresRefused, match="takes no more figures"):
        enter_values(H1, [typed("B1", "HOURS", "10")], by=bureau, submit=True)
    return_value(value, by=reviewer, reason="少一天", version=value.version)
    untouched = typed("B1", "CALLS", "14", "350000")
    enter_values(H1, [typed("B1", "HOURS", "10"), untouched], by=bureau, submit=True)
    assert enter_values(H1, [typed("B2", "HOURS", "7")], by=province, submit=True).submitted == 1
