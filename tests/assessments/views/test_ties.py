"""Equal totals on one board: by which link of the chain they were parted is told beside both lines."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.operations import Decision, publish
from assessments.views import boards
from branches.choices import Role
from branches.models import PartyUnit
from tests.assessments.views.pages import BOARD, text_of
from tests.factories.assessments import IndicatorValueFactory, import_document, item, section
from tests.factories.assessments import document as scheme_document
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
SECTIONS = (section("PARTY", item("P"), weight="50"), section("BUSINESS", item("B"), weight="50"))


@pytest.fixture
def board_of(tree, people):
    """``board_of(["section:BUSINESS"], A1=("89", "86.76"), …)``: published with these two figures each."""

    def make(chain, *, period="2026H1", before=None, **figures):
        if not PartyUnit.objects.filter(values__isnull=False).exists():
            import_document(scheme_document(*SECTIONS, tie_chain=chain, **(before or {})))
        for code, pair in figures.items():
            for indicator, figure in zip("PB", pair, strict=True):
                IndicatorValueFactory(unit=tree[code], period=period, indicator=indicator, figure=figure)
        publish(period, "board", Decision(*people, waiver="-"))

    return make


def told(client, address=BOARD):
    return {row["entry"].unit_code: (row["rank"], row["tie"]) for row in client.get(address).context["rows"]}


HIGHER = "higher score in the section “板块BUSINESS”"
PARTED = {
    "A1": (2, f"Equal total with A2党支部, placed behind it: {HIGHER} (86.76 < 88.76)"),
    "A2": (1, f"Equal total with A1党支部, placed before it: {HIGHER} (88.76 > 86.76)"),
    "B1": (3, ""),
}


@pytest.fixture
def parted(board_of):
    """A1 and A2 have 87.88 each, B1 has 86.58."""
    board_of(["section:BUSINESS"], A1=("89", "86.76"), A2=("87", "88.76"), B1=("89", "84.16"))


def test_both_lines_say_by_what_their_equal_total_was_parted(parted, office):
    page = office.get(BOARD)
    assert told(office) == PARTED
    assert PARTED["A1"][1] in text_of(page)
    assert page.context["tie_line"] == (
        f"Equal totals are parted, in this order, by: {HIGHER}. What is equal in all of it shares a rank; "
        "the next rank is skipped."
    )


@pytest.mark.parametrize("query", ["sort=unit", "q=A2"])
def test_a_line_keeps_its_words_wherever_it_stands(parted, office, query):
    shown = told(office, f"{BOARD}?{query}")
    assert shown == {code: PARTED[code] for code in shown}


def test_a_large_board_looks_over_the_edge_of_the_page(parted, office, monkeypatch):
    monkeypatch.setattr(boards, "DRAWN_UP_TO", 1)
    monkeypatch.setattr(boards, "PAGE_SIZE", 1)
    assert told(office) == {"A2": PARTED["A2"]}


def test_the_page_of_the_score_says_it_too(parted, office, secretary, sign_in):
    assert office.get(f"{BOARD}A1/").context["tie_words"] == PARTED["A1"][1]
    assert PARTED["A1"][1] in text_of(secretary.get(f"{BOARD}A1/"))
    assert sign_in(Role.BRANCH_SECRETARY, "B1").get(f"{BOARD}B1/").context["tie_words"] == ""


def test_a_unit_that_the_board_hides_has_neither_name_nor_figure(board_of, sign_in):
    board_of(
        ["section:BUSINESS"],
        before={"publication": {"to": "COMPANY", "show": 1}},
        A1=("80", "80"),
        A2=("87", "88.76"),
        B1=("89", "86.76"),
    )
    page = sign_in(Role.BRANCH_SECRETARY, "A1").get(f"{BOARD}A1/")
    assert page.context["tie_words"] == ""
    page = sign_in(Role.BRANCH_SECRETARY, "A2").get(f"{BOARD}A2/")
    assert page.context["tie_words"] == f"Equal total with another unit, placed before it: {HIGHER}"


def test_the_score_of_an_item_is_for_who_may_open_both(board_of, office, secretary):
    board_of(["item:B"], A1=("89", "86.76"), A2=("87", "88.76"))
    higher = "higher score in the item “指标B”"
    assert told(office)["A1"][1].endswith(f"{higher} (86.76 < 88.76)")
    assert told(secretary)["A1"][1].endswith(f"placed behind it: {higher}")


def test_what_the_whole_chain_does_not_part_shares_a_rank_and_says_nothing(board_of, office):
    board_of(["section:BUSINESS"], A1=("87", "88.76"), A2=("87", "88.76"), B1=("89", "86.76"))
    other = f"Equal total with B1党支部, placed before it: {HIGHER} (88.76 > 86.76)"
    behind = f"Equal total with A2党支部, placed behind it: {HIGHER} (86.76 < 88.76)"
    assert told(office) == {"A1": (1, other), "A2": (1, other), "B1": (3, behind)}


def test_an_improvement_is_told_as_it_was_when_the_board_was_computed(
    board_of, office, people, tree, time_machine
):
    PartyUnit.objects.filter(code="B1").update(opened_on=date(2026, 1, 1))
    board_of(["improvement"], period="2025H2", A1=("88", "88"), A2=("80", "80"))
    board_of([], A1=("90", "90"), A2=("90", "90"), B1=("90", "90"))
    time_machine.shift(60)
    tree["A2"].values.filter(period__code="2025H2").update(value=90 * 10**6, raw=90 * 10**6)
    publish("2025H2", "board", Decision(*people, waiver="-", reason="A2 was read wrongly"))
    gain = "greater gain on the last published period"
    assert told(office, f"{BOARD}?edition=1") == {
        "A2": (1, f"Equal total with A1党支部, placed before it: {gain} (+10.00 > +2.00)"),
        "A1": (2, f"Equal total with A2党支部, placed behind it: {gain} (+2.00 < +10.00)"),
        "B1": (3, f"Equal total with A1党支部, placed behind it: {gain} (— < +2.00)"),
    }


def test_a_board_without_a_chain_says_that_equal_results_share_a_rank(board_of, office):
    board_of([], A1=("90", "90"), A2=("90", "90"))
    page = office.get(BOARD)
    assert page.context["tie_line"] == "Equal results share a rank; the next rank is skipped."
    assert {row.get("tie") for row in page.context["rows"]} == {None}


def test_more_parted_lines_ask_no_more_queries(parted, office, tree, people):
    def asked(address):
        office.get(address)
        with CaptureQueriesContext(connection) as found:
            office.get(address)
        return len(found)

    few = asked(BOARD), asked(f"{BOARD}A1/")
    for number in range(10):
        tree[f"N{number}"] = PartyUnitFactory(
            code=f"N{number}", parent=tree["BA"], organisation=tree["BA"].organisation
        )
        for indicator, figure in (("P", f"{80 + number}"), ("B", f"{90 - number}")):
            IndicatorValueFactory(unit=tree[f"N{number}"], indicator=indicator, figure=figure)
    publish("2026H1", "board", Decision(*people, waiver="-", reason="more"))
    assert len([1 for _rank, tie in told(office).values() if tie]) == 12
    assert (asked(BOARD), asked(f"{BOARD}A1/")) == few
