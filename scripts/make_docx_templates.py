"""Makes the Word templates that offices may edit afterwards: templates/office/*.docx.

What stands in double braces is filled in by documents.py of activities and pairings; all else is plain
Word and may be moved and restyled.
"""

import sys
from pathlib import Path

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "office"
TITLE, HEAD, BODY = "方正小标宋简体", "黑体", "仿宋"
# What a machine takes that lacks the font of the office.
FALLBACKS = {
    TITLE: "宋体;SimSun;Songti SC;Noto Serif CJK SC",
    HEAD: "SimHei;Heiti SC;Noto Sans CJK SC",
    BODY: "FangSong;仿宋_GB2312;STFangsong;Noto Serif CJK SC",
}
FONT_TABLE = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"
WIDTH = 16.6  # cm between the margins


def new_document():
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")  # which of the CJK faces a machine takes
    style.paragraph_format.space_after = Pt(0)
    name_fallbacks(document)
    number_pages(section)
    return document


def name_fallbacks(document):
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()
    package = document.part.package
    for relation in list(document.part.rels.values()):
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            relation.target_part._blob = blob
            return
    part = Part(PackURI("/word/fontTable.xml"), FONT_TABLE, blob, package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FONT_TABLE)


def number_pages(section):
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def write(paragraph, text, *, font=BODY, size=12, bold=False, align=None):
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    run.font.name = "Times New Roman"
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def control(document, text):
    """A paragraph that only steers; the filled document no longer has it."""
    return document.add_paragraph(text)


def heading(document, text, *, size=14, before=12):
    paragraph = write(document.add_paragraph(), text, font=HEAD, size=size)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(6)
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def new_table(document, widths):
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    table.widths = widths
    return table


def add_row(table, cells, *, height=0.9, heads=(), size=12, center=()):
    """``cells`` are (text, columns) in order; those at ``heads`` are labels."""
    row = table.add_row()
    row.height, row.height_rule = Cm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    start = 0
    for place, (text, span) in enumerate(cells):
        cell = row.cells[start]
        if span > 1:
            cell = cell.merge(row.cells[start + span - 1])
        cell.width = Cm(sum(table.widths[start : start + span]))
        cell.vertical_alignment = 1
        label = place in heads
        middle = WD_ALIGN_PARAGRAPH.CENTER if label or place in center else None
        write(cell.paragraphs[0], text, font=HEAD if label else BODY, size=size, align=middle)
        start += span
    return row


def steer_row(table, text):
    """A row that only steers a loop over rows."""
    row = table.add_row()
    row.cells[0].merge(row.cells[-1])
    row.cells[0].paragraphs[0].add_run(text)


def repeat_head(row):
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def keep_together(table):
    """The rows so far stay on one page with what follows them."""
    for row in table.rows:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def add_pairs(table, pairs, field):
    cells = [cell for label, name in pairs for cell in ((label, 1), (field(name), 1))]
    add_row(table, cells, heads=range(0, len(cells), 2))


def sheet_table(document, prefix="", *, roomy=True):
    """The columns of R-04 in the layout of a form; ``roomy`` leaves space to write by hand."""
    table = new_table(document, [2.8, 3.0, 2.2, 3.2, 2.2, 3.2])

    def field(name):
        return "{{ " + prefix + name + " }}"

    repeat_head(add_row(table, [("名　　称", 1), (field("title"), 5)], heads=(0,)))
    add_row(table, [("类　　别", 1), (field("kind"), 1), ("时　　间", 1), (field("time"), 3)], heads=(0, 2))
    add_row(table, [("地　　点", 1), (field("place"), 3), ("状　　态", 1), (field("state"), 1)], heads=(0, 2))
    pairs = [("主 持 人", "chair"), ("记 录 人", "recorder"), ("列　　席", "observers")]
    add_pairs(table, pairs, field)
    pairs = [("应　　到", "expected"), ("实　　到", "present"), ("请　　假", "excused")]
    add_pairs(table, pairs, field)
    keep_together(table)
    long = [("参加人员", "people", 1.2), ("缺席及原因", "absent", 0.9), ("中心任务", "core_task", 0.9)]
    long += [("议　　题", "agenda", 1.6), ("发言要点", "note", 3.2), ("表　　决", "votes", 0.9)]
    long += [("决　　议", "resolutions", 1.6), ("待　　办", "to_do", 1.2)]
    for label, name, height in long:
        add_row(table, [(label, 1), (field(name), 5)], heads=(0,), height=height if roomy else 0.9)
        if name == "core_task":
            steer_row(table, "{%tr if " + prefix + "grades %}")
            add_row(table, [("评议结果", 1), (field("grades"), 5)], heads=(0,))
            steer_row(table, "{%tr endif %}")
            steer_row(table, "{%tr if " + prefix + "previous %}")
            add_row(table, [("上次决议", 1), (field("previous"), 5)], heads=(0,))
            steer_row(table, "{%tr endif %}")
    return table


