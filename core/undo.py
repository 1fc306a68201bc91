"""What was just done and can be taken back: offered once, on the next page."""

from dataclasses import asdict, dataclass
from typing import Any

KEY = "undo"


@dataclass(frozen=True)
class Undo:
    """``url`` takes a POST with ``version``, the object's after the deed: what came between refuses it."""

    text: str
    url: str
    version: int


def offer(request: Any, text: Any, url: str, version: int) -> None:
    request.session[KEY] = asdict(Undo(str(text), url, version))


def take(request: Any) -> Undo | None:
    """What is on offer, which is then shown and offered no more."""
    session = getattr(request, "session", None)
    if not session or KEY not in session:
        return None
    return Undo(**session.pop(KEY))
