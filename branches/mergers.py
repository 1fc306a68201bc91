"""What higher apps tell before a unit is merged: each registers a function that gives a line or None."""

from collections.abc import Callable
from datetime import date
from typing import Any

from branches.models import PartyUnit
from core.registry import Registry

Line = tuple[Any, Any]  # what it is about, what happens with it
sources: Registry[Callable[[PartyUnit, PartyUnit, date], Line | None]] = Registry()


def lines_for(unit: PartyUnit, into: PartyUnit, on: date) -> list[Line]:
    """In the order in which the apps were loaded."""
    found = [source(unit, into, on) for source in sources.values()]
    return [line for line in found if line]
