"""Measurements against a bare reference (contract.md 5): ``./run bench NAME``.

Each runs as a module in a process of its own. Django is set up here, before any model is imported, for a
database that does not exist yet: ``_harness.own_database`` makes it on the server of DATABASE_URL.
"""

import os

import django

SERVER = os.environ.get("DATABASE_URL", "")
DATABASE = f"bench_{os.getpid()}"
IS_POSTGRESQL = SERVER.startswith("postgres")

os.environ |= {
    "DATABASE_URL": f"{SERVER.partition('?')[0].rpartition('/')[0]}/{DATABASE}" if IS_POSTGRESQL else "",
    "DB_STATEMENT_TIMEOUT_MS": "0",
    "DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "partybuild.settings",
    "INSECURE_HTTP": "1",
    "REDIS_URL": "",
    "STATIC_MANIFEST": "0",
}
os.environ.setdefault("SECRET_KEY", "for-benchmarks-only-" + "0" * 40)
django.setup()
