"""Each benchmark runs at a tiny size and ends with its line of figures; speed is not judged here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import database_url

FIGURES = {"bench", "size", "seconds", "reference", "reference_seconds", "ratio", "rounds"}
postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="measured on PostgreSQL only")


def run_bench(name, *options, url):
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", f"benchmarks.{name}", *options],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.postgresql
@postgresql_only
@pytest.mark.parametrize(
    ("name", "size"), [("import", 40), ("duties", 40), ("pages", 600), ("scoring", 40), ("dirty", 400)]
)
def test_the_last_line_is_one_object_of_figures(name, size):
    url = database_url(connection.settings_dict | {"NAME": "postgres"})
    done = run_bench(name, "--subjects", str(size), "--rounds", "1", url=url)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert FIGURES <= figures.keys()
    assert (figures["bench"], figures["size"], figures["rounds"]) == (name, size, 1)
    assert figures["ratio"] > 0


@pytest.mark.parametrize("name", ["import", "duties", "pages", "scoring", "dirty"])
def test_without_a_server_it_says_what_it_needs(name):
    done = run_bench(name, url="sqlite:///nowhere.sqlite3")
    assert (done.returncode, done.stdout) == (2, "")
    assert "DATABASE_URL" in done.stderr


def test_every_benchmark_is_tried_here():
    there = {path.stem for path in Path(settings.BASE_DIR, "benchmarks").glob("[!_]*.py")}
    marks = test_the_last_line_is_one_object_of_figures.pytestmark
    tried = {name for mark in marks if mark.name == "parametrize" for name, _size in mark.args[1]}
    assert tried == there
