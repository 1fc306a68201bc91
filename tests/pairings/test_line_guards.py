"""Line guards, what they found, and how it ended."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import override

from branches.choices import UnitKind
from core.models import AuditEvent
from core.templatetags.format import percent1
from pairings.choices import PairingState, Side
from pairings.models import Hazard, LineGuard
from pairings.operations import (
    PairingRefused,
    add_hazard,
    add_line_guard,
    close_hazard,
    end_line_guard,
    link_activity,
)
from pairings.selectors import guard_members, hazard_counts, hazards
from tests.factories.activities import ActivityFactory
from tests.factories.branches import MemberFactory, PartyUnitFactory
from tests.factories.pairings import PairingFactory

SECTION = "10 kV 坛河线 12 至 38 号杆"


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False), override("en"), override("en"):
        yield


@pytest.fixture
def pairing(county):
    return PairingFactory(unit=county.branch)


def guarded(pairing, by, **facts):
    return add_line_guard(
        pairing, by=by, **{"section": SECTION, "starts_on": date(2026, 3, 1), "name": "覃小华"} | facts
    )


def found(pairing, by, **facts):
    return add_hazard(
        pairing, by=by, **{"kind": "TREE", "text": "树枝碰线", "found_on": date(2026, 4, 2)} | facts
    )


def test_a_volunteer_of_the_partner_is_a_name_and_a_section(county, pairing):
    guard = guarded(pairing, county.secretary)

    assert (guard.side, guard.name, guard.member, guard.section) == (Side.PARTNER, "覃小华", None, SECTION)
    event = AuditEvent.objects.get(verb="add_line_guard")
    assert event.actor == county.secretary
    assert "覃小华" not in str(event.summary)


def test_a_guard_of_ours_is_a_member_of_an_own_branch_or_its_group(county, pairing):
    group = PartyUnitFactory(kind=UnitKind.GROUP, parent=county.branch)
    own, grouped = MemberFactory(unit=county.branch, name="黄志强"), MemberFactory(unit=group)
    stranger, gone = (
        MemberFactory(unit=county.other),
        MemberFactory(unit=county.branch, left_on=date(2026, 1, 1)),
    )

    assert set(guard_members(pairing, county.secretary)) == {own, grouped}
    guard = guarded(pairing, county.secretary, name="", member=own)
    assert (guard.side, guard.name, guard.member) == (Side.OWN, "黄志强", own)
    for member in (stranger, gone):
        with pytest.raises(PermissionDenied):
            guarded(pairing, county.secretary, name="", member=member)


def test_a_guard_is_one_person(county, pairing):
    for facts in ({"name": " "}, {"member": MemberFactory(unit=county.branch)}):
        with pytest.raises(PairingRefused, match="member of ours or a volunteer"):
            guarded(pairing, county.secretary, **facts)


def test_only_the_branch_enters_them_and_only_from_the_signing_on(county, pairing):
    for person in (county.office, county.other_secretary):
        with pytest.raises(PermissionDenied):
            guarded(pairing, person)
        with pytest.raises(PermissionDenied):
            found(pairing, person)
    candidate = PairingFactory(unit=county.branch, state=PairingState.CANDIDATE)
    with pytest.raises(PairingRefused, match="candidate"):
        guarded(candidate, county.secretary)
    with pytest.raises(PairingRefused, match="candidate"):
        found(candidate, county.secretary)


def test_a_guard_ends_after_it_began_and_after_what_it_found(county, pairing):
    guard = guarded(pairing, county.secretary)
    found(pairing, county.secretary, guard=guard)
    for day in (date(2026, 2, 28), date(2026, 4, 1)):
        with pytest.raises(PairingRefused, match="the last day is not before it"):
            end_line_guard(guard, ends_on=day, by=county.secretary)
    end_line_guard(guard, ends_on=date(2026, 4, 2), by=county.secretary)

    assert LineGuard.objects.get().ends_on == date(2026, 4, 2)
    with pytest.raises(PairingRefused, match="did not watch the line on 2026-04-03"):
        found(pairing, county.secretary, guard=guard, found_on=date(2026, 4, 3))


def test_a_hazard_names_its_guard_and_its_joint_work(county, pairing):
    record = ActivityFactory(unit=county.branch)
    guard = guarded(pairing, county.secretary)
    with pytest.raises(PairingRefused, match="Link it first"):
        found(pairing, county.secretary, activity=record)
    link_activity(pairing, record, by=county.secretary)
    hazard = found(pairing, county.secretary, activity=record, guard=guard)

    assert (hazard.guard, hazard.activity, hazard.entered_by) == (guard, record, county.secretary)
    with pytest.raises(PermissionDenied):
        found(PairingFactory(unit=county.branch), county.secretary, guard=guard)
    with pytest.raises(PairingRefused, match="lies ahead"):
        found(pairing, county.secretary, found_on=date(2026, 4, 11))


def test_a_hazard_is_closed_with_its_solution(county, pairing):
    hazard = found(pairing, county.secretary)
    with pytest.raises(PairingRefused, match="how it was solved"):
        close_hazard(hazard, solution=" ", closed_on=date(2026, 4, 5), by=county.secretary)
    for day in (date(2026, 4, 1), date(2026, 4, 11)):
        with pytest.raises(PairingRefused, match="found on 2026-04-02"):
            close_hazard(hazard, solution="已修剪", closed_on=day, by=county.secretary)
    with pytest.raises(PermissionDenied):
        close_hazard(hazard, solution="已修剪", closed_on=date(2026, 4, 5), by=county.office)
    close_hazard(hazard, solution="已修剪", closed_on=date(2026, 4, 5), by=county.secretary)

    assert Hazard.objects.values_list("closed_on", "solution").get() == (date(2026, 4, 5), "已修剪")
    assert AuditEvent.objects.get(verb="close_hazard").actor == county.secretary


def test_the_database_keeps_no_closed_hazard_without_a_solution(county, pairing):
    hazard = found(pairing, county.secretary)
    with pytest.raises(IntegrityError):
        Hazard.objects.filter(pk=hazard.pk).update(closed_on=date(2026, 4, 5))


@pytest.mark.oracle("O-012")
def test_all_conflicts_solved_is_a_hundred_per_cent_and_none_is_no_rate(county, pairing):
    counts = hazard_counts(pairing)
    assert percent1(counts.solved, counts.conflicts) == "—"
    open_one = found(pairing, county.secretary, kind="OTHER", text="绝缘子破损")
    for kind in ("TREE", "LAND"):
        hazard = found(pairing, county.secretary, kind=kind)
        close_hazard(hazard, solution="已修剪", closed_on=date(2026, 4, 5), by=county.secretary)

    counts = hazard_counts(pairing)
    assert (counts.found, counts.open, counts.closed, counts.conflicts) == (3, 1, 2, 2)
    assert percent1(counts.solved, counts.conflicts) == "100.0%"
    assert hazards(pairing, county.secretary).first() == open_one
    found(pairing, county.secretary, kind="LAND")
    counts = hazard_counts(pairing)
    assert percent1(counts.solved, counts.conflicts) == "66.7%"


def test_a_record_out_of_sight_is_not_named(county):
    """The other branch reads the pairing, and what its own people may not read stays out."""
    pairing = PairingFactory(unit=county.branch, units=[county.other])
    record = ActivityFactory(unit=county.branch)
    link_activity(pairing, record, by=county.secretary)
    found(pairing, county.secretary, activity=record)

    assert hazards(pairing, county.secretary).get().activity == record
    assert hazards(pairing, county.other_secretary).get().activity is None
