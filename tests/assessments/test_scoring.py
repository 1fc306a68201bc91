from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Edition, Indicator, IndicatorValue
from assessments.numbers import rate
from assessments.operations import ensure_period, recompute, recompute_scheme
from branches.choices import UnitKind
from branches.models import PartyUnit
from core import clock
from tests.factories.assessments import (
    BANDS,
    IndicatorValueFactory,
    awarded,
    document,
    import_document,
    item,
    scheme,
    section,
)
from tests.factories.branches import OrganisationFactory, PartyUnitFactory
from tests.reference.scorer import score_board

pytestmark = pytest.mark.django_db
FULL = 1_000_000


def scores_of(score, rule, *figures, weight="100"):
    entries = score([{"A1": figure} for figure in figures], section("S", item(rule=rule, weight=weight)))
    return [entry.item_scores[0] for entry in entries]


BAND = {"type": "BAND", "satisfactory": "6", "unacceptable": "14"}


@pytest.mark.oracle("C-01")
def test_band_scores_between_satisfactory_and_unacceptable(score):
    found = scores_of(score, BAND, "9.9", "8", "12", "14", "15", "26", "5")
    assert found == [805000, 900000, 700000, 600000, 550000, 0, FULL]


def test_band_works_in_either_direction(score):
    rule = {"type": "BAND", "satisfactory": "100", "unacceptable": "90"}
    assert scores_of(score, rule, "98", "100", "101", "90", "75", "74") == [920000, FULL, FULL, 600000, 0, 0]


@pytest.mark.oracle("C-02")
def test_deduct_takes_off_per_event(score):
    assert scores_of(score, {"type": "DEDUCT", "per_event": "20"}, "0", "1", "6") == [FULL, 800000, 0]


def test_nothing_is_deducted_for_nothing_or_at_no_price(score):
    assert scores_of(score, {"type": "DEDUCT", "per_event": "0"}, "5", "-5") == [FULL, FULL]


def test_negative_events_give_no_bonus(score):
    assert scores_of(score, {"type": "DEDUCT", "per_event": "0.5"}, "-1", "0.25") == [FULL, 998750]


def test_ratio_is_the_share_of_the_target(score):
    rule = {"type": "RATIO", "target": "3"}
    assert scores_of(score, rule, "1", "2", "3", "4", "-1") == [333333, 666667, FULL, FULL, 0]


def test_steps_take_the_highest_minimum_reached(score):
    rule = {"type": "STEPS", "steps": [["-1", "10"], ["0", "60.00005"], ["2.5", "120"]]}
    assert scores_of(score, rule, "-2", "-1", "-0.000001", "0", "2.499999", "2.5") == [
        0,
        100000,
        100000,
        600001,
        600001,
        FULL,
    ]


@pytest.mark.oracle("C-11")
def test_peers_stand_between_best_and_worst(score):
    rule = {"type": "PEER_MINMAX", "direction": "LOWER"}
    assert scores_of(score, rule, "9.9", "8", "12") == [525000, FULL, 0]


@pytest.mark.oracle("C-11")
def test_equal_peers_all_have_the_full_score(score):
    rule = {"type": "PEER_MINMAX", "direction": "HIGHER"}
    assert scores_of(score, rule, "7", "7", "7") == [FULL, FULL, FULL]


def test_direct_is_the_figure_itself(score):
    found = scores_of(score, {"type": "DIRECT"}, "-1", "0.00005", "86.12345", "100.1")
    assert found == [0, 1, 861235, FULL]


LIMIT = "9999999.999999"


