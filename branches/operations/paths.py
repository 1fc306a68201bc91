"""Materialised paths: made from parent keys, level by level, in as many statements as the tree is deep."""

from django.db import models
from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, LPad, Substr

from branches.models import Organisation, PartyUnit
from branches.querysets import DEEPEST, PATH_STEP

Node = Organisation | PartyUnit


def own_step(pk: int) -> str:
    return f"{pk:0{PATH_STEP}}"


def path_under(parent: Node | None, pk: int) -> str:
    return (parent.path or "" if parent else "") + own_step(pk)


def rebuild_paths(model: type[Node]) -> int:
    """Puts every path right and returns how many were wrong. Parent keys must be without cycles."""
    step = LPad(Cast("pk", CharField()), PATH_STEP, Value("0"))
    level = model.objects.filter(parent=None)
    changed = level.exclude(path=step, path__isnull=False).update(path=step)
    for depth in range(1, DEEPEST):
        parent_path = Subquery(model.objects.filter(pk=OuterRef("parent")).values("path")[:1])
        children = model.objects.filter(at_depth(depth)).annotate(right=Concat(parent_path, step))
        wrong = children.filter(~Q(path=models.F("right")) | Q(path=None))
        changed += wrong.update(path=Concat(parent_path, step))
        if not children.exists():
            break
    return changed


def at_depth(depth: int) -> Q:
    """Rows exactly ``depth`` parents below a root."""
    return Q(**{f"{'parent__' * (depth + 1)}isnull": True, f"{'parent__' * depth}isnull": False})


def rewrite_subtree(model: type[Node], old: str, new: str) -> None:
    """Hangs everything under the path ``old`` under ``new``, in one statement."""
    below = model.objects.in_subtree(old)
    below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
