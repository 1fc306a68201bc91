"""What every test has (its own files, no network, a clean cache), the browser, and the list of oracles."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import sync_playwright

from core import freezing
from partybuild import celery_app
from tests.freezing import unfrozen  # noqa: F401 - a fixture

# Playwright's sync API keeps an event loop in this thread, which Django would take for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--font-render-hinting=none",
]
VIEWPORTS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
ORACLES_FILE = Path(__file__).parent / "oracles.txt"
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - compared with, not bound to

# New examples at every run, but in CI the same ones: what was green stays green, and so does the coverage.
hypothesis_settings.register_profile(
    "partybuild",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=not os.environ.get("CI"),
)
hypothesis_settings.load_profile("partybuild")


# --- every test -----------------------------------------------------------------------------------
@pytest.fixture(scope="session", autouse=True)
def no_network():
    """A test that dials out fails: nothing here depends on another machine."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise OSError(f"tests reach no other machine: {address}")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a transactional test the tables are emptied; here also the frozen ones, and what the migrations
    had put there comes back."""
    with django_db_blocker.unblock():
        migrated = connection.creation.serialize_db_to_string()
    empty = TransactionTestCase._fixture_teardown

    def empty_and_refill(self):
        # No second set of content types beside those that come back. Django asks the connection for what it
        # serialised; the browser's event loop brings a connection of its own, so it is told each time.
        self.serialized_rollback = True
        connection._test_serialized_contents = migrated
        with freezing.lifted(connection):
            empty(self)
            connection.creation.deserialize_db_from_string(migrated)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_and_refill)
        yield
    with django_db_blocker.unblock():
        let_others_leave()


def let_others_leave():
    """A thread of the live server ends a moment after its browser, and until then the database can't be
    dropped; what is still there after ten seconds is sent away."""
    if connection.vendor != "postgresql":
        return
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            cursor.execute(f"SELECT count(*) {others}")
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.1)
        cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture(autouse=True)
def own_files_and_cache(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    cache.clear()


@pytest.fixture(autouse=True)
def own_language(settings):
    """A page asked for in English leaves its thread in English; the next test begins as the settings say."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


# --- the worker ----------------------------------------------------------------------------------
@pytest.fixture
def worker(transactional_db, settings):
    """A real Celery worker behind a real Redis, on the test's own database and queue; yields its process."""
    if not settings.REDIS_URL:
        pytest.skip("no Redis (set REDIS_URL)")
    name = f"{settings.CELERY_TASK_DEFAULT_QUEUE}@here"
    command = ["worker", "--pool", "solo", "--hostname", name, "--loglevel", "warning", "--without-mingle"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "celery", "--app", "partybuild", *command],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "partybuild.settings_test",
            "DATABASE_URL": database_url(connection.settings_dict),
            "TEST_QUEUE": settings.CELERY_TASK_DEFAULT_QUEUE,
            "MEDIA_ROOT": settings.MEDIA_ROOT,
        },
    )
    celery_app.conf.task_always_eager = False
    try:
        wait_for(lambda: answers(name, process), seconds=30)
        yield process
    finally:
        celery_app.conf.task_always_eager = True
        process.terminate()
        process.wait(timeout=30)
        celery_app.control.purge()


def answers(name, process):
    assert process.poll() is None, "the worker did not start"
    return celery_app.control.inspect(destination=[name], timeout=1).ping()


def database_url(database):
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    login = ":".join(quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part)
    return f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


def wait_for(condition, *, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain")


# --- the browser ----------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine (set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser):
    """``new_page("phone")`` opens a page for a person of his own; no cookies are shared.

    The test fails on what a page complains about: console errors, uncaught exceptions, refusals of the
    content security policy, answers of 500 and above, files of ours that are missing.
    """
    contexts, complaints = [], []

    def open_page(viewport="desktop", *, locale="zh-CN"):
        context = browser.new_context(
            viewport=VIEWPORTS[viewport], locale=locale, timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(params=list(VIEWPORTS))
def viewport(request):
    return request.param


@pytest.fixture
def page(new_page, viewport):
    """One page, at the width of a desk and at that of a phone."""
    return new_page(viewport)


@pytest.fixture
def check_accessible():
    """``check_accessible(page)``: axe finds nothing against WCAG 2 A and AA, and nothing scrolls sideways."""

    def check(page):
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
        found = Axe().run(page, options=options).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
        overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overhang) <= 0

    return check


def watch(page, complaints):
    def hear(message):
        # an answer of 4xx is also "Failed to load resource"; answers are judged by look_at
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{page.url} console: {message.text}")

    def look_at(response):
        missing = response.status == 404 and "/static/" in response.url
        if response.status >= 500 or missing:
            complaints.append(f"{response.url} answered {response.status}")

    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (event) => console.error("
        "['CSP', event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ')))"
    )
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"{page.url} exception: {error}"))
    page.on("response", look_at)


def pytest_terminal_summary(terminalreporter):
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} browser tests were skipped: no Chromium on this machine.", yellow=True
        )


# --- the oracles ----------------------------------------------------------------------------------
def pytest_addoption(parser):
    parser.addoption(
        "--oracles", action="store_true", help="print each oracle and the tests that hold it, run nothing"
    )


def pytest_collection_modifyitems(config, items):
    known = read_oracles()
    holders = defaultdict(list)
    for item in items:
        for mark in item.iter_markers("oracle"):
            for oracle in mark.args:
                if oracle not in known:
                    raise pytest.UsageError(f"{item.nodeid}: {oracle} is not in {ORACLES_FILE.name}")
                holders[oracle].append(item.nodeid)
    if config.getoption("oracles"):
        print_oracles(config, known, holders)
        config.hook.pytest_deselected(items=items[:])
        items.clear()


def pytest_sessionfinish(session, exitstatus):
    if session.config.getoption("oracles") and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def read_oracles():
    lines = ORACLES_FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))


def print_oracles(config, known, holders):
    out = config.get_terminal_writer()
    out.line()
    for oracle, title in known.items():
        for test in holders[oracle] or ["-"]:
            out.line(f"{oracle}  {title}: {test}")
    without = [oracle for oracle in known if not holders[oracle]]
    out.line(f"{len(known) - len(without)} of {len(known)} oracles are held by tests.")
    out.line(f"Without a test: {' '.join(without) or 'none'}")
