"""Keeping the indicator library."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assessments.models import Indicator
from branches.selectors import has_permission
from core import audit
from core.workflow import lock_version

# Code and ``per`` stay: schemes and figures rest on them.
KEPT_FACTS = (
    "name",
    "side",
    "direction",
    "unit_of_measure",
    "exposure",
    "owner",
    "meaning",
    "source",
    "valid_from",
    "valid_to",
)


@transaction.atomic
def add_indicator(*, by: Any, **facts: Any) -> Indicator:
    _check_right(by, "add")
    indicator = Indicator.objects.create(**facts)
    audit.record("add_indicator", indicator, by=by, **_summary(indicator))
    return indicator


@transaction.atomic
def change_indicator(indicator: Indicator, *, by: Any, version: int | None, **facts: Any) -> Indicator:
    """VersionConflict when somebody changed it meanwhile; nothing happens where nothing differs."""
    _check_right(by, "change")
    locked: Indicator = lock_version(indicator, version)
    before = _summary(locked)
    for name in KEPT_FACTS:
        if name in facts:
            setattr(locked, name, facts[name])
    after = _summary(locked)
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in KEPT_FACTS if before[name] != after[name]
    }
    if changed:
        locked.version += 1
        locked.save()
        audit.record("change_indicator", locked, by=by, **changed)
    return locked


@transaction.atomic
def rename_indicator(indicator: Indicator, *, by: Any, name: str) -> Indicator:
    """From the administration, whose door is Django's own."""
    locked = Indicator.objects.select_for_update().get(pk=indicator.pk)
    before, locked.name = locked.name, name
    locked.version += 1
    locked.save(update_fields=["name", "version"])
    audit.record("rename_indicator", locked, by=by, name=[before, name])
    return locked


def _check_right(by: Any, action: str) -> None:
    if not has_permission(by, f"assessments.{action}_indicator"):
        raise PermissionDenied


def _summary(indicator: Indicator) -> dict[str, str]:
    """The facts as the audit trail keeps them."""
    texts = {name: getattr(indicator, name) for name in KEPT_FACTS}
    return {name: "" if value is None else str(value) for name, value in texts.items()}