def meeting_record():
    document = new_document()
    write(document.add_paragraph(), "会议记录单", font=TITLE, size=22, align=WD_ALIGN_PARAGRAPH.CENTER)
    line = write(document.add_paragraph(), "填报单位：{{ unit }}　　日期：{{ day }}")
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(6), Pt(6)
    sheet_table(document)
    signed = write(
        document.add_paragraph(),
        "主持人（签字）：　　　　　　　　　　　　记录人（签字）：　　　　　　　　　　",
    )
    signed.paragraph_format.space_before = Pt(24)
    return document


def list_table(document, heads, fields, widths, rows, *, size=11):
    table = new_table(document, widths)
    repeat_head(add_row(table, [(head, 1) for head in heads], heads=range(len(heads)), size=size))
    keep_together(table)
    steer_row(table, "{%tr for row in " + rows + " %}")
    add_row(table, [("{{ row." + name + " }}", 1) for name in fields], size=size, height=0.8)
    steer_row(table, "{%tr endfor %}")
    return table


def section_of(document, title, rows, table, nothing):
    """A heading, and the table where there are rows."""
    heading(document, title)
    control(document, "{%p if " + rows + " %}")
    list_table(document, *table, rows)
    control(document, "{%p else %}")
    write(document.add_paragraph(), nothing)
    control(document, "{%p endif %}")


def cover(document):
    for _line in range(7):
        document.add_paragraph()
    write(document.add_paragraph(), "{{ title }}", font=TITLE, size=32, align=WD_ALIGN_PARAGRAPH.CENTER)
    write(document.add_paragraph(), "（{{ year }}年）", font=TITLE, size=20, align=WD_ALIGN_PARAGRAPH.CENTER)
    for _line in range(9):
        document.add_paragraph()
    write(document.add_paragraph(), "{{ unit }}", font=HEAD, size=18, align=WD_ALIGN_PARAGRAPH.CENTER)
    write(document.add_paragraph(), "{{ printed }} 打印", size=12, align=WD_ALIGN_PARAGRAPH.CENTER)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def facts_table(document):
    table = new_table(document, [3.2, 5.1, 3.2, 5.1])
    pairs = [("组织代码", "code"), ("类别", "kind"), ("上级组织", "parent"), ("所属单位", "organisation")]
    pairs += [
        ("成立日期", "established"),
        ("上次换届", "elected"),
        ("党员数", "members"),
        ("党小组数", "groups"),
    ]
    for left, right in zip(pairs[::2], pairs[1::2], strict=True):
        cells = [(left[0], 1), ("{{ facts." + left[1] + " }}", 1), (right[0], 1)]
        add_row(table, [*cells, ("{{ facts." + right[1] + " }}", 1)], heads=(0, 2))


LISTS = [
    (
        "二、任职情况",
        "posts",
        ["职务", "姓名", "任职起", "任职止"],
        ["position", "name", "first", "last"],
        [5.2, 4.4, 3.5, 3.5],
    ),
    (
        "三、党员名册",
        "members",
        ["姓名", "类别", "所在组织", "班组"],
        ["name", "status", "unit", "team"],
        [3.0, 3.0, 5.9, 4.7],
    ),
    (
        "四、年度应完成事项",
        "duties",
        ["事项", "起", "止", "状态"],
        ["name", "first", "last", "state"],
        [7.0, 3.2, 3.2, 3.2],
    ),
    (
        "五、中心任务",
        "tasks",
        ["中心任务", "提出组织", "起", "止"],
        ["name", "unit", "first", "last"],
        [6.2, 4.4, 3.0, 3.0],
    ),
    (
        "六、待办事项",
        "items",
        ["待办", "会议日期", "责任人", "完成期限", "完成日期"],
        ["text", "held", "owner", "due", "done"],
        [5.2, 2.9, 2.7, 2.9, 2.9],
    ),
    (
        "七、其他活动",
        "others",
        ["日期", "类别", "主题", "地点", "实到", "状态"],
        ["day", "kind", "title", "place", "present", "state"],
        [2.8, 2.6, 4.4, 3.2, 1.4, 2.2],
    ),
]
PEOPLE = ("posts", "members")  # where names may be hidden, which then is said


