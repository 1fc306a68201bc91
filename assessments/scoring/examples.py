"""What a rule makes of single figures, by the very expressions that score the units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from assessments.scoring.dialect import Sql
from assessments.scoring.rules import score_expression

ITEMS_AT_ONCE = 50


class Rule(Protocol):
    """An item of a stored scheme or of a plan."""

    @property
    def rule_type(self) -> str: ...
    @property
    def rule(self) -> Mapping[str, Any]: ...
    @property
    def weight(self) -> int: ...


@dataclass(frozen=True)
class Given:
    """A raw value, and the lowest and the highest one among the peers where the rule compares (all x10^6)."""

    raw: int
    low: int = 0
    high: int = 0


def score_examples(asked: Sequence[tuple[Rule, Sequence[Given]]]) -> list[list[int]]:
    """The score (x10^4) of each figure under its rule."""
    found: list[list[int]] = [[0] * len(figures) for _rule, figures in asked]
    for start in range(0, len(asked), ITEMS_AT_ONCE):
        for item, place, score in _rows(asked[start : start + ITEMS_AT_ONCE]):
            found[start + item][place] = score
    return found


def _rows(asked: Sequence[tuple[Rule, Sequence[Given]]]) -> list[tuple[int, int, int]]:
    parts = [_part(number, rule, figures) for number, (rule, figures) in enumerate(asked) if figures]
    found: list[tuple[int, int, int]] = []
    for statement in [Sql.join("\nUNION ALL\n", parts)] if parts else []:
        with connection.cursor() as cursor:
            cursor.execute(statement.text, statement.params)
            found = cursor.fetchall()
    return found


def _part(number: int, rule: Rule, figures: Sequence[Given]) -> Sql:
    rows = Sql.join(" UNION ALL ", [_row(place, given) for place, given in enumerate(figures)])
    score = score_expression(rule.rule_type, rule.rule, raw="x", weight=rule.weight)
    return Sql(f"SELECT {number} AS item, place, {score} AS score FROM (") + rows + f") given_{number}"


def _row(place: int, given: Given) -> Sql:
    columns = ", ".join(f"CAST(%s AS bigint) AS {name}" for name in ("x", "x_low", "x_high"))
    return Sql(f"SELECT {place} AS place, {columns}", (given.raw, given.low, given.high))
