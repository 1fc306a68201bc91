"""Changes of members: what is known of them, their unit, their user."""

from typing import Any

from django.db import transaction

from accounts.models import User
from branches.models import Member, PartyUnit
from branches.operations.people import end_posts, refuse_full_ahead, refuse_joining
from branches.operations.refusals import changed_values, require
from branches.operations.rights import sync_post_assignments
from branches.operations.transfers import move_people, refuse_unit_for_members
from core import audit, clock


@transaction.atomic
def update_member(member: Member, *, by: User | None, **fields: Any) -> Member:
    """Leaving ends the open posts the day before; a change of user moves the rights with it; another unit is
    a transfer of today."""
    require(by, "branches.change_member", member.unit)
    member = Member.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=member.pk)
    to_unit = fields.pop("unit", member.unit)
    if to_unit != member.unit:
        require(by, "branches.change_member", to_unit)
        refuse_unit_for_members(to_unit, clock.today())
        move_people([member], to_unit, on=clock.today(), reason="", by=by)
    changes = changed_values(member, fields)
    refuse_joining(member)
    if changes.keys() & {"status", "full_since"}:
        refuse_full_ahead(member)
    member.full_clean()
    member.save()
    if "left_on" in changes and member.left_on:
        end_posts(member.posts.all(), member.left_on, by=by)
    if "user" in changes:
        sync_post_assignments(member.posts.values_list("pk", flat=True), by=by)
    if changes:
        audit.record("change", member, by=by, scope=member.unit.path or "", **changes)
    return member


def move_member(member: Member, unit: PartyUnit, *, by: User | None) -> Member:
    return update_member(member, by=by, unit=unit)


def link_user(member: Member, user: User | None, *, by: User | None) -> Member:
    """From now on the member's posts give their rights to ``user``."""
    return update_member(member, by=by, user=user)
