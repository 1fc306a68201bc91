import io
import time
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.spreadsheets import (
    Column,
    ExportColumn,
    Row,
    RowError,
    TableRefused,
    read_table,
    write_csv,
    write_xlsx,
)
from core.spreadsheets.workbook import LONGEST_PIECE, pieces
from tests.core.workbooks import HEADER, SHEET, altered, with_sheet, workbook

CODE, NAME, DAY = (
    Column("code", _("code"), required=True),
    Column("name", _("name")),
    Column("on", _("day held")),
)
COLUMNS = [CODE, NAME, DAY]


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def read(file, name="t.xlsx", columns=COLUMNS):
    return list(read_table(file, columns=columns, name=name).rows)


def text_file(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def refusals(file, name="t.xlsx", columns=COLUMNS):
    with pytest.raises(TableRefused) as refused:
        read(file, name, columns)
    return refused.value.errors


def reasons(file, name="t.xlsx"):
    return [error.reason for error in refusals(file, name)]


# --- text -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_in_every_encoding_and_separator(encoding, separator, line_end):
    lines = [["code", "name"], ["A", "城西，供电所"], ["B", "𠮷"]]
    file = text_file(line_end.join(separator.join(cells) for cells in lines) + line_end, encoding)
    assert read(file, "t.csv") == [
        Row(2, {"code": "A", "name": "城西，供电所"}),
        Row(3, {"code": "B", "name": "𠮷"}),
    ]


def test_quoted_cells_blank_lines_and_short_rows():
    file = text_file('code,name,on\n"A","x, ""y""\nz",\n\n , ,\nB\n')
    assert read(file, "t.csv") == [
        Row(2, {"code": "A", "name": 'x, "y"\nz', "on": None}),
        Row(5, {"code": "B", "name": None, "on": None}),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The first row has to hold the names of the columns; it is empty."),
        ("code\nA".encode("utf-16"), "The text is stored as UTF-16. Save it as “CSV UTF-8”."),
        (b"code\nA\x00", "The text is neither UTF-8 nor GB18030. Save it as “CSV UTF-8”."),
        (b"code\n\xff\xff\xff", "The text is neither UTF-8 nor GB18030. Save it as “CSV UTF-8”."),
        (
            b'code\nA\n"B\nC\n',
            "From this row on the text is not a table. Look for a quotation mark that is not closed.",
        ),
    ],
)
def test_text_that_is_no_table(content, reason):
    assert reasons(io.BytesIO(content), "t.csv") == [reason]


def test_the_row_of_an_open_quotation_mark_is_told():
    assert refusals(text_file('code\nA\n"B\nC\n'), "t.csv")[0].row == 3


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for name in ("t.csv", "t.xlsx", "t.xls"):
        with override("en"):
            try:
                read(io.BytesIO(content), name)
            except TableRefused as error:
                assert error.errors


# --- headers --------------------------------------------------------------------------------------
@pytest.mark.parametrize("heading", ["code", "CODE", " code* ", "编码", "编码＊", "ｃｏｄｅ"])
def test_a_heading_by_its_name_or_its_chinese_label(heading):
    with override("zh-hans"):
        label = str(CODE.label)
    heading = heading.replace("编码", label)
    assert read(text_file(f"{heading}\nA"), "t.csv") == [Row(2, {"code": "A"})]


def test_every_fault_of_a_header_is_told_at_once():
    assert refusals(text_file("name,colour,name,\nx"), "t.csv") == [
        RowError(1, "colour", "There is no column “colour” in this kind of file."),
        RowError(1, "name", "The column “name” is there twice."),
        RowError(1, "code", "The column “code” (code) is missing."),
    ]


def test_text_under_no_heading_is_a_fault_of_its_row():
    (row,) = read(text_file("code,,name\nA,lost,x,far"), "t.csv")
    assert row == Row(
        2,
        {"code": "A", "name": "x"},
        (
            RowError(2, "B", "“lost” stands under no heading."),
            RowError(2, "D", "“far” stands under no heading."),
        ),
    )


