"""Large boards: gathered in shards, shown at once, gone on with after a death (performance.md)."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from assessments import scoring
from assessments.models import AssessmentPeriod, DirtyUnit, Edition, Entry, IndicatorValue, Rating, Scheme
from assessments.operations import Decision, Refused, mark_dirty, publish, recompute, rescore_dirty, rescoring
from assessments.scoring import building
from branches.choices import UnitKind
from branches.models import PartyUnit
from core import jobs
from core.choices import JobState
from core.models import Job
from core.operations import start_job
from tests.conftest import database_url, wait_for
from tests.factories.assessments import (
    IndicatorValueFactory,
    ProposalFactory,
    RatingFactory,
    item,
    scheme,
    section,
)
from tests.factories.branches import PartyUnitFactory
from tests.races import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="one statement does it all on SQLite"),
]
COUNT = item("C", source={"type": "MEASURE", "code": "tests.count", "params": {"from": "X"}})
RATE = item("R", source={"type": "MEASURE", "code": "tests.rate", "params": {"from": "X"}})
MARKS = item("M", source={"type": "RATING"})
REFUSED = "may not be changed|must be owner|permission denied for table"


@pytest.fixture
def tree(company):
    """Committees, branches and groups: sixteen subjects with a figure each."""
    units = [company]
    for number in range(15):
        kind = [UnitKind.COMMITTEE, UnitKind.BRANCH, UnitKind.GROUP][number % 3]
        above = company if kind == UnitKind.COMMITTEE else units[-1]
        units.append(
            PartyUnitFactory(code=f"U{number:02}", kind=kind, parent=above, organisation=company.organisation)
        )
        IndicatorValueFactory(unit=units[-1], indicator="X", value=number % 5, denominator=6, raw=0)
        RatingFactory(unit=units[-1], item_code="M", figure=str(60 + number))
    return units


@pytest.fixture
def board(tree):
    return scheme(
        section("S", COUNT, RATE, MARKS),
        subject_kinds=["COMMITTEE", "BRANCH", "GROUP"],
        board_scopes=["COMPANY", "PARENT", "CATEGORY"],
        tie_chain=["section:S"],
    )


@pytest.fixture
def large(monkeypatch):
    """Three units are many, and four a shard."""
    monkeypatch.setattr(building, "OWN_TABLE", 2)
    monkeypatch.setattr(building, "SHARD", 4)


def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relname ~ '^assessments_(gathered|entry_[0-9])'"
        )
        return sorted(name for (name,) in cursor.fetchall())


@pytest.mark.oracle("C-14")
def test_a_large_board_is_that_of_one_statement(board, request):
    [small] = recompute("2026H1", by=None)
    request.getfixturevalue("large")
    for _time in range(2):
        [edition] = recompute("2026H1", by=None)
        assert (edition.pk, edition.digest, edition.subject_count) == (small.pk, small.digest, 16)
        assert edition.entries.count() == 16
    assert set(tables()) >= {f"assessments_entry_{small.pk}"}
    assert not [name for name in tables() if name.startswith("assessments_gathered")]


def test_each_connection_gathers_a_part_of_a_board_of_few_keys(board, monkeypatch):
    [small] = recompute("2026H1", by=None)
    monkeypatch.setattr(building, "OWN_TABLE", 2)
    told = []
    [edition] = recompute("2026H1", by=None, report=lambda _done, total: told.append(total))
    assert (edition.digest, edition.entries.count()) == (small.digest, 16)
    assert told[0] == building.CONNECTIONS + building.STEPS_AFTER


def test_a_large_board_has_room_for_entries_scored_again(board, large):
    [edition] = recompute("2026H1", by=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reloptions FROM pg_class WHERE oid = %s::regclass", [f"assessments_entry_{edition.pk}"]
        )
        assert cursor.fetchone() == (["fillfactor=90"],)


def test_a_first_board_may_be_large(board, large):
    [edition] = recompute("2026H1", by=None)
    assert Edition.objects.get().pk == edition.pk
    assert edition.entries.count() == 16


def test_progress_is_told_after_each_shard(board, large):
    last = PartyUnit.objects.order_by("-pk").values_list("pk", flat=True).first()
    shards = -(-last // 4)
    told = []
    recompute("2026H1", by=None, report=lambda done, total: told.append((done, total)))
    steps = shards + building.STEPS_AFTER
    assert sorted(told[:-1]) == [(done, steps) for done in range(1, shards + 3)]
    assert told[-1] == (1, 1)


def test_a_published_large_board_is_frozen(board, large, people):
    edition = publish("2026H1", "board", Decision(*people, waiver="无"))
    table = f"assessments_entry_{edition.pk}"
    for sql in (
        f"UPDATE {table} SET total = 1",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        "UPDATE assessments_entry SET total = 1",
        "DELETE FROM assessments_entry",
        "TRUNCATE assessments_entry",
        f"INSERT INTO {table} SELECT * FROM {table}",
        f"SELECT assessments_show_board({edition.pk}, '')",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    [provisional] = recompute("2026H1", by=None)
    assert (provisional.digest, provisional.pk != edition.pk) == (edition.digest, True)
    assert edition.entries.count() == 16


@pytest.fixture
def application(monkeypatch):
    """The connections of the test, those of its builders too, are a role's that owns nothing."""
    role = "partybuild_builder_test"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'builder'")
    call_command("grant_application_role", role)
    with monkeypatch.context() as patch:
        for name, value in (("USER", role), ("PASSWORD", "builder")):
            patch.setitem(connection.settings_dict, name, value)
        connection.close()
        yield role
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {role}")
        cursor.execute(f"DROP ROLE {role}")


