"""The ledger and the results of pairings, counted by hand."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.choices import UnitKind
from core.periods import parse_period
from core.reports import Asked, Totals, all_rows, reports
from tests.factories.activities import ActivityFactory
from tests.factories.branches import PartyUnitFactory
from tests.factories.pairings import PairingFactory, PartnerFactory, active


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-06-30 09:00+08:00", tick=False):
        yield


def asked(user, unit, period=None):
    return Asked(user, unit, date(2026, 6, 30), parse_period(period) if period else None)


def lines(code, question):
    return [list(map(str, row.cells)) for row in all_rows(reports[code], question)]


def test_the_ledger_has_a_line_for_each_pairing_in_sight(county):
    village = PartnerFactory(name="坛河村党支部")
    pairing = active(county.branch, [village], by=county.secretary, office=county.office)
    PairingFactory(unit=county.other, code="LJ-0", units=[county.branch], partners=[village], state="INTENT")
    PairingFactory(unit=PartyUnitFactory(parent=county.province), code="LJ-9")

    found = [row.cells for row in all_rows(reports["R-06"], asked(county.office, county.bureau))]
    assert [cells[0] for cells in found] == ["LJ-0", pairing.code]
    (ledger,) = [list(map(str, cells)) for cells in found if cells[0] == pairing.code]
    assert ledger[1:3] == ["城西供电所党支部", "坛河村党支部"]
    assert ledger[6:11] == ["2026-02-20", "2026-03-01 – 2028-02-29", "县委组织部", ledger[9], "1"]
    assert [
        cells[0]
        for cells in (
            row.cells for row in all_rows(reports["R-06"], asked(county.province_office, county.province))
        )
    ] == [
        "LJ-0",
        pairing.code,
        "LJ-9",
    ]


def test_results_count_a_record_once_at_the_unit_that_led_it(county):
    group = PartyUnitFactory(kind=UnitKind.GROUP, parent=county.branch)
    partners = PartnerFactory.create_batch(2)
    one = PairingFactory(unit=county.branch, partners=partners, active_from=date(2026, 1, 1))
    two = PairingFactory(unit=county.other, partners=[partners[0]], active_from=date(2026, 1, 1))

    def linked(unit, *pairings, **facts):
        record = ActivityFactory(unit=unit, **{"held_on": date(2026, 5, 1)} | facts)
        for pairing in pairings:
            pairing.joint_works.create(activity=record)

    linked(county.branch, one, two, outcomes={"SERVICE_VISIT": 10, "TRAINEE": 7})
    linked(group, one, outcomes={"SERVICE_VISIT": 3})
    linked(county.branch, one, held_on=date(2025, 12, 31), outcomes={"SERVICE_VISIT": 100})
    linked(county.branch, one, state="SUBMITTED", outcomes={"SERVICE_VISIT": 100})
    linked(county.branch, outcomes={"SERVICE_VISIT": 100})

    report, question = reports["R-07"], asked(county.office, county.bureau, "2026H1")
    totals = Totals(report.header(question))
    found = [list(row.cells) for row in totals.over(all_rows(report, question))]
    assert found == [
        ["城西供电所党支部", 2, 1, 13, 0, 0, 0, 0, 7, 0, 0, 0, 0],
        ["城东供电所党支部", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    assert totals.sums[1:4] == [3, 2, 13]


def test_more_pairings_take_no_more_queries(county):
    def asked_for(code, period=None):
        with CaptureQueriesContext(connection) as found:
            list(all_rows(reports[code], asked(county.office, county.bureau, period)))
        return len(found)

    PairingFactory(unit=county.branch)
    few = asked_for("R-06"), asked_for("R-07", "2026H1")
    for _number in range(5):
        PairingFactory(unit=PartyUnitFactory(parent=county.bureau))
    assert (asked_for("R-06"), asked_for("R-07", "2026H1")) == few
