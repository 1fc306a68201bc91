"""What pairings brought: totals with their marks, surveys, figures before and after."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.utils.translation import override

from activities.choices import ActivityState, Precision
from activities.models import Outcome
from core.models import AuditEvent
from pairings.before_after import figure_lines, survey_changes
from pairings.choices import PairingState, SurveyMethod
from pairings.models import PairingActivity
from pairings.operations import PairingRefused, set_figures, set_surveys
from pairings.selectors import Total, outcome_totals, trainees_per_session, weakest
from tests.factories.activities import ActivityFactory
from tests.factories.pairings import PairingFactory


@pytest.fixture(autouse=True)
def spring(db):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False), override("en"), override("en"):
        yield


@pytest.fixture
def pairing(county):
    return PairingFactory(unit=county.branch)


def worked(pairing, *outcomes, **facts):
    """A confirmed joint work with ``outcomes``: kind, quantity and what they are, if they are not exact."""
    record = ActivityFactory(unit=pairing.unit, **facts)
    PairingActivity.objects.create(pairing=pairing, activity=record)
    for kind, quantity, *precision in outcomes:
        Outcome.objects.create(
            activity=record, kind=kind, quantity=quantity, precision=precision[0] if precision else "EXACT"
        )
    return record


def shown(*pairings, first_day=None, last_day=None):
    """kind -> the sum as the page writes it."""
    return {total.kind: written(total) for total in outcome_totals(pairings, first_day, last_day)}


def written(total):
    return render_to_string("pairings/partials/quantity.html", {"total": total}).strip()


# --- totals -----------------------------------------------------------------------------------------
@pytest.mark.oracle("O-005")
def test_13000_service_visits_about(pairing):
    worked(pairing, ("SERVICE_VISIT", 12_800))
    worked(pairing, ("SERVICE_VISIT", 200, "ABOUT"))

    assert shown(pairing) == {"SERVICE_VISIT": "about 13,000"}


@pytest.mark.oracle("O-006", "O-007")
def test_exact_figures_make_an_exact_sum(pairing):
    worked(pairing, ("PROBLEM_SOLVED", 2_000), ("ENERGY_SAVING", 600))
    worked(pairing, ("PROBLEM_SOLVED", 195), ("ENERGY_SAVING", 33))

    assert shown(pairing) == {"PROBLEM_SOLVED": "2,195", "ENERGY_SAVING": "633"}


@pytest.mark.oracle("O-008")
def test_more_than_a_thousand_lectures_and_themed_days(pairing):
    worked(pairing, ("MUTUAL_LECTURE", 400), ("THEMED_DAY", 600, "AT_LEAST"))

    both = outcome_totals([pairing])
    total = sum(total.quantity for total in both)
    assert total >= 1000
    assert written(Total("", "", total, weakest(total.precision for total in both))) == "1,000+"


@pytest.mark.oracle("O-009")
def test_training_sessions_and_who_came(pairing):
    worked(pairing, ("TRAINING_SESSION", 2_100, "AT_LEAST"), ("TRAINEE", 21_000, "ABOUT"))

    assert shown(pairing) == {"TRAINING_SESSION": "2,100+", "TRAINEE": "about 21,000"}


@pytest.mark.oracle("O-010")
def test_rooms_and_books(pairing):
    worked(pairing, ("ROOM_BUILT", 171), ("BOOK_DONATED", 60_000, "AT_LEAST"))

    assert shown(pairing) == {"ROOM_BUILT": "171", "BOOK_DONATED": "60,000+"}


@pytest.mark.oracle("O-011")
def test_two_years_of_patrols_of_one_pairing(pairing, county):
    for year, patrols, hazards in ((2024, 250, 9), (2025, 270, 7)):
        worked(pairing, ("LINE_PATROL", patrols), ("HAZARD_FOUND", hazards), held_on=date(year, 6, 1))
    worked(PairingFactory(unit=county.other), ("LINE_PATROL", 80), held_on=date(2025, 6, 1))

    assert shown(pairing) == {"LINE_PATROL": "520", "HAZARD_FOUND": "16"}
    assert shown(pairing, first_day=date(2025, 1, 1), last_day=date(2025, 12, 31)) == {
        "LINE_PATROL": "270",
        "HAZARD_FOUND": "7",
    }


@pytest.mark.oracle("X-04")
def test_a_quotient_of_what_is_not_exact_is_about_so_much(pairing):
    worked(pairing, ("TRAINING_SESSION", 2_100, "AT_LEAST"), ("TRAINEE", 21_000, "ABOUT"))

    quotient = trainees_per_session(outcome_totals([pairing]))
    assert (quotient.text, quotient.precision) == ("10.0", Precision.ABOUT)


@pytest.mark.parametrize(
    ("sessions", "trainees", "precision"),
    [
        ("EXACT", "EXACT", "EXACT"),
        ("EXACT", "ABOUT", "ABOUT"),
        ("ABOUT", "EXACT", "ABOUT"),
        ("AT_LEAST", "AT_LEAST", "ABOUT"),
        ("AT_LEAST", "EXACT", "ABOUT"),
    ],
)
def test_the_mark_of_a_quotient(sessions, trainees, precision):
    totals = [Total("TRAINING_SESSION", "", 3, sessions), Total("TRAINEE", "", 100, trainees)]

    quotient = trainees_per_session(totals)
    assert (quotient.text, quotient.precision) == ("33.3", precision)


def test_without_sessions_there_is_no_quotient():
    assert trainees_per_session([]) is None
    assert trainees_per_session([Total("TRAINEE", "", 5, "EXACT")]) is None


def test_only_confirmed_work_counts_and_a_record_of_two_pairings_once(pairing, county):
    worked(pairing, ("SERVICE_VISIT", 5), state=ActivityState.SUBMITTED)
    record = worked(pairing, ("SERVICE_VISIT", 3))
    second = PairingFactory(unit=county.branch)
    PairingActivity.objects.create(pairing=second, activity=record)

    assert shown(pairing, second) == {"SERVICE_VISIT": "3"}


# --- surveys ----------------------------------------------------------------------------------------
def survey(year, sample, satisfied, method=SurveyMethod.QUESTIONNAIRE):
    return {
        "held_on": date(year, 3, 1),
        "method": method,
        "sample": sample,
        "satisfied": satisfied,
        "note": "",
    }


@pytest.mark.oracle("O-015")
def test_points_and_per_cent_of_two_surveys(pairing, county):
    surveys = [survey(2025, 100, 95), survey(2024, 200, 170), survey(2023, 100, 78)]
    set_surveys(pairing, [*surveys, survey(2025, 50, 49, "PUBLIC_APPRAISAL")], by=county.secretary)

    (change,) = survey_changes(pairing.surveys.all())
    assert (change.before.held_on.year, change.now.held_on.year) == (2023, 2025)
    assert (change.points.text(), change.relative.text()) == ("+17.00 pp", "+21.79%")
    event = AuditEvent.objects.get(verb="change_surveys")
    assert event.summary["surveys"] == [
        [],
        [
            "2025-03-01 QUESTIONNAIRE 95/100",
            "2024-03-01 QUESTIONNAIRE 170/200",
            "2023-03-01 QUESTIONNAIRE 78/100",
            "2025-03-01 PUBLIC_APPRAISAL 49/50",
        ],
    ]


def test_shares_are_compared_exactly_whatever_the_samples(pairing, county):
    set_surveys(pairing, [survey(2024, 3, 1), survey(2025, 7, 3)], by=county.secretary)

    (change,) = survey_changes(pairing.surveys.all())
    assert (change.points.text(), change.relative.text()) == ("+9.52 pp", "+28.57%")


def test_after_nobody_there_is_no_relative_change(pairing, county):
    set_surveys(pairing, [survey(2024, 10, 0), survey(2025, 10, 5)], by=county.secretary)

    (change,) = survey_changes(pairing.surveys.all())
    assert (change.points.text(), change.relative) == ("+50.00 pp", None)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([survey(2025, 10, 11)], "not more are satisfied"),
        ([survey(2025, 0, 0)], "At least one person"),
        ([survey(2027, 10, 5)], "lies ahead"),
        ([survey(2025, 10, 5), survey(2025, 20, 8)], "by different methods"),
    ],
)
def test_what_can_be_no_survey_is_refused(pairing, county, rows, words):
    set_surveys(pairing, [survey(2024, 10, 5)], by=county.secretary)
    with pytest.raises(PairingRefused, match=words):
        set_surveys(pairing, rows, by=county.secretary)
    assert pairing.surveys.get().held_on.year == 2024


# --- figures ----------------------------------------------------------------------------------------
def figure(name, unit, before, now=None, **facts):
    return {
        "name": name,
        "measure_unit": unit,
        "lower_is_better": False,
        "before": Decimal(before),
        "before_on": date(2024, 12, 31),
        "now": now and Decimal(now),
        "now_on": now and date(2025, 12, 31),
        "target": None,
        "source": "调度系统",
    } | facts


def line(pairing):
    pairing.refresh_from_db()
    (found,) = figure_lines(pairing.figures.all())
    return found.before, found.now, found.change and found.change.text(), found.is_better, found.is_worse


@pytest.mark.oracle("O-013")
def test_hours_without_power_fell_and_that_is_better(pairing, county):
    set_figures(pairing, [figure("停电时间", "h", "49.4", "9.9", lower_is_better=True)], by=county.secretary)

    assert line(pairing) == ("49.4 h", "9.9 h", "-39.5 h", True, False)


@pytest.mark.oracle("O-013")
@pytest.mark.parametrize("unit", ["%", "％"])
def test_reliability_rose_by_points_and_never_by_per_cent(pairing, county, unit):
    set_figures(pairing, [figure("供电可靠率", unit, "99.4", "99.85")], by=county.secretary)

    assert line(pairing) == ("99.4%", "99.85%", "+0.45 pp", True, False)


@pytest.mark.oracle("O-014")
def test_voltage_rose_by_points(pairing, county):
    set_figures(pairing, [figure("电压合格率", "%", "96.5", "98.64")], by=county.secretary)

    assert line(pairing)[2] == "+2.14 pp"


@pytest.mark.parametrize(
    ("before", "now", "lower", "change", "better", "worse"),
    [
        ("12", "15", True, "+3 处", False, True),
        ("12", "9", False, "-3 处", False, True),
        ("12", "12", True, "0 处", False, False),
        ("12", None, True, None, False, False),
    ],
)
def test_which_way_is_good(pairing, county, before, now, lower, change, better, worse):
    set_figures(pairing, [figure("线树矛盾", "处", before, now, lower_is_better=lower)], by=county.secretary)

    assert line(pairing)[2:] == (change, better, worse)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([figure("停电", "h", "3", "2", now_on=None)], "the new figure and its day"),
        ([figure("停电", "h", "3", "2", now_on=date(2024, 1, 1))], "not older"),
        ([figure("停电", "h", "3", before_on=date(2027, 1, 1))], "lies ahead"),
        ([figure("停电", "h", "3"), figure("停电", "h", "4")], "stands here once"),
    ],
)
def test_what_can_be_no_figure_is_refused(pairing, county, rows, words):
    set_figures(pairing, [figure("电压", "%", "96")], by=county.secretary)
    with pytest.raises(PairingRefused, match=words):
        set_figures(pairing, rows, by=county.secretary)
    assert pairing.figures.get().name == "电压"


@pytest.mark.parametrize("write", [set_surveys, set_figures])
def test_only_the_branch_writes_results_and_only_while_the_pairing_is_open(pairing, county, write):
    for person in (county.office, county.other_secretary):
        with pytest.raises(PermissionDenied):
            write(pairing, [], by=person)
    ended = PairingFactory(unit=county.branch, state=PairingState.CLOSED, active_until=date(2026, 1, 31))
    with pytest.raises(PairingRefused, match="closed"):
        write(ended, [], by=county.secretary)
