"""The catalogue, a report's page, its files, and who may have them."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from branches.choices import Role
from branches.models import Assignment
from core import clock, reports
from core.choices import JobState
from core.files import sweep_files
from core.models import Job, StoredFile
from core.periods import parse_period
from dashboard.selectors.pooling import Figure, Window, duties
from dashboard.selectors.province import meetings_of, rules
from tests.dashboard.conftest import add
from tests.factories.branches import MemberFactory, PostFactory

pytestmark = pytest.mark.django_db
OWED = "/reports/R-03/?unit=BA&period=2026Q3"
FILE = "/reports/R-03/file/?unit=BA&period=2026Q3"
LABELS = {
    "general-meeting": "General meetings",
    "committee-meeting": "Committee meetings",
    "group-meeting": "Group meetings",
    "party-lecture": "Lectures",
    "themed-party-day": "Party days",
}


def shown(response):
    return [[cell["text"] for cell in row] for row in response.context["rows"]]


def content(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def bureau(someone):
    return someone(Role.BUREAU_OFFICE, "BA", name="李倩")


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


# --- the catalogue --------------------------------------------------------------------------------
def test_the_catalogue_names_what_there_is(province, bureau):
    response = bureau.get("/reports/")
    cards = {
        group: [card["report"].code for card in found] for group, found in response.context["groups"].items()
    }
    assert cards == {
        "Organisation and members": ["R-01", "R-02", "R-05"],
        "Meetings and records": ["R-03", "R-04"],
        "Pairings": ["R-06", "R-07"],
    }
    assert "/reports/R-03/?period=2026H1" in response.text
    assert "/reports/folder/" in response.text


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EVALUATOR, Role.SYSTEM_ADMIN, None])
def test_who_keeps_no_records_has_no_reports(someone, role):
    client = someone(role, "BA1")
    for address in ("/reports/", "/reports/R-01/", "/reports/R-01/file/", "/reports/folder/"):
        assert client.get(address).status_code == 403
    assert "/reports/" not in client.get("/").text


# --- the page -------------------------------------------------------------------------------------
def test_a_report_on_the_screen(province, bureau):
    response = bureau.get(OWED)
    assert shown(response) == [
        [
            "BA1党支部",
            "Quarter 3 of 2026",
            "1",
            "1",
            "—",
            "—",
            "3",
            "2",
            "1",
            "0",
            "3",
            "1",
            "60.0%",
            "0",
            "0",
            "0",
            "100.0%",
        ],
        [
            "BA2党支部",
            "Quarter 3 of 2026",
            "1",
            "0",
            "—",
            "—",
            "—",
            "—",
            "1",
            "0",
            "3",
            "0",
            "0.0%",
            "0",
            "0",
            "0",
            "—",
        ],
    ]
    assert [cell["text"] for cell in response.context["totals"]] == [
        "In all", "", "2", "1", "0", "0", "3", "2", "2", "0", "6", "1", "42.9%", "0", "0", "0", "100.0%",
    ]  # fmt: skip
    assert "/activities/?unit=BA1&amp;period=2026Q3&amp;state=CONFIRMED" in response.text


def test_the_sums_are_those_of_the_workbench_and_of_the_dashboard(province, office):
    """What the committees owe besides stands in no branch's line, and is none of the three meetings."""
    found = duties(Window(province["P"], parse_period("2026H2"), clock.today()))
    totals = {
        cell["label"]: cell["text"] for cell in office.get("/reports/R-03/?period=2026H2").context["totals"]
    }
    assert meetings_of(found, rules()) == Figure(4, 10, 4)
    assert totals["Completed"] == "40.0%"
    for rule in rules():
        if rule.code in LABELS:
            figure = sum((one.figure for (_path, pk), one in found.items() if pk == rule.pk), Figure())
            shown = (totals[f"{LABELS[rule.code]} held"], totals[f"{LABELS[rule.code]} due"])
            assert shown == (str(figure.numerator), str(figure.denominator))


