"""Search across apps: each registers a source that looks only where the user may look."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class Hit:
    title: str
    hint: Any
    url: str


@dataclass(frozen=True)
class SearchSource:
    """``find(user, text, limit)`` gives at most ``limit`` hits within the user's scope."""

    name: Any
    find: Callable[[Any, str, int], Iterable[Hit]]


sources: Registry[SearchSource] = Registry()
