"""Keeping the indicator library."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assessments.choices import SourceType
from assessments.default_library import DEFAULT_LIBRARY
from assessments.models import Indicator, Item
from branches.selectors import has_permission
from core import audit
from core.units import narrow_unit
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

# What a figure means rests on these: where figures or schemes rest on the indicator, a change says why.
MEANING = ("direction", "unit_of_measure", "exposure")


class ReasonRequired(Exception):
    """The meaning of an indicator in use changes without a reason. Nothing was written."""


def is_used(indicator: Indicator) -> bool:
    """Whether it has figures, or a scheme reads it."""
    items = Item.objects.filter(source_type=SourceType.REPORTED, source_code=indicator.code)
    return indicator.values.exists() or items.exists()


@transaction.atomic
def add_indicator(*, by: Any, **facts: Any) -> Indicator:
    _check_right(by, "add")
    facts = _kept(facts)
    indicator = Indicator.objects.create(**facts)
    audit.record("add_indicator", indicator, by=by, **_summary(indicator))
    return indicator


@transaction.atomic
def change_indicator(
    indicator: Indicator, *, by: Any, version: int | None, reason: str = "", **facts: Any
) -> Indicator:
    """VersionConflict when somebody changed it meanwhile; nothing happens where nothing differs."""
    _check_right(by, "change")
    locked: Indicator = lock_version(indicator, version)
    before = _summary(locked)
    facts = _kept(facts)
    for name in KEPT_FACTS:
        if name in facts:
            setattr(locked, name, facts[name])
    after = _summary(locked)
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in KEPT_FACTS if before[name] != after[name]
    }
    turned = any(
        name in changed and before[name] for name in MEANING
    )  # filling in what was bare turns nothing
    if turned and not reason.strip() and is_used(indicator):
        raise ReasonRequired
    if changed:
        locked.version += 1
        locked.save()
        audit.record("change_indicator", locked, by=by, reason=reason.strip(), **changed)
    return locked


@transaction.atomic
def load_default_library(*, by: Any) -> list[Indicator]:
    """What of it is not there yet; an indicator that is keeps what the office made of it."""
    _check_right(by, "add")
    known = set(Indicator.objects.values_list("code", flat=True))
    missing = {code: facts for code, facts in DEFAULT_LIBRARY.items() if code not in known}
    return [add_indicator(by=by, code=code, **facts) for code, facts in missing.items()]


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


def _kept(facts: dict[str, Any]) -> dict[str, Any]:
    unit = facts.get("unit_of_measure")
    return facts | {"unit_of_measure": narrow_unit(unit)} if unit else facts


def _summary(indicator: Indicator) -> dict[str, str]:
    """The facts as the audit trail keeps them."""
    texts = {name: getattr(indicator, name) for name in KEPT_FACTS}
    return {name: "" if value is None else str(value) for name, value in texts.items()}
