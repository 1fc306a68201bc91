"""Where units stood before on each board of a scheme, whatever the board of then ranked."""

from datetime import date

import pytest

from assessments import earlier
from assessments.models import PastResult
from assessments.operations import Decision, ensure_period, publish
from assessments.standings import Board
from branches.operations import move_unit, update_unit
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
FIGURES = {"A1": "90", "A2": "80", "B1": "85", "B2": "70"}


@pytest.fixture(autouse=True)
def july(time_machine):
    time_machine.move_to("2026-07-20T04:00:00Z", tick=False)


@pytest.fixture
def units(bureaus):
    """A1 and A2 under CA, B1 and B2 under CB; A1 and B1 of category 一类."""
    found = {}
    for code in FIGURES:
        above = bureaus[f"C{code[0]}"]
        found[code] = PartyUnitFactory(code=code, parent=above, organisation=above.organisation)
        if code.endswith("1"):
            update_unit(found[code], by=None, on=date(2024, 1, 1), category="一类")
    return found | bureaus


def published(units, people, period="2026H1", figures=FIGURES, **more):
    scheme(section("S", item("X1")), **more)
    for code, figure in figures.items():
        IndicatorValueFactory(unit=units[code], period=period, indicator="X1", figure=figure)
    return publish(period, "board", Decision(*people, waiver="x"))


def past(units, **lines):
    for code, (total, rank) in lines.items():
        period = ensure_period("2025H2")
        PastResult.objects.create(
            scheme_code="board", period=period, unit=units[code], total=total, rank=rank
        )


def ranks(units, edition, *board):
    found = earlier.ranks_before(edition, Board(*board))
    assert found
    return {code: found.ranks[unit.pk] for code, unit in units.items() if unit.pk in found.ranks}


def test_ranks_that_were_imported_under_each_parent_serve_every_board(units, people):
    edition = published(units, people, board_scopes=["PARENT", "CATEGORY", "COMPANY"])
    past(units, A1=(8000, 2), A2=(9000, 1), B1=(8500, 1), B2=(7000, None))
    assert ranks(units, edition, "PARENT", "CA") == {"A2": 1, "A1": 2}
    assert ranks(units, edition, "PARENT", "CB") == {"B1": 1}
    assert ranks(units, edition, "CATEGORY", "一类") == {"B1": 1, "A1": 2}
    assert ranks(units, edition, "COMPANY") == {"A2": 1, "B1": 2, "A1": 3}


def test_equal_totals_are_parted_by_ranks_of_the_same_board_only(units, people):
    edition = published(units, people, board_scopes=["PARENT", "CATEGORY"])
    past(units, A1=(9000, 2), A2=(9000, 1), B1=(9000, 1))
    assert ranks(units, edition, "PARENT", "CA") == {"A2": 1, "A1": 2}
    assert ranks(units, edition, "CATEGORY", "一类") == {"A1": 1, "B1": 1}


def test_ranks_of_the_company_are_taken_as_they_were_and_put_in_order_within_a_class(units, people):
    edition = published(units, people, board_scopes=["COMPANY", "PARENT"])
    past(units, A1=(9000, 7), A2=(9000, 4))
    assert ranks(units, edition, "COMPANY") == {"A2": 4, "A1": 7}
    assert ranks(units, edition, "PARENT", "CA") == {"A2": 1, "A1": 2}


def test_a_board_that_was_not_ranked_then_is_ranked_by_its_totals(units, people):
    published(units, people, "2025H2", {"A1": "70", "A2": "80", "B1": "60", "B2": "50"})
    edition = published(units, people, version=2, board_scopes=["CATEGORY", "PARENT"])
    assert ranks(units, edition, "CATEGORY", "一类") == {"A1": 1, "B1": 2}
    assert ranks(units, edition, "PARENT", "CA") == {"A2": 1, "A1": 2}
    asked = earlier.ranks_before(edition, Board("PARENT", "CA"), [units["A1"].pk])
    assert asked.ranks == {units["A1"].pk: 2}


def test_who_came_from_another_class_is_new_in_this_one(units, people):
    published(units, people, "2025H2", board_scopes=["PARENT"])
    move_unit(units["B1"], parent=units["CA"], by=None, on=date(2026, 2, 1))
    edition = published(units, people, board_scopes=["PARENT"])
    assert ranks(units, edition, "PARENT", "CA") == {"A1": 1, "A2": 2}


def test_movement_needs_a_rank_in_both_periods():
    found = earlier.Before("2025H2", {1: 3})
    assert [found.movement(1, 1), found.movement(1, None), found.movement(2, 1)] == [2, None, None]
    assert (found.period_name, earlier.Before().period_name) == ("Second half of 2025", "")
