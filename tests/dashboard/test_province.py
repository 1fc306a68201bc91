"""The provincial page: figures counted by hand, scope, and as many queries whatever the number of units."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.operations import confirm_activity
from assessments.operations import recompute
from branches.choices import Role
from branches.models import PartyUnit
from branches.operations import move_unit
from core.periods import parse_period
from dashboard.selectors import pooling
from dashboard.selectors.pooling import Window
from dashboard.selectors.province import meetings_of, rules
from tests.dashboard.conftest import add, held
from tests.factories.assessments import item, scheme, section

pytestmark = pytest.mark.django_db
MEETINGS = "activities.meetings_completion"


def context_of(client, address="/dashboard/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.context


def tiles_of(client, address="/dashboard/"):
    return [
        (str(tile["label"]), tile["value"], tile["unit"], tile["denominator"], tile.get("change_text", ""))
        for tile in context_of(client, address)["tiles"]
    ]


def heat_of(client, address="/dashboard/"):
    return {
        row["name"]: [(cell["done"], cell["due"]) if cell.get("due") else None for cell in row["cells"]]
        for row in context_of(client, address)["rows"]
    }


def attention_of(client, address="/dashboard/"):
    return [
        (item["what"], item["count"], item["units"], item["age"])
        for item in context_of(client, address)["attention"]
    ]


# --- the figures ----------------------------------------------------------------------------------
def test_the_five_figures_are_those_counted_by_hand(province, office):
    # due: general meeting and lecture of the third quarter for 3 branches, 4 months of one group
    assert tiles_of(office) == [
        ("Meetings and lectures held", "40.0", "%", "4 held / 10 due by today", "40.0 percentage points"),
        ("Party-day attendance", "92.9", "%", "13 present / 14 expected, excused left out", ""),
        ("Service visits", "42", "visits", "42 in 2 records", "12 (40.0%)"),
        ("Power problems solved", "5", "problems", "5 in 1 record", "5"),
        ("Records awaiting confirmation", "1", "records", "the oldest for 18 days", ""),
    ]


def test_completeness_stands_in_organisation_order_without_a_composite(province, office):
    # columns: general meeting, committee meeting, group meeting, lecture, Party day, group leaders' meeting
    assert list(heat_of(office).items()) == [
        ("BA局党委", [(1, 2), None, (2, 4), (0, 2), (1, 8), (0, 1)]),
        ("BB局党委", [(0, 1), None, None, (1, 1), (1, 4), None]),
    ]


def test_a_unit_below_shows_its_own_row_and_those_under_it(province, office):
    assert list(heat_of(office, "/dashboard/?unit=BA1").items()) == [
        ("BA1党支部 itself", [(1, 1), None, None, (0, 1), (1, 4), (0, 1)]),
        ("BA1第一党小组", [None, None, (2, 4), None, None, None]),
    ]


def test_attention_names_what_is_overdue_slow_and_silent(province, office):
    assert attention_of(office) == [
        ("themed Party day: Due and not recorded", 10, 3, "up to 112 days"),
        ("branch general meeting: Due and not recorded", 2, 2, "up to 51 days"),
        ("Party lecture: Due and not recorded", 2, 2, "up to 51 days"),
        ("Party group meeting: Due and not recorded", 2, 1, "up to 51 days"),
        ("group leaders' meeting: Due and not recorded", 1, 1, "up to 51 days"),
        ("Waiting for confirmation for more than 10 working days", 1, 1, "up to 18 days"),
        ("Nothing recorded in the last 30 days", 2, 2, ""),
    ]


def test_a_shorter_period_counts_only_what_fell_due_in_it(province, office):
    assert tiles_of(office, "/dashboard/?period=2026-08")[0][:4] == (
        "Meetings and lectures held",
        "100.0",
        "%",
        "1 held / 1 due by today",
    )


def test_nothing_due_is_a_dash_not_a_zero(tree, office):
    assert tiles_of(office)[0][:4] == ("Meetings and lectures held", "—", "", "0 held / 0 due by today")
    assert attention_of(office) == [("Nothing recorded in the last 30 days", 4, 4, "")]


def test_every_figure_opens_the_records_behind_it(province, office):
    context = context_of(office)
    days = "held_from=2026-07-01&held_to=2026-11-20"
    assert [tile["url"] for tile in context["tiles"]] == [
        f"/activities/?unit=P&state=CONFIRMED&{days}",
        f"/activities/?unit=P&state=CONFIRMED&kind=THEMED_PARTY_DAY&{days}",
        f"/activities/?unit=P&state=CONFIRMED&outcome=SERVICE_VISIT&{days}",
        f"/activities/?unit=P&state=CONFIRMED&outcome=PROBLEM_SOLVED&{days}",
        "/activities/?unit=P&state=SUBMITTED",
    ]
    cell = context["rows"][0]["cells"][2]
    assert cell["url"] == f"/activities/?unit=BA&kind=GROUP_MEETING&state=CONFIRMED&{days}"
    assert cell["words"] == "BA局党委, Party group meeting: 2 held of 4 due"
    shown = office.get(cell["url"])
    assert shown.status_code == 200
    assert all(title in shown.content.decode() for title in ("2026-07-03", "2026-08-04"))


def test_a_confirmed_record_moves_the_page_at_once(province, office, someone):
    assert tiles_of(office)[0][3] == "4 held / 10 due by today"
    lecture = held(province["BA2"], "PARTY_LECTURE", date(2026, 9, 30), state="SUBMITTED")
    confirm_activity(lecture, by=someone(Role.BUREAU_OFFICE, "BA").user)
    assert tiles_of(office)[0][3] == "5 held / 10 due by today"


# --- agreement ------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["P", "BA", "BB1"])
@pytest.mark.parametrize("period", ["2026H1", "2026H2", "2026-07"])
def test_the_duties_counted_here_are_those_of_the_measure(province, code, period):
    window = Window(province[code], parse_period(period), parse_period("2026-11-20"[:7]).first_day)
    counted = meetings_of(pooling.duties(window), rules())
    assert counted == pooling.total(pooling.pooled(MEETINGS, window))


def test_the_page_says_what_scoring_says(province, office):
    scheme(
        section("S", item("P1", source={"type": "MEASURE", "code": MEETINGS}, rule={"type": "DIRECT"})),
        subject_kinds=["COMMITTEE"],
    )
    (edition,) = recompute("2026H2", by=None)
    raws = dict(edition.entries.values_list("unit_code", "raws"))
    assert raws == {"P": [40_000_000], "BA": [37_500_000], "BB": [50_000_000]}
    shown = {code: tiles_of(office, f"/dashboard/?unit={code}")[0][1] for code in raws}
    assert shown == {"P": "40.0", "BA": "37.5", "BB": "50.0"}


def test_a_unit_that_moved_counts_where_it_stood(province):
    """A closed period keeps the tree of its last day; the running one has the tree of today."""
    move_unit(province["BA1"], parent=province["BB"], on=date(2026, 10, 1), by=None)
    figures = [visits_of(code, period) for code in ("BA", "BB") for period in ("2026H1", "2026H2")]
    assert figures == [1030, 0, 0, 42]


def visits_of(code, period):
    calendar = parse_period(period)
    as_of = min(calendar.last_day, date(2026, 11, 20))
    window = Window(PartyUnit.objects.get(code=code), calendar, as_of)
    return pooling.total(pooling.pooled("activities.outcome", window, {"kind": "SERVICE_VISIT"})).numerator


# --- cost -----------------------------------------------------------------------------------------
def queries_of(client, address):
    cache.clear()
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


def test_more_units_ask_no_more_queries(province, office):
    few = queries_of(office, "/dashboard/")
    for number in range(12):
        branch = add(province["BB"], f"BB-{number}", f"新党支部{number}")
        held(branch, "THEMED_PARTY_DAY", parse_period("2026-07").last_day, parts={branch: (3, 3, 0)})
    assert queries_of(office, "/dashboard/") == few


# --- scope ----------------------------------------------------------------------------------------
def test_an_office_sees_its_own_subtree_and_no_other(province, someone):
    bureau = someone(Role.BUREAU_OFFICE, "BA")
    page = bureau.get("/dashboard/")
    assert page.context["unit"].code == "BA"
    assert "BB局" not in page.content.decode()  # two letters alone may stand in a token
    assert bureau.get("/dashboard/?unit=BA1").status_code == 200
    assert [bureau.get(f"/dashboard/?unit={code}").status_code for code in ("P", "BB", "BB1", "nowhere")] == [
        404,
        404,
        404,
        404,
    ]


@pytest.mark.parametrize(
    "role", [Role.MEMBER, Role.GROUP_LEADER, Role.BRANCH_SECRETARY, Role.AUDITOR, Role.SYSTEM_ADMIN]
)
def test_without_the_right_the_page_is_refused(province, someone, role):
    client = someone(role, "BA1")
    assert [
        client.get(address).status_code for address in ("/dashboard/", "/dashboard/attention/overdue/")
    ] == [
        403,
        403,
    ]


def test_without_a_sign_in_the_page_asks_for_one(province):
    response = Client().get("/dashboard/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/dashboard/")


def test_a_supervising_leader_sees_figures_without_doors_to_the_records(province, someone):
    context = context_of(someone(Role.SUPERVISING_LEADER, "P"))
    assert {tile["url"] for tile in context["tiles"]} == {""}
    assert {cell.get("url", "") for row in context["rows"] for cell in row["cells"]} == {""}
    assert context["tiles"][0]["value"] == "40.0"


def test_wrong_questions_are_answered_gently(province, office):
    page = office.get("/dashboard/?period=xyz")
    assert page.status_code == 200
    assert page.context["filter_form"].errors == {
        "period": ["Select a valid choice. xyz is not one of the available choices."]
    }
    assert office.get("/dashboard/?period=2031H1").status_code == 200
    assert office.get("/dashboard/?unit=%00").status_code in (400, 404)
    assert office.post("/dashboard/").status_code == 405


# --- the lists behind the attention items ---------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "rows"),
    [
        ("overdue/?rule=party-lecture", [("BA1", "Party lecture"), ("BA2", "Party lecture")]),
        (
            "overdue/?rule=group-meeting&unit=BA",
            [("BA1G", "Party group meeting"), ("BA1G", "Party group meeting")],
        ),
        ("slow/", [("BA2", "BA2 COMMITTEE_MEETING 2026-11-01")]),
        ("returned/", []),
        ("silent/", [("BA1", "Party branch"), ("BA1G", "Party group")]),
        ("silent/?unit=BB", []),
    ],
)
def test_an_attention_list_names_units_and_records(province, office, address, rows):
    page = office.get(f"/dashboard/attention/{address}")
    assert page.status_code == 200
    assert [(row["unit"].code, str(row["what"])) for row in page.context["rows"]] == rows


def test_an_attention_list_keeps_to_the_scope(province, someone):
    bureau = someone(Role.BUREAU_OFFICE, "BB")
    assert bureau.get("/dashboard/attention/overdue/?unit=BA").status_code == 404
    rows = bureau.get("/dashboard/attention/overdue/").context["rows"]
    assert {row["unit"].code for row in rows} == {"BB1"}


@pytest.mark.parametrize("address", ["nothing/", "overdue/?rule=none"])
def test_an_unknown_attention_item_is_not_found(province, office, address):
    assert office.get(f"/dashboard/attention/{address}").status_code == 404
