from datetime import date

import pytest
from django.db import connection

from activities.measures import MEASURES, meetings_gaps
from core.measures import measures
from core.periods import parse_period
from tests.factories.activities import ActivityFactory, DutyFactory, DutyRuleFactory

H1 = parse_period("2026H1")
END = date(2026, 6, 30)


def figures(code, params=None, *, period=H1, as_of=END):
    rows = measures[code].values(period, params or {}, as_of)
    return {row["unit_id"]: (row["numerator"], row["denominator"], row["evidence_count"]) for row in rows}


def evidence(code, units, params=None, as_of=END):
    return list(measures[code].evidence([unit.pk for unit in units], H1, params or {}, as_of))


PARAMS = {"activities.count": {"kind": "TRAINING"}, "activities.outcome": {"kind": "TRAINEE"}}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_values_stand_inside_a_bigger_statement(units, measure):
    """At most one row a unit, four integers, on both databases."""
    DutyFactory(unit=units["C1-1"])
    ActivityFactory(
        unit=units["C1-1"],
        kind="TRAINING",
        also_counts=["THEMED_PARTY_DAY", "GENERAL_MEETING"],
        parts={units["C1-1"]: (9, 7, 1)},
        outcomes={"TRAINEE": 21_000},
    )
    sql, params = measure.values(H1, PARAMS.get(measure.code, {}), END).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT figures.* FROM ({sql}) figures", params)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
    assert names == ["unit_id", "numerator", "denominator", "evidence_count"]
    assert len(rows) == 1
    assert [type(value) for value in rows[0]] == [int] * 4


def test_only_confirmed_records_of_the_period_count_by_the_day_held(units):
    unit = units["C1-1"]
    for held_on in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01"):
        ActivityFactory(unit=unit, kind="TRAINING", held_on=date.fromisoformat(held_on))
    for state in ("DRAFT", "SUBMITTED", "RETURNED", "VOID"):
        ActivityFactory(unit=unit, kind="TRAINING", state=state)
    assert figures("activities.count", {"kind": "TRAINING"}) == {unit.pk: (2, 1, 2)}
    assert figures("activities.count", {"kind": "TRAINING"}, as_of=date(2026, 6, 29)) == {unit.pk: (1, 1, 1)}


def test_a_record_counts_for_each_unit_and_kind_but_its_outcomes_once(units):
    lead, other = units["C1-1"], units["C1-2"]
    activity = ActivityFactory(
        unit=lead,
        kind="TRAINING",
        also_counts=["PARTY_LECTURE"],
        parts={other: (3, 3, 0)},
        outcomes={"TRAINEE": 40},
    )
    for kind in ("TRAINING", "PARTY_LECTURE"):
        assert figures("activities.count", {"kind": kind}) == {lead.pk: (1, 1, 1), other.pk: (1, 1, 1)}
        assert evidence("activities.count", [lead, other], {"kind": kind}) == [activity]
    assert figures("activities.outcome", {"kind": "TRAINEE"}) == {lead.pk: (40, 1, 1)}
    assert evidence("activities.outcome", [other], {"kind": "TRAINEE"}) == []
    assert evidence("activities.outcome", [lead], {"kind": "TRAINEE"}) == [activity]


def test_an_outcome_is_counted_from_its_own_row_only(units):
    ActivityFactory(unit=units["C1-1"], kind="SERVICE_VISIT")
    assert figures("activities.outcome", {"kind": "SERVICE_VISIT"}) == {}


@pytest.mark.oracle("O-005", "O-006", "O-007", "O-009", "O-010")
@pytest.mark.parametrize(
    ("kind", "quantities", "total"),
    [
        ("SERVICE_VISIT", [9_000, 3_999, 1], 13_000),
        ("PROBLEM_SOLVED", [2_000, 195], 2_195),
        ("ENERGY_SAVING", [600, 33], 633),
        ("TRAINING_SESSION", [2_100], 2_100),
        ("TRAINEE", [20_000, 1_000], 21_000),
        ("ROOM_BUILT", [170, 1], 171),
        ("BOOK_DONATED", [60_000], 60_000),
    ],
)
def test_the_headline_outcomes_add_up(units, kind, quantities, total):
    for quantity in quantities:
        ActivityFactory(unit=units["C1-1"], outcomes={kind: quantity})
    assert figures("activities.outcome", {"kind": kind}) == {units["C1-1"].pk: (total, 1, len(quantities))}