def test_the_application_s_role_builds_boards_and_alters_no_published_one(board, large, people, application):
    """It owns nothing; the functions do what only an owner may."""
    for _time in range(2):
        [provisional] = recompute("2026H1", by=None)
    edition = publish("2026H1", "board", Decision(*people, waiver="无"))
    assert (edition.pk, edition.digest) == (provisional.pk, provisional.digest)
    table = f"assessments_entry_{edition.pk}"
    assert (owner_of(table) != application, edition.entries.count()) == (True, 16)
    for sql in (
        *(f"UPDATE {name} SET total = 1" for name in (table, "assessments_entry")),
        *(f"DELETE FROM {name}" for name in (table, "assessments_entry")),
        *(f"TRUNCATE {name}" for name in (table, "assessments_entry")),
        *(f"DROP TABLE {name}" for name in (table, "assessments_entry CASCADE")),
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} NO INHERIT assessments_entry",
        f"SELECT assessments_show_board({edition.pk}, '')",
    ):
        with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(sql)
    assert scoring.digest_of(edition) == edition.digest


def owner_of(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = %s", [table])
        return cursor.fetchone()[0]


def test_readers_see_a_whole_board_while_it_is_swapped(tree, large, monkeypatch):
    """On each board all totals are equal: two of a kind in one look would be two boards. The swap is held
    open for a while, so that readers come upon it, and every board is looked at before the next one."""
    scheme(section("S", MARKS), subject_kinds=["COMMITTEE", "BRANCH", "GROUP"])
    RatingFactory(unit=tree[0], item_code="M")
    recomputed_with(60)
    looks, done = [], threading.Event()

    def read():
        while not done.is_set():
            looks.append(list(Entry.objects.filter(edition__number=0).values_list("total", flat=True)))

    def swap():
        try:
            for mark in marks:
                recomputed_with(mark)
                wait_for(lambda mark=mark: [mark * 100] * 16 in looks[-4:])
        finally:
            done.set()

    show, marks = building.show, range(61, 69)
    monkeypatch.setattr("assessments.scoring.show", lambda built: (show(built), time.sleep(0.1)))
    assert at_once(read, read, read, swap) == [None] * 4
    assert {len(look) for look in looks} == {16}
    assert {len(set(look)) for look in looks} == {1}
    assert {look[0] for look in looks} >= {mark * 100 for mark in marks}


def recomputed_with(mark):
    """A board on which every total is ``mark``."""
    Rating.objects.update(score=mark * 10**6)
    recompute("2026H1", by=None)


def test_a_role_that_reads_only_builds_nothing(board, large, company):
    [edition] = recompute("2026H1", by=None)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE partybuild_reader_test")
        try:
            cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO partybuild_reader_test")
            cursor.execute("SET SESSION AUTHORIZATION partybuild_reader_test")
            for call in (
                f"begin_board({edition.pk})",
                f"index_board({edition.pk}, 0, 1)",
                f"show_board({edition.pk}, '')",
                "open_board(1, 1, '00000000', ARRAY['a'])",
            ):
                with pytest.raises(DatabaseError, match="writes no boards"), transaction.atomic():
                    cursor.execute(f"SELECT assessments_{call}")
        finally:
            cursor.execute("RESET SESSION AUTHORIZATION")
            cursor.execute("DROP OWNED BY partybuild_reader_test")
            cursor.execute("DROP ROLE partybuild_reader_test")


def test_a_table_that_somebody_else_made_is_not_shown(board, large):
    [edition] = recompute("2026H1", by=None)
    fresh = f"assessments_entry_{edition.pk}_new"
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE partybuild_maker_test")
        try:
            cursor.execute(f"CREATE TABLE {fresh} (LIKE assessments_entry)")
            cursor.execute(f"ALTER TABLE {fresh} OWNER TO partybuild_maker_test")
            with pytest.raises(DatabaseError, match="made by somebody else"), transaction.atomic():
                cursor.execute(f"SELECT assessments_show_board({edition.pk}, '')")
        finally:
            cursor.execute(f"DROP TABLE {fresh}")
            cursor.execute("DROP ROLE partybuild_maker_test")


def test_a_board_that_is_being_built_is_not_published_meanwhile(board, large, people):
    [edition] = recompute("2026H1", by=None)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('board'), %s)", [edition.period_id])
        with pytest.raises(Refused):
            publish("2026H1", "board", Decision(*people, waiver="无"))
    finally:
        other.close()
    publish("2026H1", "board", Decision(*people, waiver="无"))
    old = [name for name in tables() if name.endswith("_old")]
    recompute("2026H1", by=None)
    assert [name for name in tables() if name in old and name == f"assessments_entry_{edition.pk}_old"] == []


