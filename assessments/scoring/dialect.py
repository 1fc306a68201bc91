"""Where PostgreSQL and SQLite speak differently. Everything else of the statement is the same text."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Sql:
    """Text with ``%s`` places and what fills them, in order. Into the text go only integers and own names."""

    text: str
    params: tuple[Any, ...] = ()

    def __add__(self, other: "Sql | str") -> "Sql":
        if isinstance(other, str):
            return Sql(self.text + other, self.params)
        return Sql(self.text + other.text, self.params + other.params)

    @staticmethod
    def join(separator: str, parts: Sequence["Sql"]) -> "Sql":
        params = tuple(param for part in parts for param in part.params)
        return Sql(separator.join(part.text for part in parts), params)


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def array(columns: Sequence[str]) -> str:
    """A list of integers as ``core.fields.IntegerListField`` keeps it."""
    inside = ", ".join(columns)
    return f"ARRAY[{inside}]::bigint[]" if is_postgresql() else f"json_array({inside})"


def element(column: str, place: int) -> str:
    """One integer out of such a list, counted from 0."""
    return f"{column}[{place + 1}]" if is_postgresql() else f"json_extract({column}, '$[{place}]')"


def fenced(name: str, body: Sql) -> Sql:
    """A common table expression, read once, whose columns are computed once: without the fence each layer of
    scores would be substituted into the next, and the expressions would grow by multiplication.

    On PostgreSQL rows run through it one by one; SQLite can only write them down.
    """
    if is_postgresql():
        return Sql(f"{name} AS NOT MATERIALIZED (\n") + body + "\nOFFSET 0)"
    return kept(name, body)


def kept(name: str, body: Sql) -> Sql:
    """A common table expression that is written down, for what is read more than once."""
    materialised = is_postgresql() or sqlite3.sqlite_version_info >= (3, 35)
    return Sql(f"{name} AS {'MATERIALIZED ' if materialised else ''}(\n") + body + "\n)"


def differs(left: str, right: str) -> str:
    """Null-safe inequality."""
    return f"{left} IS DISTINCT FROM {right}" if is_postgresql() else f"{left} IS NOT {right}"


def smaller(left: str, right: str) -> str:
    return f"LEAST({left}, {right})" if is_postgresql() else f"MIN({left}, {right})"


@contextmanager
def planned_for_bulk(*, nested_loops: bool = False) -> Iterator[None]:
    """For a statement over all units: PostgreSQL can not know how many rows a common table expression has,
    and a loop within a loop where it guesses one is the only plan that never ends. Compiling the hundreds
    of small expressions would take ten times as long as running them. Sorting wants room."""
    _set("jit TO off", "work_mem TO '256MB'")
    if not nested_loops:
        _set("enable_nestloop TO off")
    yield
    # not after a failure: nothing more can be asked then, and the settings fall with the transaction
    _set("enable_nestloop TO DEFAULT", "jit TO DEFAULT", "work_mem TO DEFAULT")


def planned_for_few() -> None:
    """Until the transaction ends, for a statement over a few units: the joins as they are written are right,
    and looking for better ones takes longer than running it. So would compiling."""
    order = ("join_collapse_limit TO 1", "from_collapse_limit TO 1")
    _set("jit TO off", *order, "max_parallel_workers_per_gather TO 0")


def _set(*settings: str) -> None:
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL {setting}" for setting in settings))
