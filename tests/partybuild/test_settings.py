"""The settings module, run afresh with an environment of the test's own."""

import os
import runpy
from pathlib import Path

import pytest

SETTINGS = str(Path(__file__).parents[2] / "partybuild" / "settings.py")
KEY = "a long and random value"
POSTGRESQL = "postgres://app:secret@db.internal:5433/party?sslmode=require"


@pytest.fixture
def settings_from(monkeypatch):
    def load(**environment):
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(SETTINGS)

    return load


@pytest.mark.parametrize("key", [None, "", "  ", "for-development-only-never-for-people-s-data"])
def test_a_production_start_needs_a_secret_key_of_its_own(settings_from, key):
    environment = {} if key is None else {"SECRET_KEY": key}
    with pytest.raises(SystemExit, match="SECRET_KEY is not set"):
        settings_from(**environment)


def test_with_nothing_but_a_key_everything_is_closed(settings_from):
    settings = settings_from(SECRET_KEY=KEY)
    names = [
        "DEBUG",
        "INSECURE_HTTP",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_NAME",
        "ALLOWED_HOSTS",
        "CELERY_TASK_ALWAYS_EAGER",
    ]
    assert [settings[name] for name in names] == [
        False,
        False,
        True,
        True,
        True,
        "__Host-sessionid",
        ["localhost", "127.0.0.1", "[::1]"],
        True,
    ]


def test_plain_http_has_to_be_asked_for(settings_from):
    settings = settings_from(SECRET_KEY=KEY, INSECURE_HTTP="1")
    assert ("SECURE_SSL_REDIRECT" in settings, "SESSION_COOKIE_SECURE" in settings) == (False, False)


def test_the_content_security_policy_has_nothing_unsafe(settings_from):
    directives = settings_from(SECRET_KEY=KEY)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives == {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }


def test_sqlite_takes_its_write_lock_at_once(settings_from):
    database = settings_from(SECRET_KEY=KEY, DATABASE_URL="sqlite:////tmp/x.sqlite3")["DATABASES"]["default"]
    assert (database["NAME"], database["OPTIONS"]["transaction_mode"]) == ("/tmp/x.sqlite3", "IMMEDIATE")  # noqa: S108 - never opened


def test_postgresql_waits_for_nothing_for_ever(settings_from):
    database = settings_from(SECRET_KEY=KEY, DATABASE_URL=POSTGRESQL)["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["CONN_HEALTH_CHECKS"]) == ("db.internal", 5433, True)
    assert database["OPTIONS"] == {
        "sslmode": "require",
        "connect_timeout": 5,
        "options": (
            "-c lock_timeout=5000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000"
        ),
    }


def test_another_database_is_refused(settings_from):
    with pytest.raises(SystemExit, match="PostgreSQL or SQLite"):
        settings_from(SECRET_KEY=KEY, DATABASE_URL="mysql://a:b@c/d")


def test_with_redis_tasks_leave_the_request(settings_from):
    settings = settings_from(SECRET_KEY=KEY, REDIS_URL="redis://127.0.0.1:6379/3")
    assert (settings["CELERY_BROKER_URL"], settings["CELERY_TASK_ALWAYS_EAGER"]) == (
        "redis://127.0.0.1:6379/3",
        False,
    )
    visibility = settings["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]
    assert settings["CELERY_TASK_SOFT_TIME_LIMIT"] < settings["CELERY_TASK_TIME_LIMIT"] < visibility


def test_single_sign_on_is_there_only_where_it_is_set_up(settings_from):
    without = settings_from(SECRET_KEY=KEY)
    assert [app for app in without["INSTALLED_APPS"] if "socialaccount" in app] == []
    having = settings_from(SECRET_KEY=KEY, OIDC_SERVER_URL="https://id.internal", OIDC_CLIENT_ID="party")
    assert [app for app in having["INSTALLED_APPS"] if "socialaccount" in app] == [
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
    (provider,) = having["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert (provider["client_id"], provider["settings"]) == ("party", {"server_url": "https://id.internal"})


def test_lists_are_told_apart_by_commas(settings_from):
    settings = settings_from(SECRET_KEY=KEY, ALLOWED_HOSTS="party.internal, 10.0.0.8 ,")
    assert settings["ALLOWED_HOSTS"] == ["party.internal", "10.0.0.8"]
