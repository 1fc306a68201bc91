"""Importing members from a CSV file, with every check, against a bare COPY of the same rows."""

import csv
import io
import tempfile
from pathlib import Path

from django.db import connection, transaction

from benchmarks._harness import medians, own_database, parse_options, run_sql, say, settle_tables, tell, timed
from branches.importers import MemberImporter
from branches.models import Member
from core.importing import run_import

REFERENCE = "COPY of the same rows into the same table, indexes and constraints kept"
MEMBERS_A_UNIT = 20
HEADING = ["staff_no", "name", "unit_code", "organisation_code", "status", "full_since", "party_worker"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "建国志强秀英桂兰海燕永军丽娟晓东玉梅文博思远"
ORGANISATIONS = """
    INSERT INTO branches_organisation (id, code, name, kind, path)
    SELECT n, 'O' || n, '供电所' || n, 'STATION', lpad(n::text, 8, '0') FROM generate_series(1, %s) n"""
UNITS = """
    INSERT INTO branches_partyunit (id, code, name, kind, organisation_id, path, category, extension_approval)
    SELECT id, 'U' || id, '党支部' || id, 'BRANCH', id, path, '', '' FROM branches_organisation"""
COLUMNS = (
    "name", "staff_no", "unit_id", "organisation_id", "status", "full_since", "is_team_leader",
    "party_worker",
)  # fmt: skip


def main() -> None:
    options = parse_options(__doc__, subjects=100_000, rounds=3)
    say(f"{__doc__} Rows: {options.subjects:,}; rounds: {options.rounds}.")
    with own_database(), tempfile.TemporaryDirectory() as folder:
        units = max(1, options.subjects // MEMBERS_A_UNIT)
        run_sql(ORGANISATIONS, [units])
        run_sql(UNITS)
        settle_tables()
        rows = [row_of(number, units) for number in range(options.subjects)]
        path = Path(folder) / "members.csv"
        path.write_text(file_of(rows), encoding="utf-8-sig")
        seconds, copied = medians(
            options.rounds, lambda: import_members(path, len(rows)), lambda: copy_members(rows)
        )
    tell(
        "import",
        size=options.subjects,
        seconds=seconds,
        reference=REFERENCE,
        reference_seconds=copied,
        rounds=options.rounds,
    )


def row_of(number: int, units: int) -> list[str]:
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
    unit = number % units + 1
    status = "PROBATIONARY" if number % 40 == 0 else "FULL"
    since = f"{1985 + number % 40}-{number % 12 + 1:02}-{number % 28 + 1:02}" if status == "FULL" else ""
    return [
        f"S{number:07}",
        name,
        f"U{unit}",
        f"O{unit}",
        status,
        since,
        "PART_TIME" if number % 50 == 0 else "",
    ]


def file_of(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([HEADING, *rows])
    return text.getvalue()


def import_members(path: Path, expected: int) -> float:
    empty_table()
    seconds = timed(lambda: run_import(MemberImporter(), path, by=None))
    if Member.objects.count() != expected:
        raise SystemExit("not every member arrived")
    return seconds


def copy_members(rows: list[list[str]]) -> float:
    """From memory, in one transaction, the rows as the table has them."""
    empty_table()
    lines = io.StringIO("".join(map(line_of, rows)))
    command = f"COPY branches_member ({', '.join(COLUMNS)}) FROM STDIN"

    def copy() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.copy_expert(command, lines)

    return timed(copy)


def line_of(row: list[str]) -> str:
    staff_no, name, unit, organisation, status, since, worker = row
    cells = [name, staff_no, unit[1:], organisation[1:], status, since or "\\N", "f", worker or "NONE"]
    return "\t".join(cells) + "\n"


def empty_table() -> None:
    run_sql("TRUNCATE branches_member CASCADE")
    settle_tables()


if __name__ == "__main__":
    main()
