from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from assessments import background, selectors, tasks
from assessments.models import AssessmentPeriod, Edition, Item
from assessments.operations import Decision, Refused, publish, recompute, rename_indicator
from branches import operations as branches
from branches.choices import Role
from branches.models import PartyUnit
from core.jobs import handlers
from core.models import Job
from core.operations import start_job
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
JULY = "2026-07-10 10:00+08:00"


def lines(edition):
    return list(edition.entries.order_by("unit_code").values_list("unit_code", "parent_code", "total"))


@pytest.fixture
def two_branches(company):
    """B1 with 90 and B2 with 80."""
    found = []
    for code, figure in (("B1", "90"), ("B2", "80")):
        found.append(PartyUnitFactory(code=code, parent=company, organisation=company.organisation))
        IndicatorValueFactory(unit=found[-1], indicator="A1", figure=figure)
    return found


@pytest.fixture
def board(db):
    return scheme()


def test_a_period_is_made_when_it_is_first_named(board, two_branches):
    [edition] = recompute("2026Q3", by=None)
    assert (edition.period.code, edition.number, edition.subject_count) == ("2026Q3", 0, 2)
    assert AssessmentPeriod.objects.count() == 2


def test_subjects_are_open_on_the_last_day_and_placed_as_of_that_day(board, two_branches, company):
    first, second = two_branches
    other = PartyUnitFactory(code="C2", kind="COMMITTEE", parent=company, organisation=company.organisation)
    for code, days in (
        ("CLOSED", {"closed_on": date(2026, 6, 30)}),
        ("LAST-DAY", {"closed_on": date(2026, 7, 1)}),
        ("NEW", {"opened_on": date(2026, 7, 1)}),
        ("OPENED", {"opened_on": date(2026, 6, 30)}),
    ):
        PartyUnitFactory(code=code, parent=company, organisation=company.organisation, **days)
    branches.move_unit(first, parent=other, on=date(2026, 6, 30), by=None)
    branches.move_unit(second, parent=other, on=date(2026, 7, 1), by=None)
    with time_machine.travel(JULY):
        [edition] = recompute("2026H1", by=None)
    assert edition.as_of == date(2026, 6, 30)
    assert lines(edition) == [
        ("B1", "C2", 9000),
        ("B2", "CP", 8000),
        ("LAST-DAY", "CP", 0),
        ("OPENED", "CP", 0),
    ]


def test_a_running_period_is_taken_as_of_today(board, two_branches):
    with time_machine.travel("2026-03-05 10:00+08:00"):
        [edition] = recompute("2026H1", by=None)
    assert edition.as_of == date(2026, 3, 5)


def test_only_units_at_the_right_organisations_are_subjects(bureaus):
    scheme(subject_kinds=["COMMITTEE"], organisation_kinds=["CITY_BUREAU", "COUNTY"])
    [edition] = recompute("2026H1", by=None)
    assert [line[0] for line in lines(edition)] == ["CA", "CB", "CC"]


def test_the_highest_version_that_is_valid_applies(two_branches):
    scheme(valid_from="2025H1")
    scheme(valid_from="2026H1", version=3)
    scheme(valid_from="2026H2", version=4)
    scheme(version=2)
    periods = ["2024H1", "2025H2", "2026-01", "2026", "2026Q4"]
    found = [recompute(code, by=None)[0].scheme.version for code in periods]
    assert found == [2, 2, 3, 3, 4]


def test_all_schemes_that_apply_are_computed_unless_one_is_named(board, two_branches):
    scheme(code="a-board")
    scheme(code="late", valid_from="2027H1")
    told = []
    editions = recompute("2026H1", by=None, report=lambda done, total: told.append((done, total)))
    assert [edition.scheme_code for edition in editions] == ["a-board", "board"]
    assert told == [(1, 2), (2, 2)]
    assert [edition.scheme_code for edition in recompute("2026H1", "board", by=None)] == ["board"]


@pytest.mark.parametrize(
    ("period", "code"), [("2026H1", "none"), ("2020H1", "late"), ("2026-13", None), ("2020H1", None)]
)
def test_what_can_not_be_computed_is_refused(db, period, code):
    scheme(code="late", valid_from="2026H1")
    with pytest.raises(Refused):
        recompute(period, code, by=None)
    with pytest.raises(CommandError) as error:
        call_command("recompute", period, scheme=code)
    assert error.value.returncode == 1


def test_the_command_prints_subjects_seconds_and_digest(board, two_branches, run_command):
    [line] = run_command("recompute", "2026H1")
    digest = Edition.objects.get().digest
    assert line.startswith("board v1: 2 ") and line.endswith(digest)


def test_computing_needs_the_right(board, company, officer):
    with pytest.raises(PermissionDenied):
        recompute("2026H1", by=officer("county", company, Role.COUNTY_OFFICE))
    assert recompute("2026H1", by=officer("province", company))[0].subject_count == 0


def test_computing_needs_the_right_on_every_subject(board, two_branches, company, officer):
    reason = "near is not responsible for all units of “board”: B2 stands elsewhere."
    with pytest.raises(Refused, match=reason):
        recompute("2026H1", by=officer("near", two_branches[0]))
    assert not Edition.objects.exists()


def test_what_is_refused_leaves_no_period_behind(board):
    for period, code in (("2031H1", "nix"), ("2031H1", "late"), ("2020H1", "late")):
        with pytest.raises(Refused):
            recompute(period, code, by=None)
    assert not AssessmentPeriod.objects.exists()


