"""Elections, extensions of a term, and hand-over: who holds which post from which day."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from branches import rules
from branches.choices import BRANCH_KINDS, MemberStatus, Position, Role, UnitKind
from branches.models import Assignment, Member, PartyUnit, Post
from branches.operations.people import (
    ELECTED_POSITIONS,
    end_posts,
    put_into_post,
    refuse_begun,
    update_post,
)
from branches.operations.refusals import BranchesRefused, require
from branches.operations.rights import end_rights_by_hand
from branches.operations.transfers import refuse_ahead
from branches.querysets import AssignmentQuerySet, PostQuerySet
from branches.selectors import members_of
from core import audit, clock


@transaction.atomic
def record_election(
    unit: PartyUnit, committee: Sequence[tuple[Member, str]], *, on: date, by: User | None
) -> PartyUnit:
    """``committee`` pairs members with positions. The old posts end the day before ``on``, the new ones begin
    with it, and the term starts anew. An election of today entered again replaces the first."""
    require(by, "branches.add_post", unit)
    unit = PartyUnit.objects.select_for_update().get(pk=unit.pk)
    refuse_election(unit, on)
    refuse_committee(unit, committee)
    old = unit.posts.filter(position__in=ELECTED_POSITIONS)
    refuse_begun(old.exclude(starts_on=on) if on == unit.last_election_on else old, on)
    end_posts(old, on, by=by)
    end_rights_by_hand(inside_rights(unit), on, by=by)
    for member, position in committee:
        put_into_post(Post(member=member, unit=unit, position=position, starts_on=on), by=by)
    before = unit.last_election_on
    unit.last_election_on, unit.extended_until, unit.extension_approval = on, None, ""
    unit.save(update_fields=["last_election_on", "extended_until", "extension_approval"])
    days = [before and before.isoformat(), on.isoformat()]
    audit.record("elect", unit, by=by, scope=unit.path or "", last_election_on=days, people=len(committee))
    return unit


def election_refusal(unit: PartyUnit) -> str:
    """Why this unit elects nobody."""
    if unit.kind == UnitKind.TEMPORARY_BRANCH:
        return _(
            "A temporary branch holds no election: who approved it appoints its officers. Add a post instead."
        )
    if unit.kind == UnitKind.GROUP:
        return _("A group elects no committee. Change its leader instead.")
    if unit.closed_on:
        return _("This unit is closed.")
    return ""


def refuse_election(unit: PartyUnit, on: date) -> None:
    reason = election_refusal(unit)
    if reason:
        raise BranchesRefused(reason)
    refuse_ahead(on)
    again = on == unit.last_election_on == clock.today()
    if unit.last_election_on and on <= unit.last_election_on and not again:
        raise BranchesRefused(
            _("The last election on record was on %(day)s. Give a later day.")
            % {"day": unit.last_election_on.isoformat()}
        )


def refuse_committee(unit: PartyUnit, committee: Sequence[tuple[Member, str]]) -> None:
    secretaries = [member for member, position in committee if position == Position.SECRETARY]
    if len(secretaries) != 1:
        raise BranchesRefused(_("Name one secretary."))
    wrong = [position for _member, position in committee if position not in ELECTED_POSITIONS]
    if wrong:
        raise BranchesRefused(_("“%(position)s” is not elected.") % {"position": Position(wrong[0]).label})
    if len({member for member, _position in committee}) < len(committee):
        raise BranchesRefused(_("Somebody is named twice. One person holds one post in the committee."))
    for member, _position in committee:
        refuse_holder(unit, member)


def refuse_holder(unit: PartyUnit, member: Member) -> None:
    """Who leads is a full member, of the branch itself where it is a branch with members of its own."""
    if member.status != MemberStatus.FULL:
        raise BranchesRefused(
            _("%(member)s is a probationary member and cannot be elected.") % {"member": member}
        )
    own_members = unit.kind in BRANCH_KINDS and unit.kind != UnitKind.TEMPORARY_BRANCH
    if own_members and not members_of(unit).filter(pk=member.pk).exists():
        raise BranchesRefused(_("%(member)s is no member of this branch.") % {"member": member})


def inside_rights(unit: PartyUnit) -> AssignmentQuerySet:
    return Assignment.objects.filter(unit=unit, role__in=[Role.BRANCH_SECRETARY, Role.BRANCH_COMMITTEE])


@transaction.atomic
def extend_term(unit: PartyUnit, *, until: date, approval: str, by: User | None) -> PartyUnit:
    """The election is due on ``until``; ``approval`` says who approved it, and under which number."""
    require(by, "branches.change_post", unit)
    unit = PartyUnit.objects.select_for_update().get(pk=unit.pk)
    reason = extension_refusal(unit)
    if reason or unit.last_election_on is None:
        raise BranchesRefused(reason)
    reason = rules.extension_refusal(unit.kind, unit.last_election_on, unit.term_years, until)
    if reason:
        raise BranchesRefused(reason)
    if not approval.strip():
        raise BranchesRefused(_("Say who approved the extension, and under which number."))
    before = unit.extended_until
    unit.extended_until, unit.extension_approval = until, approval.strip()
    unit.full_clean()
    unit.save(update_fields=["extended_until", "extension_approval"])
    days = [before and before.isoformat(), until.isoformat()]
    audit.record("extend", unit, by=by, scope=unit.path or "", reason=unit.extension_approval, until=days)
    return unit


def extension_refusal(unit: PartyUnit) -> str:
    """Why this unit has no term to extend."""
    if election_refusal(unit):
        return election_refusal(unit)
    if unit.last_election_on is None:
        return _("The last election is not on record. Record it first.")
    return ""


@transaction.atomic
def hand_over(unit: PartyUnit, to_member: Member, *, on: date, by: User | None) -> Post:
    """``to_member`` is secretary from ``on``; whoever was until then loses the rights that day. A second one
    on a day that has not passed corrects the first."""
    require(by, "branches.add_post", unit)
    unit = PartyUnit.objects.select_for_update().get(pk=unit.pk)
    if unit.kind == UnitKind.GROUP:
        raise BranchesRefused(_("A group has a leader, no secretary. Change its leader instead."))
    refuse_holder(unit, to_member)
    end_rights_by_hand(rights_of_secretaries(unit, on), on, by=by)
    reopened = take_back(unit, to_member, on, by=by)
    back = [post for post in reopened if (post.member, post.position) == (to_member, Position.SECRETARY)]
    if not back:
        end_posts(other_posts(unit, to_member), on, by=by)
    post = back[0] if back else replace_holder(unit, Position.SECRETARY, to_member, on=on, by=by)
    audit.record("hand_over", unit, by=by, scope=unit.path or "", to=str(to_member), on=on.isoformat())
    return post


def other_posts(unit: PartyUnit, to_member: Member) -> PostQuerySet:
    """In the committee whose secretary he becomes: one person holds one post there (domain.md 11)."""
    others = [position for position in ELECTED_POSITIONS if position != Position.SECRETARY]
    return unit.posts.filter(member=to_member, position__in=others)


def taken_back(unit: PartyUnit, to_member: Member, on: date) -> PostQuerySet:
    """Posts of a secretary begun on this very day, which has not passed: handing over again strikes them out.
    What an election gave is corrected by the election."""
    begun = unit.posts.filter(position=Position.SECRETARY, starts_on=on).exclude(member=to_member)
    return begun.none() if on < clock.today() or unit.last_election_on == on else begun


def ended_for(begun: PostQuerySet, unit: PartyUnit, on: date) -> PostQuerySet:
    """What ended the day before so that these could begin: the secretary's post, and others of the same
    people in the committee."""
    same_people = Q(position__in=ELECTED_POSITIONS, member__in=begun.values("member"))
    ended = unit.posts.filter(Q(position=Position.SECRETARY) | same_people, ends_on=on - timedelta(days=1))
    return ended if begun.exists() else ended.none()


def take_back(unit: PartyUnit, to_member: Member, on: date, *, by: User | None) -> list[Post]:
    """Puts the posts as they were before the hand-over of this day; the posts that run on again."""
    begun = taken_back(unit, to_member, on)
    ended = list(ended_for(begun, unit, on))
    end_posts(begun, on, by=by)
    return [update_post(post, by=by, ends_on=None) for post in ended]


def rights_of_secretaries(unit: PartyUnit, on: date) -> AssignmentQuerySet:
    """Those of a secretary at the unit, but for whoever is its deputy on that day."""
    deputies = Post.objects.filter(unit=unit, position=Position.DEPUTY_SECRETARY).live(on)
    rights = Assignment.objects.filter(unit=unit, role=Role.BRANCH_SECRETARY)
    return rights.exclude(user__in=deputies.exclude(member__user=None).values("member__user"))


def replace_holder(unit: PartyUnit, position: str, member: Member, *, on: date, by: User | None) -> Post:
    """The one who holds the position ends the day before; whoever calls has asked for the right."""
    held = unit.posts.filter(position=position)
    running = held.filter(Q(ends_on=None) | Q(ends_on__gte=on))
    if running.filter(member=member, starts_on__lte=on).exists():
        raise BranchesRefused(
            _("%(member)s holds “%(position)s” already.")
            % {"member": member, "position": Position(position).label}
        )
    refuse_begun(running, on)
    end_posts(held, on, by=by)
    return put_into_post(Post(member=member, unit=unit, position=position, starts_on=on), by=by)
