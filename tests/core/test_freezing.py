import pytest
from django.db import DatabaseError, connection, migrations, transaction

from core import audit, clock, freezing
from core.models import AuditEvent, Job
from tests.factories.core import JobFactory

pytestmark = pytest.mark.django_db
ATTEMPTS = {
    "update": "UPDATE core_auditevent SET verb = 'forged'",
    "delete": "DELETE FROM core_auditevent",
    "truncate": "TRUNCATE core_auditevent CASCADE",
}


@pytest.fixture
def event():
    return audit.record("start", JobFactory(), by=None)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_database_refuses_to_alter_the_audit_trail(event, attempt):
    if attempt == "truncate" and connection.vendor == "sqlite":
        pytest.skip("SQLite knows no TRUNCATE")
    connection.check_constraints()  # on PostgreSQL: nothing about the row waits for the commit any more
    with pytest.raises(DatabaseError, match="may not be changed"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ATTEMPTS[attempt])
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["start"]


def test_the_admin_and_the_orm_are_refused_too(event):
    event.reason = "something nicer"
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


def test_lifted_triggers_are_back_afterwards(event, unfrozen):
    with connection.cursor() as cursor:
        cursor.execute(ATTEMPTS["update"])
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["forged"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_committed_is_cleaned_up(turn):
    audit.record("start", JobFactory(), by=None)
    assert (AuditEvent.objects.count(), Job.objects.count()) == (1, 1)
    with pytest.raises(DatabaseError):
        AuditEvent.objects.all().delete()


CONDITIONS = {"when": "OLD.state = 'DONE'", "insert_when": "NEW.state = 'FAILED'"}


@pytest.fixture
def frozen_jobs():
    """Jobs that are done are frozen, and no failed one is let in: made and unmade as a migration does."""
    state = migrations.state.ProjectState()
    operation = freezing.freeze("core_job", **CONDITIONS)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("core", editor, state, state)
    yield
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("core", editor, state, state)
    JobFactory(key="free again", state="FAILED", finished_at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_a_condition_freezes_some_rows_only(frozen_jobs):
    done = JobFactory(state="DONE", finished_at=clock.now())
    queued = JobFactory()
    Job.objects.filter(pk=queued.pk).update(title="changed")
    for refused in (
        lambda: Job.objects.filter(pk=done.pk).update(title="changed"),
        lambda: Job.objects.filter(pk=done.pk).delete(),
        lambda: JobFactory(state="FAILED", finished_at=clock.now()),
    ):
        with pytest.raises(DatabaseError, match="rows of core_job may not be changed"):
            refused()
    with freezing.lifted(connection):
        Job.objects.filter(pk=done.pk).update(title="lifted")
    with pytest.raises(DatabaseError):
        Job.objects.filter(pk=done.pk).update(title="changed")
    Job.objects.filter(pk=queued.pk).delete()
    assert list(Job.objects.values_list("title", flat=True)) == ["lifted"]


def test_what_is_frozen_is_frozen_here():
    """A migration that rebuilds a table on SQLite loses its triggers: it has to freeze it again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found = {name for (name,) in cursor.fetchall() if name.startswith("frozen_core_")}
    events = {"update", "delete"} | ({"truncate"} if connection.vendor == "postgresql" else set())
    assert found == {f"frozen_core_auditevent_{event}" for event in events}
