"""Large boards, on PostgreSQL: gathered in shards on several connections, then written to a table of their
own, which takes the old one's place in one transaction (docs/adr/0009).

A shard and its line in the ledger are one transaction. Stage and ledger are both unlogged: after a crash of
the database both are empty, and the work begins again; after the death of a worker it goes on.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from threading import Barrier
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from assessments.models import Edition
from assessments.scoring import figures
from assessments.scoring.among import Among
from assessments.scoring.dialect import is_postgresql, planned_for_bulk
from assessments.scoring.digest import digest_of_table
from assessments.scoring.plan import Run, own_table
from assessments.scoring.statement import gathered, lines, written
from assessments.scoring.subjects import COLUMNS
from branches.models import PartyUnit
from core.jobs import JobCancelled

OWN_TABLE = 5_000  # subjects from which a board has a table of its own
SHARD = 25_000  # keys at most
CONNECTIONS = 2
STEPS_AFTER = 3  # scored and ranked; indexed and digested; shown
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Built:
    """A board that stands ready to be shown."""

    edition_id: int
    stage: str
    subjects: int
    digest: str


def is_large(run: Run) -> bool:
    """Whether the board is worth a table of its own."""
    units = PartyUnit.objects.filter(kind__in=run.scheme.subject_kinds).order_by()
    return is_postgresql() and units[OWN_TABLE : OWN_TABLE + 1].exists()


@contextmanager
def only_builder(run: Run) -> Iterator[None]:
    """One builder a board; and nobody rescores the old board meanwhile: what is marked stays marked."""
    board = [run.scheme.code, run.period.pk]
    _call("SELECT set_config('lock_timeout', '120s', false)")
    _call("SELECT set_config('idle_in_transaction_session_timeout', '0', false)")  # the others do the work
    _call("SELECT pg_advisory_lock(hashtext(%s), %s)", board)
    try:
        yield
    finally:
        with suppress(TransactionManagementError):  # a broken transaction takes the settings back itself
            _call("SELECT pg_advisory_unlock(hashtext(%s), %s)", board)
            _call("RESET lock_timeout")
            _call("RESET idle_in_transaction_session_timeout")


def claim(scheme_code: str, period_id: int) -> bool:
    """Nobody else builds the board until the transaction ends; False where somebody does already. To be asked
    before any row is locked, in the order of the builders."""
    statement = "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)"
    return not is_postgresql() or bool(_call(statement, [scheme_code, period_id])[0][0])


def is_being_built(edition: Edition) -> bool:
    """Whether somebody builds the board anew; if not, nobody will until the transaction ends."""
    board = [edition.scheme_code, edition.period_id]
    statement = "SELECT NOT pg_try_advisory_xact_lock_shared(hashtext(%s), %s)"
    return is_postgresql() and bool(_call(statement, board)[0][0])


def has_own_table(edition: Edition) -> bool:
    return is_postgresql() and _call("SELECT to_regclass(%s)", [own_table(edition)])[0][0] is not None


def reserve_key() -> int:
    """The key of an edition that is saved when its board is built."""
    key: int = _call("SELECT nextval(pg_get_serial_sequence('assessments_edition', 'id'))")[0][0]
    return key


def build(run: Run, report: Report | None = None, *, resume: bool = False) -> Built:
    """``report(done, total)`` is told outside of transactions, after each shard and step; what it raises
    ends the work. ``resume``: go on with what a worker left that died just now. Reads what is committed."""
    shards = _shards()
    mark = _mark(run, shards) if resume else uuid4().hex[:8]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        try:
            return _build(run, mark, shards, pool, report or (lambda done, total: None))
        except JobCancelled:
            pool.submit(_open, run, uuid4().hex[:8]).result()  # what was gathered is of no use tomorrow
            raise
        finally:
            together = Barrier(CONNECTIONS)
            for _thread in range(CONNECTIONS):
                pool.submit(_leave, together)


def _leave(together: Barrier) -> None:
    """Each thread closes its own connection."""
    together.wait()
    connection.close()


def _build(run: Run, mark: str, shards: list[Among], pool: ThreadPoolExecutor, report: Report) -> Built:
    stage, gathered_before = pool.submit(_open, run, mark).result()
    missing = [shard for shard in shards if shard.first not in gathered_before]
    steps, done = len(shards) + STEPS_AFTER, count(len(shards) - len(missing) + 1)

    def step(work: Callable[..., Any], *arguments: Any) -> Any:
        found = work(run, *arguments)
        report(next(done), steps)
        return found

    gathering = [pool.submit(step, _gather, stage, shard) for shard in missing]
    try:
        for shard in gathering:
            shard.result()
    finally:
        for shard in gathering:
            shard.cancel()
        wait(gathering)
    subjects = pool.submit(step, _write, stage).result()
    digest = pool.submit(digest_of_table, f"{own_table(run.edition)}_new")
    indexing = [pool.submit(_index, run, part, CONNECTIONS) for part in range(CONNECTIONS)]
    wait(indexing)
    for part in indexing:
        part.result()
    pool.submit(report, next(done), steps).result()  # the caller may be in a transaction
    return Built(run.edition.pk, stage, subjects, digest.result())


def show(built: Built) -> None:
    """In the caller's transaction: readers see the old board whole until it ends, then the new one."""
    _call("SELECT assessments_show_board(%s, %s)", [built.edition_id, built.stage])