# --- workbooks ------------------------------------------------------------------------------------
def test_cells_of_every_kind():
    def fill(book, page):
        page.write_datetime(1, 2, date(2026, 6, 30), book.add_format({"num_format": "yyyy/m/d"}))
        page.write_datetime(
            2, 2, datetime(2026, 6, 30, 8, 5), book.add_format({"num_format": "yyyy/m/d hh:mm"})
        )
        page.write_rich_string(3, 1, "城", book.add_format({"bold": True}), "西")
        page.write_blank(500, 2, None, book.add_format({"border": 1}))

    file = workbook(
        ["code", "name", "on"], [101, 0.1 + 0.2], [1e15, True], ["001", ""], [-2.50, "a b"], fill=fill
    )
    assert read(file) == [
        Row(2, {"code": "101", "name": "0.3", "on": "2026-06-30"}),
        Row(3, {"code": "1000000000000000", "name": "1", "on": "2026-06-30 08:05"}),
        Row(4, {"code": "001", "name": "城西", "on": None}),
        Row(5, {"code": "-2.5", "name": "a b", "on": None}),
    ]


def test_days_of_a_workbook_that_counts_from_1904():
    def fill(book, page):
        page.write_datetime(1, 1, date(2026, 6, 30), book.add_format({"num_format": "yyyy-mm-dd"}))

    file = workbook(["code", "on"], ["A"], fill=fill, default_date_format="yyyy-mm-dd")
    file_1904 = workbook(["code", "on"], ["A"], fill=fill, date_1904=True)
    assert read(file) == read(file_1904) == [Row(2, {"code": "A", "on": "2026-06-30"})]


def test_a_table_that_does_not_begin_at_the_left():
    def fill(book, page):
        page.write_row(0, 1, ["code", "name"])
        page.write_row(2, 1, ["A", "x"])

    assert read(workbook(fill=fill)) == [Row(3, {"code": "A", "name": "x"})]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"<sheet ": '<sheet state="hidden" '}, "The workbook has no visible sheet."),
        (
            {"</sheets>": '<sheet name="Sheet1" sheetId="2" r:id="rId1"/></sheets>'},
            "The workbook is damaged.",
        ),
        ({"<sheets>": "<!DOCTYPE x><sheets>"}, "The workbook is damaged."),
    ],
)
def test_lists_of_sheets_that_lead_nowhere(changes, reason):
    def change(content):
        for old, new in changes.items():
            assert old.encode() in content
            content = content.replace(old.encode(), new.encode())
        return content

    (told,) = reasons(altered(workbook(["code"]), {"xl/workbook.xml": change}))
    assert told.startswith(reason)


def test_a_part_without_an_end_of_a_row_is_not_gathered_for_ever():
    with pytest.raises(ValueError, match="not what a spreadsheet program writes"):
        list(pieces(io.BytesIO(b"<worksheet>" + b"x" * (LONGEST_PIECE + 1))))


def test_the_first_visible_sheet_is_read():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        lists, first, second = (
            book.add_worksheet("lists"),
            book.add_worksheet("数据"),
            book.add_worksheet("more"),
        )
        lists.write_formula(0, 0, "=1+1")
        first.write_column(0, 0, ["code", "A"])
        second.write(0, 0, "nothing of ours")
        first.activate()
        first.set_first_sheet()
        lists.hide()
    file.seek(0)
    assert read(file) == [Row(2, {"code": "A"})]


def test_formulas_and_error_values_are_faults_of_their_cells():
    def fill(book, page):
        page.write_formula(1, 1, "=1+1", None, 2)
        page.write_formula(2, 1, '="x"', None, "x")
        page.write_formula(3, 1, "=1/0", None, "#DIV/0!")

    rows = read(workbook(["code", "name"], ["A"], ["B"], ["C"], fill=fill))
    assert [row.faults for row in rows] == [
        (RowError(number, "name", f"B{number} holds a formula. Put its value in its place."),)
        for number in (2, 3, 4)
    ]


