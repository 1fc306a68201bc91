"""An office's files, imported in order into an empty database, give the board that was worked out by hand."""

import datetime
import importlib.util
import re
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from python_calamine import load_workbook

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SCHEME = "branch-vanguard-county"
ORDER = [
    ("import_organisations", "organisations.xlsx"),
    ("import_units", "units.xlsx"),
    ("import_members", "members.csv"),
    ("import_posts", "posts.xlsx"),
    ("import_users", "users.csv"),
    ("import_activities", "activities.xlsx"),
    ("import_scheme", f"{SCHEME}.json"),
    ("import_values", "values.xlsx"),
    ("import_past_results", "past_results.csv"),
]
AFTER_THE_HALF_YEAR = datetime.datetime(2026, 7, 20, 10, tzinfo=datetime.UTC)


@pytest.fixture
def imported(db):
    """Everything is in; how many rows of each file were new, changed, known, refused."""
    with time_machine.travel(AFTER_THE_HALF_YEAR, tick=False):
        yield [import_file(command, name) for command, name in ORDER]


def import_file(command, name):
    said = StringIO()
    call_command(command, EXAMPLES / name, stdout=said)
    return [int(number) for number in re.findall(r"\d+", said.getvalue().strip().splitlines()[-1])]


def test_the_published_board_is_the_one_worked_out_by_hand(imported, tmp_path):
    call_command("recompute", "2026H1", stdout=StringIO())
    people = {"by": "sgs.chen", "approved_by": "sgs.luo", "minutes": "党委会纪要〔2026〕14号"}
    call_command("publish", "2026H1", scheme=SCHEME, **people, stdout=StringIO())
    call_command(
        "export_results", "2026H1", scheme=SCHEME, output=tmp_path / "results.csv", stdout=StringIO()
    )
    assert (tmp_path / "results.csv").read_bytes() == (EXAMPLES / "expected.csv").read_bytes()


def test_every_row_is_taken(imported):
    created = dict(zip([name for _command, name in ORDER], imported, strict=True))
    del created["users.csv"], created[f"{SCHEME}.json"]
    assert created == {
        "organisations.xlsx": [12, 0, 0, 0],
        "units.xlsx": [12, 0, 0, 0],
        "members.csv": [56, 0, 0, 0],
        "posts.xlsx": [17, 0, 0, 0],
        "activities.xlsx": [200, 0, 0, 0],
        "values.xlsx": [23, 0, 0, 0],
        "past_results.csv": [4, 0, 0, 0],
    }


def test_importing_again_changes_nothing(imported):
    again = [import_file(command, name) for command, name in ORDER if name.endswith((".xlsx", ".csv"))]
    assert [numbers for numbers in again if numbers[:2] != [0, 0]] == []


def test_the_spreadsheets_are_those_that_the_script_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("make_examples", EXAMPLES / "make.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    assert {path.name: cells(path) for path in sorted(tmp_path.iterdir())} == {
        path.name: cells(EXAMPLES / path.name) for path in sorted(tmp_path.iterdir())
    }


def cells(path):
    """What stands in a file; the bytes of a workbook depend on the library that wrote it."""
    if path.suffix == ".csv":
        return path.read_bytes().decode("gb18030")
    return load_workbook(path).get_sheet_by_index(0).to_python()
