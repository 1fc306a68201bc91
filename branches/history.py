"""A unit as it was on an earlier day: its members, the units below it, and what the history cannot tell."""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from branches.choices import UnitKind
from branches.models import Member, PartyUnit, Placement, Transfer
from branches.querysets import PartyUnitQuerySet
from branches.selectors import units_for


def is_open_on(unit: PartyUnit, day: date) -> bool:
    begun = unit.opened_on is None or unit.opened_on <= day
    return begun and (unit.closed_on is None or unit.closed_on > day)


def units_below_on(unit: PartyUnit, day: date) -> PartyUnitQuerySet:
    """The units that stood directly below this one and were open; ``name_then`` is what each was called."""
    places = Placement.objects.as_of(day).filter(parent=unit)
    name = Placement.objects.as_of(day).filter(unit=OuterRef("pk")).values("name")[:1]
    return (
        PartyUnit.objects.filter(pk__in=places.values("unit")).open_on(day).annotate(name_then=Subquery(name))
    )


def members_on(unit: PartyUnit, day: date) -> QuerySet[Member]:
    """The members of a branch and of the groups that it had then; ``unit_then`` is the key of their unit.

    Who goes leaves a transfer, so whoever came later is known by the first transfer after the day.
    """
    groups = units_below_on(unit, day).filter(kind=UnitKind.GROUP).values_list("pk", flat=True)
    units = [unit.pk, *groups]
    later = Transfer.objects.filter(moved_on__gt=day)
    from_here = later.filter(from_unit__in=units).values("member")
    first = later.filter(member=OuterRef("pk")).order_by("moved_on").values("from_unit")[:1]
    return (
        Member.objects.filter(Q(unit__in=units) | Q(pk__in=from_here))
        .current(day)
        .annotate(unit_then=Coalesce(Subquery(first), F("unit"), output_field=BigIntegerField()))
        .filter(unit_then__in=units)
    )


def listed_members_on(unit: PartyUnit, day: date, user: Any) -> list[Member]:
    """For the page. Whoever sees the members of a unit sees who they were; ``here`` says whether the member
    is in his sight today, ``sure`` whether the history knows that he belonged here."""
    rows: list[Any] = list(members_on(unit, day).select_related("unit"))
    keys = {member.unit_then for member in rows} | {member.unit_id for member in rows}
    units = units_for(user, "branches.view_member").in_bulk(keys)
    rows = [member for member in rows if member.unit_then in units]
    arrived = Transfer.objects.filter(member__in=rows, moved_on__lte=day)
    known = set(arrived.values_list("member_id", flat=True))
    for member in rows:
        member.was_in = units[member.unit_then]
        member.here = member.unit_id in units
        member.was_full = bool(member.full_since and member.full_since <= day)
        member.sure = member.was_full or member.pk in known
    return sorted(rows, key=lambda member: (member.was_in.path or "", member.name))