@pytest.mark.parametrize(
    ("rule", "figures", "scores"),
    [
        (
            {"type": "BAND", "satisfactory": LIMIT, "unacceptable": f"-{LIMIT}"},
            ["0", LIMIT, f"-{LIMIT}"],
            [800000, FULL, 600000],
        ),
        (
            {"type": "BAND", "satisfactory": f"-{LIMIT}", "unacceptable": LIMIT},
            ["0", LIMIT],
            [800000, 600000],
        ),
        (
            {"type": "BAND", "satisfactory": LIMIT, "unacceptable": "9999999.999998"},
            [LIMIT, f"-{LIMIT}"],
            [FULL, 0],
        ),
        ({"type": "DEDUCT", "per_event": LIMIT}, ["0.000001", "0.000009", LIMIT], [900000, 100000, 0]),
        ({"type": "DEDUCT", "per_event": "0.000001"}, [LIMIT], [900000]),
        ({"type": "RATIO", "target": LIMIT}, ["9999999.999998", LIMIT, "5000000"], [FULL, FULL, 500000]),
        ({"type": "RATIO", "target": "0.000001"}, ["0", "0.000001"], [0, FULL]),
        ({"type": "PEER_MINMAX", "direction": "HIGHER"}, [LIMIT, f"-{LIMIT}", "0"], [FULL, 0, 500000]),
        (
            {"type": "STEPS", "steps": [[f"-{LIMIT}", "1"], [LIMIT, LIMIT]]},
            [LIMIT, f"-{LIMIT}"],
            [FULL, 10000],
        ),
        # figures that fit 31 bits: their multiples do not
        ({"type": "DEDUCT", "per_event": "1073.741824"}, ["0.01"], [892626]),
        ({"type": "RATIO", "target": "1073.741824"}, ["1"], [931]),
        ({"type": "BAND", "satisfactory": "1073.741824", "unacceptable": "0"}, ["0"], [600000]),
        ({"type": "PEER_MINMAX", "direction": "LOWER"}, ["0", "1073.741824", "1"], [FULL, 0, 999069]),
        ({"type": "DIRECT"}, [LIMIT, f"-{LIMIT}"], [FULL, 0]),
    ],
)
def test_the_rules_hold_at_the_limits_of_the_numbers(score, rule, figures, scores):
    assert scores_of(score, rule, *figures) == scores


@pytest.mark.oracle("C-03")
def test_more_complaints_on_many_more_customers_score_better(bureaus, run_command, tmp_path):
    rule = {"type": "BAND", "satisfactory": "0.2", "unacceptable": "1.0"}
    source = {"type": "REPORTED", "code": "COMPLAINTS", "per": "10000"}
    scheme(
        section("S", item("B2", source=source, rule=rule)),
        subject_kinds=["COMMITTEE"],
        organisation_kinds=["CITY_BUREAU"],
    )
    file = tmp_path / "values.csv"
    file.write_text(
        "unit_code,period,indicator_code,value,denominator\n"
        "CA,2026H1,COMPLAINTS,14,350000\nCB,2026H1,COMPLAINTS,11,150000\n"
    )
    run_command("import_values", file)
    entries = recompute("2026H1", by=None)[0].entries.order_by("unit_code")
    assert [(entry.unit_code, entry.raws, entry.item_scores) for entry in entries] == [
        ("CA", [400000], [900000]),
        ("CB", [733333], [733334]),
        ("CC", [None], [0]),
    ]


@pytest.mark.oracle("C-05")
def test_totals_round_half_up(score):
    entries = score([{"A1": "86.125"}, {"A1": "86.1249"}, {"A1": "94.995"}])
    assert [(entry.total, entry.grade) for entry in entries] == [
        (8613, "QUALIFIED"),
        (8612, "QUALIFIED"),
        (9500, "EXCELLENT"),
    ]


@pytest.mark.oracle("T-01")
def test_the_grade_follows_the_total_of_two_decimals(score):
    figures = ["100", "95", "94.99", "80", "79.99", "79.5", "79", "60", "59.99", "0"]
    entries = {entry.unit_code: entry for entry in score([{"A1": figure} for figure in figures])}
    assert [entries[f"B{number}"].grade for number in range(1, 11)] == [
        *("EXCELLENT", "EXCELLENT", "QUALIFIED", "QUALIFIED", "BASIC"),
        *("BASIC", "BASIC", "BASIC", "UNQUALIFIED", "UNQUALIFIED"),
    ]


SHEET = {
    "D1": {"1.1": "8", "1.2": "7", "1.3": "5"},
    "D2": {"2.1": "8", "2.2": "7", "2.3": "5"},
    "D3": {"3.1": "8", "3.2": "7"},
    "D4": {"4.1": "8", "4.2": "7"},
    "D5": {"5.1": "15", "5.2": "15"},
}


@pytest.mark.oracle("C-06")
def test_the_group_sheet_adds_up(score):
    dimensions = [
        section(
            code,
            *(awarded(one, most) for one, most in items.items()),
            weight=str(sum(map(int, items.values()))),
        )
        for code, items in SHEET.items()
    ]
    points = "7.5 6 5 8 6 5 7 7 7 6.5 14 14".split()
    codes = [code for items in SHEET.values() for code in items]
    [entry] = score([dict(zip(codes, points, strict=True))], *dimensions)
    assert entry.section_scores == [925000, 950000, 933333, 900000, 933333]
    assert (entry.total, entry.grade) == (9300, "QUALIFIED")