def test_an_error_without_its_formula_is_a_fault_too():
    xml = SHEET % (HEADER + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>', "")
    (row,) = read(with_sheet(xml))
    assert row.faults == (RowError(2, "code", "A2 shows an error instead of a value."),)


def test_tags_with_a_prefix_are_understood():
    body = HEADER + '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row><row r="3"><c r="A3"><v>7</v></c></row>'
    xml = (SHEET % (body, "")).replace("xmlns=", "xmlns:x=").replace("</", "\1").replace("<", "<x:")
    xml = xml.replace("<x:?xml", "<?xml").replace("\1", "</x:")
    rows = read(with_sheet(xml))
    assert [(row.number, row.values, len(row.faults)) for row in rows] == [
        (2, {"code": "2"}, 1),
        (3, {"code": "7"}, 0),
    ]


def test_merged_cells_are_named_and_refused():
    def fill(book, page):
        page.merge_range("A2:A3", "A")
        page.merge_range("B4:C4", "x")

    assert refusals(workbook(["code", "name"], fill=fill)) == [
        RowError(2, "A", "The cells A2:A3 are merged. Separate them and fill each."),
        RowError(4, "B", "The cells B4:C4 are merged. Separate them and fill each."),
    ]


REACH = "A table has at most 200,000 rows and 40 columns. Divide the file."
DAMAGED = "The workbook is damaged. Open it in Excel, save it, and try again."
SWOLLEN = "The workbook unpacks to far more than a table needs. Copy the rows into a new workbook."


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A200002"><v>1</v></c>',
        '<c r="AO1"><v>1</v></c>',
        '<c r="XFD1048576"><v>1</v></c>',
        '<c s="1" r="ZZ9"><v>1</v></c>',
        "<c><v>1</v></c>",
        '<c foo="/>" r="XFD1"><v>1</v></c>',
        """<c s=' r="A1"' r="XFD1"><v>1</v></c>""",
        '<c\nr="XFD1"><v>1</v></c>',
        '<zz:c r="XFD1048576"><v>1</v></zz:c>',
    ],
)
def test_cells_beyond_the_limits_are_found_before_loading(cell):
    assert reasons(with_sheet(SHEET % (HEADER + f'<row r="2">{cell}</row>', ""))) == [REACH]


@pytest.mark.parametrize(
    "cell", ['<c r="AN200001"><v>1</v></c>', "<c r='A2'><v>1</v></c>", '<c r="XFD1048576" s="1"/>']
)
def test_cells_within_the_limits(cell):
    rows = read(with_sheet(SHEET % (HEADER + f"<row>{cell}</row>", "")))
    assert len(rows) == (0 if cell.endswith("/>") else 1)


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SHEET % (HEADER, ""),
        '<?xml version="1.0" encoding="UTF-7"?>' + SHEET % (HEADER, ""),
        "\0",
        "<worksheet",
    ],
)
def test_sheets_that_no_spreadsheet_program_writes(xml):
    assert reasons(with_sheet(xml)) == [DAMAGED]


def cfb(mark=b""):
    return io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + mark)


