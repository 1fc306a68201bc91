"""Who works in a temporary branch: named and dated, while membership stays where it is."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from branches.choices import UnitKind
from branches.models import Member, PartyUnit, Secondment
from branches.operations.refusals import BranchesRefused, require
from core import audit

ONE_DAY = timedelta(days=1)


@transaction.atomic
def second_members(unit: PartyUnit, members: Sequence[Member], *, on: date, by: User | None) -> None:
    """``on`` is the first day there. Whoever asks keeps the temporary branch and the members' own units."""
    require(by, "branches.change_member", unit)
    unit = PartyUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if unit.kind != UnitKind.TEMPORARY_BRANCH:
        raise BranchesRefused(_("Members are seconded to temporary branches, to others transferred."))
    if (unit.closed_on and unit.closed_on <= on) or (unit.opened_on and unit.opened_on > on):
        raise BranchesRefused(_("“%(unit)s” is not open on this day. Give another day.") % {"unit": unit})
    for member in members:
        _second(unit, member, on, by)


def _second(unit: PartyUnit, member: Member, on: date, by: User | None) -> None:
    try:
        require(by, "branches.change_member", member.unit)
    except PermissionDenied as error:
        raise BranchesRefused(_("Some of these members belong to units that you do not keep.")) from error
    names = {"member": member, "unit": unit, "day": on.isoformat()}
    if (member.left_on and member.left_on <= on) or (member.joined_on and member.joined_on > on):
        raise BranchesRefused(_("%(member)s is not a member on %(day)s.") % names)
    if Secondment.objects.filter(unit=unit, member=member).exclude(ends_on__lt=on).exists():
        raise BranchesRefused(_("%(member)s is in “%(unit)s” already on %(day)s or later.") % names)
    _write(unit, member, on, by)


def _write(unit: PartyUnit, member: Member, on: date, by: User | None) -> None:
    made = Secondment.objects.create(unit=unit, member=member, starts_on=on)
    audit.record("create", made, by=by, scope=unit.path or "", member=str(member), on=on.isoformat())


def second_all(unit: PartyUnit, members: Sequence[Member], *, on: date, by: User | None) -> None:
    """Into the unit that goes on, whoever is not there already."""
    there = Secondment.objects.filter(unit=unit).exclude(ends_on__lt=on).values("member")
    for member in Member.objects.filter(pk__in=[row.pk for row in members]).exclude(pk__in=there):
        _write(unit, member, on, by)


@transaction.atomic
def end_secondment(secondment: Secondment, *, ends_on: date, by: User | None) -> None:
    """``ends_on`` is the last day there; a day before the first strikes it out, as if it had never begun."""
    require(by, "branches.change_member", secondment.unit)
    row = Secondment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=secondment.pk)
    if row.ends_on and row.ends_on <= ends_on:
        raise BranchesRefused(_("This ended on %(day)s already.") % {"day": row.ends_on.isoformat()})
    _end(row, ends_on, by)


def end_secondments(unit: PartyUnit, on: date, *, by: User | None) -> None:
    """Of a unit that is closed from ``on``."""
    for row in Secondment.objects.filter(unit=unit).exclude(ends_on__lt=on).select_related("unit"):
        _end(row, on - ONE_DAY, by)


def resume_secondments(ends: dict[int, date | None], *, by: User | None) -> None:
    """Those with these keys go on until the days given; whoever calls has asked and holds the locks."""
    for row in Secondment.objects.filter(pk__in=ends).select_related("unit"):
        row.ends_on = ends[row.pk]
        row.save(update_fields=["ends_on"])
        day = row.ends_on and row.ends_on.isoformat()
        audit.record("change", row, by=by, scope=row.unit.path or "", ends_on=day)


def _end(row: Secondment, ends_on: date, by: User | None) -> None:
    facts: dict[str, Any] = {"member": str(row.member), "before": row.ends_on and row.ends_on.isoformat()}
    audit.record("end", row, by=by, scope=row.unit.path or "", ends_on=ends_on.isoformat(), **facts)
    if ends_on < row.starts_on:
        row.delete()
    else:
        Secondment.objects.filter(pk=row.pk).update(ends_on=ends_on)