def test_awarded_points_are_a_share_of_the_weight(score):
    entries = score(
        [{"A": "1000", "B": "0.001"}, {"A": "333.333333", "B": "0"}],
        section("S", awarded("A", "1000"), awarded("B", "0.001")),
    )
    assert [entry.item_scores for entry in entries] == [[FULL, FULL], [333333, 0]]


def test_a_rating_is_the_mean_of_the_evaluators(score):
    rated = item("R", source={"type": "RATING"})
    entries = score([{"R": ["80", "90", "90"]}, {"R": ["0", "0", "0.000001"]}, {}], section("S", rated))
    assert [(entry.raws, entry.item_scores, entry.evidence_counts) for entry in entries] == [
        ([86666667], [866667], [3]),
        ([0], [0], [3]),
        ([None], [0], [0]),
    ]


@pytest.mark.oracle("C-12")
def test_what_is_not_applicable_leaves_the_mean(score):
    items = [
        item(code, weight=weight, missing="NOT_APPLICABLE")
        for code, weight in (("B1", "30"), ("B2", "20"), ("B3", "25"), ("B4", "25"))
    ]
    [entry] = score([{"B1": "80.5", "B3": "100", "B4": "85"}], section("S", *items))
    assert (entry.total, entry.section_scores, entry.item_states) == (8800, [880000], [0, 2, 0, 0])
    assert (entry.has_missing, entry.item_scores[1], entry.raws[1]) == (False, None, None)


def test_a_section_without_an_applicable_item_leaves_the_total(score):
    left = section("L", item("A1", missing="NOT_APPLICABLE"), weight="70")
    right = section("R", item("A2", missing="NOT_APPLICABLE"), weight="30")
    gap = {"sections": ["L", "R"], "threshold": "1"}
    entries = score([{"A1": "50", "A2": "90"}, {"A2": "90"}, {}], left, right, gap=gap)
    assert [
        (entry.section_scores, entry.total, entry.grade, entry.rank_company, entry.has_gap)
        for entry in entries
    ] == [
        ([500000, 900000], 6200, "BASIC", 2, True),
        ([None, 900000], 9000, "QUALIFIED", 1, False),
        ([None, None], None, "", None, False),
    ]


@pytest.mark.oracle("C-13")
def test_a_missing_due_figure_counts_nothing_and_is_flagged(score):
    entries = score([{"A1": "90"}, {}])
    assert [(entry.total, entry.has_missing, entry.item_states) for entry in entries] == [
        (9000, False, [0]),
        (0, True, [1]),
    ]


def test_a_gap_is_flagged_from_the_threshold_on(score):
    gap = {"sections": ["L", "R"], "threshold": "15"}
    entries = score(
        [{"A1": "92", "A2": "77"}, {"A1": "77.0001", "A2": "92"}, {"A1": "77", "A2": "92"}],
        section("L", item("A1")),
        section("R", item("A2")),
        gap=gap,
    )
    assert [entry.has_gap for entry in entries] == [True, False, True]


def test_equal_totals_share_a_rank_unless_the_chain_parts_them(score):
    sections = [section("L", item("A1")), section("R", item("A2"))]
    figures = [
        {"A1": "80", "A2": "90"},
        {"A1": "90", "A2": "80"},
        {"A1": "90", "A2": "80"},
        {"A1": "1", "A2": "1"},
    ]
    entries = score(figures, *sections)
    assert [entry.rank_company for entry in entries] == [1, 1, 1, 4]
    board = scheme(*sections, version=2, tie_chain=["no_veto", "item:A2", "section:L"])
    edition = recompute_scheme(board, ensure_period("2026H1"), by=None)
    assert list(edition.entries.order_by("unit_code").values_list("rank_company", flat=True)) == [1, 2, 2, 4]


def test_a_part_without_a_score_parts_ties_from_below(score):
    sections = [section("L", item("A1", missing="NOT_APPLICABLE")), section("R", item("A2"))]
    entries = score([{"A2": "0"}, {"A1": "0", "A2": "0"}], *sections, tie_chain=["section:L"])
    assert [entry.rank_company for entry in entries] == [2, 1]


