"""Reads of the pairings that several rooms share."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from branches.models import PartyUnit
from branches.querysets import PartyUnitQuerySet
from branches.selectors import allowed, units_for
from core import clock
from pairings.models import Pairing, PairingAgreement, PairingParty
from pairings.rules import PAIRING_KINDS, mode_of


def may(user: User, pairing: Pairing, action: str) -> bool:
    """Whether ``user`` may do ``action`` ("view", "change", "approve") on this pairing."""
    return allowed(user, pairing, action)


def pairing_units(user: User) -> PartyUnitQuerySet:
    """The open own branches for which ``user`` may begin a pairing."""
    return units_for(user, "pairings.add_pairing").open_on(clock.today()).filter(kind__in=PAIRING_KINDS)


def pair_count(as_of: date, *, under: PartyUnit | None = None) -> int:
    """How many pairs are in force on ``as_of``: the edges, not the agreements (domain.md I19)."""
    return _in_force(as_of, under).count()


def agreement_count(as_of: date, *, under: PartyUnit | None = None) -> int:
    """How many pairings these edges make up: each has one agreement in force."""
    return _in_force(as_of, under).values("pairing").distinct().count()


def _in_force(as_of: date, under: PartyUnit | None) -> Any:
    edges = PairingParty.objects.active_on(as_of).order_by()
    return edges.in_subtree(under.path) if under else edges


def with_parties(pairings: Any) -> Any:
    """The pairings with their parties, units and partners, by two queries however many they are."""
    parties = PairingParty.objects.select_related("unit", "partner").order_by("pk")
    return pairings.prefetch_related(Prefetch("parties", queryset=parties))


def with_agreements(pairings: Any) -> Any:
    return pairings.prefetch_related(
        Prefetch("agreements", queryset=PairingAgreement.objects.order_by("-pk"))
    )


def units_of(pairing: Pairing) -> list[PartyUnit]:
    """The own branches, the lead first."""
    units = {party.unit_id: party.unit for party in pairing.parties.all()}
    return sorted(units.values(), key=lambda unit: (unit.pk != pairing.unit_id, unit.path or ""))


def partners_of(pairing: Pairing) -> list[Any]:
    return list({party.partner_id: party.partner for party in pairing.parties.all()}.values())


def mode(pairing: Pairing) -> Any:
    """One to one, one to many or many to one, from the parties."""
    return mode_of(units_of(pairing), partners_of(pairing))


def unit_ids_of(pairings: Iterable[Pairing]) -> set[int]:
    return set(PairingParty.objects.filter(pairing__in=list(pairings)).values_list("unit_id", flat=True))
