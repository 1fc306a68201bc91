"""The Word files: what stands in them, for whom, and that an office program lays them out on A4."""

import re
import shutil
import subprocess
import time as clock_time
import zipfile
from datetime import date, time
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import translation
from django.utils.translation import gettext
from docx import Document
from docx.oxml.ns import qn

from activities import documents
from activities.choices import DutyState
from activities.meetings import BELOW_QUORUM
from activities.models import CoreTask, Duty
from activities.operations import grade_members, record_activity, update_activity
from activities.records import ActionData, AttendanceData, Change, PartData, VoteData
from branches.choices import MemberStatus
from branches.operations import close_unit, merge_units, transfer_member, update_member, update_unit
from tests.factories.activities import ActivityFactory, DutyFactory, DutyRuleFactory
from tests.factories.branches import PostFactory

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SOFFICE = shutil.which("soffice")


def xml_of(file):
    with zipfile.ZipFile(BytesIO(file.getvalue())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def lines_of(file):
    """Each paragraph's text; a break of line within it is a new line."""
    root = ElementTree.fromstring(xml_of(file)["word/document.xml"])  # noqa: S314 - our own file
    paragraphs = []
    for paragraph in root.iter(f"{WORD}p"):
        words = [
            node.text or "" if node.tag == f"{WORD}t" else "\n" if node.tag == f"{WORD}br" else ""
            for node in paragraph.iter()
        ]
        paragraphs.append("".join(words))
    return paragraphs


def cells_of(file):
    """Label -> value of the form."""
    texts = [line.replace("　", "").replace(" ", "") for line in lines_of(file)]
    return dict(pairwise(texts))


@pytest.fixture
def meeting(people, units, members, data):
    attendance = (
        AttendanceData(members[0].pk),
        AttendanceData(members[1].pk),
        AttendanceData(members[2].pk, "ILLNESS"),
    )
    facts = data(
        kind="GENERAL_MEETING",
        title="讨论 <接收> & 预备党员",
        place="三楼会议室",
        note="周明：同意\n李倩：同意",
        starts_at=time(14, 30),
        chair_id=members[0].pk,
        recorder_id=members[1].pk,
        observers="县公司党建办",
        agenda="学习\n讨论",
        resolutions="同意",
        parts=(PartData(units["C1-1"].pk, attendance=attendance), PartData(units["C1-2"].pk)),
        votes=(VoteData("接收黄某", 4, 3, 3),),
        action_items=(ActionData("写材料", members[3].pk, date(2026, 6, 20)),),
    )
    return record_activity(facts, by=people.secretary)[0]


def test_the_sheet_has_the_columns_of_the_office(people, meeting):
    cells = cells_of(documents.record_sheet(meeting, people.secretary))
    shown = {
        "名称": "讨论<接收>&预备党员",
        "类别": "支部党员大会",
        "时间": "2026年6月12日14:30",
        "地点": "三楼会议室",
        "状态": "待确认",
        "主持人": "周明",
        "记录人": "李倩",
        "列席": "县公司党建办",
        "应到": "3",
        "实到": "2",
        "请假": "1",
        "参加人员": "周明、李倩；单位C1-2",
        "缺席及原因": "黄志强（病假）",
        "中心任务": "本月没有中心任务",
        "议题": "学习\n讨论",
        "发言要点": "周明：同意\n李倩：同意",
        "决议": "同意",
        "待办": "写材料，韦国华，2026-06-20",
    }
    assert {label: cells[label] for label in shown} == shown
    assert cells["表决"].startswith("接收黄某") and "4" in cells["表决"]
    text = "".join(lines_of(documents.record_sheet(meeting, people.secretary)))
    assert "会议记录单" in text and "主持人（签字）" in text and "{" not in text


def test_a_sheet_tells_what_was_left_and_what_was_settled(people, meeting, data):
    later, _new = record_activity(
        data(kind="GENERAL_MEETING", title="第二次", done_items=(meeting.action_items.get().pk,)),
        by=people.secretary,
    )
    cells = [cells_of(documents.record_sheet(each, people.secretary)) for each in (meeting, later)]
    left, settled = cells[0]["待办"], cells[1]["待办"]
    assert left.startswith("写材料，韦国华，2026-06-20，") and "2026-06-12" in left.split("，")[-1]
    assert settled.startswith("写材料，韦国华，") and "2026-06-12" in settled


def test_a_sheet_tells_what_the_meeting_before_resolved_and_that_too_few_came(people, meeting, data, units):
    few = PartData(units["C1-1"].pk, expected=6, present=2)
    later, _new = record_activity(
        data(kind="GENERAL_MEETING", title="第二次", parts=(few,)), by=people.secretary
    )
    cells = [cells_of(documents.record_sheet(each, people.secretary)) for each in (meeting, later)]
    assert "上次决议" not in cells[0] and cells[1]["上次决议"] == "2026-06-12\n同意"
    with translation.override("zh-hans"):
        words = str(BELOW_QUORUM).replace(" ", "")
    assert cells[1]["表决"] == words and words not in cells[0]["表决"]


def test_a_sheet_tells_where_else_the_core_task_stands(people, units, data):
    task = CoreTask.objects.create(unit=units["C1-1"], name="迎峰度夏", starts_on=date(2026, 1, 1))
    named = {"no_core_task": "", "core_task_id": task.pk, "core_task_checked": True, "core_task_listed": True}
    appraisal, _new = record_activity(data(kind="DEMOCRATIC_APPRAISAL", **named), by=people.secretary)
    with translation.override("zh-hans"):
        places = "，".join(map(str, appraisal.core_task_places)).replace(" ", "")
    assert cells_of(documents.record_sheet(appraisal, people.secretary))["中心任务"] == f"迎峰度夏，{places}"


@pytest.mark.parametrize("who", ["secretary2", "province", "bureau"])
def test_who_sees_no_names_gets_a_sheet_without(people, meeting, who):
    text = "".join(lines_of(documents.record_sheet(meeting, getattr(people, who))))
    meeting.refresh_from_db()
    assert not any(name in text.replace(meeting.note.replace("\n", ""), "") for name in ("黄志强", "韦国华"))
    assert "县公司党建办" not in text and "病假 1" in text


def test_the_template_names_what_replaces_its_fonts(people, meeting):
    parts = xml_of(documents.record_sheet(meeting, people.secretary))
    fonts = dict(
        re.findall(r'<w:font w:name="([^"]+)"><w:altName w:val="([^"]+)"', parts["word/fontTable.xml"])
    )
    assert set(fonts) == {"方正小标宋简体", "黑体", "仿宋"}
    assert 'w:w="11906"' in parts["word/document.xml"] and 'w:h="16838"' in parts["word/document.xml"]


def unconfirmed(count):
    return gettext(" (%(count)s of them not confirmed)") % {"count": count}


@pytest.fixture
def year(people, units, members, data, meeting):
    PostFactory(member=members[0])
    DutyFactory(unit=units["C1-1"])
    CoreTask.objects.create(unit=units["B1"], name="迎峰度夏", starts_on=date(2026, 5, 1))
    record_activity(data(kind="TRAINING", title="急救培训"), by=people.secretary)
    record_activity(data(kind="HEART_TALK"), by=people.secretary)
    record_activity(data(title="去年的", held_on=date(2025, 6, 1)), by=people.secretary)
    draft, _new = record_activity(data(title="没有提交"), by=people.secretary, submit=False)
    return draft


def test_the_handbook_tells_the_unit_s_year(people, units, year):
    lines = lines_of(documents.handbook(units["C1-1"], 2026, people.secretary))
    text = "\n".join(lines)
    for found in (
        "党支部工作手册",
        "（2026年）",
        "单位C1-1",
        "周明",
        "书记",
        "迎峰度夏",
        "急救培训",
        "写材料",
    ):
        assert found in text, found
    assert text.count("讨论 <接收> & 预备党员") == 1
    assert f"谈心谈话 1 次{unconfirmed(1)}，谈话内容不留文字。" in lines
    assert f"共 1 次{unconfirmed(1)}。" in lines
    assert not any(missing in text for missing in ("去年的", "没有提交", "{", "built-in"))
    duty = Duty.objects.get()
    assert str(duty.rule.label) in lines


@pytest.fixture
def changed(units, members):
    """Since January 韦国华 went next door and 梁慧 became full member; C1-1 got another name and
    elected in March; its second group closed."""
    branch = units["C1-1"]
    update_unit(branch, by=None, on=date(2026, 2, 1), name="新支部", last_election_on=date(2026, 3, 1))
    update_unit(units["C1"], by=None, on=date(2026, 2, 1), name="新县委")
    transfer_member(members[3], units["C1-2"], on=date(2026, 2, 1), by=None)
    update_member(members[5], by=None, full_since=date(2026, 1, 15))
    close_unit(units["C1-1-2"], on=date(2026, 2, 1), by=None)
    branch.refresh_from_db()
    return branch


def test_a_handbook_of_a_past_year_tells_the_unit_as_it_was(people, units, changed):
    book = documents.handbook(changed, 2025, people.secretary)
    facts = documents._unit_facts(changed, date(2025, 12, 31))
    assert facts | {"code": "", "kind": ""} == {
        "code": "",
        "kind": "",
        "parent": "单位C1",
        "organisation": "单位O-C1-1",
        "established": "—",
        "elected": "—",
        "members": 6,
        "groups": 2,
    }
    assert "单位C1-1" in lines_of(book)
    assert "新支部" not in "".join(lines_of(book))
    members = documents._members(changed, date(2025, 12, 31))
    full, probationary = MemberStatus.labels
    assert [(row["name"], row["status"], row["unit"]) for row in members] == [
        ("周明", full, "单位C1-1"),
        ("李倩", full, "单位C1-1"),
        ("韦国华", full, "单位C1-1"),
        ("黄志强", full, "单位C1-1"),
        ("梁慧", probationary, "单位C1-1-1"),
        ("陆建军", full, "单位C1-1-1"),
    ]
    now = documents._unit_facts(changed, date(2026, 6, 15))
    assert (now["parent"], now["elected"], now["members"], now["groups"]) == (
        "新县委",
        "2026-03-01",
        5,
        1,
    )


@pytest.mark.parametrize("merged", [True, False])
def test_the_handbook_of_a_unit_that_is_no_more_has_its_members_of_then(people, units, members, merged):
    branch, other = units["C1-1"], units["C1-2"]
    if merged:
        merge_units(branch, other, on=date(2026, 6, 1), by=None)
    else:
        for member in members:
            transfer_member(member, other, on=date(2026, 6, 1), by=None)
        for code in ("C1-1-1", "C1-1-2", "C1-1"):
            close_unit(units[code], on=date(2026, 6, 1), by=None)
    branch.refresh_from_db()
    text = "\n".join(lines_of(documents.handbook(branch, 2026, people.county)))
    assert [member.name for member in members if member.name not in text] == []


def test_the_sheet_names_the_units_as_they_were_called(people, units, data):
    parts = (PartData(units["C1-1-1"].pk),)
    record, _new = record_activity(data(parts=parts), by=people.secretary)
    for code, name in (("C1-1", "新支部"), ("C1-1-1", "新小组")):
        update_unit(units[code], by=None, on=date(2026, 6, 13), name=name)
    record.refresh_from_db()
    text = "\n".join(lines_of(documents.record_sheet(record, people.secretary)))
    assert {"单位C1-1", "单位C1-1-1"} <= set(re.findall(r"单位[-C\d]+", text))
    assert not re.search("新支部|新小组", text)


def test_each_record_of_the_handbook_says_its_state_and_void_ones_are_none(people, units):
    for month, state in enumerate(("CONFIRMED", "SUBMITTED", "RETURNED", "VOID", "DRAFT"), 1):
        for kind in ("GENERAL_MEETING", "TRAINING", "HEART_TALK"):
            day = date(2026, month, 9)
            ActivityFactory(unit=units["C1-1"], kind=kind, state=state, held_on=day, title=f"{kind} {state}")
    lines = lines_of(documents.handbook(units["C1-1"], 2026, people.secretary))
    assert [line for line in lines if line.startswith(("1. ", "2. ", "3. ", "4. "))] == [
        "1. 2026年1月9日　支部党员大会（已确认）",
        "2. 2026年2月9日　支部党员大会（待确认）",
        "3. 2026年3月9日　支部党员大会（已退回）",
    ]
    assert f"共 3 次{unconfirmed(2)}。" in lines
    assert f"谈心谈话 3 次{unconfirmed(2)}，谈话内容不留文字。" in lines
    others = lines[lines.index("2026-01-09") :]
    assert others[:6] == ["2026-01-09", "培训", "TRAINING CONFIRMED", "—", "—", "已确认"]
    assert [line for line in lines if line.startswith("TRAINING")] == [
        "TRAINING CONFIRMED",
        "TRAINING SUBMITTED",
        "TRAINING RETURNED",
    ]


@pytest.fixture
def appraisal(people, members, data):
    facts = data(kind="DEMOCRATIC_APPRAISAL", title="民主评议党员", no_core_task="本次不涉及")
    return record_activity(facts, by=people.secretary)[0]


def test_the_sheet_of_an_appraisal_has_the_grades_and_names_for_whom_they_are(
    people, units, members, appraisal
):
    grades = dict.fromkeys((member.pk for member in members), "QUALIFIED") | {members[0].pk: "EXCELLENT"}
    assert "评议结果" in "".join(lines_of(documents.record_sheet(appraisal, people.secretary)))
    assert cells_of(documents.record_sheet(appraisal, people.secretary))["评议结果"] == gettext(
        "No grades are entered yet."
    )
    grade_members(appraisal, grades, by=people.secretary, version=appraisal.version)
    appraisal.refresh_from_db()
    facts = {"count": 6, "counts": "优秀 1，合格 5，基本合格 0，不合格 0"}
    counts = (gettext("%(count)s appraised: %(counts)s") % facts).replace(" ", "")
    told = {
        name: cells_of(documents.record_sheet(appraisal, getattr(people, name)))["评议结果"].split("\n")
        for name in ("secretary", "county", "bureau", "leader", "member")
    }
    names = [counts, "优秀：周明", "合格：李倩、黄志强、韦国华、陆建军、梁慧"]
    assert told == {
        "secretary": names, "county": names, "bureau": [counts], "leader": [counts], "member": [counts]
    }  # fmt: skip
    in_handbook = cells_of(documents.handbook(units["C1-1"], 2026, people.province))["评议结果"]
    assert in_handbook == counts


def test_the_grades_of_few_are_not_counted_and_no_other_sheet_speaks_of_them(
    people, members, appraisal, meeting
):
    grades = {member.pk: "QUALIFIED" for member in members[:4]}
    grade_members(appraisal, grades, by=people.secretary, version=appraisal.version)
    appraisal.refresh_from_db()
    shown = cells_of(documents.record_sheet(appraisal, people.bureau))["评议结果"]
    assert shown == gettext("Fewer than five members were appraised; counts would name them.")
    assert "评议结果" not in cells_of(documents.record_sheet(meeting, people.secretary))


def test_a_past_year_s_duties_stand_as_they_are_today(people, units):
    rule = DutyRuleFactory(code="grace", grace_days=31)
    days = {"first_day": date(2025, 10, 1), "last_day": date(2025, 12, 31)}
    until = {"counts_from": date(2025, 11, 1), "counts_until": date(2026, 1, 31)}
    DutyFactory(unit=units["C1-1"], rule=rule, **days, **until)

    def state():
        return lines_of(documents.handbook(units["C1-1"], 2025, people.secretary))

    missing, done, late = (str(DutyState(state).label) for state in ("MISSING", "DONE", "LATE"))
    assert missing in state()
    ActivityFactory(unit=units["C1-1"], kind=rule.kind, held_on=date(2026, 1, 15))
    assert late in state() and not {missing, done} & set(state())


def test_names_of_the_handbook_end_at_the_direct_office(people, units, year):
    told = {
        name: "周明" in "".join(lines_of(documents.handbook(units["C1-1"], 2026, getattr(people, name))))
        for name in ("secretary", "county")
    }
    assert told == {"secretary": True, "county": True}
    far = lines_of(documents.handbook(units["C1-1"], 2026, people.province))
    assert "姓名仅本组织和直接上级可见。" in far
    assert not any("韦国华" in line or "陆建军" in line for line in far)


def test_a_handbook_is_ready_at_once(people, units, members, data, meeting):
    for number in range(30):
        record_activity(data(kind="GENERAL_MEETING", title=f"第{number}次"), by=people.secretary)
    began = clock_time.perf_counter()
    documents.handbook(units["C1-1"], 2026, people.secretary)
    assert clock_time.perf_counter() - began < 2


def test_an_empty_year_makes_a_handbook_too(people, units):
    lines = lines_of(documents.handbook(units["C1-1-1"], 2020, people.leader))
    assert "党小组工作手册" in lines and "共 0 次。" in lines


@pytest.mark.skipif(not SOFFICE, reason="no LibreOffice on this machine: the pages are not laid out")
def test_an_office_program_lays_them_out_on_a4(people, units, meeting, year, tmp_path):
    files = {
        "sheet": documents.record_sheet(meeting, people.secretary),
        "handbook": documents.handbook(units["C1-1"], 2026, people.secretary),
    }
    for name, file in files.items():
        (tmp_path / f"{name}.docx").write_bytes(file.getvalue())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *tmp_path.glob("*.docx")], check=True, capture_output=True, timeout=120)  # noqa: S603
    pages, sizes = laid_out(tmp_path / "sheet.pdf")
    assert (pages, sizes) == (1, {(595, 842)})
    pages, sizes = laid_out(tmp_path / "handbook.pdf")
    assert (3 <= pages <= 4, sizes) == (True, {(595, 842)})
    reader = shutil.which("pdftotext")
    if reader:
        run = subprocess.run([reader, tmp_path / "sheet.pdf", "-"], check=True, capture_output=True)  # noqa: S603
        assert "会议记录单" in run.stdout.decode() and "三楼会议室" in run.stdout.decode()


