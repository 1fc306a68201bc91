import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from assessments.exporters import result_rows
from assessments.models import Edition
from assessments.operations import recompute
from tests.factories.assessments import IndicatorValueFactory, item, scheme, section
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
HEADER = "period,scheme,version,edition,unit_code,unit_name,board,total,grade,rank,flags,L,R"


@pytest.fixture
def board(company):
    sections = [section("L", item("A1")), section("R", item("A2", missing="NOT_APPLICABLE"))]
    scheme(*sections, board_scopes=["PARENT", "CATEGORY"], gap={"sections": ["L", "R"], "threshold": "15"})
    for code, category, figures in (
        ("B1", "乙", ("-5", "90")),
        ("B2", "甲", ("80", None)),
        ("B3", "", ("90", "90")),
        ("B4", "甲", (None, "0.123456")),
    ):
        unit = PartyUnitFactory(
            code=code,
            name=f"=支部{code}",
            parent=company,
            organisation=company.organisation,
            category=category,
        )
        for indicator, figure in zip(("A1", "A2"), figures, strict=True):
            if figure is not None:
                IndicatorValueFactory(unit=unit, indicator=indicator, figure=figure)
    recompute("2026H1", by=None)


def exported(tmp_path, name, **options):
    file = tmp_path / name
    call_command("export_results", "2026H1", scheme="board", output=file, **options)
    return file


def test_one_line_a_subject_and_board_in_the_order_of_the_ranks(board, tmp_path):
    text = exported(tmp_path, "out.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").split("\r\n") == [
        HEADER,
        "2026H1,board,1,provisional,B3,'=支部B3,PARENT:CP,90.00,QUALIFIED,1,,90.0000,90.0000",
        "2026H1,board,1,provisional,B2,'=支部B2,PARENT:CP,80.00,QUALIFIED,2,,80.0000,",
        "2026H1,board,1,provisional,B1,'=支部B1,PARENT:CP,45.00,UNQUALIFIED,3,GAP,0.0000,90.0000",
        "2026H1,board,1,provisional,B4,'=支部B4,PARENT:CP,0.06,UNQUALIFIED,4,MISSING,0.0000,0.1235",
        "2026H1,board,1,provisional,B1,'=支部B1,CATEGORY:乙,45.00,UNQUALIFIED,1,GAP,0.0000,90.0000",
        "2026H1,board,1,provisional,B2,'=支部B2,CATEGORY:甲,80.00,QUALIFIED,1,,80.0000,",
        "2026H1,board,1,provisional,B4,'=支部B4,CATEGORY:甲,0.06,UNQUALIFIED,2,MISSING,0.0000,0.1235",
        "",
    ]


def test_one_line_a_subject_and_item(board, tmp_path):
    text = exported(tmp_path, "out.csv", items=True).read_text("utf-8-sig")
    assert text.splitlines() == [
        "unit_code,item_code,raw,score,state,evidence_count",
        "B1,A1,-5.000000,0.0000,SCORED,1",
        "B1,A2,90.000000,90.0000,SCORED,1",
        "B2,A1,80.000000,80.0000,SCORED,1",
        "B2,A2,,,NOT_APPLICABLE,0",
        "B3,A1,90.000000,90.0000,SCORED,1",
        "B3,A2,90.000000,90.0000,SCORED,1",
        "B4,A1,,0.0000,MISSING,0",
        "B4,A2,0.123456,0.1235,SCORED,1",
    ]


def test_a_workbook_holds_the_same(board, tmp_path):
    rows = CalamineWorkbook.from_path(exported(tmp_path, "out.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[0] == HEADER.split(",")
    assert rows[2] == [
        "2026H1",
        "board",
        1,
        "provisional",
        "B2",
        "=支部B2",
        "PARENT:CP",
        80,
        "QUALIFIED",
        2,
        "",
        80,
        "",
    ]
    items = (
        CalamineWorkbook.from_path(exported(tmp_path, "i.xlsx", items=True)).get_sheet_by_index(0).to_python()
    )
    assert items[1] == ["B1", "A1", -5, 0, "SCORED", 1]


def test_who_has_no_total_stands_last_without_a_rank(company, tmp_path):
    scheme(section("L", item("A1", missing="NOT_APPLICABLE")))
    for code, figure in (("B1", None), ("B2", "50")):
        unit = PartyUnitFactory(code=code, name=code, parent=company, organisation=company.organisation)
        if figure:
            IndicatorValueFactory(unit=unit, indicator="A1", figure=figure)
    recompute("2026H1", by=None)
    assert exported(tmp_path, "out.csv").read_text("utf-8-sig").splitlines()[1:] == [
        "2026H1,board,1,provisional,B2,B2,COMPANY,50.00,UNQUALIFIED,1,,50.0000",
        "2026H1,board,1,provisional,B1,B1,COMPANY,,,,,",
    ]


@pytest.mark.parametrize(
    ("period", "words", "code"),
    [
        ("2026H2", {}, 1),
        ("2026H1", {"scheme": "none"}, 1),
        ("2026H1", {"edition": "1"}, 1),
        ("2026H1", {"edition": "0"}, 1),
        ("2026H1", {"edition": "last"}, 1),
        ("2026H1", {"output": "out.txt"}, 2),
        ("2026H1", {"output": "none/out.csv"}, 2),
    ],
)
def test_what_can_not_be_written_is_refused(board, tmp_path, period, words, code):
    words = {"scheme": "board", "output": "out.csv"} | words
    words["output"] = tmp_path / words["output"]
    with pytest.raises(CommandError) as error:
        call_command("export_results", period, **words)
    assert error.value.returncode == code
    assert not words["output"].exists()


def test_lines_come_as_a_stream_once_for_each_scope(board, django_assert_num_queries):
    edition = Edition.objects.select_related("period", "scheme").get()
    assert edition.scheme.board_scopes == ["PARENT", "CATEGORY"]
    with django_assert_num_queries(2):
        assert len(list(result_rows(edition))) == 7


def test_a_file_is_for_whom_the_shell_says(board, tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    assert exported(tmp_path, "out.csv").stat().st_mode == plain.stat().st_mode
