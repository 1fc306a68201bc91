"""The one door to scoped rows: ``allowed_to(user, action)`` (architecture.md settled 2, ADR 0003).

Whoever holds a role at a unit has the role's permissions there on the days of the assignment, and below it
as far as the role reaches. Models whose rows belong to a unit take their queryset from ``ScopedQuerySet``.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Left

from branches.choices import UnitKind
from branches.roles import (
    OFFICE_ROLES,
    OWN_UNIT_PERMISSIONS,
    OWN_UNIT_ROLES,
    REVIEW_PERMISSIONS,
    ROLE_PERMISSIONS,
    SUCCESSOR_PERMISSIONS,
    roles_with,
)
from core import clock
from core.context import once

PATH_STEP, DEEPEST = 8, 15  # digits of a key in a path, keys in the longest path (ADR 0002)
PATH_END = "z"  # sorts after every digit, under every collation


def live_on(day: date, prefix: str = "") -> Q:
    """Dated rows that hold on ``day``; ``ends_on`` is the last day."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def ranges_between(offices: list[str], nearer: set[str]) -> Q:
    """Paths strictly below one of ``offices``, and strictly below none of the ``nearer`` ones under it."""
    found = Q(pk__in=[])
    for office in offices:
        start = office
        for path in uppermost_below(office, nearer):
            found |= Q(path__gt=start, path__lte=path)
            start = path + PATH_END
        found |= Q(path__gt=start, path__lt=office + PATH_END)
    return found


