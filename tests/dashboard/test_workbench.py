"""The workbench, for every role: what is due, the own figures, and something true for who has neither."""

import pytest

from activities.operations import generate_duties
from assessments.operations import Decision, publish, recompute
from branches.choices import Role
from core.periods import parse_period
from tests.factories.accounts import UserFactory
from tests.factories.assessments import item, scheme, section
from tests.factories.branches import AssignmentFactory

pytestmark = pytest.mark.django_db
MEETINGS = {"type": "MEASURE", "code": "activities.meetings_completion"}


@pytest.fixture
def boards(province):
    """Branches ranked by their meetings: the first half published, the second running."""
    people = [UserFactory(), UserFactory()]
    for person in people:
        AssignmentFactory(user=person, role=Role.PROVINCE_OFFICE, unit=province["P"])
    scheme(section("S", item("P1", source=MEETINGS, rule={"type": "DIRECT"})))
    publish("2026H1", "board", Decision(*people))
    recompute("2026H2", by=None)
    return province


def open_workbench(client):
    response = client.get("/")
    assert response.status_code == 200
    return response


# --- own figures ----------------------------------------------------------------------------------
def test_a_secretary_sees_what_is_held_of_what_is_owed(province, someone):
    page = open_workbench(someone(Role.BRANCH_SECRETARY, "BA1"))
    progress = page.context["progress"]
    assert [
        (str(row["label"]), row["done"], row["total"], row["due"], row["words"]) for row in progress["rows"]
    ] == [
        ("branch general meeting", 2, 2, 1, ""),
        ("Party group meeting", 2, 6, 4, "2 behind"),
        ("Party lecture", 0, 2, 1, "1 behind"),
        ("themed Party day", 1, 6, 4, "3 behind"),
        ("organisational life meeting", 0, 1, 0, ""),
        ("democratic appraisal of Party members", 0, 1, 0, ""),
        ("heart-to-heart talk · between members", 0, 1, 0, ""),
        ("group leaders' meeting", 0, 2, 1, "1 behind"),
    ]
    assert progress["summary"] == "5 of 21 done, 11 due by today"
    assert progress["rows"][2]["url"] == "/activities/?unit=BA1&kind=PARTY_LECTURE&period=2026H2"


def test_due_things_come_returned_first_and_a_long_list_folds(province, someone):
    page = open_workbench(someone(Role.BRANCH_SECRETARY, "BA1"))
    due = page.context["due"]
    assert len(due) == len(page.context["due_first"]) + len(page.context["due_rest"])
    assert len(page.context["due_first"]) == 8
    kinds = [one.kind for one in due]
    assert kinds == sorted(kinds, key=lambda kind: kind != "returned")
    assert "<details" in page.content.decode()


def test_the_published_rank_and_the_trial_score_stand_apart(boards, someone):
    page = open_workbench(someone(Role.BRANCH_SECRETARY, "BA1"))
    (one,) = page.context["standings"]
    published, trial = one["published"], one["trial"]
    assert (published["period"], published["rank"], published["peers"]) == ("First half of 2026", 1, 3)
    assert (published["url"], published["board_url"]) == (
        "/boards/2026H1/board/BA1/?edition=1",
        "/boards/2026H1/board/?edition=1",
    )
    assert (trial["period"], trial["entry"].total, trial["url"]) == (
        "Second half of 2026",
        5000,
        "/boards/2026H2/board/BA1/?edition=0",
    )
    assert set(trial) == {"entry", "edition", "period", "sections", "url"}  # nothing of a rank
    assert "not a rank" in page.content.decode()


def test_an_office_is_told_what_waits_for_its_decision(province, someone):
    page = open_workbench(someone(Role.BUREAU_OFFICE, "BA"))
    waiting = [str(one.title) for one in page.context["due"] if one.kind == "waiting"]
    assert waiting == ["Confirm 1 record"]


def test_an_office_sees_its_subtree_pooled(province, someone):
    page = open_workbench(someone(Role.BUREAU_OFFICE, "BA"))
    assert page.context["progress"]["summary"] == "5 of 35 done, 17 due by today"


# --- for each role something true -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "tiles", "progress", "doors"),
    [
        (Role.GROUP_LEADER, 7, True, []),
        (Role.BRANCH_SECRETARY, 7, True, []),
        (Role.BUREAU_OFFICE, 7, True, []),
        (Role.PROVINCE_OFFICE, 0, True, []),
        (Role.MEMBER, 0, False, []),
        (Role.AUDITOR, 0, False, ["Audit"]),
        (Role.EVALUATOR, 0, False, ["Evaluation"]),
        (Role.SYSTEM_ADMIN, 0, False, ["Administration"]),
    ],
)
def test_each_part_shows_to_whom_it_is_of_use(province, someone, role, tiles, progress, doors):
    context = open_workbench(someone(role, "BA")).context
    assert len(context["quick"]) == tiles
    assert bool(context["progress"]) == progress
    assert [door["title"] for door in context["doors"]] == doors


@pytest.mark.parametrize(
    ("role", "unit", "kinds"),
    [
        (Role.GROUP_LEADER, "BA1G", ["GROUP_MEETING"]),
        (Role.BRANCH_SECRETARY, "BA1", ["COMMITTEE_MEETING", "GENERAL_MEETING"]),
        (Role.BUREAU_OFFICE, "BA", ["PARTY_COMMITTEE_MEETING", "LEADING_GROUP_MEETING"]),
    ],
)
def test_the_tiles_open_what_the_own_unit_holds(province, someone, role, unit, kinds):
    urls = [tile["url"] for tile in open_workbench(someone(role, unit)).context["quick"]]
    everywhere = ["PARTY_LECTURE", "THEMED_PARTY_DAY", "SERVICE_VISIT", "LINE_PATROL"]
    asked = [f"/activities/new/?kind={kind}" for kind in [*kinds, *everywhere]]
    assert urls == [*asked, "/activities/new/"]


def test_who_has_no_role_is_told_how_to_get_one(province, someone):
    page = open_workbench(someone())
    assert "You have no role yet" in page.content.decode()
    assert (page.context["unit"], page.context["standings"], page.context["progress"]) == (None, [], None)


def test_a_door_to_the_administration_opens_for_staff_only(province, someone):
    doors = open_workbench(someone(Role.AUDITOR, "P")).context["doors"]
    assert [door["url"] for door in doors] == [""]
    staff = open_workbench(someone(Role.SYSTEM_ADMIN, "P", is_staff=True)).context["doors"]
    assert [door["url"] for door in staff] == ["/admin/"]


def test_a_member_sees_neither_scores_nor_records(boards, someone):
    page = open_workbench(someone(Role.MEMBER, "BA1"))
    assert (page.context["standings"], page.context["progress"], page.context["due"]) == ([], None, [])


def test_without_anything_owed_the_page_says_so(tree, someone):
    page = open_workbench(someone(Role.BRANCH_SECRETARY, "BA1"))
    assert page.context["progress"]["rows"] == []
    assert "Nothing is owed in this half-year." in page.content.decode()
    generate_duties(parse_period("2026H2"))
    assert open_workbench(someone(Role.BRANCH_SECRETARY, "BA1")).context["progress"]["rows"] != []


# --- the menu -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.BRANCH_SECRETARY, ["Workbench", "Vanguard boards"]),
        (Role.PROVINCE_OFFICE, ["Workbench", "Dashboard", "Vanguard boards"]),
    ],
)
def test_the_menu_offers_the_dashboard_to_whom_it_opens(province, someone, role, entries):
    menu = open_workbench(someone(role, "BA")).content.decode()
    shown = [entry for entry in ("Workbench", "Dashboard", "Vanguard boards") if f"</svg>{entry}</a>" in menu]
    assert shown == entries
