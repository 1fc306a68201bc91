"""Rights begin and end with the day of the role, on every page."""

import pytest

from tests.permissions.oracle import Oracle
from tests.permissions.test_walk import walk
from tests.permissions.tree import BY_NAME, DAY, TODAY

ROUTES = [
    "activities:list",
    "activities:update",
    "activities:create",
    "branches:unit_detail",
    "dashboard:workbench",
]


@pytest.mark.parametrize(
    ("name", "days", "rights"),
    [
        ("deputy", [TODAY - 2 * DAY, TODAY - DAY, TODAY], [True, True, False]),
        ("successor", [TODAY, TODAY + DAY, TODAY + 2 * DAY], [False, True, True]),
    ],
)
def test_the_day_before_the_day_itself_and_the_day_after(walker, time_machine, name, days, rights):
    oracles = [Oracle(BY_NAME[name], day) for day in days]
    assert [bool(oracle.reads) for oracle in oracles] == rights
    complaints = []
    for day, oracle in zip(days, oracles, strict=True):
        time_machine.move_to(f"{day} 00:00+08:00", tick=False)
        walker.sign_in(oracle.person)
        complaints += [f"{day} {route} {text}" for route in ROUTES for text in walk(walker, route, oracle)]
    assert complaints == []


def test_the_last_minute_of_the_last_day(walker, time_machine):
    deputy = BY_NAME["deputy"]
    for moment, status in ((f"{TODAY - DAY} 23:59:59+08:00", 200), (f"{TODAY} 00:00+08:00", 404)):
        time_machine.move_to(moment, tick=False)
        walker.sign_in(deputy)
        assert walker.ask(deputy, "GET", "/units/N111/").status == status