def handbook():
    document = new_document()
    cover(document)
    heading(document, "一、基本情况", before=0)
    facts_table(document)
    for title, rows, *table in LISTS:
        nothing = "{{ hidden or '本年度没有记录。' }}" if rows in PEOPLE else "本年度没有记录。"
        section_of(document, title, rows, table, nothing)
    write(document.add_paragraph(), "谈心谈话 {{ talks }} 次{{ talks_open }}，谈话内容不留文字。")
    heading(document, "八、会议记录")
    write(document.add_paragraph(), "共 {{ records|length }} 次{{ records_open }}。")
    control(document, "{%p for record in records %}")
    heading(document, "{{ loop.index }}. {{ record.day }}　{{ record.kind }}（{{ record.state }}）", size=12)
    sheet_table(document, "record.", roomy=False)
    control(document, "{%p endfor %}")
    return document


def pairing_agreement():
    """The agreement of a pairing, from its facts; the office words the rest in Word."""
    document = new_document()
    write(document.add_paragraph(), "支部联建协议书", font=TITLE, size=22, align=WD_ALIGN_PARAGRAPH.CENTER)
    write(document.add_paragraph(), "{{ number }}", align=WD_ALIGN_PARAGRAPH.CENTER)
    for side, name in (("甲方", "own"), ("乙方", "partners")):
        write(document.add_paragraph(), f"{side}：{{{{ {name} }}}}", font=HEAD)
    write(document.add_paragraph(), "双方经协商，就支部联建（{{ reason }}）达成如下协议。")
    heading(document, "一、重点工作项目")
    table = new_table(document, [1.4, 8.2, 3.4, 3.6])
    titles = [("序号", 1), ("项　　目", 1), ("责 任 人", 1), ("完成时限", 1)]
    repeat_head(add_row(table, titles, heads=range(4)))
    keep_together(table)
    steer_row(table, "{%tr for project in projects %}")
    columns = ["{{ loop.index }}", "{{ project.title }}", "{{ project.owner }}", "{{ project.due }}"]
    add_row(table, [(text, 1) for text in columns], center=(0, 2, 3))
    steer_row(table, "{%tr endfor %}")
    chapters = [("二、甲方的权利", "rights_own"), ("三、甲方的义务", "duties_own")]
    chapters += [("四、乙方的权利", "rights_partner"), ("五、乙方的义务", "duties_partner")]
    for title, name in chapters:
        heading(document, title)
        control(document, f"{{%p for line in {name} %}}")
        write(document.add_paragraph(), "（{{ loop.index }}）{{ line }}")
        control(document, "{%p endfor %}")
    sign_below(document)
    return document


def sign_below(document):
    heading(document, "六、期限")
    for text in (
        "本协议自 {{ term_from }} 至 {{ term_to }}。",
        "本协议一式三份，双方各执一份，报组织部门一份。",
    ):
        write(document.add_paragraph(), text).paragraph_format.keep_with_next = True
    table = new_table(document, [WIDTH / 2, WIDTH / 2])
    add_row(table, [("甲方（盖章）", 1), ("乙方（盖章）", 1)], height=2.4)
    add_row(table, [("代表（签字）", 1), ("代表（签字）", 1)], height=1.6)
    add_row(table, [("　　　　年　　月　　日", 1)] * 2, center=(0, 1))
    keep_together(table)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in MADE.items():
        document = make()
        document.core_properties.author = document.core_properties.comments = ""
        document.save(FOLDER / f"{name}.docx")
    return 0


MADE = {"meeting_record": meeting_record, "handbook": handbook, "pairing_agreement": pairing_agreement}

if __name__ == "__main__":
    sys.exit(main())