def test_who_is_told_to_stop_stops_and_leaves_nothing(board, large, officer, company, monkeypatch):
    gather = building._gather
    monkeypatch.setattr(building, "_gather", lambda *given: (cancel(), gather(*given)))
    job = start_job(
        "assessments.recompute", key="1", title="x", payload={"period": "2026H1"}, by=officer("p", company)
    )
    job.refresh_from_db()
    assert (job.state, Edition.objects.count()) == (JobState.CANCELLED, 0)
    assert all(not rows_of(name) for name in tables() if name.startswith("assessments_gathered"))


def test_a_large_board_is_approved_by_a_job_that_tells_how_far_it_is(board, large, people, monkeypatch):
    [edition] = recompute("2026H1", by=None)
    proposal = ProposalFactory(prepared_by=people[0], digest=edition.digest, waiver="无")
    told, report = [], jobs.JobRun.report
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_REPORTS", 0)
    monkeypatch.setattr(jobs.JobRun, "report", lambda *given: (told.append(given[1:]), report(*given)))
    words = {"key": "1", "title": "x", "payload": {"proposal": proposal.pk}, "by": people[1]}
    job = start_job("assessments.approve", **words)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert Edition.objects.published().get().digest == edition.digest
    assert [done for done, _total in sorted(told)[1:]] == list(range(1, told[-1][1]))


def test_no_report_is_held_back_by_the_publication_s_transaction(board, large, people):
    told = []
    decision = Decision(*people, waiver="无")
    publish("2026H1", "board", decision, report=lambda *_step: told.append(connection.in_atomic_block))
    assert len(told) > building.STEPS_AFTER - 1 and not any(told)


def test_a_publication_told_to_stop_leaves_the_board_as_it_was(board, large, people, monkeypatch):
    [edition] = recompute("2026H1", by=None)
    proposal = ProposalFactory(prepared_by=people[0], digest=edition.digest, waiver="无")
    gather = building._gather
    monkeypatch.setattr(building, "_gather", lambda *given: (cancel(), gather(*given)))
    words = {"key": "1", "title": "x", "payload": {"proposal": proposal.pk}, "by": people[1]}
    job = start_job("assessments.approve", **words)
    job.refresh_from_db()
    proposal.refresh_from_db()
    assert (job.state, proposal.state) == (JobState.CANCELLED, "PREPARED")
    assert not Edition.objects.published().exists()


