import csv
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from assessments.importers import AwardImporter
from assessments.models import AssessmentPeriod, Award, IndicatorValue, PastResult, Rating
from branches.models import PartyUnit
from core.importing import run_import
from core.models import AuditEvent
from tests.factories.assessments import awarded, item, scheme, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(branches):
    branches(2)
    return scheme(
        section(
            "S",
            item("A1"),
            item("R1", source={"type": "REPORTED", "code": "RATE", "per": "10000"}),
            item("E1", source={"type": "RATING"}),
            awarded("P1", "7.5"),
        )
    )


@pytest.fixture
def bring(tmp_path, run_command):
    """``bring("import_values", "B1,2026H1,A1,1,", …)``: the printed lines; a refusal raises."""

    def run(command, header, *rows, **options):
        file = tmp_path / "in.csv"
        file.write_text("\n".join([header, *rows]), encoding="utf-8")
        return run_command(command, file, **options)

    return run


@pytest.fixture
def reasons(tmp_path, bring):
    """The rows and columns refused, from the error file."""

    def run(command, header, *rows):
        errors = tmp_path / "errors.csv"
        with pytest.raises(CommandError) as refused:
            bring(command, header, *rows, errors=errors)
        assert refused.value.returncode == 1
        with errors.open(encoding="utf-8-sig") as file:
            return [(int(line["row"]), line["column"]) for line in csv.DictReader(file)]

    return run


@pytest.mark.parametrize(
    ("command", "header", "row", "most"),
    [
        ("import_awards", "unit_code,period,scheme,item_code,points", "B1,2026H1,board,P1,{}", 1000),
        ("import_ratings", "unit_code,period,scheme,item_code,rater,score", "B1,2026H1,board,E1,甲,{}", 100),
        ("import_past_results", "scheme,period,unit_code,total", "board,2025H1,B1,{}", 100),
    ],
)
def test_a_number_out_of_bounds_is_told_its_bounds(board, bring, capsys, command, header, row, most):
    for number in ("-1", "99999"):
        with pytest.raises(CommandError):
            bring(command, header, row.format(number))
        assert f"The number has to be from 0 to {most}." in capsys.readouterr().err


VALUES = "unit_code,period,indicator_code,value,denominator"


def values():
    return list(
        IndicatorValue.objects.order_by("unit__code", "indicator__code", "period__code").values_list(
            "unit__code", "period__code", "indicator__code", "value", "denominator", "raw"
        )
    )


def test_values_become_figures(board, bring):
    bring(
        "import_values", VALUES, "B1,2026H1,A1,9.9,", "B1,2026H1,RATE,11,150000", "B2,2026H1,A1,-0.0000005,"
    )
    assert values() == [
        ("B1", "2026H1", "A1", 9_900_000, None, 9_900_000),
        ("B1", "2026H1", "RATE", 11_000_000, 150_000_000_000, 733_333),
        ("B2", "2026H1", "A1", -1, None, -1),
    ]
    assert AssessmentPeriod.objects.get().kind == "HALF_YEAR"
    assert AuditEvent.objects.filter(verb="import_values").count() == 1


def test_a_rate_is_made_of_the_figures_as_written(board, bring):
    bring("import_values", VALUES, "B1,2026H1,RATE,0.0000049,0.0000005")
    assert values() == [("B1", "2026H1", "RATE", 5, 1, 98_000 * 10**6)]


def test_a_second_import_updates_and_the_same_again_changes_nothing(board, bring):
    bring("import_values", VALUES, "B1,2026H1,A1,1,", "B2,2026H1,A1,2,")
    before = IndicatorValue.objects.get(unit__code="B1").entered_at
    bring("import_values", VALUES, "B1,2026H1,A1,1,", "B2,2026H1,A1,3,", "B2,2026Q1,A1,3,")
    assert [(row[0], row[1], row[5]) for row in values()] == [
        ("B1", "2026H1", 10**6),
        ("B2", "2026H1", 3 * 10**6),
        ("B2", "2026Q1", 3 * 10**6),
    ]
    assert IndicatorValue.objects.get(unit__code="B1").entered_at == before


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("B9,2026H1,A1,1,", "unit_code"),
        ("B1,2026H3,A1,1,", "period"),
        ("B1,2026H1,NONE,1,", "indicator_code"),
        ("B1,2026H1,A1,,", "value"),
        ("B1,2026H1,A1,many,", "value"),
        ("B1,2026H1,A1,10000000,", "value"),
        ("B1,2026H1,A1,-9999999.9999995,", "value"),
        ("B1,2026H1,A1,1,2", "denominator"),
        ("B1,2026H1,RATE,1,", "denominator"),
        ("B1,2026H1,RATE,1,0", "denominator"),
        ("B1,2026H1,RATE,1,-5", "denominator"),
        ("B1,2026H1,RATE,1,0.0000001", "denominator"),
        ("B1,2026H1,RATE,1000,1", "value"),
        ("B1,2026H1,RATE,1000000000000,1", "value"),
    ],
)
def test_a_wrong_value_is_refused_with_its_column(board, reasons, row, column):
    assert reasons("import_values", VALUES, "B2,2026H1,A1,1,", row) == [(3, column)]
    assert values() == []
    assert not AssessmentPeriod.objects.exists()


def test_the_largest_figure_is_taken(board, bring):
    bring("import_values", VALUES, "B1,2026H1,A1,9999999.9999994,", "B1,2026H1,RATE,999.9999,1")
    assert [row[5] for row in values()] == [9_999_999_999_999, 9_999_999_000_000]


