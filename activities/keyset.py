"""Pages of a long list by the place where the last one ended: page 1,000 costs what page 1 costs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

PAGE_SIZE = 50
CURSOR_PARTS = 2
Place = tuple[date, int]


@dataclass(frozen=True)
class KeysetPage:
    rows: list[Any]
    before: str
    after: str


def written(place: Place) -> str:
    return f"{place[0].isoformat()}_{place[1]}"


def parse_cursor(text: str) -> Place | None:
    """The day and the key of a cursor; None for anything else that stands in the address."""
    parts = text.split("_")
    if len(parts) != CURSOR_PARTS or not parts[1].isascii() or not parts[1].isdigit() or len(parts[1]) > 18:
        return None
    try:
        return date.fromisoformat(parts[0]), int(parts[1])
    except ValueError:
        return None


def older_than(place: Place, key: str = "pk") -> Q:
    """The first condition follows from the second, and is the one that an index can begin at."""
    day, pk = place
    return Q(held_on__lte=day) & (Q(held_on__lt=day) | Q(**{f"{key}__lt": pk}))


def newer_than(place: Place, key: str = "pk") -> Q:
    day, pk = place
    return Q(held_on__gte=day) & (Q(held_on__gt=day) | Q(**{f"{key}__gt": pk}))


def page_by(
    read: Callable[..., list[Any]], cursor: Callable[[Any], str], *, before: str, after: str, size: int
) -> KeysetPage:
    """``read(place, newer=…, count=…)`` gives the rows next to a place, the nearest first."""
    older, newer = parse_cursor(after), parse_cursor(before)
    if newer and not older:
        found = read(newer, newer=True, count=size + 1)
        shown = found[:size][::-1]
        has_newer, has_older = len(found) > size, bool(shown)
    else:
        found = read(older, newer=False, count=size + 1)
        shown = found[:size]
        has_newer, has_older = bool(older and found), len(found) > size
    return KeysetPage(
        rows=shown,
        before=cursor(shown[0]) if shown and has_newer else "",
        after=cursor(shown[-1]) if shown and has_older else "",
    )
