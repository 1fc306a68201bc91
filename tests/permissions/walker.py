"""Asks one address as one person, judges the answer, and leaves no trace."""

import hashlib
import re
from copy import deepcopy
from dataclasses import dataclass
from html import escape

from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from tests.permissions.canaries import canaries_in, text_of

WRITE = re.compile(r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# Who asks and when is noted with each request; nothing else of these tables is anybody's data.
NOTED_WITH_EACH_REQUEST = {"django_session"}
VOLATILE = [
    (re.compile(r"\b[A-Za-z0-9]{64}\b"), "TOKEN"),  # csrf
    (re.compile(r"\bnonce-?[\"'=\w+/-]+"), "NONCE"),
    (re.compile(r"(?im)^(x-request-id|set-cookie|content-length): .*$"), r"\1"),
]


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    changed: frozenset[str]
    then: object = None

    @property
    def canaries(self):
        return canaries_in(self.text)

    def without(self, url):
        """The text, without its own address and what is never the same twice."""
        text = self.text
        for address in (url, escape(url), url.partition("?")[0]):
            text = text.replace(address, "ADDRESS")
        for pattern, word in VOLATILE:
            text = pattern.sub(word, text)
        return text


class Walker:
    def __init__(self, world):
        self.world = world
        self.digests = {}

    def sign_in(self, person):
        """On the day on which the test stands; sessions end after twelve hours."""
        client = Client()
        if person.signs_in:
            user = self.world.users[person.name]
            client.force_login(user, backend="accounts.backends.SignInBackend")
        self.world.cookies[person.name] = client.cookies

    def ask(self, person, method, url, data=None, *, then=None, **extra):
        """The answer, all that it wrote undone; ``then`` looks at the rows before that."""
        client = Client()
        client.cookies = deepcopy(self.world.cookies[person.name])
        written = set()

        def note(execute, sql, params, many, context):
            found = WRITE.match(sql)
            if found:
                written.add(found.group(1))
            return execute(sql, params, many, context)

        with transaction.atomic(), connection.execute_wrapper(note):
            response = getattr(client, method.lower())(url, data or {}, **extra)
            text = text_of(response)
            changed = frozenset(table for table in written - NOTED_WITH_EACH_REQUEST if self.differs(table))
            seen = then() if then else None
            transaction.set_rollback(True)
        return Answer(response.status_code, text, response.headers.get("Location", ""), changed, seen)

    def differs(self, table):
        return digest(table) != self.before(table)

    def before(self, table):
        return self.digests[table]

    def remember(self):
        """Take the digests of all tables as the world was seeded."""
        self.digests = {
            model._meta.db_table: digest(model._meta.db_table)
            for model in apps.get_models(include_auto_created=True)
        }


def digest(table):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(repr(row) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
