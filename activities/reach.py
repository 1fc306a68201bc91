"""The records that somebody sees, read newest first along the scopes of his roles.

``Activity.objects.allowed_to(user, "view")`` says the same of any record. A list has to begin at its newest
rows without looking at all there are, so it asks each scope for its own: a subtree, or the own units.
"""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from activities.keyset import PAGE_SIZE, KeysetPage, Place, newer_than, older_than, page_by, written
from activities.models import Activity, Participation
from activities.querysets import ParticipationQuerySet
from branches.choices import UnitKind
from branches.models import Assignment, PartyUnit
from branches.querysets import PATH_END
from core.context import once

SEES = "activities.view_activity"


def scopes_of(user: Any) -> tuple[list[str], list[int]]:
    """The paths below which ``user`` sees records, none below another; the keys of the units beside them."""
    paths, own = Assignment.objects.reach_of(user, SEES)
    if not own:
        return paths, []
    beside = PartyUnit.objects.filter(Q(pk__in=own) | Q(parent__in=own, kind=UnitKind.GROUP))
    return paths, once(("beside", user.pk), lambda: list(beside.values_list("pk", flat=True)))


class SeenRecords:
    """What ``user`` sees of the records ``narrowed`` that are among ``parts``, and of one unit's subtree (or
    that unit alone) if one is given."""

    def __init__(
        self,
        user: Any,
        narrowed: QuerySet[Activity] | None = None,
        *,
        parts: ParticipationQuerySet | None = None,
        unit: PartyUnit | None = None,
        unit_only: bool = False,
    ):
        asked = Participation.objects.all() if parts is None else parts
        paths, own = scopes_of(user)
        scopes = [asked.filter(unit__in=own)] if own else []
        if unit and unit_only:
            # whoever may choose it sees it
            scopes = [asked.filter(unit=unit)]
        elif unit:
            top = unit.path or ""
            scopes = [scope.filter(path__gte=top, path__lt=top + PATH_END) for scope in scopes]
            paths = [
                max(path, top, key=len) for path in paths if top.startswith(path) or path.startswith(top)
            ]
        if not (unit and unit_only):
            scopes += [asked.under_path(path) for path in paths]
        if narrowed is not None:
            fits = Exists(narrowed.order_by().filter(pk=OuterRef("activity_id")))
            scopes = [scope.filter(fits) for scope in scopes]
        self.scopes: list[ParticipationQuerySet] = scopes

    def read(self, place: Place | None, *, newer: bool, count: int) -> list[Place]:
        """The places next to ``place``, or the newest; the nearest first."""
        found: set[tuple[date, int]] = set()
        for scope in self.scopes:
            rows = scope.newest_first()
            if place and newer:
                rows = rows.filter(newer_than(place, "activity_id")).reverse()
            elif place:
                rows = rows.filter(older_than(place, "activity_id"))
            found.update(rows[:count])
        return sorted(found, reverse=not newer)[:count]

    def page(self, *, before: str = "", after: str = "", size: int = PAGE_SIZE) -> KeysetPage:
        return page_by(self.read, written, before=before, after=after, size=size)
