"""How many pairs: the edges of pairings in force on a day."""

from datetime import date

import pytest

from branches.choices import UnitKind
from core import clock
from pairings.choices import PairingState
from pairings.models import Pairing, PairingParty, Partner
from pairings.rules import PROGRAMME_START
from pairings.selectors import agreement_count, pair_count
from tests.factories.branches import PartyUnitFactory
from tests.factories.pairings import PairingFactory, PartnerFactory

YEAR_END = date(2012, 12, 31)


def pairs(number, first_day):
    unit = PartyUnitFactory()
    facts = {
        "unit": unit,
        "selection_reason": "POWER_SUPPLY",
        "source": "IMPORTED",
        "created_at": clock.now(),
    }
    partners = Partner.objects.bulk_create(
        Partner(code=f"V-{at}", name=f"村{at}", level="BRANCH", type="TOWNSHIP_VILLAGE")
        for at in range(number)
    )
    made = Pairing.objects.bulk_create(
        Pairing(code=f"OLD-{at}", title=f"联建{at}", state="ACTIVE", active_from=first_day, **facts)
        for at in range(number)
    )
    PairingParty.objects.bulk_create(
        PairingParty(pairing=pairing, unit=unit, partner=partner)
        for pairing, partner in zip(made, partners, strict=True)
    )


@pytest.mark.oracle("O-001")
def test_351_pairs_at_the_end_of_2012(db):
    pairs(351, date(2008, 1, 1))

    assert pair_count(YEAR_END) == 351


@pytest.mark.oracle("O-002")
def test_pairs_are_edges_and_agreements_are_pairings(db):
    pairs(345, date(2008, 1, 1))
    for _number in range(2):
        PairingFactory(partners=PartnerFactory.create_batch(3), active_from=date(2010, 5, 1))

    assert (pair_count(YEAR_END), agreement_count(YEAR_END)) == (351, 347)


@pytest.mark.parametrize(
    ("state", "first", "last", "counts"),
    [
        ("ACTIVE", None, None, True),
        ("ACTIVE", date(2012, 12, 31), None, True),
        ("ACTIVE", date(2013, 1, 1), None, False),
        ("ACTIVE", date(2008, 1, 1), date(2012, 12, 31), True),
        ("ACTIVE", date(2008, 1, 1), date(2012, 12, 30), False),
        ("RENEWING", date(2008, 1, 1), date(2012, 12, 31), True),
        ("CLOSED", date(2008, 1, 1), date(2013, 6, 30), True),
        ("CLOSED", date(2008, 1, 1), date(2012, 6, 30), False),
        ("CLOSED", date(2008, 1, 1), None, False),
        ("TERMINATED", None, date(2013, 1, 1), True),
        ("SIGNED", None, None, False),
        ("WITHDRAWN", None, None, False),
    ],
)
def test_in_force_on_a_day(db, state, first, last, counts):
    PairingFactory(state=PairingState(state), active_from=first, active_until=last)

    assert pair_count(YEAR_END) == int(counts)


def test_counted_below_a_unit(county):
    PairingFactory(unit=county.branch, units=[county.other])
    PairingFactory(unit=PartyUnitFactory(kind=UnitKind.BRANCH, parent=county.province))

    assert pair_count(YEAR_END, under=county.bureau) == 2
    assert pair_count(YEAR_END, under=county.province) == 3
    assert agreement_count(YEAR_END, under=county.other) == 1


@pytest.mark.oracle("O-016")
def test_the_programme_began_in_2008():
    assert PROGRAMME_START == 2008
