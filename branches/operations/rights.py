"""Assignments: the only source of rights. Posts make them; the administrator makes the others."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from branches.choices import EXCLUSIVE_ROLES, Position, Role
from branches.models import Assignment, PartyUnit, Post
from branches.operations.refusals import BranchesRefused, changed_values, require
from branches.querysets import AssignmentQuerySet
from core import audit, clock

BATCH = 500
ROLE_OF_POSITION: dict[str, str | None] = {
    Position.SECRETARY: Role.BRANCH_SECRETARY,
    Position.DEPUTY_SECRETARY: Role.BRANCH_SECRETARY,
    Position.ORGANISATION: Role.BRANCH_COMMITTEE,
    Position.PUBLICITY: Role.BRANCH_COMMITTEE,
    Position.DISCIPLINE: Role.BRANCH_COMMITTEE,
    Position.YOUTH: Role.BRANCH_COMMITTEE,
    Position.COMMITTEE_MEMBER: Role.BRANCH_COMMITTEE,
    Position.GROUP_LEADER: Role.GROUP_LEADER,
    Position.LINKED_MEMBER: None,
}


@transaction.atomic
def assign_role(
    user: User, role: str, unit: PartyUnit, *, starts_on: date, by: User | None, **terms: Any
) -> Assignment:
    """``terms`` may hold ``ends_on`` (the last day) and ``acting_for``."""
    require(by, "branches.add_assignment", unit)
    User.objects.select_for_update().get(pk=user.pk)
    assignment = Assignment(user=user, role=role, unit=unit, starts_on=starts_on, **terms)
    check_assignment(assignment)
    if by is not None:
        refuse_at_closed(assignment)
    assignment.save()
    audit.record("assign", assignment, by=by, scope=unit.path or "", **described(assignment))
    return assignment


@transaction.atomic
def update_assignment(assignment: Assignment, *, by: User | None, **fields: Any) -> Assignment:
    require(by, "branches.change_assignment", assignment.unit)
    if assignment.post_id:
        raise BranchesRefused(_("This right comes from a post. Change the post."))
    assignment = (
        Assignment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=assignment.pk)
    )
    changes = changed_values(assignment, fields)
    check_assignment(assignment)
    if changes and by is not None:
        refuse_at_closed(assignment)
    assignment.save()
    if changes:
        audit.record("change", assignment, by=by, scope=assignment.unit.path or "", **changes)
    return assignment


def end_assignment(assignment: Assignment, *, on: date, by: User | None) -> Assignment:
    """``on`` is the last day on which the rights hold."""
    return update_assignment(assignment, by=by, ends_on=on)


def rights_by_hand_from(rights: AssignmentQuerySet, day: date) -> AssignmentQuerySet:
    """Those without a post that hold from ``day`` on, and now or later. The three administrators are not of
    the unit at which they stand: theirs stay."""
    running = Q(ends_on=None) | Q(ends_on__gte=day)
    over = Q(starts_on__gte=day, ends_on__lt=clock.today())
    return rights.filter(running, post=None).exclude(over).exclude(role__in=EXCLUSIVE_ROLES)


def end_rights_by_hand(rights: AssignmentQuerySet, day: date, *, by: User | None) -> int:
    """From ``day`` on none of these rights holds that come from no post. One that began after a ``day`` gone
    by was used: it stays on record until yesterday."""
    today = clock.today()
    affected = list(rights_by_hand_from(rights, day).select_related("user", "unit"))
    events = []
    for right in affected:
        before = {"before": right.ends_on.isoformat()} if right.ends_on else {}
        right.ends_on = (day if right.starts_on < day else max(day, today)) - timedelta(days=1)
        facts = described(right) | before
        events.append(audit.build_event("end", right, by=by, scope=right.unit.path or "", **facts))
    never = [right.pk for right in affected if right.ends_on and right.ends_on < right.starts_on]
    Assignment.objects.filter(pk__in=never).delete()
    ended = [right for right in affected if right.pk not in never]
    Assignment.objects.bulk_update(ended, ["ends_on"], batch_size=BATCH)
    audit.record_many(events)
    return len(affected)


def resume_rights(ends: dict[int, date | None], *, by: User | None) -> None:
    """Those with these keys hold again, until the days given; whoever calls has asked and holds the locks."""
    resumed = []
    for right in Assignment.objects.filter(pk__in=ends).select_related("user", "unit"):
        right.ends_on = ends[right.pk]
        check_assignment(right)
        right.save()
        resumed.append(
            audit.build_event("assign", right, by=by, scope=right.unit.path or "", **described(right))
        )
    audit.record_many(resumed)


def check_assignment(assignment: Assignment) -> None:
    if assignment.acting_for_id and assignment.acting_for_id == assignment.user_id:
        raise BranchesRefused(_("People can’t act for themselves."))
    if assignment.role in EXCLUSIVE_ROLES and overlapping_administrator(assignment):
        raise BranchesRefused(
            _("System administrator, security administrator and auditor exclude each other on the same day.")
        )
    assignment.full_clean()


def refuse_at_closed(assignment: Assignment) -> None:
    """What a person does not bring about; an import may bring what was."""
    unit, ends_on = assignment.unit, assignment.ends_on
    if assignment.role in EXCLUSIVE_ROLES or not unit.closed_on or (ends_on and ends_on < unit.closed_on):
        return
    raise BranchesRefused(
        _("“%(unit)s” is closed from %(day)s. Give an earlier last day.")
        % {"unit": unit, "day": unit.closed_on.isoformat()}
    )


def overlapping_administrator(assignment: Assignment) -> bool:
    days = Q(ends_on=None) | Q(ends_on__gte=assignment.starts_on)
    if assignment.ends_on:
        days &= Q(starts_on__lte=assignment.ends_on)
    others = Assignment.objects.filter(days, user=assignment.user, role__in=EXCLUSIVE_ROLES)
    return others.exclude(pk=assignment.pk).exists()


def described(assignment: Assignment) -> dict[str, Any]:
    return {
        "user": assignment.user.username,
        "role": str(assignment.role),
        "unit": assignment.unit.code,
        "starts_on": assignment.starts_on.isoformat(),
        "ends_on": assignment.ends_on and assignment.ends_on.isoformat(),
    }


@transaction.atomic
def sync_post_assignments(posts: Iterable[int], *, by: User | None) -> None:
    """Gives each of the posts (keys) the assignment it stands for, with its dates; takes away what no longer
    stands for it. Set-based, harmless twice."""
    keys = list(posts)
    wanted: list[Assignment] = []
    stale: list[Assignment] = []
    batches = (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
    for post in (post for batch in batches for post in posts_with_rights(batch)):
        present = getattr(post, "assignment", None)
        assignment = assignment_for(post)
        if assignment is None:
            stale += [present] if present else []
        elif present is None or not same(present, assignment):
            wanted.append(assignment)
            stale += [present] if present else []
    Assignment.objects.filter(pk__in=[old.pk for old in stale]).delete()
    Assignment.objects.bulk_create(wanted, batch_size=BATCH)
    audit.record_many(
        [
            audit.build_event("assign", new, by=by, scope=new.unit.path or "", **described(new))
            for new in wanted
        ]
    )


def posts_with_rights(keys: list[int]) -> Iterable[Post]:
    return (
        Post.objects.filter(pk__in=keys).select_related("member__user", "unit", "assignment").order_by("pk")
    )


def assignment_for(post: Post) -> Assignment | None:
    role = ROLE_OF_POSITION[post.position]
    if role is None or post.member.user is None:
        return None
    return Assignment(
        user=post.member.user,
        role=role,
        unit=post.unit,
        starts_on=post.starts_on,
        ends_on=post.ends_on,
        post=post,
    )


def same(one: Assignment, other: Assignment) -> bool:
    fields = ("user_id", "role", "unit_id", "starts_on", "ends_on")
    return all(getattr(one, field) == getattr(other, field) for field in fields)
