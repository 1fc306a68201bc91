"""The database role with which the application runs: it reads and writes rows and owns nothing, so that no
trigger that freezes rows can be taken off by whoever holds its password. SQLite knows no roles."""

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.db import connections, transaction

from core.freezing import PREFIX

ROWS = "SELECT, INSERT, UPDATE, DELETE"
FROZEN = """
    SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE starts_with(t.tgname, %s) AND pg_has_role(%s, c.relowner, 'USAGE') ORDER BY c.relname"""


class RoleRefused(Exception):
    """The role is not there, or would hold more than it is given."""


def grant(connection: Any, role: str) -> None:
    """Give ``role`` what the application needs and nothing else, on what is there and on what the same owner
    makes later. RoleRefused where it does not exist, or owns what is frozen."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise RoleRefused(f"There is no role {role}. CREATE ROLE {role} LOGIN PASSWORD '…' makes it.")
        if owned := owned_frozen_tables(cursor, role):
            raise RoleRefused(f"{role} may alter what is frozen as its owner: {', '.join(owned)}.")
        for statement in _statements(connection.ops.quote_name(role)):
            cursor.execute(statement)


def owned_frozen_tables(cursor: Any, role: str) -> list[str]:
    """A superuser counts as the owner of all."""
    cursor.execute(FROZEN, [PREFIX, role])
    return [name for (name,) in cursor.fetchall()]


def _statements(role: str) -> list[str]:
    tables, sequences = "ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public"
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
    return [
        f"REVOKE ALL ON {tables} FROM {role}",
        f"REVOKE ALL ON {sequences} FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT {ROWS} ON {tables} TO {role}",
        f"GRANT USAGE, SELECT ON {sequences} TO {role}",
        f"{later} {ROWS} ON TABLES TO {role}",
        f"{later} USAGE, SELECT ON SEQUENCES TO {role}",
    ]


@checks.register(checks.Tags.database, deploy=True)
def check_role(databases: Iterable[str] | None = None, **_options: Any) -> list[checks.CheckMessage]:
    """``check --deploy --database default``: the application should not own what it may not alter."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            owned = owned_frozen_tables(cursor, cursor.fetchone()[0])
        if owned:
            found.append(
                checks.Warning(
                    f"The database role of the application owns what is frozen: {', '.join(owned)}.",
                    hint="Let it run as a role of its own: ./run manage grant_application_role ROLE",
                    id="core.W001",
                )
            )
    return found
