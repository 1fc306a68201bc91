"""Old boards keep their units: what a unit was called and where it stood holds on its days."""

from datetime import date

import pytest

from assessments.models import Entry
from assessments.operations import Decision, publish, recompute
from branches.models import PartyUnit
from branches.operations import (
    BranchesRefused,
    merge_units,
    open_unit,
    relocate_unit,
    take_back_opening,
    update_unit,
)
from tests.factories.assessments import IndicatorValueFactory, scheme
from tests.factories.branches import MemberFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def branches(company, time_machine):
    time_machine.move_to("2026-07-20 12:00+08:00", tick=False)
    scheme()
    made = {}
    for code, figure in (("B1", "90"), ("B2", "80")):
        unit = PartyUnitFactory(code=code, parent=company, organisation=company.organisation)
        IndicatorValueFactory(unit=unit, indicator="A1", figure=figure)
        made[code] = unit
    MemberFactory(unit=made["B1"])
    return made


def lines(edition):
    fields = ("unit_code", "unit_name", "parent_code", "path", "total", "rank_company")
    return list(Entry.objects.filter(edition=edition).order_by("unit_code").values_list(*fields))


def change(branches, company, on):
    """One unit is renamed and moved, the other merged into it."""
    above = PartyUnitFactory(code="CQ", kind="COMMITTEE", parent=company)
    renamed = update_unit(branches["B2"], by=None, name="新名", on=on)
    relocate_unit(renamed, parent=above, on=on, by=None)
    merge_units(branches["B1"], branches["B2"], on=on, by=None)


def test_a_published_board_keeps_its_units_and_their_names(branches, people, company):
    edition = publish("2026H1", "board", Decision(*people))
    before = lines(edition)
    change(branches, company, date(2026, 7, 10))
    assert [line[:3] for line in before] == [("B1", "支部B1", "CP"), ("B2", "支部B2", "CP")]
    assert lines(edition) == before


def test_an_earlier_period_is_scored_as_of_its_last_day(branches, company):
    before = lines(recompute("2026H1", by=None)[0])
    change(branches, company, date(2026, 7, 10))
    assert lines(recompute("2026H1", by=None)[0]) == before


def test_a_later_period_has_the_unit_that_goes_on_and_its_new_name(branches, company):
    change(branches, company, date(2026, 7, 10))
    IndicatorValueFactory(unit=branches["B2"], indicator="A1", figure="85", period="2026H2")
    [line] = lines(recompute("2026H2", by=None)[0])
    assert line[:3] == ("B2", "新名", "CQ")


@pytest.fixture
def opened_today(branches, company):
    """A general branch, so that it needs nobody: and its committee is on the board too."""
    scheme(code="offices", subject_kinds=["GENERAL_BRANCH", "COMMITTEE"])
    unit = PartyUnit(
        code="N",
        name="新",
        kind="GENERAL_BRANCH",
        parent=company,
        organisation=company.organisation,
        opened_on=date(2026, 7, 20),
    )
    return open_unit(unit, by=None)


def test_a_provisional_board_forgets_a_unit_that_never_was(opened_today, django_capture_on_commit_callbacks):
    """Its line was computed by itself; whoever opened the unit knows nothing of it."""
    (edition,) = recompute("2026H2", "offices", by=None)
    assert [line[0] for line in lines(edition)] == ["CP", "N"]
    with django_capture_on_commit_callbacks(execute=True):
        take_back_opening(opened_today, by=None)
    edition.refresh_from_db()
    assert ([line[0] for line in lines(edition)], edition.subject_count) == (["CP"], 1)
    assert edition.digest == recompute("2026H2", "offices", by=None)[0].digest


def test_a_published_board_stands_in_the_way_of_taking_back(opened_today, people):
    update_unit(opened_today, by=None, opened_on=date(2026, 6, 1))
    for unit in PartyUnit.objects.filter(code__in=["CP", "N"]):
        IndicatorValueFactory(unit=unit, indicator="A1", figure="90")
    edition = publish("2026H1", "offices", Decision(*people))
    before = lines(edition)
    assert [line[0] for line in before] == ["CP", "N"]
    with pytest.raises(BranchesRefused, match="not taken back"):
        take_back_opening(opened_today, by=None)
    assert lines(edition) == before


def test_a_unit_on_no_board_is_taken_back(opened_today):
    take_back_opening(opened_today, by=None)
    assert not PartyUnit.objects.filter(code="N").exists()
