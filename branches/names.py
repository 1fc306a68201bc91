"""Who sees people by name: names end at the branch and the office right above it (settled 13)."""

from collections.abc import Collection
from typing import Any

from branches.choices import UnitKind
from branches.models import Assignment, PartyUnit


def home_of(unit: PartyUnit) -> PartyUnit:
    """The branch in which the unit's people are known: a group's branch, else the unit itself."""
    return unit.parent if unit.kind == UnitKind.GROUP and unit.parent else unit


def units_with_names(user: Any, units: Collection[PartyUnit]) -> set[int]:
    """Of ``units``, those whose people ``user`` sees by name; those of a merged unit go on in another."""
    homes = {unit.pk: {unit.pk, home_of(unit).pk} for unit in units}
    goes_on = {unit.pk: unit.merged_into_id for unit in units if unit.merged_into_id}
    asked = set().union(*homes.values())
    held = Assignment.objects.granting(user, "branches.view_member")
    known = set(held.filter(unit__in=asked | {*goes_on.values()}).values_list("unit_id", flat=True))
    if asked - known:
        reviewed = PartyUnit.objects.reviewed_by(user).filter(pk__in=asked - known)
        known.update(reviewed.values_list("pk", flat=True))
    return {pk for pk, home in homes.items() if home & known or goes_on.get(pk) in known}


def names_visible(user: Any, unit: PartyUnit) -> bool:
    return bool(units_with_names(user, [unit]))
