"""The directory of partners: entered, changed, looked up, found to be the same."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from branches.selectors import allowed, has_permission
from core import audit
from pairings.models import PairingParty, Partner, SupportAward
from pairings.operations.refusals import PairingRefused

FACTS = ("name", "level", "type", "region", "address", "member_count", "contact_name", "contact_phone")
CONTACT = ("contact_name", "contact_phone")


@transaction.atomic
def add_partner(*, by: User, code: str = "", **facts: Any) -> Partner:
    """A new entry of the directory. Without a code it gets one of its own."""
    if not has_permission(by, "pairings.add_partner"):
        raise PermissionDenied
    partner = Partner.objects.create(code=code or f"new-{uuid.uuid4().hex}", created_by=by, **facts)
    if not code:
        partner.code = f"P-{partner.pk:06d}"
        if Partner.objects.filter(code=partner.code).exists():
            partner.code = f"P-{partner.pk:06d}-{uuid.uuid4().hex[:4]}"
        partner.save()
    audit.record("create", partner, by=by)
    return partner


@transaction.atomic
def change_partner(partner: Partner, *, by: User, **facts: Any) -> Partner:
    """What of the contact changes is not written to the trail: names of outside people end at the branch."""
    if not allowed(by, partner, "change"):
        raise PermissionDenied
    locked = Partner.objects.select_for_update().get(pk=partner.pk)
    changed = {
        name: [getattr(locked, name), value]
        for name, value in facts.items()
        if name in FACTS and getattr(locked, name) != value
    }
    for name, (_before, after) in changed.items():
        setattr(locked, name, after)
    if changed:
        locked.save()
        told: dict[str, Any] = {
            name: "***" if name in CONTACT else change for name, change in changed.items()
        }
        audit.record("change", locked, by=by, **told)
    return locked


@transaction.atomic
def look_up_contact(partner: Partner, *, by: User) -> tuple[str, str]:
    """Name and telephone of the contact, for the secretary of a branch that is paired with it; the look is
    written to the trail."""
    if not allowed(by, partner, "contact"):
        raise PermissionDenied
    audit.record("look_up_contact", partner, by=by)
    return partner.contact_name, partner.contact_phone


@transaction.atomic
def merge_partners(double: Partner, into: Partner, *, by: User | None) -> Partner:
    """``double`` turned out to be ``into``: its pairings, needs and awards go over, its code stays taken."""
    if by is not None and not has_permission(by, "pairings.keep_partner"):
        raise PermissionDenied
    rows = {row.pk: row for row in Partner.objects.select_for_update().filter(pk__in=[double.pk, into.pk])}
    if len(rows) < 2 or any(row.merged_into_id for row in rows.values()):
        raise PairingRefused(_("Choose two partners that stand in the directory."))
    _refuse_merger(double, into)
    shared = PairingParty.objects.filter(partner=into).values("pairing_id", "unit_id")
    edges = {(edge["pairing_id"], edge["unit_id"]) for edge in shared}
    for party in PairingParty.objects.filter(partner=double):
        if (party.pairing_id, party.unit_id) in edges:
            party.delete()
        else:
            party.partner = into
            party.save()
    double.help_items.update(partner=into)
    double.awards.update(partner=into)
    Partner.objects.filter(merged_into=double).update(merged_into=into)
    merged = rows[double.pk]
    merged.merged_into = rows[into.pk]
    merged.contact_name = merged.contact_phone = ""
    merged.save()
    audit.record("merge", merged, by=by, into=into.code)
    return rows[into.pk]


def _refuse_merger(double: Partner, into: Partner) -> None:
    years = SupportAward.objects.filter(partner=into).values("year")
    if award := double.awards.filter(year__in=years).first():
        raise PairingRefused(
            _("Both have the Support Award of %(year)d. Take one of them back first.") % {"year": award.year}
        )
