"""What is due for a person: each app contributes rows to the workbench."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class DueItem:
    """One thing to do. ``title`` begins with the verb; ``url`` leads to where it is done.

    ``kind`` is "returned", "overdue", "due", "waiting" or "draft".
    """

    kind: str
    title: Any
    hint: Any
    url: str
    due_on: date | None = None


DueSource = Callable[[Any], Iterable[DueItem]]

sources: Registry[DueSource] = Registry()


def due_items_for(user) -> list[DueItem]:
    """Everything due for ``user``: returned work first, then by day."""
    items = [item for source in sources.values() for item in source(user)]
    return sorted(items, key=lambda item: (item.kind != "returned", item.due_on or date.max))
