"""Which files can be imported in the browser, by whom: each app registers its importers.

Importing in the browser is administrators' work: whoever may, by Django's own permissions, add and change the
rows one by one may also bring them as a file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.importing import Importer
from core.registry import Registry


@dataclass(frozen=True)
class ImportKind:
    """``importer(by)`` makes the importer for who imports; all ``permissions``, Django's own, are needed."""

    code: str
    label: Any
    permissions: tuple[str, ...]
    columns: Any
    importer: Callable[[Any], Importer[Any]]


kinds: Registry[ImportKind] = Registry()


def register(
    code: str,
    label: Any,
    importer_class: type[Importer[Any]],
    *models: str,
    make: Callable[[Any], Importer[Any]] | None = None,
) -> None:
    """``models`` are those written to, as in "branches.member"."""
    permissions = tuple(
        f"{app}.{action}_{name}"
        for app, name in (model.split(".") for model in models)
        for action in ("add", "change")
    )
    make = make or (lambda by: importer_class())
    kinds.register(code, ImportKind(code, label, permissions, importer_class.columns, make))


def kinds_for(user: Any) -> list[ImportKind]:
    """What ``user`` may import."""
    if not user.is_staff:
        return []
    return [kind for kind in kinds.values() if user.has_perms(kind.permissions)]


def may_import(user: Any) -> bool:
    return bool(kinds_for(user))
