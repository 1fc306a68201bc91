"""Groups: formed and changed by their branch; the level above is told by what it sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from branches import rules
from branches.choices import BRANCH_KINDS, Position, UnitKind
from branches.models import Member, Organisation, PartyUnit, Post
from branches.operations.people import end_posts, put_into_post
from branches.operations.refusals import BranchesRefused, require
from branches.operations.terms import replace_holder
from branches.operations.transfers import move_people, refuse_ahead, refuse_unit_for_members
from branches.operations.units import add_unit
from branches.selectors import committee_of, members_of
from core import audit


@dataclass(frozen=True)
class GroupPlan:
    """The group to be. It stands at the first of ``teams`` and covers the others."""

    name: str
    members: Sequence[Member]
    leader: Member
    linked: Member | None = None
    teams: Sequence[Organisation] = ()
    code: str = ""


@transaction.atomic
def form_group(branch: PartyUnit, plan: GroupPlan, *, on: date, by: User | None) -> PartyUnit:
    """The members move into the group; its leader and its linked committee member begin on ``on``."""
    require(by, "branches.add_group", branch)
    branch = (
        PartyUnit.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=branch.pk)
    )
    refuse_plan(branch, plan, on)
    refuse_second(branch, plan.name, on)
    group = add_unit(
        PartyUnit(
            code=plan.code or free_code(branch),
            name=plan.name,
            kind=UnitKind.GROUP,
            parent=branch,
            organisation=plan.teams[0] if plan.teams else branch.organisation,
            opened_on=on,
            established_on=on,
        ),
        by=by,
    )
    group.also_covers.set(plan.teams[1:])
    move_people(plan.members, group, on=on, reason=_("Group formed"), by=by)
    put_into_post(Post(member=plan.leader, unit=group, position=Position.GROUP_LEADER, starts_on=on), by=by)
    if plan.linked:
        linked = Post(member=plan.linked, unit=group, position=Position.LINKED_MEMBER, starts_on=on)
        put_into_post(linked, by=by)
    return group


def refuse_plan(branch: PartyUnit, plan: GroupPlan, on: date) -> None:
    refuse_ahead(on)
    if branch.kind not in BRANCH_KINDS:
        raise BranchesRefused(rules.place_refusal(UnitKind.GROUP, branch.kind))
    refuse_unit_for_members(branch, on)
    keys = {member.pk for member in plan.members}
    if members_of(branch).filter(pk__in=keys).count() < len(keys):
        raise BranchesRefused(_("A group is formed by members of its branch."))
    if plan.leader.pk not in keys:
        raise BranchesRefused(_("The leader is a member of the group. Choose him among its members too."))
    statuses = [member.status for member in plan.members]
    reason = rules.group_refusal(statuses) or rules.leader_refusal(plan.leader.status)
    if reason:
        raise BranchesRefused(reason)
    refuse_link(branch, plan.linked, on)


def refuse_second(branch: PartyUnit, name: str, on: date) -> None:
    """The same form sent twice forms one group."""
    if PartyUnit.objects.filter(parent=branch, kind=UnitKind.GROUP, name=name).exclude(closed_on__lte=on):
        raise BranchesRefused(
            _("This branch has a group named “%(name)s” already. Give another name.") % {"name": name}
        )


def refuse_link(branch: PartyUnit, linked: Member | None, on: date) -> None:
    if linked and linked.pk not in committee_of(branch, on):
        raise BranchesRefused(
            _("%(member)s is not on the branch committee. A group is linked with somebody who is.")
            % {"member": linked}
        )


def free_code(branch: PartyUnit) -> str:
    """The branch's code and the first number that no unit has."""
    stem = branch.code[:36]
    taken = set(PartyUnit.objects.filter(code__startswith=f"{stem}-").values_list("code", flat=True))
    return next(code for number in range(1, 1000) if (code := f"{stem}-{number}") not in taken)


@transaction.atomic
def change_group(
    group: PartyUnit, *, leader: Member | None, linked: Member | None, on: date, by: User | None
) -> PartyUnit:
    """Who leads the group and who is linked with it from ``on``; None: nobody."""
    require(by, "branches.change_group", group)
    group = PartyUnit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=group.pk)
    if group.kind != UnitKind.GROUP or group.parent is None:
        raise BranchesRefused(_("This is no group."))
    if leader and leader.unit_id != group.pk:
        raise BranchesRefused(_("The leader is a member of the group. Transfer him into it first."))
    if leader and rules.leader_refusal(leader.status):
        raise BranchesRefused(rules.leader_refusal(leader.status))
    refuse_link(group.parent, linked, on)
    for position, member in ((Position.GROUP_LEADER, leader), (Position.LINKED_MEMBER, linked)):
        set_holder(group, position, member, on=on, by=by)
    audit.record("change_group", group, by=by, scope=group.path or "", leader=str(leader), linked=str(linked))
    return group


def set_holder(group: PartyUnit, position: str, member: Member | None, *, on: date, by: User | None) -> None:
    held = group.posts.filter(position=position)
    if member is None:
        end_posts(held, on, by=by)
    elif not held.live(on).filter(member=member).exists():
        replace_holder(group, position, member, on=on, by=by)
