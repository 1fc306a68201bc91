"""Why an operation says no, and who may ask for it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from branches.choices import UnitKind
from branches.models import Member, PartyUnit
from branches.selectors import has_permission
from core import audit


class BranchesRefused(Exception):
    """The change is not possible; the message says why, in the user's words."""


def require(by: Any, permission: str, unit: PartyUnit | None) -> None:
    """Raises PermissionDenied unless ``by`` may: by a role over ``unit``, or as administrator by Django's own
    permissions. None is the system itself: an import, the demo."""
    if by is None or by.has_perm(permission):
        return
    if unit is None or not has_permission(by, permission, unit):
        raise PermissionDenied


def require_keeping(by: Any, unit: PartyUnit) -> None:
    """Groups are changed by whoever keeps the groups of their branch, all other units by who keeps units."""
    keeps_groups = unit.kind == UnitKind.GROUP and by is not None
    if not (keeps_groups and has_permission(by, "branches.change_group", unit)):
        require(by, "branches.change_partyunit", unit)


@transaction.atomic
def delete_row(obj: Any, *, by: Any) -> None:
    """Only what was made by mistake is deleted: what has records stays, and is closed or ended instead."""
    unit = obj if isinstance(obj, PartyUnit) else getattr(obj, "unit", None)
    require(by, f"branches.delete_{obj._meta.model_name}", unit)
    audit.record("delete", obj, by=by, scope=(unit and unit.path) or "")
    try:
        obj.delete()
    except ProtectedError as error:
        raise BranchesRefused(still_needed_text(obj) % {"name": obj, "kinds": needed_by(error)}) from error


def still_needed_text(obj: Any) -> str:
    if isinstance(obj, Member):
        return _(
            "“%(name)s” is not deleted, because it is needed by: %(kinds)s. "
            "Somebody who leaves stays on record: enter the day under “left on”."
        )
    return _("“%(name)s” is not deleted, because it is needed by: %(kinds)s. Close or end it instead.")


def needed_by(error: ProtectedError) -> str:
    return "、".join(sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects}))


def changed_values(obj: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """Sets ``fields`` on ``obj`` and returns what was different, as the audit trail keeps it."""
    changes = {}
    for name, value in fields.items():
        before = getattr(obj, name)
        if before != value:
            changes[name] = [as_text(before), as_text(value)]
            setattr(obj, name, value)
    return changes


def as_text(value: Any) -> str | None:
    return None if value is None else str(value)
