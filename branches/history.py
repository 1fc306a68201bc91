"""A unit as it was on an earlier day: its members, the units below it, and what the history cannot tell."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from branches.choices import MemberStatus, UnitKind
from branches.models import Member, PartyUnit, Placement, Secondment, Transfer
from branches.querysets import PATH_END, PartyUnitQuerySet
from branches.selectors import placement_on, units_for


def begun_on(unit: PartyUnit) -> date | None:
    """The first day on which there was such a unit; None: since ever, as far as is on record."""
    return unit.opened_on or unit.established_on


def is_open_on(unit: PartyUnit, day: date) -> bool:
    return was_open(unit, day, day)


def was_open(unit: PartyUnit, first_day: date, last_day: date) -> bool:
    """On some day of these."""
    begun = begun_on(unit)
    return (begun is None or begun <= last_day) and (unit.closed_on is None or unit.closed_on > first_day)


def day_in_life(unit: PartyUnit, day: date) -> date:
    """``day``, or the nearest one on which there was such a unit."""
    if unit.closed_on:
        day = min(day, unit.closed_on - timedelta(days=1))
    return max(day, begun_on(unit) or day)


def open_units_on(day: date) -> PartyUnitQuerySet:
    return units_open_in(day, day)


def units_open_in(first_day: date, last_day: date) -> PartyUnitQuerySet:
    """What ``was_open`` says of one unit, of all."""
    begun = Q(opened_on=None) | Q(opened_on__lte=last_day)
    still = Q(closed_on=None) | Q(closed_on__gt=first_day)
    return PartyUnit.objects.filter(begun, still).exclude(opened_on=None, established_on__gt=last_day)


def path_on(unit: PartyUnit, day: date) -> str:
    """Where the unit stood in the tree."""
    place = placement_on(unit, day)
    return (place.path if place else unit.path) or ""


def stood_below(unit: PartyUnit, first_day: date, last_day: date) -> PartyUnitQuerySet:
    """The units open on some day of these that stood at or below this one on the last of them."""
    path = path_on(unit, last_day)
    there = Placement.objects.as_of(last_day).filter(path__gte=path, path__lt=path + PATH_END)
    return units_open_in(first_day, last_day).filter(pk__in=there.values("unit"))


def in_order_of(units: PartyUnitQuerySet, day: date) -> PartyUnitQuerySet:
    """As the tree was on the day."""
    then = Placement.objects.as_of(day).filter(unit=OuterRef("pk")).values("path")[:1]
    return units.annotate(path_then=Subquery(then)).order_by("path_then", "pk")


def units_below_on(unit: PartyUnit, day: date) -> PartyUnitQuerySet:
    """The units that stood directly below this one and were open; ``name_then`` is what each was called."""
    places = Placement.objects.as_of(day).filter(parent=unit)
    name = Placement.objects.as_of(day).filter(unit=OuterRef("pk")).values("name")[:1]
    return open_units_on(day).filter(pk__in=places.values("unit")).annotate(name_then=Subquery(name))


def lines_on(units: Iterable[PartyUnit], day: date, *, since: date | None = None) -> dict[int, int]:
    """The unit in whose line each one stood: its own or, of a group below it, its branch's. Who was not open
    on the day, or on none since the other day, has none."""
    first = since or day
    own = {unit.pk: unit.pk for unit in units if was_open(unit, first, day)}
    groups = units_open_in(first, day).filter(kind=UnitKind.GROUP)
    places = Placement.objects.as_of(day).filter(parent__in=own, unit__in=groups).order_by()
    return {pk: parent for pk, parent in places.values_list("unit_id", "parent_id") if parent} | own


def places_on(units: Iterable[int], day: date) -> dict[int, Placement]:
    """What each unit was called and where it stood, by its key."""
    places = Placement.objects.as_of(day).filter(unit__in=set(units)).select_related("organisation")
    return {place.unit_id: place for place in places}


class NamesThen:
    """What units were called on whatever day, read at once."""

    def __init__(self, units: Iterable[int]):
        self.names: dict[int, list[tuple[date, str]]] = {}
        places = Placement.objects.filter(unit__in=set(units)).order_by("unit", "starts_on")
        for unit, starts_on, name in places.values_list("unit_id", "starts_on", "name"):
            self.names.setdefault(unit, []).append((starts_on, name))

    def of(self, unit: PartyUnit, day: date) -> str:
        known = self.names.get(unit.pk) or [(day, unit.name)]
        begun = [name for starts_on, name in known if starts_on <= day]
        return begun[-1] if begun else known[0][1]


def members_on(unit: PartyUnit, day: date) -> QuerySet[Member]:
    """The members of a branch and of the groups that it had then; nobody before there was such a unit. Of a
    temporary branch those seconded to it: full members among them vote there, as at home."""
    if unit.kind == UnitKind.TEMPORARY_BRANCH:
        there = Secondment.objects.live(day).filter(unit=unit).values("member")
        return as_they_were(Member.objects.filter(pk__in=there).current(day), day)
    return members_in(lines_on([unit], day), day)


def members_in(units: Iterable[int], day: date) -> QuerySet[Member]:
    """Who belonged to the units with these keys; ``unit_then`` is the key of the own one, ``status_then``
    what the member was.

    Who goes leaves a transfer, so whoever came later is known by the first transfer after the day; or by the
    day of joining, where it is on record.
    """
    units = list(units)
    from_here = Transfer.objects.filter(moved_on__gt=day, from_unit__in=units).values("member")
    near = Member.objects.filter(Q(unit__in=units) | Q(pk__in=from_here)).current(day)
    arrived = near.filter(Q(joined_on=None) | Q(joined_on__lte=day))
    return as_they_were(arrived, day).filter(unit_then__in=units)


def as_they_were(members: QuerySet[Member], day: date) -> Any:
    """Members of that day, each with ``unit_then`` and ``status_then``."""
    later = Transfer.objects.filter(moved_on__gt=day, member=OuterRef("pk"))
    first = later.order_by("moved_on").values("from_unit")[:1]
    not_yet_full = When(full_since__gt=day, then=Value(MemberStatus.PROBATIONARY))
    return members.annotate(
        unit_then=Coalesce(Subquery(first), F("unit"), output_field=BigIntegerField()),
        status_then=Case(not_yet_full, default=F("status"), output_field=CharField()),
    )


def was_full(member: Member, day: date) -> bool:
    """What ``status_then`` says of many."""
    later = bool(member.full_since and member.full_since > day)
    return member.status == MemberStatus.FULL and not later


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
        member.sure = member.was_full or member.pk in known or member.joined_on is not None
    return sorted(rows, key=lambda member: (member.was_in.path or "", member.name))
