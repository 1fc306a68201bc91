"""Members go from one unit to another; where they were before is kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from branches.choices import BRANCH_KINDS, Position, UnitKind
from branches.models import Member, PartyUnit, Post, Transfer
from branches.operations.people import end_posts
from branches.operations.refusals import BranchesRefused, require
from branches.querysets import PostQuerySet
from branches.selectors import home_key, office_to_ask
from core import audit, clock


@transaction.atomic
def transfer_member(
    member: Member, to_unit: PartyUnit, *, on: date, reason: str = "", by: User | None
) -> Member:
    """``on`` is the first day in the new unit. Posts in a branch that he leaves end the day before."""
    require(by, "branches.change_member", member.unit)
    try:
        require(by, "branches.change_member", to_unit)
    except PermissionDenied as error:
        raise BranchesRefused(out_of_reach_text(by, member.unit)) from error
    refuse_unit_for_members(to_unit, on)
    member = Member.objects.select_for_update(of=("self",)).select_related("unit").get(pk=member.pk)
    if member.unit_id == to_unit.pk:
        raise BranchesRefused(_("%(member)s belongs to this unit already.") % {"member": member})
    move_people([member], to_unit, on=on, reason=reason, by=by)
    return Member.objects.select_related("unit").get(pk=member.pk)


def out_of_reach_text(by: Any, unit: PartyUnit) -> str:
    """The same for a unit that does not exist and for one out of reach: nobody learns what there is."""
    office = office_to_ask(by, unit)
    if office is None:
        return _("You keep no such unit. Ask the system administrator to make the transfer.")
    return _(
        "You keep no such unit. If the member goes to another branch, ask the office of “%(unit)s” "
        "to make the transfer."
    ) % {"unit": office}


def refuse_unit_for_members(unit: PartyUnit, on: date) -> None:
    if reason := unit_for_members_text(unit, on):
        raise BranchesRefused(reason)


def unit_for_members_text(unit: PartyUnit, on: date) -> str:
    """Members stand at branches and groups; to a temporary branch nobody is transferred."""
    if unit.kind == UnitKind.TEMPORARY_BRANCH:
        return _("Membership is not transferred to a temporary branch; it stays where it is.")
    if unit.kind not in [*BRANCH_KINDS, UnitKind.GROUP]:
        return _("Members belong to branches and groups. Choose one of these.")
    if (unit.closed_on and unit.closed_on <= on) or (unit.opened_on and unit.opened_on > on):
        return _("“%(unit)s” is not open on this day. Choose another unit or day.") % {"unit": unit}
    return ""


def refuse_ahead(on: date) -> None:
    if on > clock.today():
        raise BranchesRefused(_("This is written down on the day itself or afterwards, not ahead of time."))


def move_people(
    members: Sequence[Member], to_unit: PartyUnit, *, on: date, reason: str, by: User | None
) -> None:
    """Whoever calls has asked for the right and for the unit; members of ``to_unit`` itself stay."""
    refuse_ahead(on)
    moving = [member for member in members if member.unit_id != to_unit.pk]
    refuse_before_arrival(moving, on)
    refuse_namesakes(moving, to_unit)
    holders = set(Post.objects.filter(member__in=moving).values_list("member", flat=True))
    posts = Post.objects.none()
    for member in moving:
        if member.pk in holders:
            posts = posts | posts_left_behind(member, to_unit)
    end_posts(posts, on, by=by)
    write_transfers(moving, to_unit, on=on, reason=reason)
    events = []
    for member in moving:
        units = [member.unit.code, to_unit.code]
        member.unit = to_unit
        scope = to_unit.path or ""
        facts: dict[str, Any] = {"reason": reason, "unit": units, "on": on.isoformat()}
        events.append(audit.build_event("transfer", member, by=by, scope=scope, **facts))
    Member.objects.bulk_update(moving, ["unit"], batch_size=500)
    audit.record_many(events)


def refuse_before_arrival(members: Sequence[Member], on: date) -> None:
    moves = Transfer.objects.filter(member__in=members, moved_on__gt=on).select_related("member")
    later = [(move.member, move.moved_on) for move in moves[:1]]
    later += [(member, member.joined_on) for member in members if member.joined_on and member.joined_on > on]
    for member, day in later:
        raise BranchesRefused(
            _("%(member)s came to the present unit on %(day)s. Give a day not before it.")
            % {"member": member, "day": day.isoformat()}
        )


def refuse_namesakes(members: Sequence[Member], to_unit: PartyUnit) -> None:
    """Without a staff number a member is known by unit and name."""
    names = [member.name for member in members if not member.staff_no]
    there = Member.objects.filter(unit=to_unit, staff_no=None, name__in=names).first()
    if there or len(set(names)) < len(names):
        name = there.name if there else max(names, key=names.count)
        raise BranchesRefused(
            _("There would be two members named %(name)s. Give one of them a staff number first.")
            % {"name": name}
        )


def posts_left_behind(member: Member, to_unit: PartyUnit, *, since: PartyUnit | None = None) -> PostQuerySet:
    """All posts in a branch and its groups when he leaves the branch; inside it only the lead of his group:
    a committee member who joins a group stays on the committee. ``since``: the unit left, if he has gone."""
    left = since or member.unit
    home = home_key(left)
    if home == home_key(to_unit):
        return member.posts.filter(unit=left, position=Position.GROUP_LEADER)
    return member.posts.filter(Q(unit=home) | Q(unit__parent=home, unit__kind=UnitKind.GROUP))


def write_transfers(members: Sequence[Member], to_unit: PartyUnit, *, on: date, reason: str) -> None:
    """One transfer a day: who came this very day goes on from where he came from."""
    same_day = {row.member_id: row for row in Transfer.objects.filter(member__in=members, moved_on=on)}
    back = [row.pk for row in same_day.values() if row.from_unit_id == to_unit.pk]
    Transfer.objects.filter(pk__in=back).delete()
    onward = [row.pk for row in same_day.values() if row.pk not in back]
    Transfer.objects.filter(pk__in=onward).update(to_unit=to_unit, reason=reason)
    Transfer.objects.bulk_create(
        [
            Transfer(member=member, from_unit=member.unit, to_unit=to_unit, moved_on=on, reason=reason)
            for member in members
            if member.pk not in same_day
        ],
        batch_size=500,
    )