def cancel():
    Job.objects.update(cancel_asked=True)


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return cursor.fetchone()[0]


def test_marks_wait_while_the_board_is_built(board, large, tree):
    [edition] = recompute("2026H1", by=None)
    building_elsewhere = connection.copy()
    try:
        with building_elsewhere.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_lock(hashtext(%s), %s)", [edition.scheme_code, edition.period_id]
            )
        mark_dirty([tree[1].pk], [edition.period.first_day])
        assert rescore_dirty() == 0
        assert DirtyUnit.objects.count() == 1
    finally:
        building_elsewhere.close()
    wait_for(lambda: rescore_dirty() == 1)
    assert not DirtyUnit.objects.exists()


WORKER = """
import sys, time
import django
django.setup()
from tests.assessments.measures import registered
from assessments.scoring import building
from core import jobs
from core.operations import run_job
building.OWN_TABLE, building.SHARD = 2, 4
gather = building._gather
def slowly(*given):
    gather(*given)
    print("shard", flush=True)
    if sys.argv[2] == "slow":
        time.sleep(1)
building._gather = slowly
with registered():
    run_job(sys.argv[1])
"""


def worker(job, pace):
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", WORKER, str(job.pk), pace],
        cwd=django_settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "partybuild.settings_test",
            "DATABASE_URL": database_url(connection.settings_dict),
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_worker_killed_in_the_middle_is_gone_on_with(board):
    """The second worker gathers what the first had not, and comes to the same digest."""
    [small] = recompute("2026H1", by=None)
    Edition.objects.all().delete()
    job = Job.objects.create(
        kind="assessments.recompute", key="k", title="x", payload={"period": "2026H1"},
        created_at=small.computed_at,
    )  # fmt: skip
    first = worker(job, "slow")
    assert first.stdout.readline() == "shard\n"
    time.sleep(0.3)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    first.stdout.close()
    stem = f"assessments_gathered_{board.pk}_{small.period_id}_"
    [ledger] = [name for name in tables() if name.startswith(stem) and name.endswith("_done")]
    done = rows_of(ledger)
    assert done
    assert not Edition.objects.exists()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    with worker(job, "fast") as second:
        out, _nothing = second.communicate(timeout=60)
    job.refresh_from_db()
    last = PartyUnit.objects.order_by("-pk").values_list("pk", flat=True).first()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert out.count("shard") == -(-last // 4) - done
    edition = Edition.objects.get()
    assert (edition.digest, edition.entries.count()) == (small.digest, 16)
    assert AssessmentPeriod.objects.count() == Scheme.objects.count() == 1


def live(edition):
    names = ["unit_code", "raws", "item_scores", "item_states", "evidence_counts", "section_scores"]
    return sorted(edition.entries.values_list(*names, "sums", "total", "grade", "has_missing"))


@pytest.mark.parametrize("changed", [[3], [1, 3], [2, 3, 12], [0], [4, 15]])
def test_a_large_board_is_rescored_in_place(board, large, tree, changed):
    """As a whole computation would have it, all the way up; ranks and digest wait for one."""
    [edition] = recompute("2026H1", by=None)
    ranks = dict(edition.entries.values_list("pk", "rank_company"))
    for place in changed:
        IndicatorValue.objects.filter(unit=tree[place], indicator__code="X").update(value=6, denominator=7)
    mark_dirty([tree[place].pk for place in changed], [edition.period.first_day])
    assert rescore_dirty() == len(changed)
    edition.refresh_from_db()
    assert edition.digest == ""
    assert dict(edition.entries.values_list("pk", "rank_company")) == ranks
    rescored = live(edition)
    [whole] = recompute("2026H1", by=None)
    assert (live(whole), len(whole.digest)) == (rescored, 64)


def test_what_has_too_many_units_below_it_is_computed_as_a_whole(board, large, tree, monkeypatch):
    monkeypatch.setattr(rescoring, "MOST_UNITS", 2)
    [edition] = recompute("2026H1", by=None)
    mark_dirty([tree[0].pk], [edition.period.first_day])
    assert rescore_dirty() == 1
    edition.refresh_from_db()
    assert len(edition.digest) == 64
