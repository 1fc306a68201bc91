"""A pairing begins as a candidate; its facts and its parties."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from branches.models import PartyUnit
from branches.selectors import has_permission
from core import audit, clock
from pairings.models import Pairing, PairingParty, Partner
from pairings.moves import OPEN_STATES
from pairings.operations.refusals import PairingRefused, lock_pairing, touch
from pairings.rules import MANY_TO_MANY, PAIRING_KINDS, mode_of

FACTS = ("title", "selection_reason", "talks", "closing_summary")


@transaction.atomic
def create_pairing(
    unit: PartyUnit,
    partners: Sequence[Partner],
    *,
    by: User,
    units: Sequence[PartyUnit] = (),
    **facts: Any,
) -> Pairing:
    """A candidate (S000 A4, A5) led by ``unit``; ``units`` are further own branches, ``facts`` what ``FACTS``
    names, the reason of the choice at least."""
    if not has_permission(by, "pairings.add_pairing", unit):
        raise PermissionDenied
    both = " × ".join([unit.name, *(partner.name for partner in partners[:1])])
    facts["title"] = facts.get("title") or both[: Pairing._meta.get_field("title").max_length]
    pairing = Pairing.objects.create(
        code=f"new-{uuid.uuid4().hex}", unit=unit, created_by=by, created_at=clock.now(), **facts
    )
    pairing.code = free_code(pairing)
    pairing.save()
    _write_parties(pairing, [unit, *units], partners)
    audit.record("create", pairing, by=by, scope=unit.path or "", parties=_named(pairing))
    return pairing


def free_code(pairing: Pairing) -> str:
    """LJ (联建), the year, and the key: unique, unless a file brought the same."""
    code = f"LJ-{clock.today().year}-{pairing.pk:04d}"
    return code if not Pairing.objects.filter(code=code).exists() else f"{code}-{uuid.uuid4().hex[:4]}"


@transaction.atomic
def change_pairing(pairing: Pairing, *, by: User, version: int | None = None, **facts: Any) -> Pairing:
    """Change the facts named in ``FACTS``."""
    locked = lock_pairing(pairing, by=by, version=version, states=OPEN_STATES)
    changed: dict[str, Any] = {
        name: [getattr(locked, name), value]
        for name, value in facts.items()
        if name in FACTS and getattr(locked, name) != value
    }
    for name, (_before, after) in changed.items():
        setattr(locked, name, after)
    if changed:
        touch(locked)
        audit.record("change", locked, by=by, scope=locked.unit.path or "", **changed)
    return locked


@transaction.atomic
def set_parties(
    pairing: Pairing,
    units: Sequence[PartyUnit],
    partners: Sequence[Partner],
    *,
    by: User,
    version: int | None = None,
) -> Pairing:
    """Who pairs with whom; the lead branch always does. A pairing in force gains parties and loses none: what
    ends is ended, with its reason, and begun anew."""
    locked = lock_pairing(pairing, by=by, version=version, states=OPEN_STATES)
    before = _named(locked)
    if locked.activated_at or locked.active_from:
        kept = {(unit.pk, partner.pk) for unit in (locked.unit, *units) for partner in partners}
        lost = [party for party in locked.parties.all() if (party.unit_id, party.partner_id) not in kept]
        if lost:
            raise PairingRefused(
                _("%(party)s is a party to an agreement in force and can't be taken out of it.")
                % {"party": lost[0]}
            )
    _write_parties(locked, units, partners)
    after = _named(locked)
    if before != after:
        touch(locked)
        audit.record("change", locked, by=by, scope=locked.unit.path or "", parties=[before, after])
    return locked


def _write_parties(pairing: Pairing, units: Sequence[PartyUnit], partners: Sequence[Partner]) -> None:
    own = {pairing.unit_id: pairing.unit} | {unit.pk: unit for unit in units}
    outside = {partner.pk: partner for partner in partners}
    _refuse_parties(own, outside)
    wanted = {(unit, partner) for unit in own for partner in outside}
    there = {(party.unit_id, party.partner_id): party.pk for party in pairing.parties.all()}
    pairing.parties.filter(pk__in=[key for edge, key in there.items() if edge not in wanted]).delete()
    PairingParty.objects.bulk_create(
        PairingParty(pairing=pairing, unit_id=unit, partner_id=partner)
        for unit, partner in sorted(wanted - there.keys())
    )


def _refuse_parties(own: dict[int, PartyUnit], outside: dict[int, Partner]) -> None:
    if not outside:
        raise PairingRefused(_("Choose at least one partner."))
    if mode_of(own, outside) is None:
        raise PairingRefused(MANY_TO_MANY)
    for unit in own.values():
        if unit.kind not in PAIRING_KINDS:
            raise PairingRefused(
                _("%(unit)s is no branch: a Party group takes part through its branch.") % {"unit": unit}
            )
        if unit.closed_on and unit.closed_on <= clock.today():
            raise PairingRefused(_("%(unit)s is closed.") % {"unit": unit})
    for partner in outside.values():
        if partner.merged_into_id:
            raise PairingRefused(
                _("%(partner)s was entered twice; choose %(other)s.")
                % {"partner": partner, "other": partner.merged_into}
            )


def _named(pairing: Pairing) -> list[str]:
    parties = PairingParty.objects.filter(pairing=pairing).select_related("unit", "partner")
    return [str(party) for party in parties.order_by("pk")]
