"""Reads that several rooms share: rights, who reviews, where a user stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When

from branches.choices import BRANCH_KINDS, COMMITTEE_POSITIONS, Position, UnitKind
from branches.models import Assignment, Member, PartyUnit, Placement, Post
from branches.querysets import PATH_STEP, PartyUnitQuerySet
from branches.roles import (
    FIRST_ROLES,
    OFFICE_ROLES,
    OWN_UNIT_ROLES,
    REVIEW_PERMISSIONS,
    ROLE_PERMISSIONS,
    roles_with,
)
from core import clock
from core.operations.drafts import storable


def has_permission(user: Any, permission: str, unit: PartyUnit | None = None) -> bool:
    """Whether ``user`` holds ``permission`` on ``unit``, or anywhere at all when no unit is given."""
    if unit is None:
        return bool(Assignment.objects.held_with(user, permission))
    if permission not in REVIEW_PERMISSIONS:
        return Assignment.objects.reaches(user, permission, unit)
    return units_for(user, permission).filter(pk=unit.pk).exists()


def allowed(user: Any, obj: models.Model, action: str) -> bool:
    """Whether ``user`` may do ``action`` to ``obj``: the callable that ``core.workflow`` asks."""
    return type(obj)._default_manager.allowed_to(user, action).filter(pk=obj.pk).exists()  # type: ignore[attr-defined]


def units_for(user: Any, permission: str) -> PartyUnitQuerySet:
    """The units on which ``user`` holds ``permission``."""
    return PartyUnit.objects.under_assignments(user, permission)


def keeping_rights(user: Any, units: Iterable[PartyUnit]) -> dict[int, set[str]]:
    """What ``user`` may do to each of the units, its members, posts and groups, in one query for all of it.
    Records have rules of their own and are left out."""
    if not user.is_authenticated or not user.is_active:
        return defaultdict(set)
    held = Assignment.objects.filter(user=user).live().values_list("role", "unit_id", "unit__path")
    granted = [
        (role in OWN_UNIT_ROLES, at, path or "-", {right for right in ROLE_PERMISSIONS[role] if keeps(right)})
        for role, at, path in held
    ]
    rights: dict[int, set[str]] = defaultdict(set)
    for unit in units:
        inside = {unit.pk, home_key(unit)}
        for own_only, at, path, some in granted:
            if at in inside if own_only else (unit.path or "").startswith(path):
                rights[unit.pk] |= some
    return rights


def keeps(permission: str) -> bool:
    return permission.startswith("branches.")


def may_review(user: Any, unit: PartyUnit) -> bool:
    """Whether records of ``unit`` are for ``user`` to decide on (never the own ones: see the move)."""
    return PartyUnit.objects.reviewed_by(user).filter(pk=unit.pk).exists()


def reviewing_unit(unit: PartyUnit) -> PartyUnit | None:
    """The unit whose people decide on the records of ``unit``; None where nobody stands above it."""
    path = (
        PartyUnit.objects.with_reviewer()
        .annotate(path_of_reviewer=models.F("reviewer_path"))
        .values_list("path_of_reviewer", flat=True)
        .get(pk=unit.pk)
    )
    return PartyUnit.objects.filter(path=path).first() if path else None


def primary_assignment(user: Any) -> Assignment | None:
    """The assignment whose unit's figures the workbench shows: the own unit before the office."""
    ranks: dict[str, int] = {role: rank for rank, role in enumerate(FIRST_ROLES)}
    held = Assignment.objects.live_of(user)
    return min(held, key=lambda assignment: ranks.get(assignment.role, len(ranks)), default=None)


def ended_right(user: Any, permission: str, code: str) -> Assignment | None:
    """The last right by which ``user`` held ``permission`` at the unit with ``code`` (for a group: at its
    branch), now that it is over. Groups that came after his time are none of his business."""
    if not storable(code):
        return None
    in_his_time = Q(unit__children__opened_on=None) | Q(unit__children__opened_on__lte=F("ends_on"))
    group = Q(in_his_time, unit__children__code=code, unit__children__kind=UnitKind.GROUP)
    over = Assignment.objects.filter(user=user, role__in=roles_with(permission), ends_on__lt=clock.today())
    rows = over.filter(Q(unit__code=code) | group).select_related("unit")
    return rows.order_by("-ends_on", "-pk").first()


def rights_reaching(user: Any, unit: PartyUnit, day: date) -> models.QuerySet[Assignment]:
    """What ``user`` holds on ``day`` at the unit or above it."""
    paths = [*prefixes(unit.path or ""), unit.path]
    rows = Assignment.objects.filter(user=user, unit__path__in=paths).live(day)
    return rows.select_related("unit").order_by("unit__path", "role")


def own_units(user: Any) -> list[PartyUnit]:
    """The units at which ``user`` holds a live role, whatever it is, root first."""
    held = {assignment.unit_id: assignment.unit for assignment in Assignment.objects.live_of(user)}
    return sorted(held.values(), key=lambda unit: unit.path or "")


def placement_on(unit: PartyUnit, day: date) -> Placement | None:
    """Where ``unit`` stood on ``day``."""
    return Placement.objects.filter(unit=unit).as_of(day).select_related("parent", "organisation").first()


def members_of(unit: PartyUnit) -> models.QuerySet[Member]:
    """The members of a branch and of its groups; of a group or a committee, its own."""
    return Member.objects.filter(models.Q(unit=unit) | models.Q(unit__in=groups_of(unit))).current()


POSITION_ORDER = Case(
    *(When(position=position, then=Value(rank)) for rank, position in enumerate(Position)),
    output_field=IntegerField(),
)


