"""Whether a record is much like one that is there already: a hint to its author, kept nowhere.

Likeness is what PostgreSQL's pg_trgm calls similarity: of the three-letter pieces of both texts, the share
that both have. Where the extension is missing, and on SQLite, the same figure is reckoned in Python.

A changed word costs a short text more of its pieces than a long one, so less is asked of it; of a very short
one nothing but the same words are a likeness.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F, FloatField, Func, Q, TextField, Value
from django.db.models.functions import Concat, Length

from activities.choices import ActivityState
from activities.models import Activity
from activities.records import ActivityData
from activities.rules import TEXTLESS_KINDS
from branches.choices import UnitKind
from branches.models import PartyUnit
from core import clock

ALIKE, ALIKE_IF_SHORT = 0.7, 0.6
# In characters: from here on long, from here on by likeness, from here on when it is the same.
LONG_TEXT, SHORT_TEXT, SHORTEST_TEXT = 110, 30, 10
DAYS_COMPARED = 400
COMPARED_AT_MOST = 500
SHOWN_AT_MOST = 5
WORD = re.compile(r"[^\W_]+")
TEXT = Concat("note", Value("\n"), "agenda", Value("\n"), "resolutions", output_field=TextField())


@dataclass(frozen=True)
class Alike:
    activity: Activity
    likeness: float  # 0 to 1

    @property
    def per_cent(self) -> int:
        return int(self.likeness * 100)


def trigrams(text: str) -> set[str]:
    """As pg_trgm takes them: of each word in small letters, with two blanks before it and one behind."""
    padded = [f"  {word} " for word in words_of(text)]
    return {word[start : start + 3] for word in padded for start in range(len(word) - 2)}


def likeness(one: str, other: str) -> float:
    first, second = trigrams(one), trigrams(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def same_minutes(user: Any, unit: PartyUnit, data: ActivityData, *, own: Any = None) -> list[Alike]:
    """The records within ``user``'s sight, of the unit's branch and its groups, whose text is nearly that of
    ``data``, the most alike first. ``own`` are keys of records that are not compared."""
    text = "\n".join([data.note, data.agenda, data.resolutions]).strip()
    if data.kind in TEXTLESS_KINDS or len(text) < SHORTEST_TEXT:
        return []
    home = unit.parent if unit.kind == UnitKind.GROUP and unit.parent else unit
    near = PartyUnit.objects.filter(Q(pk=home.pk) | Q(parent=home, kind=UnitKind.GROUP))
    since = clock.today() - timedelta(days=DAYS_COMPARED)
    candidates = (
        _seen(user, own).filter(unit__in=near, held_on__gte=since).annotate(text=TEXT, length=Length(TEXT))
    )
    if len(text) < SHORT_TEXT:
        scored = _the_same(candidates.filter(length__lte=2 * SHORT_TEXT), text)
    else:
        candidates = candidates.filter(length__gte=SHORT_TEXT).newest_first()[:COMPARED_AT_MOST]
        scored = _in_database(candidates, text) if database_compares() else _in_python(candidates, text)
    found = _alike(scored, ALIKE if len(text) >= LONG_TEXT else ALIKE_IF_SHORT)
    return sorted(found, key=lambda one: -one.likeness)[:SHOWN_AT_MOST]


def same_day(user: Any, unit: PartyUnit, data: ActivityData, *, own: Any = None) -> list[Activity]:
    """Records of the unit of the same kind and day: of most kinds there is one a day. Talks are many."""
    if data.kind in TEXTLESS_KINDS:
        return []
    same = _seen(user, own).filter(unit=unit, kind=data.kind, held_on=data.held_on)
    return list(same.order_by("pk")[:SHOWN_AT_MOST])


def _seen(user: Any, own: Any) -> Any:
    """What ``user`` may see and what still stands, without the keys ``own``."""
    seen = Activity.objects.allowed_to(user, "view").exclude(state=ActivityState.VOID)
    return seen.exclude(pk__in=own or [])


def database_compares() -> bool:
    """Whether pg_trgm is here and knows Chinese: under the C locale it takes no Chinese character for one."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('similarity(text,text)') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT similarity('党员大会', '党员大会') = 1")
        return bool(cursor.fetchone()[0])


def _in_database(candidates: Any, text: str) -> dict[int, float]:
    score = Func(F("text"), Value(text), function="similarity", output_field=FloatField())
    return dict(candidates.annotate(score=score).values_list("pk", "score"))


def _in_python(candidates: Any, text: str) -> dict[int, float]:
    return {pk: likeness(text, other) for pk, other in candidates.values_list("pk", "text")}


def _the_same(candidates: Any, text: str) -> dict[int, float]:
    words = words_of(text)
    compared = candidates.newest_first()[:COMPARED_AT_MOST].values_list("pk", "text")
    return {pk: 1.0 for pk, other in compared if words_of(other) == words}


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _alike(scored: dict[int, float], least: float) -> list[Alike]:
    found = Activity.objects.in_bulk([pk for pk, score in scored.items() if score >= least])
    return [Alike(activity, scored[pk]) for pk, activity in found.items()]
