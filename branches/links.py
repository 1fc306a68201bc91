"""What higher apps offer to open for a unit: each registers a function that gives a link or None."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class UnitLink:
    """``icon`` is a symbol of ``static/img/icons.svg``."""

    label: Any
    url: str
    icon: str


sources: Registry[Callable[[Any, Any], UnitLink | None]] = Registry()


def links_for(unit: Any, user: Any) -> list[UnitLink]:
    """The links that ``user`` may follow from ``unit``, in the order in which the apps were loaded."""
    found = [source(unit, user) for source in sources.values()]
    return [link for link in found if link]
