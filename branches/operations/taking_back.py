"""Deeds of today that were a mistake are taken back: a transfer, an opening, a closure. What was typed on an
earlier day is history by now, and is put right by a new deed (docs/undo.md)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from branches.models import Member, PartyUnit, Post, Transfer
from branches.operations.people import put_back_end, strike_out
from branches.operations.refusals import BranchesRefused, needed_by, require, require_keeping
from branches.operations.rights import end_rights_by_hand, resume_rights
from branches.operations.secondments import resume_secondments
from branches.operations.transfers import (
    move_people,
    posts_left_behind,
    refuse_unit_for_members,
)
from branches.operations.units import lock_trees, update_unit
from branches.querysets import MemberQuerySet, PostQuerySet
from branches.selectors import office_to_ask
from branches.signals import opening_taken_back
from core import audit
from core.models import AuditEvent

ONE_DAY = timedelta(days=1)
Resumed = list[tuple[Post, date | None]]


def ended_by(deeds: Iterable[AuditEvent], posts: PostQuerySet, last_day: date) -> Resumed:
    """The posts that these deeds ended, each with the last day it had before."""
    rows = posts.filter(ends_on=last_day).select_related("unit", "member")
    events = audit.beside(deeds, "end", rows)
    return [(post, as_day(events[post.pk].summary.get("before"))) for post in rows if post.pk in events]


def as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def resume(ended: Resumed, *, by: User | None) -> None:
    for post, ends_on in ended:
        put_back_end(post, ends_on, by=by)


# --- a transfer -------------------------------------------------------------------------------------
def transfer_of_today(member: Member) -> Transfer | None:
    """By which the member came to his unit, if it was entered today."""
    return next(iter(transfers_of_today(Member.objects.filter(pk=member.pk))), None)


def transfers_of_today(members: MemberQuerySet) -> list[Transfer]:
    """By which each of them came to his unit, where it was entered today."""
    moves = Transfer.objects.filter(member__in=members).order_by("member", "moved_on", "pk")
    last = {move.member_id: move for move in moves.select_related("member__unit", "from_unit", "to_unit")}
    came = [move for move in last.values() if move.to_unit_id == move.member.unit_id]
    events = audit.of_today("transfer", *[move.member for move in came])
    entered = {(event.object_id, event.summary.get("on")) for event in events}
    return [move for move in came if (str(move.member_id), move.moved_on.isoformat()) in entered]


def may_go_back(transfer: Transfer, by: User | None) -> bool:
    """Whether it is for ``by`` to put the member into the unit he came from."""
    try:
        require(by, "branches.change_member", transfer.from_unit)
    except PermissionDenied:
        return False
    return True


def came_from_elsewhere_text(by: Any, unit: PartyUnit) -> str:
    """Neither who goes back nor where to: whoever reads it may not see either."""
    office = office_to_ask(by, unit)
    if office is None:
        return _(
            "Somebody here came from a unit that you do not keep. "
            "Ask the system administrator to take it back."
        )
    return _(
        "Somebody here came from a unit that you do not keep. Ask the office of “%(unit)s” to take it back."
    ) % {"unit": office}


def refuse_out_of_reach(transfers: Iterable[Transfer], by: User | None) -> None:
    for transfer in transfers:
        if not may_go_back(transfer, by):
            raise BranchesRefused(came_from_elsewhere_text(by, transfer.to_unit))


def posts_that_resume(transfer: Transfer) -> Resumed:
    left = posts_left_behind(transfer.member, transfer.to_unit, since=transfer.from_unit)
    return ended_by(audit.of_today("transfer", transfer.member), left, transfer.moved_on - ONE_DAY)


@transaction.atomic
def cancel_transfer(member: Member, *, by: User | None) -> Member:
    """The member is back as if he had never gone, and the posts that ended by it run on."""
    require(by, "branches.change_member", member.unit)
    member = Member.objects.select_for_update(of=("self",)).select_related("unit").get(pk=member.pk)
    transfer = transfer_of_today(member)
    if transfer is None:
        raise BranchesRefused(_("No transfer of this member was entered today. Make a new one instead."))
    refuse_out_of_reach([transfer], by)
    go_back(transfer, by=by)
    return Member.objects.select_related("unit").get(pk=member.pk)


def go_back(transfer: Transfer, *, by: User | None) -> None:
    ended = posts_that_resume(transfer)
    refuse_unit_for_members(transfer.from_unit, transfer.moved_on)
    reason = _("Transfer taken back")
    move_people([transfer.member], transfer.from_unit, on=transfer.moved_on, reason=reason, by=by)
    resume(ended, by=by)


# --- an opening -------------------------------------------------------------------------------------
def opened_today(unit: PartyUnit) -> bool:
    """Whether it was entered today, whatever day it is open from."""
    return bool(unit.opened_on and not unit.closed_on and audit.of_today("create", unit).exists())


def arrivals(unit: PartyUnit) -> list[Transfer]:
    """By which the members of a unit opened today came."""
    return transfers_of_today(unit.members.all())


@transaction.atomic
def take_back_opening(unit: PartyUnit, *, by: User | None) -> None:
    """There was no such unit: its members go back to where they came from, its posts never began. Whatever
    else belongs to it makes it refuse; so does whoever came from a unit that ``by`` does not keep."""
    require_keeping(by, unit)
    lock_trees(PartyUnit, unit)
    unit = PartyUnit.objects.select_for_update().get(pk=unit.pk)
    if not opened_today(unit):
        raise BranchesRefused(_("This unit was not opened today. Close it instead."))
    coming = arrivals(unit)
    refuse_out_of_reach(coming, by)
    strike_out(Post.objects.filter(unit=unit), by=by)
    end_rights_by_hand(unit.assignments.all(), unit.opened_on, by=by)  # type: ignore[arg-type]
    for transfer in coming:
        go_back(transfer, by=by)
    audit.record("take_back", unit, by=by, scope=unit.path or "", code=unit.code)
    opening_taken_back.send(sender=PartyUnit, unit=unit)
    try:
        unit.delete()
    except ProtectedError as error:
        raise BranchesRefused(
            _("“%(name)s” is not taken back, because it has: %(kinds)s. Close it from another day instead.")
            % {"name": unit, "kinds": needed_by(error)}
        ) from error


# --- a closure --------------------------------------------------------------------------------------
def closures_of_today(unit: PartyUnit) -> list[AuditEvent]:
    """By which the unit is closed, if they were entered today; a merger is none."""
    if unit.closed_on is None or unit.merged_into_id:
        return []
    day = unit.closed_on.isoformat()
    return [
        event for event in audit.of_today("change", unit) if event.summary.get("closed_on") == [None, day]
    ]


def posts_closed(unit: PartyUnit) -> Resumed:
    closures = closures_of_today(unit)
    last_day = unit.closed_on - ONE_DAY if closures and unit.closed_on else date.min
    return ended_by(closures, unit.posts.all(), last_day)


def rights_closed(unit: PartyUnit, closures: list[AuditEvent]) -> dict[int, date | None]:
    """The rights by hand that are still as the closure left them, each with the last day it had before."""
    return as_closed(unit.assignments.filter(post=None), closures)


def as_closed(rows: QuerySet[Any], closures: list[AuditEvent]) -> dict[int, date | None]:
    """What was changed meanwhile was meant, and is left out."""
    events = audit.beside(closures, "end", rows)
    return {
        row.pk: as_day(events[row.pk].summary.get("before"))
        for row in rows.select_for_update()
        if row.pk in events and row.ends_on == as_day(events[row.pk].summary["ends_on"])
    }


@transaction.atomic
def take_back_closure(unit: PartyUnit, *, by: User | None) -> PartyUnit:
    """The unit is open as before, with the posts and rights that ended and were not changed since; who went
    elsewhere stays there."""
    require_keeping(by, unit)
    lock_trees(PartyUnit, unit)
    unit = PartyUnit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit.pk)
    closures, ended = closures_of_today(unit), posts_closed(unit)
    if not closures:
        raise BranchesRefused(_("This unit was not closed today. Open a new one instead."))
    if unit.parent and unit.parent.closed_on:
        raise BranchesRefused(_("“%(unit)s” is closed already.") % {"unit": unit.parent})
    rights = rights_closed(unit, closures)
    last_day = unit.closed_on and unit.closed_on - ONE_DAY
    resume_secondments(as_closed(unit.secondments.filter(ends_on=last_day), closures), by=by)
    unit = update_unit(unit, by=by, closed_on=None)
    resume(ended, by=by)
    resume_rights(rights, by=by)
    return unit