# --- improvement ----------------------------------------------------------------------------------
@pytest.fixture
def tied(board, company):
    """Two branches with 90 each, and a chain that looks at the improvement."""
    scheme(version=2, tie_chain=["improvement"])
    for code in ("B1", "B2"):
        unit = PartyUnitFactory(code=code, parent=company, organisation=company.organisation)
        IndicatorValueFactory(unit=unit, indicator="A1", figure="90")


@pytest.fixture
def published_before(people):
    """Publishes 2025H2 with these figures, by unit."""

    def make(**figures):
        for code, figure in figures.items():
            unit = PartyUnit.objects.get(code=code)
            IndicatorValueFactory(unit=unit, period="2025H2", indicator="A1", figure=figure)
        publish("2025H2", "board", Decision(*people, waiver="无数据"))

    return make


def ranks(edition):
    return dict(edition.entries.values_list("unit_code", "rank_company"))


def test_the_greater_improvement_parts_ties(tied, published_before):
    assert ranks(recompute("2026H1", by=None)[0]) == {"B1": 1, "B2": 1}
    published_before(B1="88", B2="80")
    assert ranks(recompute("2026H1", by=None)[0]) == {"B1": 2, "B2": 1}


def test_who_has_no_earlier_total_stands_behind(tied, published_before):
    PartyUnit.objects.filter(code="B2").update(opened_on=date(2026, 1, 1))
    published_before(B1="99")
    assert ranks(recompute("2026H1", by=None)[0]) == {"B1": 1, "B2": 2}


def test_boards_from_before_this_system_part_no_ties(tied, run_command, tmp_path):
    file = tmp_path / "past.csv"
    file.write_text("scheme,period,unit_code,total\nboard,2025H2,B1,88\nboard,2025H2,B2,80\n")
    run_command("import_past_results", file)
    assert ranks(recompute("2026H1", by=None)[0]) == {"B1": 1, "B2": 1}


# --- in the background ----------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_job_computes_with_progress(board, two_branches, company, officer):
    job = start_job(
        "assessments.recompute",
        key="1",
        title="x",
        payload={"period": "2026H1"},
        by=officer("province", company),
    )
    job = Job.objects.get(pk=job.pk)
    edition = Edition.objects.get()
    assert (job.state, job.done, job.total, job.error) == ("DONE", 1, 1, "")
    assert job.result["url"] == "/boards/2026H1/board/?edition=0"
    assert job.result["digests"] == {"board": edition.digest}


@pytest.mark.django_db(transaction=True)
def test_a_job_over_all_schemes_leads_to_the_list(board, two_branches):
    scheme(code="second")
    job = start_job(
        "assessments.recompute", key="1", title="x", payload={"period": "2026H1", "scheme": ""}, by=None
    )
    assert Job.objects.get(pk=job.pk).result["url"] == "/boards/"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_can_not_be_done_says_why(board):
    payload = {"period": "2026H1", "scheme": "none"}
    job = start_job("assessments.recompute", key="1", title="x", payload=payload, by=None)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, "none" in job.error) == ("FAILED", True)
    assert handlers["assessments.recompute"] is background.recompute_boards


def test_every_night_what_is_not_published_is_computed(board, two_branches, people):
    scheme(code="second")
    with time_machine.travel(JULY):
        recompute("2026H1", by=None)
        publish("2026H1", "board", Decision(*people))
        recompute("2026H1", by=None)
        assert tasks.recompute_running() == 3
    periods = Edition.objects.filter(number=0).values_list("period__code", "scheme_code")
    assert sorted(periods) == [
        ("2026H1", "board"),
        ("2026H1", "second"),
        ("2026H2", "board"),
        ("2026H2", "second"),
    ]


def test_a_night_without_schemes_passes(db):
    assert tasks.recompute_running() == 0


def test_a_night_passes_over_what_can_not_be_computed(two_branches, caplog):
    measured = item("M", source={"type": "MEASURE", "code": "tests.count", "params": {"from": "A1"}})
    scheme(section("S", measured), code="broken")
    scheme(code="sound")
    Item.objects.filter(code="M").update(source_code="tests.gone")
    with time_machine.travel("2026-03-05 10:00+08:00"):
        assert tasks.recompute_running() == 1
    assert list(Edition.objects.values_list("scheme_code", flat=True)) == ["sound"]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "broken was not computed for 2026H1"
    ]


# --- what a score rests on ------------------------------------------------------------------------
def test_a_score_rests_on_the_tree_as_it_stood(two_branches, company):
    scheme(subject_kinds=["COMMITTEE"])
    other = PartyUnitFactory(code="C2", kind="COMMITTEE", organisation=company.organisation)
    branches.move_unit(two_branches[0], parent=other, on=date(2026, 7, 1), by=None)
    with time_machine.travel(JULY):
        [edition] = recompute("2026H1", by=None)
    codes = dict(PartyUnit.objects.values_list("pk", "code"))
    found = {
        entry.unit_code: sorted(codes[unit] for unit in selectors.units_pooled_into(entry))
        for entry in edition.entries.select_related("edition__period")
    }
    assert found == {"CP": ["B1", "B2", "CP"], "C2": ["C2"]}


def test_an_indicator_may_be_renamed(board, people):
    indicator = rename_indicator(
        IndicatorValueFactory._meta.model.indicator.field.related_model.objects.get(),
        by=people[0],
        name="新名",
    )
    indicator.refresh_from_db()
    assert (indicator.code, indicator.name) == ("A1", "新名")
