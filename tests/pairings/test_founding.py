"""Who pairs with whom."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from core.workflow import VersionConflict
from pairings.choices import PairingMode, PartnerLevel, PartnerType
from pairings.models import Pairing, Partner
from pairings.operations import PairingRefused, change_pairing, create_pairing, set_parties
from pairings.rules import MANY_TO_MANY
from pairings.selectors import mode
from tests.factories.branches import PartyUnitFactory
from tests.factories.pairings import PairingFactory, PartnerFactory, active


def begin(county, partners, **more):
    facts = {"by": county.secretary, "selection_reason": "CLOSE_CONTACT"} | more
    return create_pairing(county.branch, partners, **facts)


@time_machine.travel("2026-04-10 09:00+08:00", tick=False)
def test_a_candidate_has_a_code_a_title_and_its_parties(county):
    village = PartnerFactory(name="坛河村党支部")
    pairing = begin(county, [village])

    assert (pairing.code, pairing.title) == (f"LJ-2026-{pairing.pk:04d}", "城西供电所党支部 × 坛河村党支部")
    assert [(party.unit, party.partner) for party in pairing.parties.all()] == [(county.branch, village)]


@pytest.mark.oracle("T-14")
@pytest.mark.parametrize(
    ("own", "outside", "expected"),
    [(1, 1, PairingMode.ONE_TO_ONE), (1, 3, PairingMode.ONE_TO_MANY), (3, 1, PairingMode.MANY_TO_ONE)],
)
def test_the_mode_follows_from_the_parties(county, own, outside, expected):
    units = [PartyUnitFactory(parent=county.bureau) for _number in range(own - 1)]
    pairing = begin(county, [PartnerFactory() for _number in range(outside)], units=units)

    assert mode(pairing) == expected
    assert pairing.parties.count() == own * outside


@pytest.mark.oracle("T-14")
def test_many_to_many_is_refused_with_the_reason(county):
    with pytest.raises(PairingRefused, match=str(MANY_TO_MANY)):
        begin(county, [PartnerFactory(), PartnerFactory()], units=[county.other])
    assert Pairing.objects.count() == 0


@pytest.mark.oracle("T-25")
def test_five_types_and_power_plants_and_general_branches(county):
    assert len(PartnerType) == 6
    for type_ in PartnerType:
        partner = PartnerFactory(type=type_, level=PartnerLevel.GENERAL_BRANCH)
        partner.full_clean(exclude=["merged_into", "created_by"])
        assert begin(county, [partner]).pk
    assert Partner.objects.filter(level="GENERAL_BRANCH").count() == 6


def test_a_pairing_needs_a_partner_and_a_branch_of_ones_own(county):
    with pytest.raises(PairingRefused):
        begin(county, [])
    with pytest.raises(PermissionDenied):
        begin(county, [PartnerFactory()], by=county.other_secretary)
    with pytest.raises(PermissionDenied):
        begin(county, [PartnerFactory()], by=county.office)
    group = PartyUnitFactory(kind="GROUP", parent=county.branch)
    with pytest.raises(PairingRefused):
        begin(county, [PartnerFactory()], units=[group])


@time_machine.travel("2026-04-10 09:00+08:00", tick=False)
def test_a_pairing_in_force_gains_parties_and_loses_none(county):
    first, second = PartnerFactory(), PartnerFactory()
    pairing = active(county.branch, [first], by=county.secretary, office=county.office)
    set_parties(pairing, [county.branch], [first, second], by=county.secretary)
    assert pairing.parties.count() == 2
    with pytest.raises(PairingRefused):
        set_parties(pairing, [county.branch], [second], by=county.secretary)
    assert pairing.parties.count() == 2


def test_a_change_of_what_somebody_changed_meanwhile_is_told(county):
    pairing = begin(county, [PartnerFactory()])
    change_pairing(pairing, by=county.secretary, title="新名称", version=pairing.version)
    with pytest.raises(VersionConflict):
        change_pairing(pairing, by=county.secretary, title="旧名称", version=pairing.version)
    assert Pairing.objects.get().title == "新名称"


def test_in_sight_for_every_own_branch_that_is_a_party(county):
    pairing = PairingFactory(unit=county.branch, units=[county.other], active_from=date(2026, 1, 1))

    def sees(person, action="view"):
        return Pairing.objects.allowed_to(person, action).filter(pk=pairing.pk).exists()

    assert sees(county.secretary) and sees(county.other_secretary)
    assert sees(county.office) and sees(county.province_office)
    assert sees(county.secretary, "change") and not sees(county.other_secretary, "change")
    assert sees(county.office, "approve") and not sees(county.province_office, "approve")