def test_one_figure_stands_once_in_a_file(board, reasons):
    assert reasons("import_values", VALUES, "B1,2026H1,A1,1,", "B1,2026H1,A1,2,") == [(3, "")]


def test_good_rows_may_be_kept(board, bring):
    bring("import_values", VALUES, "B1,2026H1,A1,1,", "B9,2026H1,A1,2,", keep_good=True)
    assert len(values()) == 1


def test_a_dry_run_writes_nothing(board, bring):
    bring("import_values", VALUES, "B1,2026H1,A1,1,", dry_run=True)
    assert (values(), AssessmentPeriod.objects.count()) == ([], 0)


AWARDS = "unit_code,period,scheme,item_code,points"


def test_awards_go_up_to_the_weight(board, bring):
    bring("import_awards", AWARDS, "B1,2026H1,board,P1,7.5", "B2,2026H1,board,P1,0")
    bring("import_awards", AWARDS, "B2,2026H1,board,P1,6.25")
    assert list(Award.objects.order_by("unit__code").values_list("unit__code", "points")) == [
        ("B1", 7_500_000),
        ("B2", 6_250_000),
    ]


def test_an_award_keeps_who_gave_it_and_when(board, tmp_path, officer, time_machine):
    """The same points again are those given before."""
    people = [officer(name, PartyUnit.objects.first()) for name in ("first", "second")]
    for day, person in enumerate(people, 3):
        time_machine.move_to(datetime(2026, 7, day, 4, tzinfo=UTC), tick=False)
        file = tmp_path / f"{day}.csv"
        file.write_text(f"{AWARDS}\nB1,2026H1,board,P1,7.5\nB2,2026H1,board,P1,{day}\n")
        assert not run_import(AwardImporter(), file, by=person).errors
    assert [
        (award.unit.code, award.entered_by, award.entered_at.day, award.origin)
        for award in Award.objects.order_by("unit__code")
    ] == [("B1", people[0], 3, "IMPORTED"), ("B2", people[1], 4, "IMPORTED")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("B9,2026H1,board,P1,1", "unit_code"),
        ("B1,2026H9,board,P1,1", "period"),
        ("B1,2026H1,none,P1,1", "scheme"),
        ("B1,2026H1,board,P9,1", "item_code"),
        ("B1,2026H1,board,A1,1", "item_code"),
        ("B1,2026H1,board,P1,7.500001", "points"),
        ("B1,2026H1,board,P1,-0.1", "points"),
        ("B1,2026H1,board,P1,", "points"),
    ],
)
def test_a_wrong_award_is_refused_with_its_column(board, reasons, row, column):
    assert reasons("import_awards", AWARDS, row) == [(2, column)]


def test_the_version_that_applies_says_how_many_points_there_are(board, bring, reasons):
    scheme(section("S", awarded("P1", "10")), version=2, valid_from="2027H1")
    scheme(section("S", awarded("P1", "10")), code="young", valid_from="2027H1")
    bring("import_awards", AWARDS, "B1,2027H1,board,P1,10")
    assert reasons("import_awards", AWARDS, "B1,2026H1,board,P1,10") == [(2, "points")]
    assert reasons("import_awards", AWARDS, "B1,2026H1,young,P1,10") == [(2, "item_code")]


RATINGS = "unit_code,period,scheme,item_code,rater,score"


def test_ratings_are_kept_by_evaluator(board, bring):
    bring("import_ratings", RATINGS, "B1,2026H1,board,E1,甲,80", "B1,2026H1,board,E1,乙,100")
    bring("import_ratings", RATINGS, "B1,2026H1,board,E1,甲,85.5")
    assert sorted(Rating.objects.values_list("rater", "score")) == [("乙", 10**8), ("甲", 85_500_000)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("B1,2026H1,board,P1,甲,80", "item_code"),
        ("B1,2026H1,board,E1,,80", "rater"),
        ("B1,2026H1,board,E1,甲,100.000001", "score"),
        ("B1,2026H1,board,E1,甲,-1", "score"),
        ("B9,2026H1,board,E1,甲,1", "unit_code"),
    ],
)
def test_a_wrong_rating_is_refused_with_its_column(board, reasons, row, column):
    assert reasons("import_ratings", RATINGS, row) == [(2, column)]


PAST = "scheme,period,unit_code,total,rank"


def test_past_boards_are_for_comparison(board, bring):
    bring("import_past_results", PAST, "board,2025H1,B1,90.385,1", "board,2025H1,B2,80,")
    bring("import_past_results", "scheme,period,unit_code,total", "board,2025H1,B1,91")
    assert list(PastResult.objects.order_by("unit__code").values_list("unit__code", "total", "rank")) == [
        ("B1", 9100, 1),
        ("B2", 8000, None),
    ]
    bring("import_past_results", PAST, "board,2025H1,B1,91,")
    assert PastResult.objects.get(unit__code="B1").rank is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("none,2025H1,B1,90,1", "scheme"),
        ("board,2025,B9,90,1", "unit_code"),
        ("board,2025H1,B1,100.01,1", "total"),
        ("board,2025H1,B1,90,0", "rank"),
        ("board,soon,B1,90,1", "period"),
    ],
)
def test_a_wrong_past_line_is_refused_with_its_column(board, reasons, row, column):
    assert reasons("import_past_results", PAST, row) == [(2, column)]


def test_the_header_may_be_chinese(board, bring):
    bring("import_values", "党组织代码,期间,指标代码,数值,分母", "B1,2026H1,A1,5,")
    assert len(values()) == 1


def test_a_file_that_is_not_there_is_a_mistake_of_usage(tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("import_values", tmp_path / "none.csv")
    assert error.value.returncode == 2
