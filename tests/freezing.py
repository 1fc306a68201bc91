import pytest
from django.db import connection

from core import freezing


@pytest.fixture
def unfrozen(db):
    """Lifts the triggers for a whole test: for one that has to alter what is frozen."""
    with freezing.lifted(connection):
        yield
