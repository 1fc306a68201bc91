"""Rows by the ten thousand: the one place of this app where the two databases part.

``bulk_create`` spends most of its time in Python; an import of a year or the demo data can't wait for it.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

CHUNK = 5000
COPY_MARKS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
COPY_NULL = "\\N"


def next_keys(model: type[Model], count: int) -> Iterator[int]:
    """``count`` fresh primary keys, for rows that ``insert_rows`` writes in the same transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, count])
            return iter([row[0] for row in cursor.fetchall()])
        # The transaction is the only writer (BEGIN IMMEDIATE), and the table never uses a key twice.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return iter(range(last + 1, last + count + 1))


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert tuples of values as the database takes them; ``columns`` are column names."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({names}) FROM STDIN", iter(rows))
        return
    adapt = [_adapter(model, column) for column in columns]
    adapted = ([make(value) for make, value in zip(adapt, row, strict=True)] for row in rows)
    one = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 - our names
    with connection.cursor() as cursor:
        while chunk := list(islice(adapted, CHUNK)):
            cursor.executemany(one, chunk)


def _copy(command: str, rows: Iterator[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, CHUNK)):
            lines = "".join(["\t".join(map(_copied, row)) + "\n" for row in chunk])
            with connection.wrap_database_errors:
                cursor.copy_expert(command, io.StringIO(lines))


def _copied(value: Any) -> str:
    return COPY_NULL if value is None else str(value).translate(COPY_MARKS)


def _adapter(model: type[Model], column: str) -> Any:
    """How a value of the column goes to SQLite; most go as they are."""
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    kind = field.get_internal_type()
    if kind == "DateField":
        return lru_cache(connection.ops.adapt_datefield_value)
    if kind == "TimeField":
        return lru_cache(connection.ops.adapt_timefield_value)
    if kind == "DateTimeField":
        return lru_cache(connection.ops.adapt_datetimefield_value)
    return _same


def _same(value: Any) -> Any:
    return value
