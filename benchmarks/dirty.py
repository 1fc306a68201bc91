"""What one confirmation costs the database until the score of the unit, and of all above it, is right."""

import statistics

from django.db import connection, transaction

from activities.choices import ActivityState
from activities.models import Activity
from assessments.models import Edition
from assessments.operations import mark_dirty, recompute_scheme, rescore_dirty
from benchmarks._board import make_board
from benchmarks._harness import (
    Spent,
    own_database,
    parse_options,
    run_sql,
    say,
    settle_tables,
    tell,
    tell_durations,
    timed,
)
from core import clock

GOAL = 0.015
REFERENCE = "the index scan and the update of one line of the board by its key"
A_ROUND = 100
LIVE = """
    SELECT md5(string_agg(md5(concat_ws('|', unit_code, raws, item_scores, item_states, evidence_counts,
                                        section_scores, sums, total, grade, has_gap, has_missing)), '' ORDER BY unit_id))
      FROM assessments_entry WHERE edition_id = %s"""  # noqa: E501 - SQL


def main() -> None:
    options = parse_options(__doc__, subjects=100_000, rounds=3)
    say(f"{__doc__} Subjects: {options.subjects:,}; rounds: {options.rounds} of {A_ROUND} confirmations.")
    with own_database():
        scheme, period = make_board(options.subjects)
        edition = recompute_scheme(scheme, period, by=None)
        settle_tables()
        waiting = list(Activity.objects.filter(state=ActivityState.SUBMITTED).order_by("pk"))
        # some from everywhere, each another one
        chosen = waiting[:: max(1, len(waiting) // (options.rounds * A_ROUND + 1))]
        tell_durations()
        each = [confirm(activity) for activity in chosen[1 : options.rounds * A_ROUND + 1]]
        bare = statistics.median(update_bare(edition, activity) for activity in chosen[1:101])
        live = lines_of(edition)
        full = timed(lambda: recompute_scheme(scheme, period, by=None))
        is_equal = live == lines_of(edition)
    each.sort(key=lambda one: one.seconds)
    spent, slow = [one.seconds for one in each], each[int(len(each) * 0.95)]
    p95, waited = slow.seconds, statistics.median(one.waited for one in each)
    tell_spent(spent, slow, waited)
    say(f"afterwards {'equal to' if is_equal else 'NOT EQUAL TO'} a whole computation ({full:.1f} s)")
    tell(
        "dirty",
        size=options.subjects,
        seconds=statistics.median(spent),
        reference=REFERENCE,
        reference_seconds=bare,
        rounds=options.rounds,
        p95=round(p95, 6),
        longest=round(spent[-1], 6),
        waited=round(waited, 6),
        within_goal=p95 <= GOAL,
        equal_to_full=is_equal,
        confirmations=len(spent),
    )
    if not is_equal:
        raise SystemExit(1)


def tell_spent(spent: list[float], slow: Spent, waited: float) -> None:
    middle, p95, longest = (1000 * one for one in (statistics.median(spent), slow.seconds, spent[-1]))
    say(f"by the server's clock p50 {middle:.2f} ms, p95 {p95:.2f} ms, longest {longest:.2f} ms")
    say(f"the client waited {waited * 1000:.2f} ms")
    if slow.seconds > GOAL:
        for took, sql in sorted(slow.each, reverse=True)[:4]:
            say(f"        {took * 1000:8.2f} ms  {' '.join(sql.split())[:140]}")


def confirm(activity: Activity) -> Spent:
    """What comes after the confirmation itself: its mark stands, and is worked off."""
    now = clock.now()
    with transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(
            state=ActivityState.CONFIRMED, confirmed_at=now, by_lapse=True
        )
        mark_dirty([activity.unit_id], [activity.held_on])
    spent = Spent()
    with connection.execute_wrapper(spent):
        done = rescore_dirty()
    if done != 1:
        raise SystemExit("the mark was not worked off")
    return spent


def update_bare(edition: Edition, activity: Activity) -> float:
    statement = "UPDATE assessments_entry SET total = total WHERE edition_id = %s AND unit_id = %s"
    return timed(lambda: run_sql(statement, [edition.pk, activity.unit_id]))


def lines_of(edition: Edition) -> str:
    with connection.cursor() as cursor:
        cursor.execute(LIVE, [edition.pk])
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
