"""What differs between the databases, in the one place for it."""

import pytest
from django.db import DatabaseError, connection, transaction

from assessments.scoring.dialect import planned_for_bulk
from branches.models import PartyUnit

pytestmark = pytest.mark.django_db


def test_a_failed_statement_is_told_as_itself():
    """Nothing more can be asked in a transaction that failed: the settings fall with it."""
    with pytest.raises(DatabaseError, match="no_such_table"), transaction.atomic(), planned_for_bulk():
        try:
            connection.cursor().execute("SELECT * FROM no_such_table")
        finally:
            connection.set_rollback(True)
    assert PartyUnit.objects.count() == 0