def posts_on(unit: PartyUnit, day: date) -> models.QuerySet[Post]:
    """Who held which position in the unit on ``day``."""
    return unit.posts.live(day).select_related("member").order_by(POSITION_ORDER, "starts_on")


def committee_of(unit: PartyUnit, day: date) -> set[int]:
    """The members (keys) who are on the unit's committee that day, its secretaries included."""
    positions = [Position.SECRETARY, Position.DEPUTY_SECRETARY, *COMMITTEE_POSITIONS]
    return set(unit.posts.live(day).filter(position__in=positions).values_list("member_id", flat=True))


def groups_of(unit: PartyUnit) -> PartyUnitQuerySet:
    return PartyUnit.objects.filter(parent=unit, kind=UnitKind.GROUP)


def home_key(unit: PartyUnit) -> int:
    """The branch in which the unit's people are known: a group's branch, else the unit itself."""
    return unit.parent_id if unit.kind == UnitKind.GROUP and unit.parent_id else unit.pk


def office_to_ask(user: Any, unit: PartyUnit) -> PartyUnit | None:
    """The nearest unit above everything that ``user`` keeps around ``unit`` whose office keeps people."""
    above = prefixes(unit.path or "")
    own = Assignment.objects.granting(user, "branches.change_member").values_list("unit__path", flat=True)
    top = min((path for path in own if path and (unit.path or "").startswith(path)), key=len, default="")
    offices = Assignment.objects.with_permission("branches.change_member").filter(role__in=OFFICE_ROLES)
    paths = offices.filter(unit__path__in=[path for path in above if not top or len(path) < len(top)])
    nearest = max(paths.values_list("unit__path", flat=True), key=len, default=None)
    return PartyUnit.objects.filter(path=nearest).first() if nearest else None


@dataclass
class UnitNode:
    """A unit on the tree page. The counts pool its whole subtree within the user's sight."""

    unit: PartyUnit
    branches: int = 0
    groups: int = 0
    members: int = 0
    children: list["UnitNode"] = field(default_factory=list)


def unit_tree(user: Any, *, top: PartyUnit | None = None, state: str = "open") -> list[UnitNode]:
    """The units the user sees, hung under each other; only those under ``top`` if one is given."""
    units = of_state(PartyUnit.objects.allowed_to(user, "view"), state)
    if top is not None:
        units = units.in_subtree(top.path or "")
    nodes = {unit.path: UnitNode(unit) for unit in units.order_by("path")}
    members = members_by_unit(user)
    roots = []
    for path, node in nodes.items():
        above = [nodes[key] for key in prefixes(path or "") if key in nodes]
        count_in(node, above, members.get(node.unit.pk, 0))
        if above:
            above[-1].children.append(node)
        else:
            roots.append(node)
    return roots


def of_state(units: PartyUnitQuerySet, state: str) -> PartyUnitQuerySet:
    """Units that are "open" or "closed" today, or "all"."""
    if state == "all":
        return units
    open_today = PartyUnit.objects.open_on(clock.today())
    return units.filter(pk__in=open_today) if state == "open" else units.exclude(pk__in=open_today)


def members_by_unit(user: Any) -> dict[int, int]:
    rows = Member.objects.allowed_to(user, "view").current().order_by()
    return dict(rows.values_list("unit").annotate(number=models.Count("pk")))


def count_in(node: UnitNode, above: list[UnitNode], members: int) -> None:
    is_branch, is_group = node.unit.kind in BRANCH_KINDS, node.unit.kind == UnitKind.GROUP
    node.members += members
    for counted in above:
        counted.branches += is_branch
        counted.groups += is_group
        counted.members += members


def prefixes(path: str) -> list[str]:
    """The paths of all units above, root first."""
    return [path[:end] for end in range(PATH_STEP, len(path), PATH_STEP)]


def told_apart(nodes: Iterable[Any]) -> list[tuple[str, str]]:
    """Code and name of each unit or organisation, as a choice; with the code behind a name that several of
    them have. On an earlier day its name then (``name_then``)."""
    named = [(node.code, getattr(node, "name_then", None) or node.name) for node in nodes]
    count = Counter(name for _code, name in named)
    return [(code, f"{name} ({code})" if count[name] > 1 else name) for code, name in named]


def namesakes(name: str, kind: str, parent: PartyUnit | None, day: date) -> list[PartyUnit]:
    """Units of this name not closed by that day: of a group in its branch, of any other under the same
    committee, none between."""
    alike = PartyUnit.objects.filter(name=name).exclude(closed_on__lte=day).select_related("parent")
    if kind == UnitKind.GROUP or parent is None:
        return list(alike.filter(parent=parent))
    place = parent.path or ""
    committee = committees_over([place])[place] or place
    found = list(alike.in_subtree(committee).exclude(kind=UnitKind.GROUP).exclude(path=committee))
    places = {unit.pk: (unit.parent and unit.parent.path) or "" for unit in found}
    over = committees_over(places.values())
    return [unit for unit in found if (over[places[unit.pk]] or committee) == committee]


def committees_over(paths: Iterable[str]) -> dict[str, str | None]:
    """The path of the nearest committee at or above each path."""
    lines = {path: [*prefixes(path), path] for path in paths}
    asked = {place for line in lines.values() for place in line}
    rows = PartyUnit.objects.filter(path__in=asked, kind=UnitKind.COMMITTEE).values_list("path", flat=True)
    committees = set(rows)
    return {
        path: next((place for place in reversed(line) if place in committees), None)
        for path, line in lines.items()
    }


def units_above(unit: PartyUnit, user: Any) -> PartyUnitQuerySet:
    """The units above that the user may open, root first."""
    return (
        PartyUnit.objects.allowed_to(user, "view").filter(path__in=prefixes(unit.path or "")).order_by("path")
    )