def laid_out(path):
    """How many pages, and their sizes in points."""
    content = path.read_bytes()
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
    pages = {(round(float(width)), round(float(height))) for width, height in sizes}
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content)), pages


def test_a_change_shows_in_the_next_sheet(people, data, meeting):
    changed = data(kind="GENERAL_MEETING", resolutions="不同意")
    update_activity(meeting, changed, by=people.secretary, change=Change(meeting.version))
    meeting.refresh_from_db()
    assert cells_of(documents.record_sheet(meeting, people.secretary))["决议"] == "不同意"


def test_no_row_breaks_across_pages_and_heads_come_again(people, units, meeting):
    book = Document(documents.handbook(units["C1-1"], 2026, people.secretary))
    facts, *others = book.tables
    assert others and all(starts_with_its_head(table) for table in others)
    assert all(has(row, "w:cantSplit") for table in [facts, *others] for row in table.rows)


def test_headings_and_heads_stay_with_what_they_head(people, units, year):
    book = Document(documents.handbook(units["C1-1"], 2026, people.secretary))
    facts, *others = book.tables
    above = [table._tbl.getprevious().pPr.find(qn("w:keepNext")) for table in [facts, *others]]
    assert len(above) > 5 and all(mark is not None for mark in above)
    heads = [cell.paragraphs[0].paragraph_format for table in others for cell in table.rows[0].cells]
    assert all(head.keep_with_next for head in heads)


def starts_with_its_head(table):
    return [has(row, "w:tblHeader") for row in table.rows].index(True) == 0


def has(row, mark):
    return row._tr.trPr is not None and row._tr.trPr.find(qn(mark)) is not None
