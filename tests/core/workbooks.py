"""Workbooks as people and attackers bring them."""

import io
import zipfile

import xlsxwriter


def workbook(*rows, fill=None, **options):
    """An .xlsx of these rows; ``fill(book, page)`` adds what rows can't say."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if fill:
            fill(book, page)
    file.seek(0)
    return file


def altered(file, changes, extra=None):
    """The same archive with ``changes`` ({member: function of its bytes}) and ``extra`` members."""
    result = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            target.writestr(member.filename, changes.get(member.filename, bytes)(content))
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    result.seek(0)
    return result


def with_sheet(xml):
    """A workbook whose only sheet is ``xml``."""
    return altered(workbook(["code"]), {"xl/worksheets/sheet1.xml": lambda _content: xml.encode()})


SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s</worksheet>'
)
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>'
