"""Pages of a long list by the place where the last one ended: page 1,000 costs what page 1 costs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

PAGE_SIZE = 50
CURSOR_PARTS = 2


@dataclass(frozen=True)
class KeysetPage:
    rows: list[Any]
    before: str
    after: str


def cursor_of(row: Any) -> str:
    return f"{row.held_on.isoformat()}_{row.pk}"


def parse_cursor(text: str) -> tuple[date, int] | None:
    """The day and the key of a cursor; None for anything else that stands in the address."""
    parts = text.split("_")
    if len(parts) != CURSOR_PARTS or not parts[1].isascii() or not parts[1].isdigit() or len(parts[1]) > 18:
        return None
    try:
        return date.fromisoformat(parts[0]), int(parts[1])
    except ValueError:
        return None


def keyset_page(rows: QuerySet, *, before: str = "", after: str = "", size: int = PAGE_SIZE) -> KeysetPage:
    """The page of ``rows``, newest day first, that stands before or after a cursor; else the first."""
    older, newer = parse_cursor(after), parse_cursor(before)
    if newer and not older:
        day, key = newer
        ahead = rows.filter(Q(held_on__gt=day) | Q(held_on=day, pk__gt=key)).order_by("held_on", "pk")
        found = list(ahead[: size + 1])
        shown = found[:size][::-1]
        return _page(shown, has_newer=len(found) > size, has_older=bool(shown))
    if older:
        day, key = older
        rows = rows.filter(Q(held_on__lt=day) | Q(held_on=day, pk__lt=key))
    found = list(rows.order_by("-held_on", "-pk")[: size + 1])
    return _page(found[:size], has_newer=bool(older and found), has_older=len(found) > size)


def _page(shown: list[Any], *, has_newer: bool, has_older: bool) -> KeysetPage:
    return KeysetPage(
        rows=shown,
        before=cursor_of(shown[0]) if shown and has_newer else "",
        after=cursor_of(shown[-1]) if shown and has_older else "",
    )
