"""What the workbench and the list of records, near and far, cost the database with 1,000,000 records.

The server tells the time of each statement, planned and carried out. What the client waits is told beside it.
"""

import statistics
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from activities.choices import ActivityKind
from activities.keyset import written
from activities.models import Activity
from benchmarks._harness import (
    Spent,
    own_database,
    parse_options,
    run_sql,
    say,
    tell,
    tell_durations,
    timed,
)
from benchmarks._province import Tree, make_province
from branches.models import PartyUnit

GOAL = 0.005
REFERENCE = "the newest 51 records by a bare index scan"
BARE = "SELECT id, title, held_on FROM activities_activity ORDER BY held_on DESC, id DESC LIMIT 51"


def main() -> None:
    options = parse_options(__doc__, subjects=1_000_000, rounds=7)
    say(f"{__doc__}\nRecords: {options.subjects:,}; rounds: {options.rounds}.")
    with own_database():
        say(f"made in {timed(lambda: trees.append(make_province(options.subjects))):.0f} s")
        pages = [measure(*page, rounds=options.rounds) for page in pages_of(trees[0])]
        bare = statistics.median(read_bare() for _round in range(options.rounds))
    slowest = max(pages, key=lambda page: page["seconds"])
    tell(
        "pages",
        size=options.subjects,
        seconds=slowest["seconds"],
        reference=REFERENCE,
        reference_seconds=bare,
        rounds=options.rounds,
        slowest=slowest["page"],
        within_goal=slowest["seconds"] <= GOAL,
        pages=pages,
    )


trees: list[Tree] = []


def pages_of(tree: Tree) -> list[tuple[str, int, str]]:
    """What is opened, by whom, under which address."""
    readers = {"secretary": tree.branch, "county": tree.county, "bureau": tree.bureau, "province": 1}
    found = []
    for name, key in readers.items():
        found.append((f"{name}: workbench", key, "/"))
        unit = PartyUnit.objects.get(pk=key)
        seen = Activity.objects.in_subtree(unit.path).newest_first()
        far = seen[seen.count() // 2]
        cursor = f"after={written((far.held_on, far.pk))}"
        narrow = f"kind={ActivityKind.GENERAL_MEETING}&state=CONFIRMED"
        addresses = {
            "list": "",
            "list, far down": cursor,
            "list, filtered": narrow,
            "list, filtered, far down": f"{narrow}&{cursor}",
            "list, one unit's tree": f"unit={unit.code}&{narrow}",
        }
        found += [(f"{name}: {what}", key, f"/activities/?{query}") for what, query in addresses.items()]
    return found


def measure(what: str, user: int, address: str, *, rounds: int) -> dict[str, Any]:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(pk=user), backend="accounts.backends.SignInBackend")
    cache.clear()
    tell_durations()
    cold, *warm = [spent_on(client, address) for _round in range(rounds + 1)]
    seconds = statistics.median(spent.seconds for spent in warm)
    counts = {spent.count for spent in warm}
    waited = statistics.median(spent.waited for spent in warm)
    say(
        f"{what:<36} {seconds * 1000:8.2f} ms, {max(counts):3} queries, waited {waited * 1000:8.2f} ms;"
        f" first {cold.seconds * 1000:8.2f} ms"
    )
    if seconds > GOAL:
        for took, sql in sorted(warm[-1].each, reverse=True)[:3]:
            say(f"        {took * 1000:8.2f} ms  {sql[:160]}")
    return {
        "page": what,
        "seconds": round(seconds, 6),
        "statements": max(counts),
        "waited": round(waited, 6),
        "first": round(cold.seconds, 6),
    }


def spent_on(client: Client, address: str) -> Spent:
    spent = Spent()
    with connection.execute_wrapper(spent):
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return spent


def read_bare() -> float:
    spent = Spent()
    with connection.execute_wrapper(spent):
        run_sql(BARE)
    return spent.seconds


if __name__ == "__main__":
    main()
