"""Rows that nobody alters: the triggers that refuse it on both databases.

A migration freezes a table with ``freezing.freeze("app_model", when="...")``. On SQLite a later migration
that rebuilds the table drops its triggers with it, and has to freeze it again; a test sees what is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import migrations

PREFIX = "frozen_"


def freeze_sql(
    vendor: str, table: str, *, when: str = "TRUE", insert_when: str = "", update_when: str = ""
) -> list[str]:
    """The statements after which the database refuses to change or delete rows of ``table``.

    ``when`` limits that to rows for which it holds, in terms of OLD; ``update_when`` stands in for it where
    a change has to be judged by NEW too; ``insert_when``, in terms of NEW, also refuses new rows. All are SQL
    that PostgreSQL and SQLite understand. TRUNCATE is always refused.
    """
    conditions = {"UPDATE": update_when or when, "DELETE": when}
    conditions |= {"INSERT": insert_when} if insert_when else {}
    if vendor == "sqlite":
        return [_sqlite_trigger(table, event, condition) for event, condition in conditions.items()]
    return [
        statement
        for event, condition in conditions.items()
        for statement in _trigger(table, event, condition)
    ] + [
        _function(table, "TRUNCATE", "TRUE"),
        f'CREATE TRIGGER {PREFIX}{table}_truncate BEFORE TRUNCATE ON "{table}"'
        f" FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}{table}_truncate()",
    ]


def unfreeze_sql(vendor: str, table: str) -> list[str]:
    names = [f"{PREFIX}{table}_{event}" for event in ("update", "delete", "insert", "truncate")]
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in names]
    return [f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in names]


def freeze(
    table: str, *, when: str = "TRUE", insert_when: str = "", update_when: str = ""
) -> migrations.RunPython:
    """The migration operation."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        conditions = {"when": when, "insert_when": insert_when, "update_when": update_when}
        for statement in freeze_sql(vendor, table, **conditions):
            schema_editor.execute(statement, params=None)

    def backwards(apps: Any, schema_editor: Any) -> None:
        for statement in unfreeze_sql(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    return migrations.RunPython(forwards, backwards)


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """No frozen table refuses anything within the block. For the owner of the tables, and for tests."""
    with connection.cursor() as cursor:
        restore = _lift_on_sqlite(cursor) if connection.vendor == "sqlite" else _lift(cursor)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in restore:
                cursor.execute(statement)


def _lift_on_sqlite(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB %s", [f"{PREFIX}*"]
    )
    triggers = cursor.fetchall()
    for name, _sql in triggers:
        cursor.execute(f"DROP TRIGGER {name}")
    return [sql for _name, sql in triggers]


def _lift(cursor: Any) -> list[str]:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while checks of its rows wait
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE starts_with(tgname, %s)", [PREFIX]
    )
    triggers = cursor.fetchall()
    for table, name in triggers:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    enable = [f"ALTER TABLE {table} ENABLE TRIGGER {name}" for table, name in triggers]
    return ["SET CONSTRAINTS ALL IMMEDIATE", *enable, "SET CONSTRAINTS ALL DEFERRED"]


def _refusal(table: str, event: str) -> str:
    return f"rows of {table} may not be changed ({event})"


def _sqlite_trigger(table: str, event: str, condition: str) -> str:
    return (
        f'CREATE TRIGGER {PREFIX}{table}_{event.lower()} BEFORE {event} ON "{table}" WHEN {condition}'
        f" BEGIN SELECT RAISE(ABORT, '{_refusal(table, event)}'); END"
    )


def _trigger(table: str, event: str, condition: str) -> list[str]:
    name = f"{PREFIX}{table}_{event.lower()}"
    trigger = f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
    return [_function(table, event, condition), trigger]


def _function(table: str, event: str, condition: str) -> str:
    """A condition with a subquery is not allowed in a trigger's WHEN, but in its function."""
    kept = "OLD" if event == "DELETE" else "NEW" if event in ("INSERT", "UPDATE") else "NULL"
    return (
        f"CREATE OR REPLACE FUNCTION {PREFIX}{table}_{event.lower()}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {condition} THEN RAISE EXCEPTION '{_refusal(table, event)}'"
        f" USING ERRCODE = 'restrict_violation'; END IF; RETURN {kept}; END $$"
    )
