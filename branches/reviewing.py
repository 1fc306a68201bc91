"""Who records for units and who decides on their records: people, for many units at once (ADR 0003)."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F

from branches.choices import UnitKind
from branches.models import Assignment, PartyUnit
from branches.roles import OFFICE_ROLES, OWN_UNIT_ROLES

ASKED_AT_ONCE = 500
RECORDS, DECIDES = "activities.add_activity", "activities.confirm_activity"
People = dict[int, set[int]]


def recorders_of(unit_ids: Iterable[int]) -> People:
    """By unit the users who record for it where they belong: in the unit, of a group also in its branch."""
    found: People = {}
    for ids in _portions(unit_ids):
        groups = PartyUnit.objects.filter(pk__in=ids, kind=UnitKind.GROUP, parent__isnull=False)
        branch_of: dict[int, int] = dict(groups.values_list("pk", "parent_id"))
        at = Assignment.objects.with_permission(RECORDS).filter(unit__in=[*ids, *branch_of.values()])
        here = _by_key(at.values_list("unit_id", "user_id"))
        for pk in ids:
            found[pk] = here[pk] | (here[branch_of[pk]] if pk in branch_of else set())
    return found


def deciders_of(unit_ids: Iterable[int]) -> People:
    """By unit the users who decide on its records, as ``reviewed_by`` says it of one user."""
    found: People = {}
    for ids in _portions(unit_ids):
        rows = PartyUnit.objects.filter(pk__in=ids).with_reviewer().annotate(decided_at=F("reviewer_path"))
        place_of = {row.pk: row.decided_at for row in rows}
        at = Assignment.objects.with_permission(DECIDES).filter(
            unit__path__in=set(place_of.values()) - {None}
        )
        offices = _by_key(at.filter(role__in=OFFICE_ROLES).values_list("unit__path", "user_id"))
        branches = _by_key(at.filter(role__in=OWN_UNIT_ROLES).values_list("unit__path", "user_id"))
        inside = Assignment.objects.live().filter(role__in=OWN_UNIT_ROLES, unit__in=ids)
        insiders = _by_key(inside.values_list("unit_id", "user_id"))
        for row in rows:
            place = place_of[row.pk]
            of_branch = branches[place] if row.kind == UnitKind.GROUP else set()
            found[row.pk] = (offices[place] | of_branch) - insiders[row.pk]
    return found


def _portions(keys: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(set(keys))
    return (ordered[at : at + ASKED_AT_ONCE] for at in range(0, len(ordered), ASKED_AT_ONCE))


def _by_key(pairs: Iterable[tuple]) -> defaultdict:
    found: defaultdict = defaultdict(set)
    for key, user in pairs:
        found[key].add(user)
    return found