def test_each_scope_has_its_boards(company):
    parents = [
        PartyUnitFactory(code=code, kind="COMMITTEE", parent=company, organisation=company.organisation)
        for code in ("P1", "P2")
    ]
    sizes = [(None, None), (0, 299_999), (1, 299_999), (500_000, 500_000)]
    board = scheme(board_scopes=["PARENT", "SIZE_CLASS", "CATEGORY", "COMPANY"])
    for number, (mv, lv) in enumerate(sizes):
        organisation = OrganisationFactory(customer_count_mv=mv, customer_count_lv=lv)
        unit = PartyUnitFactory(
            code=f"B{number}",
            parent=parents[number % 2],
            organisation=organisation,
            category="服务" if number > 1 else "",
        )
        IndicatorValueFactory(unit=unit, indicator="A1", figure=str(80 + number))
    entries = recompute_scheme(board, ensure_period("2026H1"), by=None).entries.order_by("unit_code")
    fields = (
        "parent_code",
        "rank_parent",
        "size_class",
        "rank_size",
        "category",
        "rank_category",
        "rank_company",
    )
    assert list(entries.values_list(*fields)) == [
        ("P1", 2, "", None, "", None, 4),
        ("P2", 2, "S", 1, "", None, 3),
        ("P1", 1, "M", 1, "服务", 2, 2),
        ("P2", 1, "L", 1, "服务", 1, 1),
    ]
    assert {entry.committee_path for entry in entries} == {parent.path for parent in parents}


def test_peers_are_those_of_the_first_scope_and_nobody_is_compared_with_himself_alone(company):
    rule = {"type": "PEER_MINMAX", "direction": "HIGHER"}
    board = scheme(section("S", item(rule=rule)), board_scopes=["CATEGORY", "COMPANY"])
    for code, category, figure in (
        ("B1", "甲", "1"),
        ("B2", "甲", "3"),
        ("B3", "乙", "9"),
        ("B4", "", "5"),
        ("B5", "甲", None),
    ):
        unit = PartyUnitFactory(
            code=code, parent=company, organisation=company.organisation, category=category
        )
        if figure:
            IndicatorValueFactory(unit=unit, indicator="A1", figure=figure)
    entries = recompute_scheme(board, ensure_period("2026H1"), by=None).entries.order_by("unit_code")
    assert [(entry.item_scores, entry.item_states) for entry in entries] == [
        ([0], [0]),
        ([FULL], [0]),
        ([FULL], [0]),
        ([None], [2]),
        ([0], [1]),
    ]


def test_figures_are_pooled_over_the_subtree(company):
    rate = item(
        "R", source={"type": "MEASURE", "code": "tests.rate", "params": {"from": "X"}}, missing="ZERO"
    )
    count = item("C", source={"type": "MEASURE", "code": "tests.count", "params": {"from": "X"}})
    reported = item("X", missing="NOT_APPLICABLE")
    board = scheme(section("S", rate, count, reported), subject_kinds=["COMMITTEE", "BRANCH", "GROUP"])
    branch = PartyUnitFactory(code="B", parent=company, organisation=company.organisation)
    group = PartyUnitFactory(code="G", kind=UnitKind.GROUP, parent=branch, organisation=company.organisation)
    PartyUnitFactory(code="N", kind=UnitKind.GROUP, parent=branch, organisation=company.organisation)
    for unit, value, denominator in ((branch, 1, 1), (group, 1, 5), (company, 0, 0)):
        IndicatorValueFactory(
            unit=unit, indicator="X", figure="0", value=value, denominator=denominator or None, raw=7
        )
    entries = recompute_scheme(board, ensure_period("2026H1"), by=None).entries.order_by("unit_code")
    assert [(entry.unit_code, entry.raws[:2], entry.evidence_counts[:2]) for entry in entries] == [
        ("B", [33333333, 2000000], [4, 4]),
        ("CP", [33333333, 2000000], [6, 6]),
        ("G", [20000000, 1000000], [2, 2]),
        ("N", [None, 0], [0, 0]),
    ]
    assert entries[3].item_states == [2, 0, 2]


def test_monstrous_counts_are_cut_not_overflowing(company):
    items = [
        item(
            code,
            source={"type": "MEASURE", "code": measure, "params": {"from": "X"}},
            missing="NOT_APPLICABLE",
        )
        for code, measure in (("R", "tests.rate"), ("C", "tests.count"))
    ]
    board = scheme(section("S", *items, item("X")), subject_kinds=["COMMITTEE"])
    IndicatorValueFactory(unit=company, indicator="X", value=9 * 10**18, denominator=1, raw=0)
    entry = recompute_scheme(board, ensure_period("2026H1"), by=None).entries.get()
    assert entry.raws == [10**13 - 1, 9_999_999_000_000, 0]


