"""The office layout, read back from the file: title, line, header in sight, values, sums, paper."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from core.reports import DAY, NUMBER, PERCENT, ReportColumn, Share
from core.spreadsheets.office import Heading, OfficeSheet, write_office_book

COLUMNS = [
    ReportColumn("名称", width=20),
    ReportColumn("次数", NUMBER, 8, total=True),
    ReportColumn("完成率", PERCENT, 8, total=True),
    ReportColumn("日期", DAY, 12),
]
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "https://example.org"]


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def book(rows, totals=(), notes=(), **facts):
    file = io.BytesIO()
    heading = Heading("三会一课 2026", "城西党支部", "李倩", date(2026, 6, 15))
    sheet = OfficeSheet(
        **{"name": "R/03", "heading": heading, "columns": COLUMNS} | facts,
        rows=iter(rows),
        totals=lambda: totals,
        notes=notes,
    )
    write_office_book(file, [sheet])
    file.seek(0)
    return file


def read(file):
    page = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    return page.name, page.to_python()


def test_title_line_header_rows_sums_and_notes():
    rows = [["甲", 3, Share(1, 3), date(2026, 6, 1)], ["乙", Decimal("2.5"), Share(0, 0), None]]
    name, found = read(book(rows, totals=["In all", 5, Share(1, 3), ""], notes=["说明"]))
    assert name == "R03"
    assert found[0] == ["三会一课 2026", "", "", ""]
    assert (
        found[1][0].split()
        == (
            "Filled in for: 城西党支部 Filled in by: 李倩 Checked by: "
            "Date: 2026-06-15 Classification: internal"
        ).split()
    )
    assert found[2] == ["名称", "次数", "完成率", "日期"]
    assert found[3] == ["甲", 3, pytest.approx(1 / 3), date(2026, 6, 1)]
    assert found[4] == ["乙", 2.5, "—", "—"]
    assert found[5] == ["In all", 5, pytest.approx(1 / 3), ""]
    assert found[6] == ["说明", "", "", ""]


def test_who_checked_it_is_named_where_that_is_on_record():
    heading = Heading("先锋榜", "省公司党委", "李倩", date(2026, 6, 15), checker="陈思远")
    _name, found = read(book([], heading=heading))
    assert "Checked by: 陈思远" in found[1][0]


def test_the_paper_lies_on_its_side_and_the_header_stays():
    with zipfile.ZipFile(book([["甲", 1, Share(1, 1), None]])) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        names = archive.read("xl/workbook.xml").decode()
    assert 'paperSize="9"' in xml and 'orientation="landscape"' in xml and 'fitToHeight="0"' in xml
    assert 'ySplit="3"' in xml and 'state="frozen"' in xml
    assert "_xlnm.Print_Titles" in names and "$1:$3" in names


def test_what_people_typed_stays_text():
    file = book([[text, 1, Share(1, 1), None] for text in HOSTILE])
    with zipfile.ZipFile(file) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in xml.replace("<fitToPage", "") and "hyperlink" not in xml
    file.seek(0)
    assert [row[0] for row in read(file)[1][3:]] == HOSTILE


def test_one_column_is_enough():
    _name, found = read(book([["甲"]], columns=COLUMNS[:1]))
    assert found[2:] == [["名称"], ["甲"]]


def test_a_row_is_as_high_as_its_text():
    rows = [["甲" * 30, 1, Share(1, 1), None], ["一\n二\n三\n四", 1, Share(1, 1), None]]
    with zipfile.ZipFile(book(rows)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    heights = {row: height for row, height in re.findall(r'<row r="(\d+)"[^>]* ht="(\d+)', xml)}
    assert (heights["3"], heights["4"], heights["5"]) == ("17", "56", "56")