@pytest.mark.parametrize(
    ("file", "name", "reason"),
    [
        (
            text_file("code,name\nA,城西", "gb18030"),
            "t.xlsx",
            "The name ends in .xlsx, but this is not an Excel workbook. Text belongs in a .csv file.",
        ),
        (
            workbook(["code"]),
            "t.csv",
            "The name ends in .csv, but this is not a text file. An Excel workbook is named .xlsx.",
        ),
        (workbook(["code"]), "t.xlsm", "Only .xlsx and .csv files can be read."),
        (text_file("code"), "t.txt", "Only .xlsx and .csv files can be read."),
        (cfb(), "t.xls", "This is an old Excel file (.xls). Save it as .xlsx."),
        (cfb(), "t.xlsx", "This is an old Excel file (.xls). Save it as .xlsx."),
        (
            cfb("EncryptedPackage".encode("utf-16-le")),
            "t.xlsx",
            "The workbook is protected by a password. Save it without one.",
        ),
        (
            altered(workbook(["code"]), {}, {"xl/vbaProject.bin": b"x"}),
            "t.xlsx",
            "The workbook holds macros. Save it as .xlsx without them.",
        ),
        (io.BytesIO(b"PK\x03\x04" + b"x" * 100), "t.xlsx", DAMAGED),
        (altered(workbook(["code"]), {"xl/workbook.xml": lambda content: content[:60]}), "t.xlsx", DAMAGED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_not_what_they_say(file, name, reason):
    file.seek(0)
    assert reasons(file, name) == [reason]


def test_an_archive_that_is_no_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    file.seek(0)
    assert reasons(file) == ["This is not an Excel workbook (.xlsx)."]


def test_a_workbook_cut_off_in_the_middle():
    content = workbook(["code"], ["A"]).getvalue()
    assert [reasons(io.BytesIO(content[:size])) for size in (200, len(content) // 2, len(content) - 10)] == [
        [DAMAGED]
    ] * 3


def test_bombs_are_refused_by_the_zip_directory_quickly_and_in_little_memory():
    many = altered(workbook(["code"]), {}, {f"xl/media/{number}": b"" for number in range(200)})
    swollen = altered(workbook(["code"]), {}, {"xl/sharedStrings2.xml": bytes(60 * 1024 * 1024)})
    tracemalloc.start()
    started = time.monotonic()
    assert reasons(many) == [SWOLLEN]
    assert reasons(swollen) == [SWOLLEN]
    assert time.monotonic() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    tracemalloc.stop()


def test_a_file_too_large_is_not_opened(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    assert reasons(path, "") == ["The file is larger than 50 MB."]


def test_one_row_too_many():
    file = text_file("code\n" + "A\n" * 200_001)
    assert refusals(file, "t.csv") == [RowError(200_002, "", "More than 200,000 rows. Divide the file.")]
    assert (
        sum(
            1
            for _row in read_table(text_file("code\n" + "A\n" * 200_000), columns=COLUMNS, name="t.csv").rows
        )
        == 200_000
    )


# --- out ------------------------------------------------------------------------------------------
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "https://example.org", "1e5", "城西\n所", "<b>"]


def test_what_people_typed_is_written_as_text():
    file = io.BytesIO()
    write_xlsx(
        file, columns=[ExportColumn("名称")], rows=([text] for text in HOSTILE), sheet="a/b[1]", title="表"
    )
    with zipfile.ZipFile(file) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in xml and "hyperlink" not in xml
    file.seek(0)
    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    assert (sheet.name, [row[0] for row in sheet.to_python()]) == ("ab1", ["表", "名称", *HOSTILE])


def test_values_are_written_as_what_they_are():
    file = io.BytesIO()
    rows = [
        ["x", 3, Decimal("90.380000"), date(2026, 6, 30), None],
        ["", 0, None, datetime(2026, 6, 30, 0, tzinfo=UTC), True],
    ]
    write_xlsx(file, columns=[ExportColumn(str(place), decimals=2) for place in range(5)], rows=rows)
    file.seek(0)
    read_back = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    assert read_back[1:] == [
        ["x", 3, 90.38, date(2026, 6, 30), ""],
        ["", 0, "", datetime(2026, 6, 30, 8), "True"],
    ]


def test_text_tables_are_guarded_against_formulas():
    file = io.BytesIO()
    write_csv(
        file,
        ["a", "b", "c"],
        [
            ["=1", -1, Decimal("-0.5000")],
            ["－x", datetime(2026, 6, 30, tzinfo=UTC), date(2026, 6, 30)],
            ["a-b", None, True],
        ],
    )
    assert file.getvalue().decode("utf-8-sig") == (
        "a,b,c\r\n'=1,-1,-0.5000\r\n'－x,2026-06-30 08:00,2026-06-30\r\na-b,,True\r\n"
    )


@given(st.lists(st.tuples(st.text(alphabet="abc ,;\t\"'=中文\n", max_size=8), st.integers()), max_size=5))
def test_what_is_written_is_read_again(pairs):
    file = io.BytesIO()
    write_csv(file, ["code", "name"], [(f"x{text}", number) for text, number in pairs])
    file.seek(0)
    rows = [(row.values["code"], row.values["name"]) for row in read(file, "t.csv")]
    assert rows == [(f"x{text}".strip().replace("\r\n", "\n"), str(number)) for text, number in pairs]