def uppermost_below(office: str, paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` strictly below ``office``, in order, without what lies below another of them."""
    found: list[str] = []
    for path in sorted(path for path in paths if office < path < office + PATH_END):
        if not found or path > found[-1] + PATH_END:
            found.append(path)
    return found


class DatedQuerySet(models.QuerySet):
    def live(self, day: date | None = None):
        return self.filter(live_on(day or clock.today()))


class AssignmentQuerySet(DatedQuerySet):
    """Inside a filter of units: ``OuterRef`` is a column of the unit, ``group_of`` its branch if a group."""

    def held_by(self, user) -> list[tuple[str, int, str | None]]:
        """Role, unit and the unit's path of the live assignments of ``user``."""
        return [(held.role, held.unit_id, held.unit.path) for held in self.live_of(user)]

    def live_of(self, user) -> list:
        """The live assignments of ``user`` with their units, the latest begun first."""
        if not user.is_authenticated or not user.is_active:
            return []
        rows = self.filter(user=user).live().select_related("unit").order_by("-starts_on", "pk")
        return once(("held", user.pk, clock.today()), lambda: list(rows))

    def held_with(self, user, permission: str) -> list[tuple[str, int, str | None]]:
        """The same, of those that grant ``permission``."""
        roles = set(roles_with(permission))
        return [held for held in self.held_by(user) if held[0] in roles]

    def reach_of(self, user, permission: str) -> tuple[list[str], list[int]]:
        """Where ``user`` holds ``permission``: the paths below which he does, none below another; and the
        units where he does for that unit and its groups only."""
        own_roles = OWN_UNIT_ROLES if permission not in OWN_UNIT_PERMISSIONS else ROLE_PERMISSIONS
        held = [
            (role in own_roles, unit, path) for role, unit, path in self.held_with(user, permission) if path
        ]
        all_paths = {path for own_only, _unit, path in held if not own_only}
        paths = sorted(
            path for path in all_paths if not any(path[:end] in all_paths for end in range(len(path)))
        )
        own = sorted(
            {unit for own_only, unit, path in held if own_only and not path.startswith(tuple(paths))}
        )
        return paths, own

    def reaches(self, user, permission: str, unit) -> bool:
        """Whether ``user`` holds ``permission`` on ``unit`` as it was read; not for what reviewers decide."""
        paths, own = self.reach_of(user, permission)
        inside = unit.pk in own or (unit.kind == UnitKind.GROUP and unit.parent_id in own)
        goes_on = permission in SUCCESSOR_PERMISSIONS and unit.merged_into_id in own
        return inside or goes_on or (unit.path or "").startswith(tuple(paths))

    def granting(self, user, permission: str):
        """The live assignments by which ``user`` holds ``permission``."""
        return self.with_permission(permission).filter(user_id=user.pk)

    def with_permission(self, permission: str, among=None):
        """The live assignments by which anybody who can sign in holds ``permission`` (``among`` roles)."""
        return self.filter(role__in=roles_with(permission, among), user__is_active=True).live()

    def offices_over_unit(self):
        """Those of offices that stand strictly above the outer unit: at a proper prefix of its path."""
        prefixes = [Left(OuterRef("path"), PATH_STEP * depth) for depth in range(1, DEEPEST)]
        return self.filter(role__in=OFFICE_ROLES, unit__path__in=prefixes, unit__path__lt=OuterRef("path"))

    def from_outside_unit(self):
        """Without those of people who hold a role inside the outer unit: nobody reviews where he belongs."""
        inside = self.model.objects.live().filter(
            role__in=OWN_UNIT_ROLES, user=OuterRef("user"), unit=OuterRef(OuterRef("pk"))
        )
        return self.filter(~Exists(inside))


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to a unit. ``unit_path`` leads from the row to its unit."""

    unit_path = "unit"

    def allowed_to(self, user, action: str):
        """The rows on which ``user`` may do ``action`` ("view", "change", "confirm", …)."""
        permission = f"{self.model._meta.app_label}.{action}_{self.model._meta.model_name}"
        return self.under_assignments(user, permission)

    def under_assignments(self, user, permission: str):
        """The rows of the units where ``user`` holds ``permission``, as one SQL subquery."""
        units = self._units().under_assignments(user, permission)
        return self.filter(**{f"{self.unit_path}__in": units.values("pk")})

    def in_subtree(self, path: str | None):
        """The rows at or below the unit with ``path``; none below a unit that has no path yet."""
        if not path:
            return self.none()
        return self.filter(
            **{f"{self.unit_path}__path__gte": path, f"{self.unit_path}__path__lt": path + PATH_END}
        )

    def _units(self):
        return self.model._meta.apps.get_model("branches.PartyUnit").objects.all()


class PartyUnitQuerySet(ScopedQuerySet):
    unit_path = ""

    def under_assignments(self, user, permission: str):
        if permission in REVIEW_PERMISSIONS:
            return self.reviewed_by(user, permission)
        return self._reached_by(user, permission)

    def reviewed_by(self, user, permission: str = "activities.confirm_activity"):
        """The units whose records ``user`` decides on: nearest level above, never from inside (ADR 0003).

        Said in ranges of the tree: what lies below an office of his down to the next offices. Only where the
        people of such an office belong to a unit themselves is the unit looked at singly.
        """
        held = self._assignments().held_with(user, permission)
        if not held:
            return self.none()
        inside = [unit for role, unit, _path in self._assignments().held_by(user) if role in OWN_UNIT_ROLES]
        groups = Q(kind=UnitKind.GROUP, parent__in=[unit for _role, unit, _path in held])
        offices = sorted({path for role, _unit, path in held if role in OFFICE_ROLES and path})
        if not offices:
            return self.filter(groups).exclude(pk__in=inside)
        asked = ("offices below", *offices, *roles_with(permission))
        nearer, theirs = once(asked, lambda: self._offices_below(offices, permission))
        by_branch = self._outside(permission, OWN_UNIT_ROLES).filter(unit=OuterRef("parent"))
        below = ranges_between(offices, nearer) & ~(Q(kind=UnitKind.GROUP) & Exists(by_branch))
        singly = self._units()._reviewed_singly(user, permission).filter(pk__in=theirs)
        decided = groups | (below & ~Q(pk__in=theirs)) | Q(pk__in=singly.values("pk"))
        return self.filter(decided).exclude(pk__in=inside)

    def _offices_below(self, offices: list[str], permission: str):
        """The paths of the offices strictly below these that somebody holds, none below another of them, and
        the units where these people belong. What stands below such an office, it keeps from those above."""
        below = Q(pk__in=[])
        for path in offices:
            below |= Q(unit__path__gt=path, unit__path__lt=path + PATH_END)
        live = self._assignments().filter(below, role__in=roles_with(permission, OFFICE_ROLES)).live()
        people: dict[str, set[int]] = defaultdict(set)
        for path, user in live.order_by().values_list("unit__path", "user_id"):
            people[path].add(user)
        while True:  # once, but for offices whose people can all no longer sign in
            nearest = {path for office in offices for path in uppermost_below(office, people)}
            active = self._active({user for path in nearest for user in people[path]})
            if all(people[path] & active for path in nearest):
                inside = self._assignments().live().filter(role__in=OWN_UNIT_ROLES, user__in=active)
                return nearest, set(inside.order_by().values_list("unit_id", flat=True))
            people = {path: some for path, some in people.items() if path not in nearest or some & active}

    def _active(self, users: set[int]) -> set[int]:
        found = self._users().filter(pk__in=users, is_active=True)
        return set(found.order_by().values_list("pk", flat=True))

    def _reviewed_singly(self, user, permission: str):
        """The same, asked of each unit: for few of them."""
        granting = self._assignments().granting(user, permission)
        decides = Q(role__in=OFFICE_ROLES) | Q(role__in=OWN_UNIT_ROLES, unit=OuterRef("group_of"))
        return (
            self._reached_by(user, permission)
            .with_reviewer(permission)
            .filter(
                Exists(granting.filter(decides, unit__path=OuterRef("reviewer_path")).from_outside_unit())
            )
        )

    def _outside(self, permission: str, among=None):
        return self._assignments().with_permission(permission, among).from_outside_unit()

    def with_reviewer(self, permission: str = "activities.confirm_activity"):
        """``reviewer_path`` is the path of the unit that decides on records of this one, or NULL: a group's
        branch if somebody there can, else the nearest office above with anybody in it."""
        branch = self._outside(permission, OWN_UNIT_ROLES).filter(unit=OuterRef("group_of"))
        office = self._outside(permission).offices_over_unit().order_by("-unit__path")
        return self._with_group_of().alias(
            reviewer_path=Coalesce(
                Subquery(branch.values("unit__path")[:1]), Subquery(office.values("unit__path")[:1])
            )
        )

    def in_subtree(self, path: str | None):
        return self.filter(path__gte=path, path__lt=path + PATH_END) if path else self.none()

    def open_on(self, day: date):
        return self.filter(
            Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gt=day)
        )

    def _reached_by(self, user, permission: str):
        """The units at the assignments and below, as far as the roles reach."""
        paths, own = self._assignments().reach_of(user, permission)
        if not paths and not own:
            return self.none()
        reached = Q(pk__in=own) | Q(kind=UnitKind.GROUP, parent__in=own)
        if permission in SUCCESSOR_PERMISSIONS:
            reached |= Q(merged_into__in=own)
        for path in paths:
            reached |= Q(path__gte=path, path__lt=path + PATH_END)
        return self.filter(reached)

    def _with_group_of(self):
        return self.alias(group_of=Case(When(kind=UnitKind.GROUP, then=F("parent"))))

    def _assignments(self):
        return self.model._meta.apps.get_model("branches.Assignment").objects.all()

    def _users(self):
        return self._assignments().model._meta.get_field("user").related_model.objects.all()


class OrganisationQuerySet(ScopedQuerySet):
    """Organisations are seen through the units that stand at them."""

    def under_assignments(self, user, permission: str):
        units = self._units().under_assignments(user, permission)
        return self.filter(pk__in=units.values("organisation"))

    def in_subtree(self, path: str | None):
        return self.filter(path__gte=path, path__lt=path + PATH_END) if path else self.none()


class PlacementQuerySet(ScopedQuerySet):
    def as_of(self, day: date):
        """One placement a unit, where it stood on ``day``: the latest begun, else the first there is."""
        same_unit = self.model.objects.filter(unit=OuterRef("unit"))
        later = same_unit.filter(starts_on__gt=OuterRef("starts_on"), starts_on__lte=day)
        earlier = same_unit.filter(starts_on__lt=OuterRef("starts_on"))
        return self.filter(Q(~Exists(later), starts_on__lte=day) | Q(~Exists(earlier), starts_on__gt=day))


class MemberQuerySet(ScopedQuerySet):
    def current(self, day: date | None = None):
        """Members who have not left."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day or clock.today()))


class TransferQuerySet(ScopedQuerySet):
    """Seen where the member stands today: his history goes with him."""

    unit_path = "member__unit"


class PostQuerySet(ScopedQuerySet, DatedQuerySet):
    pass


class SecondmentQuerySet(ScopedQuerySet, DatedQuerySet):
    pass
