"""The worked example of the vanguard board, end to end through the commands."""

import pytest

from tests.assessments.conftest import FILES

SCHEME = FILES / "vanguard.json"


@pytest.fixture
def imported(bureaus, run_command):
    run_command("import_scheme", SCHEME)
    run_command("import_values", FILES / "vanguard_values.csv")


@pytest.mark.oracle("C-04")
@pytest.mark.parametrize("name", ["vanguard_results.csv", "vanguard_items.csv"])
def test_the_exported_file_is_the_one_worked_out_by_hand(imported, run_command, tmp_path, name):
    run_command("recompute", "2026H1")
    written = tmp_path / name

    run_command(
        "export_results", "2026H1", scheme="committee-vanguard", items="items" in name, output=written
    )

    assert written.read_bytes() == (FILES / name).read_bytes()
