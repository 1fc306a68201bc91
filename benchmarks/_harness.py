"""What the benchmarks share: options, a database of their own, alternating rounds, the line at the end."""

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection, connections

from benchmarks import DATABASE, IS_POSTGRESQL, SERVER


def parse_options(what: str, *, subjects: int, rounds: int) -> argparse.Namespace:
    """``subjects`` says how many rows of the benchmark's main table there are unless the command says."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--subjects", "--size", type=int, default=subjects, metavar="N")
    parser.add_argument("--rounds", type=int, default=rounds, metavar="K")
    options = parser.parse_args()
    if min(options.subjects, options.rounds) < 1:
        parser.error("give numbers from 1 on")
    if not IS_POSTGRESQL:
        parser.error("set DATABASE_URL to a PostgreSQL server on which databases may be made")
    return options


@contextmanager
def own_database() -> Iterator[None]:
    """A migrated database, dropped at the end whatever happens."""
    _on_server(f'CREATE DATABASE {DATABASE} ENCODING "UTF8" TEMPLATE template0')
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections.close_all()
        _on_server(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _on_server(statement: str) -> None:
    server = psycopg2.connect(SERVER)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def run_sql(statement: str, params: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def settle_tables() -> None:
    """What autovacuum would have done by and by: statistics and visibility."""
    run_sql("VACUUM (ANALYZE)")


DURATION = re.compile(r"duration: ([\d.]+) ms")


def tell_durations() -> None:
    """From here on the server tells this connection what each statement took: the superuser's right."""
    run_sql("SET client_min_messages = 'log'; SET log_min_duration_statement = 0")


class Spent:
    """Sums what statements took: by the server's clock, planned and carried out, and as the client waited."""

    def __init__(self) -> None:
        self.waited = 0.0
        self.each: list[tuple[float, str]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        told = connection.connection.notices
        told.clear()
        started = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            self.waited += time.perf_counter() - started
            took = sum(float(found) for text in told for found in DURATION.findall(text)) / 1000
            self.each.append((took, sql))

    @property
    def seconds(self) -> float:
        return sum(took for took, _sql in self.each)

    @property
    def count(self) -> int:
        return len(self.each)


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def medians(rounds: int, *works: Callable[[], float]) -> list[float]:
    """The median of what each of ``works`` measured, taken by turns."""
    measured: list[list[float]] = [[] for _work in works]
    for _round in range(rounds):
        for found, work in zip(measured, works, strict=True):
            found.append(work())
    return [statistics.median(found) for found in measured]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def tell(
    bench: str,
    *,
    size: int,
    seconds: float,
    reference: str,
    reference_seconds: float,
    rounds: int,
    **more: Any,
) -> None:
    """The last line: one JSON object."""
    figures = {
        "bench": bench,
        "size": size,
        "seconds": round(seconds, 6),
        "reference": reference,
        "reference_seconds": round(reference_seconds, 6),
        "ratio": round(seconds / reference_seconds, 3),
        "rounds": rounds,
    }
    print(json.dumps(figures | more, ensure_ascii=False), flush=True)
