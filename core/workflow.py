"""States change only by a named move from a table (architecture.md settled 4).

The table stands beside the model: ``MOVES = {"submit": Move(...), …}``. ``move`` locks the row, checks the
state, the right, the four eyes and the guard, stamps who and when, saves, and writes the audit event.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.models import AuditEvent

Allowed = Callable[[Any, Any, str], bool]


class MoveRefused(Exception):
    """The move is not possible; the message says why, in the user's words."""


class VersionConflict(Exception):
    """Somebody changed the object after it was read; ``changed_by`` and ``changed_at`` say who and when."""

    def __init__(self, current: Any, *, changed_by: Any = None, changed_at: Any = None) -> None:
        super().__init__(str(current))
        self.current, self.changed_by, self.changed_at = current, changed_by, changed_at


class AlreadySubmitted(Exception):
    """The same form was sent before; ``existing`` is what it made then, at ``submitted_at``."""

    def __init__(self, existing: Any, *, submitted_at: Any) -> None:
        super().__init__(str(existing))
        self.existing, self.submitted_at = existing, submitted_at


def lock_version(obj: Any, version: int | None) -> Any:
    """The freshly locked row of ``obj``, if nobody has changed it since ``version``; else VersionConflict."""
    locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    if locked.version != version:
        last = AuditEvent.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).first()
        raise VersionConflict(
            locked, changed_by=last.actor if last else None, changed_at=last.at if last else None
        )
    return locked


@dataclass(frozen=True)
class Move:
    """From ``sources`` to ``target``, for who holds the action ``permission`` on the object.

    ``stamp`` names the fields ``<stamp>_by`` and ``<stamp>_at`` to fill, ``clears`` those to empty.
    ``authors`` names user fields whose holders may not make the move, ``only`` the one whose holder alone
    may. ``guard`` returns a reason to refuse.
    """

    sources: frozenset[str]
    target: str
    permission: str
    stamp: str = ""
    clears: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    only: str = ""
    needs_reason: bool = False
    guard: Callable[[Any], Any] | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


def refusal(obj: Any, move: Move, *, by, allowed: Allowed, reason: str = "") -> Any:
    """Why ``by`` can't make the move, or None. A missing right raises PermissionDenied."""
    if by is not None and not allowed(by, obj, move.permission):
        raise PermissionDenied
    if obj.state not in move.sources:
        return _("This record is now “%(state)s”; that can't be done any more.") % {
            "state": obj.get_state_display()
        }
    if by is not None and any(getattr(obj, f"{name}_id") == by.pk for name in move.authors):
        return _("Nobody decides on a record of their own. A colleague has to do it.")
    if by is not None and move.only and getattr(obj, f"{move.only}_id") != by.pk:
        return _("Only who did it takes it back.")
    if move.needs_reason and not reason.strip():
        return _("Give a reason.")
    return move.guard(obj) if move.guard else None


def _apply(obj: Any, name: str, move: Move, *, by, reason: str) -> None:
    before = obj.state
    obj.state = move.target
    for stamp in move.clears:
        setattr(obj, f"{stamp}_by", None)
        setattr(obj, f"{stamp}_at", None)
    if move.stamp:
        setattr(obj, f"{move.stamp}_by", by)
        setattr(obj, f"{move.stamp}_at", clock.now())
    if move.needs_reason:
        obj.reason = reason.strip()
    for name_of_field, value in move.changes.items():
        setattr(obj, name_of_field, value)
    obj.version += 1
    obj.save()
    audit.record(name, obj, by=by, scope=_scope_of(obj), reason=reason, state=[before, move.target])


def _scope_of(obj: Any) -> str:
    """The path of its unit; nothing for what belongs to no unit."""
    unit = getattr(obj, "unit", None)
    return (unit.path or "") if unit else ""


def _lock(obj: Any) -> Any:
    rows = type(obj)._default_manager.select_for_update(of=("self",))
    return (rows.select_related("unit") if hasattr(obj, "unit_id") else rows).get(pk=obj.pk)


@transaction.atomic
def move(obj: Any, name: str, moves: Mapping[str, Move], *, by, allowed: Allowed, reason: str = "") -> Any:
    """Make the move on a freshly locked copy and return it. Raises MoveRefused or PermissionDenied."""
    locked = _lock(obj)
    refused = refusal(locked, moves[name], by=by, allowed=allowed, reason=reason)
    if refused:
        raise MoveRefused(refused)
    _apply(locked, name, moves[name], by=by, reason=reason)
    return locked


@transaction.atomic
def move_many(
    objects: Iterable[Any], name: str, moves: Mapping[str, Move], *, by, allowed: Allowed
) -> tuple[list[Any], list[tuple[Any, Any]]]:
    """Make the move on each object that allows it: (moved, [(object, why not)])."""
    moved, refused = [], []
    for obj in objects:
        try:
            moved.append(move(obj, name, moves, by=by, allowed=allowed))
        except MoveRefused as error:
            refused.append((obj, error.args[0]))
        except PermissionDenied:
            refused.append((obj, _("You may not do this.")))
    return moved, refused