def _shards() -> list[Among]:
    """Ranges of keys: one for each connection at least."""
    last = PartyUnit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    width = min(SHARD, -(-last // CONNECTIONS))
    return [Among(first=first, last=first + width - 1) for first in range(1, last + 1, width)]


def _mark(run: Run, shards: list[Among]) -> str:
    """What was gathered by other rules, for another day or in other shards is no use to this run."""
    meant = gathered(run, shards[0])
    return hashlib.sha256(repr((meant.text, meant.params)).encode()).hexdigest()[:8]


@contextmanager
def _unhurried(*, nested_loops: bool = False) -> Iterator[None]:
    """A transaction of a worker: with room to sort in, and as long as it takes."""
    with transaction.atomic(), planned_for_bulk(nested_loops=nested_loops):
        _call("SET LOCAL statement_timeout = 0")
        yield


def _open(run: Run, mark: str) -> tuple[str, set[int]]:
    """The stage, and the first keys of the shards that are gathered already."""
    with _unhurried():
        arguments = [run.scheme.pk, run.period.pk, mark, figures.columns(run)]
        [[stage]] = _call("SELECT assessments_open_board(%s, %s, %s, %s)", arguments)
        _call("SELECT assessments_begin_board(%s)", [run.edition.pk])
        return stage, {first for (first,) in _call(f'SELECT first FROM "{stage}_done"')}


def _gather(run: Run, stage: str, shard: Among) -> None:
    with _unhurried(nested_loops=True):
        _call("SET LOCAL max_parallel_workers_per_gather = 0")  # the other connections have the cores
        _call("SET LOCAL random_page_cost = 1.1")  # a shard lies together, and the indexes are warm
        mine = _call(
            f'INSERT INTO "{stage}_done" VALUES (%s) ON CONFLICT DO NOTHING RETURNING first', [shard.first]
        )
        for _first in mine:  # at most one: nobody else has begun it
            names = ", ".join([*COLUMNS, "previous_total", *figures.columns(run)])
            body = gathered(run, shard)
            _call(f'INSERT INTO "{stage}" ({names}) {body.text}', body.params)


def _write(run: Run, stage: str) -> int:
    with _unhurried():
        fresh = f"{own_table(run.edition)}_new"
        body = lines(run, f'"{stage}"')
        statement = f'INSERT INTO "{fresh}" ({", ".join(written(run))}) WITH {body.text}'
        with connection.cursor() as cursor:
            cursor.execute(statement, body.params)
            return cursor.rowcount


def _index(run: Run, part: int, parts: int) -> None:
    with _unhurried():
        _call("SELECT assessments_index_board(%s, %s, %s)", [run.edition.pk, part, parts])


def _call(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []
