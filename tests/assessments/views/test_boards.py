"""Boards and their list: who sees which lines, and every figure by hand."""

import csv
import io
import re
import uuid
from datetime import date
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from assessments import board_lines, standings
from assessments.models import AssessmentPeriod, Edition, Entry, PastResult
from assessments.operations import Decision, ensure_period, publish, recompute
from assessments.standings import Board
from assessments.views import boards
from branches.choices import Role
from branches.models import Assignment
from branches.operations import close_unit, update_organisation, update_unit
from core import clock
from core.models import Job
from core.templatetags.format import points
from tests.assessments.views.conftest import rules
from tests.assessments.views.pages import BOARD, WHY, lines_of, text_of
from tests.factories.assessments import (
    AwardFactory,
    IndicatorValueFactory,
    VetoFactory,
    awarded,
    import_document,
    item,
    section,
)
from tests.factories.assessments import document as scheme_document
from tests.factories.branches import OrganisationFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db


# --- the board ------------------------------------------------------------------------------------
def test_a_board_shows_rank_total_grade_and_flags(published, office):
    page = office.get(BOARD)
    rows = page.context["rows"]
    shown = [
        (row["rank"], row["entry"].unit_code, row["entry"].total, row["grade_name"], row["flags"])
        for row in rows
    ]
    # A1: PARTY (30×100 + 10×90 + 10×82.5)/50 = 94.5, BUSINESS (30×90 + 10×92)/40 = 90.5, total 92.50
    # A2: one meeting of four is below 50, so 40 + …: 60 + 40×(25−50)/50 = 40; BUSINESS 100; total 70.00
    # B1: two of four: 60; BUSINESS (30×60 + 10×0)/40 = 45; total 52.50
    assert shown == [
        (1, "A1", 9250, "合格", []),
        (2, "A2", 7000, "基本合格", ["gap"]),
        (3, "B1", 5250, "不合格", ["gap", "figures missing"]),
    ]
    assert [row["section_scores"] for row in rows] == [[945000, 905000], [400000, 1000000], [600000, 450000]]
    assert page.context["summary"] == "3 units · 合格 1, 基本合格 1, 不合格 1"
    assert page.context["band_line"] == "优秀 ≥ 95, 合格 80–95, 基本合格 60–80, 不合格 < 60"
    gaps = [(row["entry"].unit_code, row["gap"], row["gap_words"]) for row in page.context["gap_rows"]]
    assert gaps == [
        ("A2", 600000, "板块PARTY below 板块BUSINESS"),
        ("B1", 150000, "板块BUSINESS below 板块PARTY"),
    ]


def test_the_stamp_says_what_was_published_when_and_by_which_rules(published, office):
    edition = Edition.objects.get(number=1)
    digest = edition.digest.upper()
    assert office.get(BOARD).context["stamp"] == {
        "word": "Published",
        "trial": False,
        "until": None,
        "facts": [
            "First half of 2026 · Edition 1",
            "Published 2026-07-20 12:00",
            "Subjects as of 2026-06-30 · version 1 of the scheme",
            f"Digest {digest[:4]}-{digest[4:8]}-{digest[8:12]}-{digest[12:16]}",
        ],
    }
    assert "B1 lost its books" in office.get(BOARD).content.decode()


def test_ranks_older_than_the_scores_say_since_when_they_hold(board, office, secretary, time_machine):
    """A large board is scored again in place: its digest is left out until the next whole computation."""
    board()
    recompute("2026H1", by=None)
    assert office.get(BOARD).context["ranks_since"] == ""
    time_machine.shift(600)
    Edition.objects.update(digest="", computed_at=clock.now())
    told = "Scores are those of this moment, ranks those of 2026-07-20 12:00."
    page = office.get(BOARD)
    assert told in page.content.decode()
    assert page.context["stamp"]["facts"][-1] == "No digest until the board is computed again"
    assert told in office.get(WHY).content.decode()
    assert told not in secretary.get(WHY).content.decode()
    for name, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        file = office.get(f"{BOARD}?format={name}")
        assert file.headers["Content-Disposition"].endswith(f"_2026H1_Trial_Wholecompany.{name}")
        assert file.getvalue().startswith(begins)


def test_a_board_of_one_parent_ranks_its_own_units(published, office):
    assert lines_of(office, f"{BOARD}?board=PARENT:BA") == [(1, "A1", 9250), (2, "A2", 7000)]
    assert lines_of(office, f"{BOARD}?board=PARENT:BB") == [(1, "B1", 5250)]
    boards = office.get(BOARD).context["filter_form"].fields["board"].choices
    assert [(code, str(label)) for code, label in boards] == [
        ("COMPANY", "Whole company"),
        ("PARENT:BA", "BA局党委"),
        ("PARENT:BB", "BB局党委"),
    ]


def movements(client, address):
    return [row["movement"] for row in client.get(address).context["rows"]]


def past(tree, **ranks):
    """An imported board of the half-year before."""
    for code, rank in ranks.items():
        period = ensure_period("2025H2")
        PastResult.objects.create(scheme_code="board", period=period, unit=tree[code], total=9000, rank=rank)


def test_movement_is_told_against_the_period_before(published, office, tree):
    past(tree, A1=3, A2=2)
    page = office.get(BOARD)
    assert page.context["previous"].period_name == "Second half of 2025"
    assert [(row["movement"], row["movement_words"]) for row in page.context["rows"]] == [
        (2, "2 places"),
        (0, "no change"),
        (None, "no change"),
    ]
    # under BA the two stood the other way round
    assert movements(office, f"{BOARD}?board=PARENT:BA") == [1, -1]
    unknown = office.get(f"{BOARD}?board=PARENT:BB")
    assert "the board of Second half of 2025 has no ranks to compare these units by" in text_of(unknown)
    assert not unknown.context["previous"]


def test_movement_is_against_the_last_period_imported_or_published_here(board, people, office):
    tree = board()
    for code, figure in (("A1", "14"), ("A2", "6"), ("B1", "10")):
        IndicatorValueFactory(unit=tree[code], period="2025H1", indicator="B1", figure=figure)
    publish("2025H1", "board", Decision(*people, waiver="x"))
    PastResult.objects.create(
        scheme_code="board", period=ensure_period("2026Q1"), unit=tree["A1"], total=9000, rank=9
    )
    publish("2026H1", "board", Decision(*people, waiver="x"))
    assert office.get(BOARD).context["previous"].period_name == "First half of 2025"
    past(tree, A1=3, A2=2)
    page = office.get(BOARD)
    assert page.context["previous"].period_name == "Second half of 2025"
    assert [row["movement"] for row in page.context["rows"]] == [2, 0, None]


def test_the_pictures_say_what_the_lines_say(published, office, secretary):
    page = office.get(BOARD)
    rows = {entry.unit_code: scores for entry, *scores in page.context["quadrants"].rows}
    assert rows == {
        row["entry"].unit_code: [points(score) for score in row["section_scores"]]
        for row in page.context["rows"]
    }
    assert [(bar.name, bar.count) for bar in page.context["grades"]] == [
        ("优秀", 0),
        ("合格", 1),
        ("基本合格", 1),
        ("不合格", 1),
    ]
    own = {dot.number for dot in secretary.get(BOARD).context["quadrants"].dots if dot.own}
    assert own == {1}
    assert 'role="img"' in page.content.decode() and "style=" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("sort=total", ["B1", "A2", "A1"]),
        ("sort=-total", ["A1", "A2", "B1"]),
        ("sort=-unit", ["B1", "A2", "A1"]),
        ("sort=section0", ["A2", "B1", "A1"]),
        ("sort=-section1", ["A2", "A1", "B1"]),
        ("sort=section9", ["A1", "A2", "B1"]),
        ("q=A2", ["A2"]),
        ("q=nobody", []),
    ],
)
def test_lines_are_sorted_and_searched_and_keep_their_ranks(published, office, query, codes):
    ranks = {"A1": 1, "A2": 2, "B1": 3}
    page = office.get(f"{BOARD}?{query}")
    found = [(row["entry"].unit_code, row["rank"]) for row in page.context["rows"]]
    assert found == [(code, ranks[code]) for code in codes]
    assert ("No unit of this name" in text_of(page)) is (not codes)


def test_equal_results_share_a_rank(tree, people, office):
    import_document(scheme_document(section("S", item("X1"))))
    for code, figure in (("A1", "90"), ("A2", "90"), ("B1", "80")):
        IndicatorValueFactory(unit=tree[code], indicator="X1", figure=figure)
    publish("2026H1", "board", Decision(*people))
    rows = office.get(BOARD).context["rows"]
    assert [(row["rank"], row["tied"]) for row in rows] == [(1, True), (1, True), (3, False)]


def test_who_was_not_assessed_is_listed_with_the_reason(board, people, office):
    tree = board()
    close_unit(tree["A2"], on=date(2026, 5, 1), by=None)
    publish("2026H1", "board", Decision(*people, waiver="-"))
    assert office.get(BOARD).context["left_out"] == [("A2党支部", "closed on 2026-05-01")]
    assert office.get(f"{BOARD}?board=PARENT:BB").context["left_out"] == []


# --- editions -------------------------------------------------------------------------------------
def test_a_correction_is_a_new_edition_and_the_old_one_stays(published, people, office):
    value = published["A1"].values.get(indicator__code="B1")
    value.value = value.raw = 6 * 10**6
    value.save()
    publish("2026H1", "board", Decision(*people, waiver="-", reason="A1 was read wrongly"))
    assert lines_of(office, BOARD)[0] == (1, "A1", 9625)
    assert lines_of(office, f"{BOARD}?edition=2")[0] == (1, "A1", 9625)
    assert lines_of(office, f"{BOARD}?edition=1")[0] == (1, "A1", 9250)
    assert "A1 was read wrongly" in office.get(BOARD).content.decode()
    for address in (BOARD, WHY, f"{WHY}evidence/B1/", f"{WHY}movement/"):
        old, new = (text_of(office.get(f"{address}?edition={number}")) for number in (1, 2))
        assert "This edition no longer holds: it was corrected by edition 2. A1 was read wrongly" in old
        assert "no longer holds" not in new
    stamp = office.get(f"{BOARD}?edition=1").context["stamp"]
    assert (stamp["word"], stamp["facts"][-1]) == ("Corrected since", "Corrected by edition 2")


def test_a_trial_is_for_the_preparing_office_and_says_so(board, office, secretary, sign_in):
    tree = board()
    recompute("2026H1", by=None)
    page = office.get(BOARD)
    assert (page.context["stamp"]["word"], page.context["stamp"]["trial"]) == ("Trial", True)
    assert "are not a result" in page.content.decode()
    assert "no earlier board of this scheme is known" in text_of(page)
    past(tree, A1=2, B1=1)
    assert movements(office, BOARD) == [1, None, -2]
    for client in (secretary, sign_in(Role.BUREAU_OFFICE, "BA"), sign_in(Role.MEMBER, "A1"), sign_in()):
        assert client.get(BOARD).status_code == 404
        assert client.get(f"{BOARD}?edition=0").status_code == 404


# --- visibility -----------------------------------------------------------------------------------
def test_a_board_for_the_company_is_seen_whole_but_opened_only_at_the_own_line(published, secretary):
    page = secretary.get(BOARD)
    assert [(row["entry"].unit_code, row["url"], row["own"]) for row in page.context["rows"]] == [
        ("A1", "/boards/2026H1/board/A1/?edition=1", True),
        ("A2", "", False),
        ("B1", "", False),
    ]


@pytest.mark.parametrize(
    ("publication", "codes"),
    [
        ({"to": "COMPANY", "show": 1}, {"A1": ["A1"], "A2": ["A1", "A2"], "B1": ["A1", "B1"]}),
        ({"to": "COMPANY", "show": ["BASIC"]}, {"A1": ["A1", "A2"], "A2": ["A2"], "B1": ["A2", "B1"]}),
        ({"to": "COMMITTEE", "show": "ALL"}, {"A1": ["A1", "A2"], "A2": ["A1", "A2"], "B1": ["B1"]}),
    ],
)
def test_what_is_held_back_is_not_shown_but_the_own_line_always_is(
    board, people, sign_in, publication, codes
):
    board(publication=publication)
    publish("2026H1", "board", Decision(*people, waiver="-"))
    seen, files = {}, {}
    for code in codes:
        client = sign_in(Role.BRANCH_SECRETARY, code)
        seen[code] = [row[1] for row in lines_of(client, f"{BOARD}?board=COMPANY")]
        table = client.get(f"{BOARD}?board=COMPANY&format=csv").getvalue().decode("utf-8-sig")
        files[code] = [row["Unit code"] for row in csv.DictReader(io.StringIO(table))]
    assert seen == codes
    assert files == codes


# --- files ----------------------------------------------------------------------------------------
def test_a_board_comes_as_csv(published, office, tree):
    past(tree, A1=2, B1=1)
    response = office.get(f"{BOARD}?format=csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    digest = standings.digest_words(Edition.objects.get().digest)
    name = unquote(response.headers["Content-Disposition"])
    assert name.endswith(f"''先锋榜_2026H1_Edition1_Wholecompany_{digest}.csv")
    end = f"First half of 2026,Edition 1,Whole company,{digest}"
    assert response.getvalue().decode("utf-8-sig").splitlines() == [
        "Rank,Rank before,Change,Unit code,Unit,Total,Grade,板块PARTY,板块BUSINESS,Flags,"
        "Period,Edition,Board,Digest",
        f"1,2,↑1,A1,A1党支部,92.50,合格,94.5000,90.5000,,{end}",
        f"2,,new,A2,A2党支部,70.00,基本合格,40.0000,100.0000,gap,{end}",
        f'3,1,↓2,B1,B1党支部,52.50,不合格,60.0000,45.0000,"gap, figures missing",{end}',
    ]


def test_a_board_comes_as_an_office_sheet(published, people, office):
    response = office.get(f"{BOARD}?board=PARENT:BA&format=xlsx")
    rows = sheet_of(response)
    edition = Edition.objects.get()
    assert rows[0][0] == "先锋榜 First half of 2026, BA局党委, Edition 1"
    assert (
        rows[1][0].split()
        == (
            f"Filled in for: 省公司党委 Filled in by: {people[0].name} Checked by: {people[1].name} "
            "Date: 2026-07-20 Classification: internal"
        ).split()
    )
    names = ["Rank", "Unit code", "Unit", "Total", "Grade", "板块PARTY", "板块BUSINESS", "Flags"]
    assert rows[2] == names
    assert rows[3][:6] == [1, "A1", "A1党支部", 92.5, "合格", 94.5]
    notes = [row[0] for row in rows[5:]]
    assert f"Digest {standings.digest_words(edition.digest)}" in notes
    assert "No movement is shown: no earlier board of this scheme is known." in notes
    assert f"Taken out of the system by {office.user.name}, 2026-07-20 12:00." in notes
    assert office.get(f"{BOARD}?format=pdf").status_code == 404


def test_who_does_not_prepare_boards_reads_not_who_did(published, people, secretary, sign_in):
    member = sign_in(Role.MEMBER, "A2")
    for client, unit in ((secretary, "A1党支部"), (member, "A2党支部"), (sign_in(), "")):
        text = " ".join(str(cell) for row in sheet_of(client.get(f"{BOARD}?format=xlsx")) for cell in row)
        assert f"Filled in for: {unit}    Filled in by: {client.user.name} " in text
        assert not [person.name for person in people if person.name in text]


def test_a_file_asks_not_which_scores_its_reader_may_open(published, office):
    with CaptureQueriesContext(connection) as found:
        office.get(f"{BOARD}?format=csv").close()
    assert not [query for query in found if re.search(r'assessments_entry"."id" IN \(\d', query["sql"])]


def test_files_of_a_trial_and_of_a_corrected_edition_say_so(published, people, office):
    recompute("2026H2", by=None)
    trial = office.get("/boards/2026H2/board/?format=xlsx")
    assert "_2026H2_Trial_" in unquote(trial.headers["Content-Disposition"])
    rows = [row[0] for row in sheet_of(trial)]
    assert "Trial scores are not a result. Do not pass them on." in rows
    assert f"Filled in by: {office.user.name}" in rows[1]
    publish("2026H1", "board", Decision(*people, waiver="-", reason="A1 was read wrongly"))
    assert "Corrected by edition 2" in [
        row[0] for row in sheet_of(office.get(f"{BOARD}?edition=1&format=xlsx"))
    ]


# --- files of very large boards -------------------------------------------------------------------
@pytest.fixture
def large(monkeypatch):
    """Three lines are too many for a request, two are not."""
    monkeypatch.setattr("assessments.operations.rounds.IN_A_JOB", 2)


def file_job(client, callbacks, query="?format=csv", **data):
    """The job that the button starts, as it ended."""
    with callbacks(execute=True):
        response = client.post(f"{BOARD}{query}", data)
    job = Job.objects.latest("created_at")
    assert (response.status_code, response.headers["Location"]) == (302, f"/jobs/{job.pk}/")
    return job


def bytes_of(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_of_a_large_board_is_made_by_a_job(
    published, office, monkeypatch, kind, django_capture_on_commit_callbacks
):
    at_once = office.get(f"{BOARD}?format={kind}").getvalue()
    monkeypatch.setattr("assessments.operations.rounds.IN_A_JOB", 2)
    assert office.get(f"{BOARD}?format={kind}").status_code == 413
    job = file_job(office, django_capture_on_commit_callbacks, f"?format={kind}")
    digest = standings.digest_words(Edition.objects.get().digest)
    name = f"先锋榜_2026H1_Edition1_Wholecompany_{digest}.{kind}"
    assert (job.state, job.done, job.total, job.title) == ("DONE", 3, 3, name)
    assert job.result["message"] == f"{name} is ready. It is kept for you until 2026-07-27."
    made = office.get(job.result["url"])
    assert unquote(made.headers["Content-Disposition"]) == f"attachment; filename*=utf-8''{name}"
    content = bytes_of(made)
    assert content == at_once if kind == "csv" else cells_of(content) == cells_of(at_once)


def test_of_a_large_board_a_small_part_is_a_direct_download(published, office, large):
    page = office.get(BOARD)
    assert page.context["is_large"] is True
    assert f'action="{BOARD}?format=csv"' in page.text
    page = office.get(f"{BOARD}?board=PARENT:BA")
    assert page.context["is_large"] is False
    assert f'href="{BOARD}?board=PARENT%3ABA&amp;format=csv"' in page.text
    assert office.get(f"{BOARD}?board=PARENT:BA&format=csv").getvalue().startswith(b"\xef\xbb\xbf")


def test_two_clicks_make_one_file(published, office, large, django_capture_on_commit_callbacks):
    key = {"submission_key": str(uuid.uuid4())}
    first = file_job(office, django_capture_on_commit_callbacks, **key)
    assert file_job(office, django_capture_on_commit_callbacks, **key) == first


def test_a_made_board_is_for_who_asked_as_long_as_all_of_it_is_in_sight(
    board, people, office, sign_in, large, django_capture_on_commit_callbacks
):
    board(publication={"to": "COMPANY", "show": 1})
    publish("2026H1", "board", Decision(*people, waiver="-"))
    address = file_job(office, django_capture_on_commit_callbacks).result["url"]
    assert bytes_of(office.get(address)).startswith(b"\xef\xbb\xbf")
    assert sign_in(Role.PROVINCE_OFFICE, "CP").get(address).status_code == 404
    Assignment.objects.filter(user=office.user).update(
        role=Role.BRANCH_SECRETARY, unit=Entry.objects.first().unit
    )
    assert office.get(BOARD).status_code == 200
    assert office.get(address).status_code == 404


def test_of_a_trial_that_is_no_longer_in_sight_no_file_is_made(
    board, office, large, django_capture_on_commit_callbacks
):
    board()
    recompute("2026H1", by=None)
    with django_capture_on_commit_callbacks() as waiting:
        office.post(f"{BOARD}?format=csv")
    Assignment.objects.filter(user=office.user).delete()
    for ring in waiting:
        ring()
    job = Job.objects.get()
    assert (job.state, job.error) == ("FAILED", "You can no longer see this board.")


def test_a_board_is_asked_for_in_a_format_that_there_is(published, office):
    assert office.post(f"{BOARD}?format=pdf").status_code == 404
    assert not Job.objects.exists()


def test_the_lines_of_a_file_are_not_asked_for_one_by_one(board, office, tree):
    board()
    [edition] = recompute("2026H1", by=None)

    def queries():
        with CaptureQueriesContext(connection) as found:
            office.get(f"{BOARD}?format=csv").getvalue()
        return len(found)

    before = queries()
    for number in range(3):
        unit = PartyUnitFactory(code=f"N{number}", parent=tree["BA"])
        entry = edition.entries.get(unit_code="A1")
        entry.pk, entry.unit, entry.unit_code = None, unit, unit.code
        entry.save()
    assert queries() == before


def sheet_of(response):
    return cells_of(response.getvalue())


def cells_of(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


# --- the list -------------------------------------------------------------------------------------
def test_the_list_shows_published_boards_and_the_own_trial(published, secretary):
    import_document(rules(code="other"))
    recompute("2026H1", "other", by=None)
    page = secretary.get("/boards/")
    own = [(line["entry"].unit_code, line["words"]) for line in page.context["published"][0]["own"]]
    assert own == [("A1", "Rank 1 of 3")]
    (trial,) = page.context["trials"]
    assert (trial["board_url"], [(line["entry"].total, line["words"]) for line in trial["own"]]) == (
        "",
        [(9400, "")],  # without the ratings, which belong to the other scheme
    )


def test_without_a_board_the_list_says_when_there_will_be_one(sign_in):
    page = sign_in(Role.BRANCH_SECRETARY, "A1").get("/boards/")
    assert page.status_code == 200
    assert "No board yet" in page.content.decode()


def test_a_member_sees_the_published_board_and_no_trial(published, sign_in):
    recompute("2026H2", by=None)
    page = sign_in(Role.MEMBER, "A1").get("/boards/")
    assert [row["edition"].number for row in page.context["published"]] == [1]
    assert page.context["trials"] == []


# --- cost -----------------------------------------------------------------------------------------
def test_more_lines_ask_no_more_queries(board, people, office):
    tree = board()
    publish("2026H1", "board", Decision(*people, waiver="-"))
    few = queries_of(office)
    for number in range(20):
        PartyUnitFactory(code=f"N{number}", parent=tree["BA"], organisation=tree["BA"].organisation)
    publish("2026H1", "board", Decision(*people, waiver="-", reason="more"))
    assert len(office.get(BOARD).context["rows"]) == 23
    assert queries_of(office) == few


def queries_of(client):
    cache.clear()
    with CaptureQueriesContext(connection) as found:
        client.get(BOARD)
    return len(found)


# --- other boards, other sources ------------------------------------------------------------------
def test_boards_by_category_and_by_size(tree, people, office):
    import_document(
        scheme_document(
            section("S", item("X1")), board_scopes=["CATEGORY", "SIZE_CLASS"], subject_kinds=["COMMITTEE"]
        )
    )
    update_organisation(tree["BA"].organisation, by=None, customer_count_mv=0, customer_count_lv=1_000_000)
    for code, category, figure in (("BA", "一类", "70"), ("BB", "二类", "90")):
        update_unit(tree[code], by=None, on=date(2026, 1, 1), category=category)
        IndicatorValueFactory(unit=tree[code], indicator="X1", figure=figure)
    publish("2026H1", "board", Decision(*people, waiver="-"))
    boards = office.get(BOARD).context["filter_form"].fields["board"].choices
    assert [(code, str(label)) for code, label in boards] == [
        ("CATEGORY:一类", "一类"),
        ("CATEGORY:二类", "二类"),
        ("SIZE_CLASS:L", "large: from 1,000,000 customers"),
    ]
    assert lines_of(office, f"{BOARD}?board=SIZE_CLASS:L") == [(1, "BA", 7000)]
    assert lines_of(office, f"{BOARD}?board=CATEGORY:二类") == [(1, "BB", 9000)]
    rows = sheet_of(office.get(f"{BOARD}?board=CATEGORY:一类&format=xlsx"))
    assert rows[2][3:5] == ["Category", "Size class"]
    assert rows[3][3:5] == ["一类", "large"]


LOWER = {"size_classes": {"large": 400_000, "medium": 200_000}}


@pytest.mark.parametrize(
    ("classes", "found", "label"),
    [
        ({}, {"BA": "M", "BB": "S"}, "medium: 300,000 to 999,999 customers"),
        (LOWER, {"BA": "L", "BB": "M"}, "large: from 400,000 customers"),
    ],
)
def test_a_scheme_says_from_how_many_customers_on_a_unit_is_large(
    tree, people, office, classes, found, label
):
    import_document(
        scheme_document(
            section("S", item("X1")),
            board_scopes=["COMPANY", "SIZE_CLASS", "CATEGORY"],
            subject_kinds=["COMMITTEE"],
            **classes,
        )
    )
    update_unit(tree["BB"], by=None, on=date(2026, 1, 1), category="二类")
    for code, customers, figure in (("BA", 400_000, "70"), ("BB", 299_999, "90")):
        update_organisation(tree[code].organisation, by=None, customer_count_lv=customers)
        IndicatorValueFactory(unit=tree[code], indicator="X1", figure=figure)
    publish("2026H1", "board", Decision(*people, waiver="-"))
    entries = Entry.objects.exclude(size_class="")
    assert dict(entries.values_list("unit_code", "size_class")) == found
    page = office.get(f"{BOARD}?board=COMPANY")
    assert label in [str(words) for _code, words in page.context["filter_form"].fields["board"].choices]
    names = {"L": "large", "M": "medium", "S": "small"}
    assert [(row["rank"], row["entry"].unit_code, row["classes"]) for row in page.context["rows"]] == [
        (1, "BB", [(names[found["BB"]], 1), ("二类", 1)]),
        (2, "BA", [(names[found["BA"]], 1), ("", None)]),
        (3, "CP", [("", None), ("", None)]),
    ]
    assert "Rank in its size class Rank in its category" in text_of(page)
    assert "Rank in its size class" not in text_of(office.get(f"{BOARD}?board=CATEGORY:二类"))


def test_other_boards_of_the_period_and_other_periods_are_one_step_away(published, people, office):
    import_document(scheme_document(section("S", item("X1")), code="other", name="另一榜"))
    publish("2026H1", "other", Decision(*people, waiver="-"))
    publish("2025H2", "board", Decision(*people, waiver="-"))
    assert sorted(office.get(BOARD).context["others"]) == [
        ("Second half of 2025", "/boards/2025H2/board/"),
        ("另一榜", "/boards/2026H1/other/"),
    ]


def test_awarded_points_are_told_as_points(tree, people, secretary):
    import_document(scheme_document(section("S", awarded("W1", "15"))))
    AwardFactory(unit=tree["A1"], item_code="W1", figure="12.5")
    publish("2026H1", "board", Decision(*people, waiver="-"))
    (line,) = secretary.get(WHY).context["sections"][0].lines
    assert (line.figure, line.cause, line.score) == ("12.5 of 15 points", "12.5 of 15 points", 833333)
    assert line.evidence_url == f"{WHY}evidence/W1/?edition=1"
    assert secretary.get(line.evidence_url).status_code == 200


def test_the_mean_of_a_board_of_five_is_marked(tree, people, secretary):
    import_document(scheme_document(section("S", item("X1"))))
    others = [PartyUnitFactory(parent=tree["BB"], organisation=tree["BB"].organisation) for _one in range(2)]
    for unit, figure in zip((tree["A1"], tree["A2"], tree["B1"], *others), (50, 60, 70, 80, 91), strict=True):
        IndicatorValueFactory(unit=unit, indicator="X1", figure=str(figure))
    publish("2026H1", "board", Decision(*people))
    page = secretary.get(WHY)
    assert page.context["with_means"] is True
    assert page.context["sections"][0].lines[0].mean == 702_000


# --- of any size ----------------------------------------------------------------------------------
@pytest.fixture
def long_board(tree, people):
    """Seven branches: 90, 80, 80, 80 and 70 points, one without a figure and one under a veto."""
    missing = item("X1", missing="NOT_APPLICABLE")
    import_document(scheme_document(section("S", missing), board_scopes=["COMPANY", "PARENT", "CATEGORY"]))
    codes = ["A1", "A2", "B1", "N1", "N2", "N3", "N4"]
    for code in codes[3:]:
        tree[code] = PartyUnitFactory(code=code, parent=tree["BB"], organisation=tree["BB"].organisation)
    for code, figure in zip(codes, ("80", "90", "80", "70", "80", None, "95"), strict=True):
        if figure is not None:
            IndicatorValueFactory(unit=tree[code], indicator="X1", figure=figure)
    VetoFactory(unit=tree["N4"])
    publish("2026H1", "board", Decision(*people, waiver="-"))
    return tree


PAGES = [[(1, "A2"), (2, "A1")], [(2, "B1"), (2, "N2")], [(5, "N1"), (None, "N3")], [(None, "N4")]]


def pages_of(client):
    pages = [client.get(f"{BOARD}?page={number}").context for number in range(1, 5)]
    assert {page["page_obj"].paginator.count for page in pages} == {7}
    return [[(row["rank"], row["entry"].unit_code) for row in page["rows"]] for page in pages]


def test_a_page_is_looked_up_by_rank(long_board, office, monkeypatch):
    monkeypatch.setattr(boards, "PAGE_SIZE", 2)
    assert pages_of(office) == PAGES
    with CaptureQueriesContext(connection) as found:
        office.get(f"{BOARD}?page=3")
    assert [one["sql"] for one in found if '"rank_company" <= 5' in one["sql"]]


def test_any_part_of_a_board_is_the_one_counted_through_from_the_first_line(long_board):
    lines = Board("COMPANY").of(Edition.objects.get().entries.all())
    every, by_rank = list(lines), board_lines.ByRank(lines, "rank_company", 7)
    parts = [(start, stop) for start in range(8) for stop in range(start, 8)]
    assert [by_rank[start:stop] for start, stop in parts] == [every[start:stop] for start, stop in parts]


def test_of_very_many_boards_one_is_found_by_name_or_code(long_board, office, secretary, monkeypatch):
    monkeypatch.setattr(standings, "MOST_NAMED", 1)

    def offered(page):
        return [code for code, _label in page.context["filter_form"].fields["board"].choices]

    assert offered(office.get(BOARD)) == ["COMPANY", "PARENT:BA"]
    assert offered(office.get(f"{BOARD}?board=PARENT:BB")) == ["COMPANY", "PARENT:BA", "PARENT:BB"]
    assert office.get(f"{BOARD}?find=bb").context["board"].code == "PARENT:BB"
    several = office.get(f"{BOARD}?find=局")
    assert several.context["board"].code == "COMPANY"
    assert [board.code for board in several.context["boards_found"]] == ["PARENT:BA", "PARENT:BB"]
    assert "board=PARENT%3ABB" in several.content.decode()
    assert "No board is called “XYZ”." in text_of(office.get(f"{BOARD}?find=XYZ"))
    for code in ("PARENT:XX", "PARENT:", "SIZE_CLASS:L", "CATEGORY:x", "COMPANY:x"):
        assert office.get(f"{BOARD}?board={code}").status_code == 404
    monkeypatch.setattr(standings, "MOST_NAMED", 2)
    assert "find" not in office.get(BOARD).context["filter_form"].fields


def test_the_widest_gaps_are_those_of_the_whole_board(published, office, monkeypatch):
    monkeypatch.setattr(boards, "GAPS_SHOWN", 1)
    page = office.get(f"{BOARD}?sort=-total")
    assert [row["entry"].unit_code for row in page.context["gap_rows"]] == ["A2"]
    assert "the widest 1 of 2" in text_of(page)


def test_the_number_of_units_left_out_is_the_true_one(board, people, office, monkeypatch):
    tree = board()
    for code in ("A2", "B1"):
        close_unit(tree[code], on=date(2026, 5, 1), by=None)
    publish("2026H1", "board", Decision(*people, waiver="-"))
    monkeypatch.setattr(boards, "LINES_LEFT_OUT", 1)
    page = office.get(BOARD)
    assert page.context["left_out"] == [("A2党支部", "closed on 2026-05-01")]
    assert "2 units · the first 1 are listed" in text_of(page)


@pytest.mark.parametrize(
    ("customers", "found"),
    [((400_000, 600_000), "L"), ((None, 999_999), "M"), ((5, None), "S"), ((None, None), "")],
)
def test_a_board_of_a_size_class_names_who_of_the_class_was_left_out(tree, people, office, customers, found):
    import_document(
        scheme_document(
            section("S", item("X1")), board_scopes=["COMPANY", "SIZE_CLASS"], subject_kinds=["COMMITTEE"]
        )
    )
    for unit, size in ((tree["CP"], 1_000_000), (tree["BB"], 300_000)):
        update_organisation(unit.organisation, by=None, customer_count_lv=size)
    left = PartyUnitFactory(
        code="BC",
        name="丙局党委",
        kind="COMMITTEE",
        parent=tree["CP"],
        organisation=OrganisationFactory(customer_count_mv=customers[0], customer_count_lv=customers[1]),
    )
    close_unit(left, on=date(2026, 5, 1), by=None)
    publish("2026H1", "board", Decision(*people, waiver="-"))
    for key in "LM":
        page = office.get(f"{BOARD}?board=SIZE_CLASS:{key}")
        assert page.context["left_out_count"] == (1 if key == found else 0)
        assert ("Every unit of this kind was assessed" in text_of(page)) is (key != found)


def test_the_table_of_the_quadrants_is_in_print(published, office):
    shown = office.get(BOARD).content.decode()
    print_only = shown.split('<div class="only-print">')[1].split("</div>")[0]
    assert re.findall(r'<th scope="row">(.*?)</th>', print_only) == ["A1党支部", "A2党支部", "B1党支部"]


def test_a_preview_says_so_and_until_when(board, office):
    board()
    recompute("2026H1", by=None)
    AssessmentPeriod.objects.update(state="PREVIEW", previewed_at=clock.now())
    page = office.get(BOARD)
    stamp = page.context["stamp"]
    assert (stamp["word"], stamp["until"], stamp["facts"][0]) == (
        "Preview",
        date(2026, 7, 23),
        "First half of 2026 · Preview until 2026-07-23, not published",
    )
    assert "Preview until 2026-07-23: the units look these figures over" in text_of(page)
    assert "Do not pass them on" not in text_of(page)
    notes = [row[0] for row in sheet_of(office.get(f"{BOARD}?format=xlsx"))]
    assert "A preview is not a result yet." in notes
    assert "Trial scores are not a result. Do not pass them on." not in notes
