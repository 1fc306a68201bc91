"""Who is asking, from where: kept for the length of a request so that the audit trail can say so. And what a
request that changes nothing has read already."""

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

Read = TypeVar("Read")


@dataclass(frozen=True)
class RequestContext:
    """``kept`` is None where the request may change what it reads."""

    request_id: str = ""
    ip: str | None = None
    kept: dict[Hashable, Any] | None = None


current: ContextVar[RequestContext] = ContextVar("request_context", default=RequestContext())  # noqa: B039 - frozen


def once(key: Hashable, read: Callable[[], Read]) -> Read:
    """What ``read`` gives; a request that changes nothing asks for it only once."""
    kept = current.get().kept
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: Read = kept[key]
    return found