def test_without_a_filter_the_highest_unit_and_the_running_period(province, bureau):
    context = bureau.get("/reports/R-03/").context
    assert (context["unit"].code, context["asked"].period.code) == ("BA", "2026H2")
    assert context["asked"].last_day == date(2026, 11, 20)


def test_a_day_report_takes_a_day(province, bureau):
    context = bureau.get("/reports/R-01/?on=2026-01-31").context
    assert (context["asked"].day, context["asked"].period) == (date(2026, 1, 31), None)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("unit=BB", 404),
        ("unit=NONE", 404),
        ("unit=%00", 404),
        ("period=2026Q9", 400),
        ("period=2099", 400),
        ("page=x", 200),
    ],
)
def test_what_makes_no_sense_is_said(province, bureau, query, status):
    assert bureau.get(f"/reports/R-03/?{query}").status_code == status


def test_what_there_is_not(province, bureau):
    assert bureau.get("/reports/R-99/").status_code == 404
    for day in ("yesterday", "0001-01-01", "9999-12-31"):
        assert bureau.get(f"/reports/R-05/?on={day}").status_code == 400
    assert bureau.get(f"{FILE}&format=pdf").status_code == 400


def test_nothing_to_report_says_so(province, bureau):
    response = bureau.get("/reports/R-04/?period=2025")
    assert (shown(response), response.context["totals"]) == ([], [])
    assert "Nothing to report" in response.text and "format=xlsx" not in response.text


def test_as_many_queries_however_many_lines(province, bureau):
    def count():
        with CaptureQueriesContext(connection) as queries:
            bureau.get(OWED)
        return len(queries)

    count()
    before = count()
    for number in range(30):
        add(province["BA"], f"BA-{number}", f"支部{number}")
    assert count() == before


def test_a_long_report_is_shown_by_pages(province, bureau):
    for number in range(60):
        add(province["BA"], f"BA-{number:02}", f"支部{number:02}")
    second = bureau.get("/reports/R-01/?page=2")
    assert [row[0] for row in shown(second)] == [str(number) for number in range(51, 64)]


# --- files ----------------------------------------------------------------------------------------
def test_the_office_sheet(province, bureau):
    response = bureau.get(FILE)
    assert response.headers["Content-Disposition"].endswith(
        'R-03_Three_meetings_and_one_lecture_BA_2026Q3.xlsx"'
    )
    found = CalamineWorkbook.from_filelike(io.BytesIO(content(response))).get_sheet_by_index(0).to_python()
    assert found[0][0] == "Three meetings and one lecture Quarter 3 of 2026"
    assert found[1][0].startswith("Filled in for: BA局党委    Filled in by: 李倩")
    assert found[2][:3] == ["Branch", "Month or quarter", "General meetings due"]
    assert [row[0] for row in found[3:6]] == ["BA1党支部", "BA2党支部", "In all"]
    assert found[5][12] == pytest.approx(3 / 7)


def test_the_table_of_text(province, bureau):
    found = content(bureau.get(f"{FILE}&format=csv"))
    assert found.startswith(b"\xef\xbb\xbf")
    assert found.decode("utf-8-sig").splitlines()[1:] == [
        "BA1党支部,Quarter 3 of 2026,1,1,,,3,2,1,0,3,1,60.0%,0,0,0,100.0%",
        "BA2党支部,Quarter 3 of 2026,1,0,,,,,1,0,3,0,0.0%,0,0,0,",
    ]


def test_names_that_look_like_formulas_are_escaped(province, bureau):
    add(province["BA"], "BA9", "=HYPERLINK(1)")
    found = content(bureau.get("/reports/R-01/file/?format=csv")).decode("utf-8-sig")
    assert "BA9,'=HYPERLINK(1),Party branch" in found


def test_a_file_speaks_the_language_of_its_reader(province, bureau):
    found = content(bureau.get(f"{FILE}&format=csv", headers={"accept-language": "zh-hans"}))
    assert "2026年第3季度" in found.decode()


