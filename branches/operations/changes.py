"""Units open, become one with another, and close; what they were stays on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from branches import rules
from branches.choices import BRANCH_KINDS, MemberStatus, UnitKind
from branches.models import Assignment, Member, Organisation, PartyUnit, Post
from branches.operations.people import end_posts, held_from
from branches.operations.refusals import BranchesRefused, require, require_keeping
from branches.operations.rights import end_rights_by_hand, rights_by_hand_from
from branches.operations.secondments import end_secondments, second_all, second_members
from branches.operations.taking_back import opened_today
from branches.operations.transfers import move_people, refuse_ahead
from branches.operations.units import add_unit, create_unit, lock_trees, move_unit, update_unit
from branches.querysets import PartyUnitQuerySet
from branches.selectors import units_for
from branches.signals import units_closed
from core import audit


@transaction.atomic
def open_unit(
    unit: PartyUnit,
    *,
    members: Sequence[Member] = (),
    also_covers: Sequence[Organisation] = (),
    by: User | None,
) -> PartyUnit:
    """``unit`` is not saved yet and says since when it is open; ``members`` move into it on that day, or are
    seconded to a temporary branch."""
    require(by, "branches.add_partyunit", unit.parent)
    refuse_opening(unit, members)
    if by is not None and not by.has_perm("branches.change_member"):
        kept = units_for(by, "branches.change_member").filter(pk__in={member.unit_id for member in members})
        if kept.count() < len({member.unit_id for member in members}):
            raise BranchesRefused(_("Some of these members belong to units that you do not keep."))
    unit.established_on = unit.established_on or unit.opened_on
    unit = add_unit(unit, by=by)
    unit.also_covers.set(also_covers)
    if unit.kind == UnitKind.TEMPORARY_BRANCH:
        second_members(unit, members, on=unit.opened_on, by=by)  # type: ignore[arg-type]
    elif members:
        move_people(members, unit, on=unit.opened_on, reason=_("Unit opened"), by=by)  # type: ignore[arg-type]
    return unit


def refuse_opening(unit: PartyUnit, members: Sequence[Member]) -> None:
    if unit.kind == UnitKind.GROUP:
        raise BranchesRefused(_("A group is formed on the page of its branch."))
    if unit.opened_on is None:
        raise BranchesRefused(_("Say from which day the unit is open."))
    full = sum(member.status == MemberStatus.FULL for member in members)
    reason = rules.place_refusal(unit.kind, unit.parent.kind if unit.parent else None)
    reason = reason or rules.branch_refusal(unit.kind, full)
    if unit.lapses_on:
        reason = reason or rules.lapse_refusal(unit.opened_on, unit.lapses_on)
    if reason:
        raise BranchesRefused(reason)
    if unit.kind == UnitKind.TEMPORARY_BRANCH and unit.lapses_on is None:
        raise BranchesRefused(_("Say when the temporary branch lapses: with its project."))
    if unit.kind == UnitKind.TEMPORARY_BRANCH and not (unit.project_name and unit.approval_no):
        raise BranchesRefused(_("Say for which project the temporary branch is, and who approved it."))
    if members and unit.kind not in BRANCH_KINDS:
        raise BranchesRefused(
            _("Members belong to branches and groups. Open the branches below it with them.")
        )


# --- merging ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Effects:
    """What a merger or a closure will do, told before it is done. ``members_below`` belong to the units
    below: of a branch, to its groups."""

    members: int
    members_below: int
    units_below: int
    posts: int
    rights: int


def effects_on(unit: PartyUnit, on: date) -> Effects:
    return Effects(
        members=unit.members.current(on).count(),
        members_below=Member.objects.in_subtree(unit.path).exclude(unit=unit).current(on).count(),
        units_below=open_below(unit, on).count(),
        posts=held_from(unit.posts.all(), on).count(),
        rights=rights_by_hand_from(Assignment.objects.filter(unit=unit), on).count(),
    )


def members_after_merger(unit: PartyUnit, into: PartyUnit, on: date) -> int:
    """In ``into`` and all below it; whoever is below it already counts once."""
    there = Member.objects.in_subtree(unit.path) | Member.objects.in_subtree(into.path)
    return there.current(on).count()


def open_below(unit: PartyUnit, on: date) -> PartyUnitQuerySet:
    return PartyUnit.objects.filter(parent=unit).exclude(closed_on__lte=on)


@transaction.atomic
def merge_units(unit: PartyUnit, into: PartyUnit, *, on: date, by: User | None) -> PartyUnit:
    """From ``on`` the members of ``unit`` and what hangs below it belong to ``into``; ``unit`` is closed and
    keeps its records, which ``into`` reads and finishes, as those of what was merged into ``unit`` before.
    Gives the unit that goes on."""
    for each in (unit, into):
        require_keeping(by, each)
    lock_trees(PartyUnit, unit, into)
    unit, into = (PartyUnit.objects.select_for_update().get(pk=each.pk) for each in (unit, into))
    refuse_merger(unit, into, on)
    effects = effects_on(unit, on)
    move_people(
        list(unit.members.current(on)), into, on=on, reason=_("“%(unit)s” merged") % {"unit": unit}, by=by
    )
    for below in PartyUnit.objects.filter(parent=unit):
        update_unit(below, by=by, on=on, parent=into)
    PartyUnit.objects.filter(merged_into=unit).update(merged_into=into)
    going_along = [row.member for row in unit.secondments.live(on).select_related("member__unit")]
    end_offices(unit, on, by=by)
    second_all(into, going_along, on=on, by=by)
    unit.closed_on, unit.merged_into = on, into
    unit.full_clean()
    unit.save(update_fields=["closed_on", "merged_into"])
    units_closed.send(sender=PartyUnit, unit_ids={unit.pk})
    facts: dict[str, Any] = {"into": into.code, "on": on.isoformat(), "members": effects.members}
    audit.record("merge", unit, by=by, scope=unit.path or "", **facts)
    audit.record("merge", into, by=by, scope=into.path or "", taken_in=unit.code, **facts)
    return PartyUnit.objects.get(pk=into.pk)


def refuse_merger(unit: PartyUnit, into: PartyUnit, on: date) -> None:
    refuse_ahead(on)
    if unit.pk == into.pk or (into.path or "").startswith(unit.path or "-"):
        raise BranchesRefused(_("A unit is not merged into itself or into a unit below it."))
    reason = rules.merge_refusal(unit.kind, into.kind)
    if reason:
        raise BranchesRefused(reason)
    if UnitKind.TEMPORARY_BRANCH in (unit.kind, into.kind) and unit.kind != into.kind:
        raise BranchesRefused(_("A temporary branch lapses; it is not merged with a standing one. Close it."))
    for each in (unit, into):
        refuse_not_open(each, on)


def refuse_not_open(unit: PartyUnit, on: date) -> None:
    if unit.closed_on:
        raise BranchesRefused(_("“%(unit)s” is closed already.") % {"unit": unit})
    if unit.opened_on and on <= unit.opened_on:
        names = {"unit": unit, "day": unit.opened_on.isoformat()}
        text = _("“%(unit)s” opened on %(day)s. Give a later day.") % names
        if opened_today(unit):
            hint = _("If it was opened by mistake, use “Take back the opening” on its page, today.")
            text = f"{text} {hint}"
        raise BranchesRefused(text)


def end_offices(unit: PartyUnit, on: date, *, by: User | None) -> None:
    """Nobody holds a post or a right at a unit that is closed, or works in it."""
    end_secondments(unit, on, by=by)
    end_posts(Post.objects.filter(unit=unit), on, by=by)
    end_rights_by_hand(Assignment.objects.filter(unit=unit), on, by=by)


@transaction.atomic
def relocate_unit(
    unit: PartyUnit, *, parent: PartyUnit, on: date, by: User | None, organisation: Organisation | None = None
) -> PartyUnit:
    """Moves a unit to where one of its kind may stand."""
    refuse_place(unit, parent)
    return move_unit(unit, parent=parent, on=on, by=by, organisation=organisation)


def refuse_place(unit: PartyUnit, parent: PartyUnit | None) -> None:
    reason = rules.place_refusal(unit.kind, parent.kind if parent else None)
    if reason:
        raise BranchesRefused(reason)
    for each in filter(None, (unit, parent)):
        if each.closed_on:
            raise BranchesRefused(_("“%(unit)s” is closed already.") % {"unit": each})


# --- closing ----------------------------------------------------------------------------------------
@transaction.atomic
def close_unit(unit: PartyUnit, *, on: date, by: User | None) -> PartyUnit:
    """``on`` is the first day on which it is closed. Whoever and whatever is in it goes elsewhere before."""
    require_keeping(by, unit)
    lock_trees(PartyUnit, unit)
    unit = PartyUnit.objects.select_for_update().get(pk=unit.pk)
    if unit.closed_on == on:
        return unit
    refuse_not_open(unit, on)
    reason = closing_refusal(unit, on)
    if reason:
        raise BranchesRefused(reason)
    end_offices(unit, on, by=by)
    unit = update_unit(unit, by=by, closed_on=on)
    units_closed.send(sender=PartyUnit, unit_ids={unit.pk})
    return unit


def closing_refusal(unit: PartyUnit, on: date) -> str:
    effects = effects_on(unit, on)
    names: dict[str, Any] = {"members": effects.members, "units": effects.units_below}
    if effects.members:
        return (
            _("%(members)d members are still in it. Transfer them, or merge the unit into another.") % names
        )
    if effects.units_below:
        return _("%(units)d open units are still below it. Move, merge or close them first.") % names
    return ""


# --- the administrator's page -----------------------------------------------------------------------
@transaction.atomic
def found_unit(*, by: User | None, **fields: Any) -> PartyUnit:
    """A unit that exists already and is entered by the administrator, its people after it."""
    refuse_place(PartyUnit(kind=fields["kind"], name=fields["name"]), fields.get("parent"))
    return create_unit(by=by, **fields)


@transaction.atomic
def correct_unit(unit: PartyUnit, *, by: User | None, on: date | None = None, **fields: Any) -> PartyUnit:
    """All that one page says at once: a new place and a closure go by the rules that hold everywhere. ``on``
    is the day of the new place, default today."""
    before = PartyUnit.objects.select_related("parent").get(pk=unit.pk)
    closed_on = fields.pop("closed_on", before.closed_on)
    if fields.get("parent", before.parent) != before.parent:
        refuse_place(before, fields["parent"])
    if closed_on is None and before.closed_on:
        raise BranchesRefused(_("“%(unit)s” is closed already.") % {"unit": before})
    unit = update_unit(before, by=by, on=on, **fields)
    return close_unit(unit, on=closed_on, by=by) if closed_on else unit
