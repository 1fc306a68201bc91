"""New members, and the posts that members hold."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from branches import rules
from branches.choices import COMMITTEE_POSITIONS, POSITION_KINDS, MemberStatus, Position, UnitKind
from branches.models import Assignment, Member, PartyUnit, Post, Transfer
from branches.operations.refusals import BranchesRefused, changed_values, require
from branches.operations.rights import described, sync_post_assignments
from branches.querysets import PostQuerySet
from core import audit, clock

ELECTED_POSITIONS = [Position.SECRETARY, Position.DEPUTY_SECRETARY, *COMMITTEE_POSITIONS]


@transaction.atomic
def create_member(*, by: User | None, **fields: Any) -> Member:
    """``fields`` are those of the model. A user with the same staff number is linked at once."""
    member = Member(**fields)
    require(by, "branches.add_member", member.unit)
    if member.user is None and member.staff_no:
        member.user = User.objects.filter(staff_no=member.staff_no, member=None).first()
    refuse_joining(member)
    refuse_full_ahead(member)
    member.full_clean()
    member.save()
    audit.record("create", member, by=by, scope=member.unit.path or "", unit=member.unit.code)
    return member


def refuse_joining(member: Member) -> None:
    """Nobody joins ahead of time, or after he changed units or left."""
    if member.joined_on is None:
        return
    if member.joined_on > clock.today():
        raise BranchesRefused(_("This is written down on the day itself or afterwards, not ahead of time."))
    gone = Transfer.objects.filter(member=member.pk).order_by("moved_on").values_list("moved_on", flat=True)
    earliest = min(filter(None, [gone.first(), member.left_on]), default=None)
    if earliest and earliest < member.joined_on:
        raise BranchesRefused(
            _("%(member)s changed units or left on %(day)s. Give a day of joining before it.")
            % {"member": member, "day": earliest.isoformat()}
        )


def refuse_full_ahead(member: Member) -> None:
    if reason := full_ahead_text(member.name, member.status, member.full_since):
        raise BranchesRefused(reason)


def full_ahead_text(name: str, status: str, full_since: date | None) -> str:
    """Until that day he is a probationary member, and every list would have to say so."""
    if status != MemberStatus.FULL or full_since is None or full_since <= clock.today():
        return ""
    return _("%(member)s is a full member from %(day)s only: a probationary member until then.") % {
        "member": name,
        "day": full_since.isoformat(),
    }


def held_from(posts: PostQuerySet, day: date) -> PostQuerySet:
    """Those that are held on ``day`` or later."""
    return posts.filter(Q(ends_on=None) | Q(ends_on__gte=day))


def end_posts(posts: PostQuerySet, day: date, *, by: User | None) -> int:
    """From ``day`` on nobody holds any of these posts; one that would begin only now or later never was.
    What was held since a day gone by is not struck out. How many."""
    if day < clock.today():
        refuse_begun(posts.filter(starts_on__lte=clock.today()), day)
    affected = list(held_from(posts, day).select_related("unit", "member"))
    last = day - timedelta(days=1)
    ended = [post.pk for post in affected if post.starts_on < day]
    events = [
        audit.build_event(
            "end",
            post,
            by=by,
            scope=post.unit.path or "",
            ends_on=last.isoformat(),
            **({"before": post.ends_on.isoformat()} if post.ends_on else {}),
        )
        for post in affected
    ]
    Post.objects.filter(pk__in=ended).update(ends_on=last)
    delete_posts([post.pk for post in affected if post.starts_on >= day], by=by)
    sync_post_assignments(ended, by=by)
    audit.record_many(events)
    return len(affected)


def strike_out(posts: PostQuerySet, *, by: User | None) -> int:
    """Of what was entered by mistake: nobody held these posts. How many."""
    rows = list(posts.select_related("unit", "member"))
    audit.record_many(
        [
            audit.build_event(
                "strike_out",
                post,
                by=by,
                scope=post.unit.path or "",
                unit=post.unit.code,
                starts_on=post.starts_on.isoformat(),
            )
            for post in rows
        ]
    )
    delete_posts([post.pk for post in rows], by=by)
    return len(rows)


def delete_posts(keys: list[int], *, by: User | None) -> None:
    """The rights that they stood for go with them, and leave a trace of their own."""
    rights = Assignment.objects.filter(post__in=keys).select_related("user", "unit")
    audit.record_many(
        [
            audit.build_event("strike_out", right, by=by, scope=right.unit.path or "", **described(right))
            for right in rights
        ]
    )
    Post.objects.filter(pk__in=keys).delete()


@transaction.atomic
def strike_out_post(post: Post, *, by: User | None) -> None:
    """A post that begins only today or later never was; what was held is ended instead."""
    require(by, "branches.change_post", post.unit)
    if post.starts_on < clock.today():
        raise BranchesRefused(
            _("The post was held since %(day)s. End it instead.") % {"day": post.starts_on.isoformat()}
        )
    strike_out(Post.objects.filter(pk=post.pk), by=by)


def refuse_begun(posts: PostQuerySet, on: date) -> None:
    begun = posts.filter(starts_on__gte=on).select_related("member").first()
    if begun:
        raise BranchesRefused(
            _("%(member)s holds “%(position)s” from %(day)s. Give a later day, or change that post first.")
            % {
                "member": begun.member,
                "position": begun.get_position_display(),
                "day": begun.starts_on.isoformat(),
            }
        )


@transaction.atomic
def appoint(
    member: Member,
    unit: PartyUnit,
    position: str,
    *,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
) -> Post:
    """Puts a member into a position; his user gets the matching rights for the same days."""
    require(by, "branches.add_post", unit)
    return put_into_post(
        Post(member=member, unit=unit, position=position, starts_on=starts_on, ends_on=ends_on), by=by
    )


def put_into_post(post: Post, *, by: User | None) -> Post:
    """``post`` is not saved yet; whoever calls has asked for the right."""
    member, unit = post.member, post.unit
    Member.objects.select_for_update().get(pk=member.pk)
    refuse_misplaced(post)
    refuse_overlap(post)
    if by is not None:
        refuse_unfit(post)
    post.full_clean()
    post.save()
    sync_post_assignments([post.pk], by=by)
    audit.record(
        "appoint", post, by=by, scope=unit.path or "", unit=unit.code, starts_on=post.starts_on.isoformat()
    )
    return post


@transaction.atomic
def update_post(post: Post, *, by: User | None, **fields: Any) -> Post:
    require(by, "branches.change_post", post.unit)
    if "unit" in fields:
        require(by, "branches.change_post", fields["unit"])
    return _change_post(post, fields, by=by)


def put_back_end(post: Post, ends_on: date | None, *, by: User | None) -> Post:
    """The post runs on until the day it had before; whoever calls has asked for the right to the deed that is
    taken back."""
    return _change_post(post, {"ends_on": ends_on}, by=by)


def _change_post(post: Post, fields: dict[str, Any], *, by: User | None) -> Post:
    post = Post.objects.select_for_update(of=("self",)).select_related("unit", "member").get(pk=post.pk)
    before = post.ends_on
    changes = changed_values(post, fields)
    refuse_misplaced(post)
    refuse_overlap(post)
    shortened = post.ends_on is not None and (before is None or post.ends_on <= before)
    if by is not None and not (set(changes) <= {"ends_on"} and shortened):
        refuse_unfit(post)
    post.full_clean()
    post.save()
    if changes:
        sync_post_assignments([post.pk], by=by)
        audit.record("change", post, by=by, scope=post.unit.path or "", **changes)
    return post


def end_post(post: Post, *, on: date, by: User | None) -> Post:
    """``on`` is the last day on which the post is held."""
    return update_post(post, by=by, ends_on=on)


def refuse_misplaced(post: Post) -> None:
    reason = misplaced_text(post.position, post.unit.kind) or unfit_to_lead_text(post.position, post.member)
    if reason:
        raise BranchesRefused(reason)


def refuse_unfit(post: Post) -> None:
    """What a person does not bring about; an import may bring what was."""
    member, unit = post.member, post.unit
    if unit.closed_on and (post.ends_on is None or post.ends_on >= unit.closed_on):
        raise BranchesRefused(
            _("“%(unit)s” is closed from %(day)s. Give an earlier last day.")
            % {"unit": unit, "day": unit.closed_on.isoformat()}
        )
    if post.position in ELECTED_POSITIONS and member.status != MemberStatus.FULL:
        raise BranchesRefused(
            _("%(member)s is a probationary member and cannot be elected.") % {"member": member}
        )
    others = Post.objects.filter(same_days(post), unit=unit, position=Position.SECRETARY).exclude(pk=post.pk)
    other = others.select_related("member").first() if post.position == Position.SECRETARY else None
    if other:
        raise BranchesRefused(
            _("%(member)s is secretary from %(from)s. Hand over instead.")
            % {"member": other.member, "from": other.starts_on.isoformat()}
        )


def misplaced_text(position: str, kind: str) -> str:
    """Why the position cannot be held at a unit of this kind; empty where it can."""
    if kind in POSITION_KINDS.get(position, [kind]):  # type: ignore[call-overload]
        return ""
    return _("A %(kind)s has no position “%(position)s”.") % {
        "position": Position(position).label,
        "kind": UnitKind(kind).label,
    }


def unfit_to_lead_text(position: str, member: Member) -> str:
    return rules.leader_refusal(member.status) if position == Position.GROUP_LEADER else ""


def same_days(post: Post) -> Q:
    days = Q(ends_on=None) | Q(ends_on__gte=post.starts_on)
    return days & Q(starts_on__lte=post.ends_on) if post.ends_on else days


def refuse_overlap(post: Post) -> None:
    """One person holds one position in one unit once at a time."""
    same = Post.objects.filter(same_days(post), member=post.member, unit=post.unit, position=post.position)
    other = same.exclude(pk=post.pk).first()
    if other:
        raise BranchesRefused(
            _("%(member)s holds this position already from %(from)s. End that post first.")
            % {"member": post.member, "from": other.starts_on.isoformat()}
        )


@transaction.atomic
def link_by_staff_no(*, by: User | None) -> int:
    """Members and users with one staff number are one person: links those who are not linked yet."""
    users = {user.staff_no: user for user in User.objects.filter(member=None).exclude(staff_no=None)}
    same = User.objects.filter(member=None).exclude(staff_no=None).order_by().values("staff_no")
    unlinked = Member.objects.select_for_update(of=("self",)).filter(user=None, staff_no__in=same)
    linked = [member for member in unlinked if member.staff_no in users]
    for member in linked:
        member.user = users[member.staff_no]
    Member.objects.bulk_update(linked, ["user"], batch_size=500)
    posts = Post.objects.filter(assignment=None, member__user__isnull=False)
    sync_post_assignments(posts.values_list("pk", flat=True), by=by)
    return len(linked)
