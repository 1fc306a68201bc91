"""Which units a statement reads: all, a range of keys, or some."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Among:
    """``keys`` if given, else from ``first`` to ``last`` if given, else every unit."""

    keys: frozenset[int] | None = None
    first: int | None = None
    last: int | None = None

    def condition(self, column: str) -> str:
        """SQL to add to a WHERE that has something already."""
        if self.keys is not None:
            return f" AND {column} IN ({listed(self.keys)})"
        if self.first is not None:
            return f" AND {column} BETWEEN {int(self.first)} AND {int(self.last or 0)}"
        return ""

    @property
    def lookups(self) -> dict[str, Any]:
        """The same for a queryset of figures."""
        if self.keys is not None:
            return {"unit_id__in": sorted(self.keys)}
        if self.first is not None:
            return {"unit_id__gte": self.first, "unit_id__lte": self.last}
        return {}


ALL = Among()


def listed(keys: Iterable[int]) -> str:
    return ", ".join(str(int(key)) for key in sorted(keys)) or "NULL"
