import logging

import pytest
import time_machine as machine
from django.db import transaction

from tests.permissions.tree import NOON, PEOPLE
from tests.permissions.walker import Walker
from tests.permissions.world import make_world


@pytest.fixture(scope="package")
def media_root(tmp_path_factory):
    return str(tmp_path_factory.mktemp("walk"))


@pytest.fixture(scope="package")
def seeded(django_db_setup, django_db_blocker, media_root):
    """The world, made once in a transaction that is never committed."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MEDIA_ROOT", media_root)
        outermost = transaction.atomic()
        outermost.__enter__()
        with machine.travel(NOON, tick=False):
            walker = Walker(make_world())
            for person in PEOPLE:
                walker.sign_in(person)
            walker.remember()
    yield walker
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outermost.__exit__(None, None, None)


@pytest.fixture
def walker(seeded, db, settings, media_root, time_machine, monkeypatch):
    """Asks on the day on which the world was seeded; whatever a test changes is undone after it."""
    settings.MEDIA_ROOT = media_root
    # thousands of refusals are the point here; a line of the log for each would cost more than the answer
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    time_machine.move_to(NOON, tick=False)
    monkeypatch.setattr(seeded.world, "cookies", dict(seeded.world.cookies))
    return seeded


@pytest.fixture
def world(walker):
    return walker.world