def test_the_digest_is_that_of_the_figures_alone(score):
    score([{"A1": "90"}, {"A1": "80"}])
    first = Edition.objects.get()
    [second] = recompute("2026H1", "board", by=None)
    assert (second.pk, second.digest) == (first.pk, first.digest)
    assert len(first.digest) == 64
    IndicatorValueFactory._meta.model.objects.filter(raw=80 * 10**6).update(raw=81 * 10**6)
    [third] = recompute("2026H1", "board", by=None)
    assert third.digest != first.digest


def test_bands_name_the_grade(score):
    entries = score([{"A1": "50"}], bands=[BANDS[0], {"code": "REST", "name": "其他", "min": "0"}])
    assert entries[0].grade == "REST"


def test_a_document_without_options_is_enough():
    assert scheme().document.startswith('{\n  "code": "board"')
    assert document()["bands"] == BANDS


MANY = 10_000


@pytest.fixture
def many(db):
    """Branches with a count of events and a rate, of which every ninth and every seventh is missing."""
    organisation = OrganisationFactory(code="O")
    units = PartyUnit.objects.bulk_create(
        PartyUnit(
            pk=key,
            code=f"U{key}",
            name="支部",
            kind=UnitKind.BRANCH,
            organisation=organisation,
            path=f"{key:08}",
        )
        for key in range(10**6, 10**6 + MANY)
    )
    period, now = ensure_period("2026H1"), clock.now()
    events, calls = (Indicator.objects.get(code=code) for code in ("EVENTS", "CALLS"))
    known, figures = {"period": period, "entered_at": now}, {}
    rows = []
    for number, unit in enumerate(units):
        happened = Fraction(number % 8) if number % 9 else None
        called = Fraction(number % 997 * 10_000, 100_000 + number) if number % 7 else None
        figures[unit.code] = {"EVENTS": happened, "CALLS": called}
        if happened is not None:
            raw = int(happened) * 10**6
            rows.append(IndicatorValue(unit=unit, indicator=events, value=raw, raw=raw, **known))
        if called is not None:
            value, below = number % 997 * 10**6, (100_000 + number) * 10**6
            raw = rate(value, below, 10_000 * 10**6)
            rows.append(
                IndicatorValue(unit=unit, indicator=calls, value=value, denominator=below, raw=raw, **known)
            )
    IndicatorValue.objects.bulk_create(rows, batch_size=1000)
    return figures


def whole(entry):
    return entry.raws, entry.item_scores, entry.item_states, entry.total, entry.grade


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL fills a table of its own with so many")
def test_ten_thousand_subjects_are_one_statement(request):
    rules = document(
        section(
            "S",
            item("EVENTS", rule={"type": "DEDUCT", "per_event": "20"}, missing="NOT_APPLICABLE"),
            item(
                "CALLS",
                weight="30",
                source={"type": "REPORTED", "code": "CALLS", "per": "10000"},
                rule={"type": "BAND", "satisfactory": "0.2", "unacceptable": "100"},
            ),
        )
    )
    board = import_document(rules)
    figures = request.getfixturevalue("many")

    with CaptureQueriesContext(connection) as asked:
        edition = recompute_scheme(board, ensure_period("2026H1"), by=None)

    writing = [one["sql"] for one in asked if "assessments_entry" in one["sql"] and "INSERT" in one["sql"]]
    assert len(writing) == 1
    assert writing[0].startswith("INSERT INTO assessments_entry") and "SELECT" in writing[0]
    entries = {entry.unit_code: entry for entry in edition.entries.all()}
    assert (edition.subject_count, len(entries)) == (MANY, MANY)
    sample = {code: figures[code] for code in list(figures)[::97]}
    expected = score_board(rules, sample)
    assert {code: whole(entries[code]) for code in sample} == {
        code: (line.raws, line.scores, line.states, line.total, line.grade) for code, line in expected.items()
    }
    totals = sorted((one.total for one in entries.values() if one.total is not None), reverse=True)
    first = {total: place for place, total in reversed(list(enumerate(totals, 1)))}
    assert all(one.rank_company == first.get(one.total) for one in entries.values())
