"""Writes to the two trees. A unit's place is kept as it was on every earlier day."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from branches.models import Organisation, PartyUnit, Placement
from branches.operations.paths import Node, path_under, rewrite_subtree
from branches.operations.refusals import BranchesRefused, changed_values, require, require_keeping
from branches.querysets import DEEPEST, PATH_STEP
from core import audit, clock

SINCE_EVER = date(1900, 1, 1)
PLACE_FIELDS = ("parent", "organisation", "category", "name")


@transaction.atomic
def create_organisation(*, by: User | None, **fields: Any) -> Organisation:
    """``fields`` are those of the model."""
    organisation = Organisation(**fields)
    require(by, "branches.add_organisation", None)
    save_new_node(organisation)
    audit.record("create", organisation, by=by, code=organisation.code)
    return organisation


@transaction.atomic
def update_organisation(organisation: Organisation, *, by: User | None, **fields: Any) -> Organisation:
    require(by, "branches.change_organisation", None)
    lock_trees(Organisation, organisation, fields.get("parent"))
    organisation = Organisation.objects.get(pk=organisation.pk)
    parent = fields.pop("parent", organisation.parent)
    changes = changed_values(organisation, fields)
    if parent != organisation.parent:
        changes |= hang_under(organisation, parent)
    organisation.full_clean()
    organisation.save()
    if changes:
        audit.record("change", organisation, by=by, **changes)
    return organisation


@transaction.atomic
def create_unit(*, by: User | None, **fields: Any) -> PartyUnit:
    """``fields`` are those of the model. The unit gets its path and its first placement."""
    unit = PartyUnit(**fields)
    require(by, "branches.add_partyunit", unit.parent)
    return add_unit(unit, by=by)


def add_unit(unit: PartyUnit, *, by: User | None) -> PartyUnit:
    """``unit`` is not saved yet; whoever calls has asked for the right."""
    save_new_node(unit)
    place(unit, starts_on=unit.opened_on or SINCE_EVER).save()
    audit.record("create", unit, by=by, scope=unit.path or "", code=unit.code)
    return unit


@transaction.atomic
def update_unit(unit: PartyUnit, *, by: User | None, on: date | None = None, **fields: Any) -> PartyUnit:
    """Changes facts; a change of place or name (``PLACE_FIELDS``) holds from ``on``, default today."""
    require_keeping(by, unit)
    lock_trees(PartyUnit, unit, fields.get("parent"))
    unit = PartyUnit.objects.select_related("parent", "organisation").get(pk=unit.pk)
    parent = fields.pop("parent", unit.parent)
    changes = changed_values(unit, fields)
    moved = parent != unit.parent
    if moved:
        require(by, "branches.change_partyunit", parent)
        changes |= hang_under(unit, parent)
    unit.full_clean()
    unit.save()
    if changes.keys() & set(PLACE_FIELDS):
        record_places(unit, on or clock.today(), subtree=moved)
    if changes:
        audit.record("move" if moved else "change", unit, by=by, scope=unit.path or "", **changes)
    return unit


def move_unit(
    unit: PartyUnit,
    *,
    parent: PartyUnit | None,
    on: date,
    by: User | None,
    organisation: Organisation | None = None,
) -> PartyUnit:
    """Hangs the unit and all below it under ``parent`` from the day ``on``."""
    place = {"organisation": organisation} if organisation else {}
    return update_unit(unit, by=by, on=on, parent=parent, **place)


def save_new_node(node: Node) -> None:
    node.full_clean()
    refuse_too_deep(node.parent, 1)
    node.save()
    node.path = path_under(node.parent, node.pk)
    node.save(update_fields=["path"])


def lock_trees(model: type[Node], *nodes: Node | None) -> None:
    """Two moves at once could hang two units under each other: moves in one tree wait for each other."""
    roots = {int(node.path[:PATH_STEP]) for node in nodes if node is not None and node.path}
    list(model.objects.select_for_update().filter(pk__in=roots).order_by("pk").values_list("pk"))


def hang_under(node: Node, parent: Node | None) -> dict[str, Any]:
    """Changes parent and path, of the node and of everything below it."""
    model = type(node)
    parent = parent and model.objects.get(pk=parent.pk)
    old = node.path or ""
    if parent is not None and (parent.path or "").startswith(old):
        raise BranchesRefused(
            _("“%(name)s” can't be hung under itself or under a unit of its own.") % {"name": node}
        )
    deepest = max(len(path or "") for path in model.objects.in_subtree(old).values_list("path", flat=True))
    refuse_too_deep(parent, (deepest - len(old)) // PATH_STEP + 1)
    changes = changed_values(node, {"parent": parent})
    new = path_under(parent, node.pk)
    rewrite_subtree(model, old, new)
    node.path = new
    return changes


def refuse_too_deep(parent: Node | None, levels: int) -> None:
    if len(parent.path or "" if parent else "") // PATH_STEP + levels > DEEPEST:
        raise BranchesRefused(_("The tree would have more than %(levels)d levels.") % {"levels": DEEPEST})


def place(unit: PartyUnit, *, starts_on: date) -> Placement:
    return Placement(
        unit=unit,
        parent_id=unit.parent_id,
        organisation_id=unit.organisation_id,
        path=unit.path or "",
        category=unit.category,
        name=unit.name,
        starts_on=starts_on,
    )


def record_places(unit: PartyUnit, on: date, *, subtree: bool) -> None:
    """Writes where the unit (and what hangs below) stands from ``on``; earlier days keep their placements."""
    units = PartyUnit.objects.in_subtree(unit.path or "") if subtree else PartyUnit.objects.filter(pk=unit.pk)
    today = clock.today()
    if on > today:
        raise BranchesRefused(_("A unit is moved on the day itself or afterwards, not ahead of time."))
    latest = latest_starts(units)
    if any(on < starts_on <= today for starts_on in latest.values()):
        raise BranchesRefused(
            _("Somewhere in this subtree a later place is on record already. Give a day not before it.")
        )
    write_places(units, latest, on)


def latest_starts(units: Any) -> dict[int, date]:
    rows = Placement.objects.filter(unit__in=units).order_by("starts_on").values_list("unit_id", "starts_on")
    return dict(rows)  # the last one of a unit stays


def write_places(units: Any, latest: dict[int, date], on: date) -> None:
    """A placement that has not begun yet is overwritten: until it begins the earlier one would hold."""
    rows = [place(unit, starts_on=max(on, latest.get(unit.pk, on))) for unit in units]
    Placement.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["unit", "starts_on"],
        update_fields=["parent", "organisation", "path", "category", "name"],
    )
