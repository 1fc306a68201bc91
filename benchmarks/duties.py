"""Generating what all units owe in one month, against the bare INSERT … SELECT of the same rows."""

from activities.models import Duty
from activities.operations import generate_duties
from benchmarks._harness import medians, own_database, parse_options, run_sql, say, settle_tables, tell, timed
from core.periods import parse_period

REFERENCE = "INSERT … SELECT of the same rows from a plain table, indexes and constraints kept"
MONTH = parse_period("2026-05")
# One branch with a committee among four units, the other three its groups.
ORGANISATION = """
    INSERT INTO branches_organisation (id, code, name, kind, path)
    VALUES (1, 'O1', '供电所', 'STATION', '00000001')"""
UNITS = """
    INSERT INTO branches_partyunit
      (id, code, name, kind, organisation_id, parent_id, path, category, extension_approval)
    SELECT n, 'U' || n, '单位' || n, CASE WHEN n %% 4 = 1 THEN 'BRANCH' ELSE 'GROUP' END, 1,
           CASE WHEN n %% 4 = 1 THEN NULL ELSE n - (n - 1) %% 4 END,
           CASE WHEN n %% 4 = 1 THEN '' ELSE lpad((n - (n - 1) %% 4)::text, 8, '0') END
             || lpad(n::text, 8, '0'), '', ''
      FROM generate_series(1, %s) n"""
MEMBERS = """
    INSERT INTO branches_member (id, name, unit_id, status, party_worker, is_team_leader)
    SELECT id, '党员' || id, id, 'FULL', 'NONE', FALSE FROM branches_partyunit WHERE kind = 'BRANCH'"""
POSTS = """
    INSERT INTO branches_post (member_id, unit_id, position, starts_on)
    SELECT id, unit_id, 'DISCIPLINE', '2024-01-01' FROM branches_member"""
COLUMNS = "rule_id, unit_id, first_day, last_day, counts_from, counts_until, exempt_reason, opened_reason"
COPY = f"CREATE TABLE bench_duties AS SELECT {COLUMNS} FROM activities_duty ORDER BY id"  # noqa: S608 - names of our own
BARE = f"INSERT INTO activities_duty ({COLUMNS}) SELECT {COLUMNS} FROM bench_duties"  # noqa: S608 - names of our own


def main() -> None:
    options = parse_options(__doc__, subjects=100_000, rounds=5)
    say(f"{__doc__} Units: {options.subjects:,}; rounds: {options.rounds}.")
    with own_database():
        run_sql(ORGANISATION)
        run_sql(UNITS, [options.subjects])
        for statement in (MEMBERS, POSTS):
            run_sql(statement)
        settle_tables()
        rows = generate_duties(MONTH)
        run_sql(COPY)
        seconds, bare = medians(options.rounds, lambda: generate(rows), insert)
    tell(
        "duties",
        size=options.subjects,
        seconds=seconds,
        reference=REFERENCE,
        reference_seconds=bare,
        rounds=options.rounds,
        rows=rows,
    )


def generate(expected: int) -> float:
    empty_table()
    seconds = timed(lambda: generate_duties(MONTH))
    if Duty.objects.count() != expected:
        raise SystemExit("not every duty was made")
    return seconds


def insert() -> float:
    empty_table()
    return timed(lambda: run_sql(BARE))


def empty_table() -> None:
    run_sql("TRUNCATE activities_duty")
    settle_tables()


if __name__ == "__main__":
    main()
