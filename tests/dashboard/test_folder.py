"""The folder for an inspection: what it holds, how its parts are named, what it says is missing."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from activities.choices import DutyState
from activities.models import Attachment, CoreTask, Talk
from branches.choices import Role
from core.choices import JobState
from core.files import store_upload
from core.models import Job
from core.periods import parse_period
from core.reports import Asked
from dashboard.folder import LONGEST_FILE, Names, missing_in, safe_name, write_folder
from tests.dashboard.conftest import held
from tests.factories.branches import MemberFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/reports/folder/?unit=BA1&period=2026Q3"


@pytest.fixture
def secretary(someone):
    return someone(Role.BRANCH_SECRETARY, "BA1")


@pytest.fixture
def packed(province, secretary):
    """What branch BA1 held in the third quarter, three files of it, and a heart-to-heart talk."""
    task = CoreTask.objects.create(unit=province["BA1"], name="迎峰度夏", starts_on=date(2026, 1, 1))
    day = held(
        province["BA1"],
        "THEMED_PARTY_DAY",
        date(2026, 8, 20),
        core_task=task,
        parts={province["BA1"]: (3, 3, 0)},
    )
    type(day).objects.filter(pk=day.pk).update(title="../入户/检查: 一")
    for _number in range(2):
        attach(day, "照片.pdf", secretary.user)
    meeting = held(province["BA1G"], "GROUP_MEETING", date(2026, 9, 7), state="SUBMITTED")
    attach(meeting, "记录.pdf", secretary.user)
    talk = held(province["BA1"], "HEART_TALK", date(2026, 9, 8))
    talker, other = (
        MemberFactory(name="谈话人", unit=province["BA1"]),
        MemberFactory(name="对象", unit=province["BA1"]),
    )
    Talk.objects.create(activity=talk, kind="COMMITTEE_MEMBER", talker=talker, counterpart=other)
    type(talk).objects.filter(pk=talk.pk).update(title="work")
    held(province["BA1"], "TRAINING", date(2026, 9, 9), state="DRAFT")
    held(province["BA2"], "TRAINING", date(2026, 9, 9))
    return province


def attach(activity, name, user):
    upload = SimpleUploadedFile(name, b"%PDF-1.7 x")
    return Attachment.objects.create(activity=activity, file=store_upload(upload, by=user))


@pytest.fixture
def archive(packed, secretary, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        secretary.post(ADDRESS)
    job = Job.objects.get(kind="dashboard.folder")
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.done == job.total > 5
    response = secretary.get(job.result["url"])
    assert response.headers["Content-Type"] == "application/zip"
    assert "Party-building_records_BA1_2026Q3.zip" in response.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def sheet(archive, name, place=0):
    with archive.open(name) as file:
        return CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(place).to_python()


def test_what_the_page_promises(packed, secretary):
    context = secretary.get(ADDRESS).context
    contents = context["contents"]
    assert (contents.records, contents.files, contents.size) == (8, 3, 30)
    assert context["name"] == "Party-building_records_BA1_2026Q3.zip"


def test_the_parts_and_their_names(archive):
    assert sorted(archive.namelist()) == [
        "00_Index.xlsx",
        "2026-07-03_Party group meeting_BA1G GROUP_MEETING 2026-07-03/Meeting record.docx",
        "2026-07-15_themed Party day_BA1 THEMED_PARTY_DAY 2026-07-15/Meeting record.docx",
        "2026-08-04_Party group meeting_BA1G GROUP_MEETING 2026-08-04/Meeting record.docx",
        "2026-08-10_branch general meeting_BA1 GENERAL_MEETING 2026-0/Meeting record.docx",
        "2026-08-20_themed Party day_.._入户_检查_ 一/Meeting record.docx",
        "2026-08-20_themed Party day_.._入户_检查_ 一/照片 (2).pdf",
        "2026-08-20_themed Party day_.._入户_检查_ 一/照片.pdf",
        "2026-09-07_Party group meeting_BA1G GROUP_MEETING 2026-09-07/Meeting record.docx",
        "2026-09-07_Party group meeting_BA1G GROUP_MEETING 2026-09-07/记录.pdf",
        "R-01_Party_units_at_a_glance_BA1_2026Q3.xlsx",
        "R-02_Roster_of_members_BA1_2026Q3.xlsx",
        "R-03_Three_meetings_and_one_lecture_BA1_2026Q3.xlsx",
        "R-04_Meeting_records_BA1_2026Q3.xlsx",
    ]
    assert archive.testzip() is None
    assert (
        archive.read("2026-09-07_Party group meeting_BA1G GROUP_MEETING 2026-09-07/记录.pdf") == b"%PDF-1.7 x"
    )


def test_the_index_asks_for_the_core_task_wherever_the_six_musts_do(province):
    task = CoreTask.objects.create(unit=province["BA1"], name="迎峰度夏", starts_on=date(2026, 1, 1))
    named = {"core_task": task, "parts": {province["BA1"]: (3, 3, 0)}}
    records = [
        held(province["BA1"], "ORG_LIFE_MEETING", date(2026, 9, 1), parts=named["parts"]),
        held(province["BA1"], "ORG_LIFE_MEETING", date(2026, 9, 2), **named),
        held(province["BA1"], "ORG_LIFE_MEETING", date(2026, 9, 3), core_task_checked=True, **named),
        held(province["BA1"], "DEMOCRATIC_APPRAISAL", date(2026, 9, 4), **named),
        held(province["BA1"], "TRAINING", date(2026, 9, 5), parts=named["parts"]),
    ]
    with override("en"):
        missing = [missing_in(record) for record in records]
    assert missing == [
        ["core task"],
        ["core task in the self-check"],
        [],
        ["core task in the self-check", "core task in the yearly appraisal"],
        [],
    ]


def test_more_records_take_no_more_queries(packed, secretary):
    asked = Asked(secretary.user, packed["BA1"], date(2026, 9, 30), parse_period("2026Q3"))

    def queries():
        with CaptureQueriesContext(connection) as found:
            write_folder(io.BytesIO(), asked, lambda _done, _total: None)
        return len(found)

    before = queries()
    for day in range(1, 6):
        held(packed["BA1"], "GENERAL_MEETING", date(2026, 9, day))
        held(packed["BA1G"], "GROUP_MEETING", date(2026, 9, day))
    assert queries() == before


def test_the_index_says_what_each_record_misses(archive):
    found = sheet(archive, "00_Index.xlsx")[3:]
    assert [(str(row[0]), row[1], row[4], row[5], row[7]) for row in found] == [
        ("2026-07-03", "Party group meeting", "confirmed", 0, "attendance、minutes、core task"),
        ("2026-07-15", "themed Party day", "confirmed", 0, "core task"),
        ("2026-08-04", "Party group meeting", "confirmed", 0, "attendance、minutes、core task"),
        ("2026-08-10", "branch general meeting", "confirmed", 0, "attendance、minutes、core task"),
        ("2026-08-20", "themed Party day", "confirmed", 2, ""),
        ("2026-09-01", "service visit", "confirmed", 0, ""),
        (
            "2026-09-07",
            "Party group meeting",
            "awaiting confirmation",
            1,
            "confirmation、attendance、minutes、core task",
        ),
        ("2026-09-08", "heart-to-heart talk", "confirmed", 0, ""),
    ]


def test_the_index_says_what_was_owed_and_not_held(archive):
    with override("en"):
        states = {str(state.label): state for state in DutyState}
    found = sheet(archive, "00_Index.xlsx", 1)[3:]
    assert [(row[0], row[1], str(row[3]), states[row[4]]) for row in found] == [
        ("BA1党支部", "Party lecture", "2026-09-30", DutyState.MISSING),
        ("BA1党支部", "themed Party day", "2026-09-30", DutyState.MISSING),
        ("BA1党支部", "group leaders' meeting", "2026-09-30", DutyState.MISSING),
        ("BA1第一党小组", "Party group meeting", "2026-09-30", DutyState.WAITING),
    ]


def test_who_talked_with_whom_is_nowhere(archive):
    everything = " ".join(
        str(row) for name in archive.namelist() if name.endswith(".xlsx") for row in sheet(archive, name)
    )
    assert "BA1 HEART_TALK" not in everything
    assert "heart-to-heart talk" not in str(sheet(archive, "R-04_Meeting_records_BA1_2026Q3.xlsx"))


def test_a_file_that_is_gone_is_told_and_stops_nothing(packed, secretary, django_capture_on_commit_callbacks):
    gone = Attachment.objects.order_by("pk").last().file
    gone.path.unlink()
    with django_capture_on_commit_callbacks(execute=True):
        secretary.post(ADDRESS)
    job = Job.objects.get(kind="dashboard.folder")
    content = b"".join(secretary.get(job.result["url"]).streaming_content)
    rows = sheet(zipfile.ZipFile(io.BytesIO(content)), "00_Index.xlsx")
    assert any("file 记录.pdf" in row[7] for row in rows)


def test_only_a_branch_or_a_group_is_packed(packed, someone):
    client = someone(Role.BUREAU_OFFICE, "BA")
    assert "Choose a branch or a group" in client.get("/reports/folder/").text
    assert client.post("/reports/folder/?unit=BA").status_code == 422
    assert client.get("/reports/folder/?unit=BB1").status_code == 404
    assert Job.objects.count() == 0


def test_the_page_of_a_unit_leads_to_its_folder(packed, secretary, someone):
    assert "/reports/folder/?unit=BA1" in secretary.get("/units/BA1/").text
    assert (
        "/reports/folder/" not in someone(Role.BUREAU_OFFICE, "BA").get("/units/BA/").text.split("<main")[1]
    )
    assert "/reports/folder/" not in someone(Role.MEMBER, "BA1").get("/units/BA1/").text


def test_an_empty_period_says_so(packed, secretary):
    assert "Nothing to pack" in secretary.get("/reports/folder/?period=2025").text


# --- names ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x\\y.pdf", "C__x_y.pdf"),
        ("con.txt", "_con.txt"),
        ("a\u202eb\x00.pdf", "a_b_.pdf"),
        (" . ", "_"),
        ("", "_"),
        ("x" * 300 + ".xlsx", "x" * (LONGEST_FILE - 5) + ".xlsx"),
    ],
)
def test_names_hold_no_paths_and_no_tricks(text, name):
    assert safe_name(text, LONGEST_FILE) == name


@given(st.text())
def test_any_text_gives_a_name(text):
    name = safe_name(text, LONGEST_FILE)
    assert name and len(name) <= LONGEST_FILE + 1 and name == name.strip(" .") and name.isprintable()
    assert not set('<>:"/\\|?*') & set(name)


def test_a_second_of_the_same_name_is_numbered():
    names = Names()
    assert [names.free(name) for name in ("a.pdf", "A.pdf", "a.pdf", "a (2).pdf", "b")] == [
        "a.pdf",
        "A (2).pdf",
        "a (3).pdf",
        "a (2) (2).pdf",
        "b",
    ]