# --- three meetings and one lecture ---------------------------------------------------------------
def test_meetings_done_over_meetings_due(units, people):
    unit = units["C1-1"]
    held = DutyFactory(unit=unit, first_day=date(2026, 1, 1), last_day=date(2026, 3, 31))
    missed = DutyFactory(unit=unit, rule=held.rule, first_day=date(2026, 4, 1), last_day=END)
    DutyFactory(unit=unit, rule=DutyRuleFactory(in_meetings=False))
    DutyFactory(unit=unit, rule=DutyRuleFactory(), exempt_reason="停", exempted_by=people.county)
    DutyFactory(unit=units["C1-2"], rule=held.rule)
    done = ActivityFactory(unit=unit, kind="GENERAL_MEETING", held_on=date(2026, 1, 1))
    ActivityFactory(unit=unit, kind="GENERAL_MEETING", held_on=date(2026, 3, 31))
    assert figures("activities.meetings_completion") == {
        unit.pk: (1, 2, 1),
        units["C1-2"].pk: (0, 1, 0),
    }
    found = evidence("activities.meetings_completion", [unit, units["C1-2"]])
    assert [row.held_on for row in found] == [date(2026, 3, 31), date(2026, 1, 1)]
    assert found[1] == done
    assert list(meetings_gaps([unit.pk], H1, {}, END)) == [missed]


def test_in_a_running_period_only_what_fell_due_is_due(units):
    rule = DutyRuleFactory(cadence="MONTH")
    for month, last in ((5, 31), (6, 30)):
        DutyFactory(
            unit=units["C1-1"], rule=rule, first_day=date(2026, month, 1), last_day=date(2026, month, last)
        )
    assert figures("activities.meetings_completion", as_of=date(2026, 6, 15)) == {units["C1-1"].pk: (0, 1, 0)}


def test_a_window_longer_than_the_period_counts_where_it_ends(units):
    """A quarter's meeting held in April is done in the figure of June, not of April."""
    DutyFactory(unit=units["C1-1"])
    ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING", held_on=date(2026, 4, 2))
    june, april = parse_period("2026-06"), parse_period("2026-04")
    assert figures("activities.meetings_completion", period=june) == {units["C1-1"].pk: (1, 1, 1)}
    assert figures("activities.meetings_completion", period=april) == {}


# --- attendance and lateness ----------------------------------------------------------------------
def test_the_excused_leave_both_figures_of_attendance(units):
    lead, other = units["C1-1"], units["C1-2"]
    with_figures = [
        ActivityFactory(unit=lead, parts={lead: (9, 7, 1), other: (4, 4, 0)}),
        ActivityFactory(
            unit=lead, kind="TRAINING", also_counts=["THEMED_PARTY_DAY"], parts={lead: (10, 6, 4)}
        ),
    ]
    ActivityFactory(unit=lead)  # attendance not taken
    ActivityFactory(unit=lead, kind="TRAINING", parts={lead: (10, 1, 0)})
    assert figures("activities.party_day_attendance") == {lead.pk: (13, 14, 2), other.pk: (4, 4, 1)}
    assert set(evidence("activities.party_day_attendance", [lead])) == set(with_figures)


def test_everybody_excused_is_an_empty_denominator(units):
    ActivityFactory(unit=units["C1-1"], parts={units["C1-1"]: (3, 0, 3)})
    assert figures("activities.party_day_attendance") == {units["C1-1"].pk: (0, 0, 1)}


def test_late_records_over_confirmed_ones_at_the_lead_unit(units):
    late = ActivityFactory(unit=units["C1-1"], is_late=True, parts={units["C1-2"]: None})
    in_time = ActivityFactory(unit=units["C1-1"])
    assert figures("activities.late_records") == {units["C1-1"].pk: (1, 2, 2)}
    assert evidence("activities.late_records", [units["C1-1"]]) == [late, in_time]


# --- parameters -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "params", "accepted"),
    [
        ("activities.count", {"kind": "TRAINING"}, True),
        ("activities.count", {"kind": "TRAINEE"}, False),
        ("activities.count", {}, False),
        ("activities.count", {"kind": "TRAINING", "more": 1}, False),
        ("activities.count", {"kind": ["TRAINING"]}, False),
        ("activities.outcome", {"kind": "TRAINEE"}, True),
        ("activities.outcome", {"kind": "GENERAL_MEETING"}, False),
        ("activities.late_records", {}, True),
        ("activities.late_records", {"kind": "TRAINING"}, False),
    ],
)
def test_a_measure_says_which_parameters_it_takes(code, params, accepted):
    assert (measures[code].check_params(params) is None) is accepted


def test_mere_volumes_are_not_scoreable():
    assert {measure.code: measure.scoreable for measure in MEASURES} == {
        "activities.count": False,
        "activities.meetings_completion": True,
        "activities.party_day_attendance": True,
        "activities.outcome": False,
        "activities.late_records": True,
    }
