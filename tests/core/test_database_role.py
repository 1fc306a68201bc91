"""The role with which the application runs."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.database_role import RoleRefused, check_role, grant

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows roles")
def test_sqlite_knows_no_roles():
    with pytest.raises(CommandError, match="PostgreSQL") as refused:
        call_command("grant_application_role", "app")
    assert refused.value.returncode == 1
    assert check_role(databases=["default"]) == []


def test_without_a_database_named_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert check_role() == []


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no roles")
class TestOnPostgreSQL:
    def test_a_role_that_is_not_there_is_refused(self):
        with pytest.raises(CommandError, match="There is no role nobody_here") as refused:
            call_command("grant_application_role", "nobody_here")
        assert refused.value.returncode == 1

    def test_the_owner_is_refused(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (owner,) = cursor.fetchone()
        with pytest.raises(RoleRefused, match="assessments_entry"):
            grant(connection, owner)

    def test_it_gets_rows_and_sequences_of_today_and_tomorrow_and_loses_the_rest(self):
        with connection.cursor() as cursor:
            cursor.execute('CREATE ROLE "odd role"')
            cursor.execute('GRANT ALL ON core_auditevent TO "odd role"')
            call_command("grant_application_role", "odd role")
            cursor.execute("CREATE TABLE later (id bigserial)")
            cursor.execute(
                "SELECT table_name, array_agg(privilege_type::text ORDER BY privilege_type)"
                " FROM information_schema.role_table_grants WHERE grantee = 'odd role'"
                " AND table_name IN ('core_auditevent', 'later') GROUP BY table_name ORDER BY table_name"
            )
            rows = ["DELETE", "INSERT", "SELECT", "UPDATE"]
            assert cursor.fetchall() == [("core_auditevent", rows), ("later", rows)]
            cursor.execute("SELECT has_sequence_privilege('odd role', 'later_id_seq', 'USAGE')")
            assert cursor.fetchone() == (True,)