def test_names_end_with_the_office_right_above(province, someone):
    PostFactory(member=MemberFactory(name="周明", unit=province["BA1"]))
    near, far = someone(Role.BUREAU_OFFICE, "BA"), someone(Role.PROVINCE_OFFICE, "P")
    assert "周明" in near.get("/reports/R-02/").text
    assert "周明" not in far.get("/reports/R-02/").text


def test_who_is_secretary_is_told_to_every_office_above(province, someone):
    PostFactory(member=MemberFactory(name="周明", unit=province["BA1"]))
    MemberFactory(name="李倩", unit=province["BA1"])
    page = someone(Role.PROVINCE_OFFICE, "P").get("/reports/R-01/").text
    assert ("周明" in page, "李倩" in page) == (True, False)


def test_a_secretary_sees_the_own_branch_only(province, someone):
    client = someone(Role.BRANCH_SECRETARY, "BA1")
    assert {row[0] for row in shown(client.get("/reports/R-03/?period=2026Q3"))} == {"BA1党支部"}
    assert client.get("/reports/R-03/?unit=BA2").status_code == 404


# --- long ones ------------------------------------------------------------------------------------
@pytest.fixture
def long(monkeypatch):
    monkeypatch.setattr(reports, "LARGE_FROM", 1)


def made(client, commit, address=FILE, **data):
    with commit(execute=True):
        response = client.post(address, data)
    job = Job.objects.get(kind__startswith="dashboard.")
    assert response.headers["Location"] == f"/jobs/{job.pk}/"
    return job


def test_a_long_report_is_made_by_a_job(province, bureau, long, commit):
    page = bureau.get(OWED)
    assert (page.context["is_large"], page.context["totals"]) == (True, [])
    assert bureau.get(FILE).status_code == 413
    job = made(bureau, commit)
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
    assert job.result["message"] == (
        "R-03_Three_meetings_and_one_lecture_BA_2026Q3.xlsx is ready. It is kept for you until 2026-11-27."
    )
    found = content(bureau.get(job.result["url"]))
    assert (
        CalamineWorkbook.from_filelike(io.BytesIO(found)).get_sheet_by_index(0).to_python()[3][0]
        == "BA1党支部"
    )


def test_two_clicks_are_one_job(province, bureau, commit):
    key = {"submission_key": str(uuid.uuid4())}
    assert made(bureau, commit, **key) == made(bureau, commit, **key)


def test_a_made_file_is_for_who_asked(province, bureau, someone, commit):
    address = made(bureau, commit).result["url"]
    others = [
        someone(Role.BUREAU_OFFICE, "BA"),
        someone(is_staff=True),
        someone(is_staff=True, is_superuser=True),
    ]
    assert [client.get(address).status_code for client in others] == [404] * 3
    assert Client().get(address).status_code == 302


def test_a_right_that_ended_ends_the_file_too(province, bureau, commit):
    address = made(bureau, commit).result["url"]
    Assignment.objects.filter(user=bureau.user).update(ends_on=clock.today() - timedelta(days=1))
    assert bureau.get(address).status_code == 404


def test_a_right_that_ends_before_the_work_begins_ends_the_work(province, bureau, commit):
    with commit() as waiting:
        bureau.post(FILE)
    Assignment.objects.filter(user=bureau.user).delete()
    for ring in waiting:
        ring()
    job = Job.objects.get()
    assert (job.state, job.error) == (JobState.FAILED, "You can no longer see this unit.")


def test_after_a_week_the_file_is_gone(province, bureau, commit, time_machine):
    address = made(bureau, commit).result["url"]
    path = StoredFile.objects.get().path
    time_machine.shift(timedelta(days=7, seconds=1))
    sweep_files()
    assert (StoredFile.objects.count(), path.exists()) == (0, False)
    bureau.force_login(bureau.user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    response = bureau.get(address, follow=True)
    assert "has been deleted. Ask for it again." in response.text
