"""The pages of what is owed: the year, one duty, decisions on it, the sheet, the reminders."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from activities.models import Duty, DutyRule, Reminder
from activities.operations import exempt_duty, generate_duties, remind
from activities.owed import Help
from activities.selectors import duties_due
from core.periods import parse_period
from tests.factories.activities import ActivityFactory, DutyFactory

KINDS = {1: "PARTY_LECTURE", 2: "TRAINING", 3: "GENERAL_MEETING"}


@pytest.fixture
def year(units):
    generate_duties(parse_period("2026"))
    ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING", held_on=date(2026, 2, 10))


@pytest.fixture
def sign_in():
    def enter(user):
        client = Client()
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def duty(units):
    return DutyFactory(rule=DutyRule.objects.get(code="general-meeting"), unit=units["C1-1"])


def grid(response):
    return {
        one.unit.code: {
            row.rule.code: [cell.duty and cell.duty.duty_state for cell in row.cells] for row in one.rows
        }
        for one in response.context["years"]
    }


# --- the year -------------------------------------------------------------------------------------
def test_the_year_of_the_own_unit_and_its_groups(year, people, sign_in):
    page = sign_in(people.secretary).get("/duties/")
    found = grid(page)
    assert list(found) == ["C1-1", "C1-1-1", "C1-1-2"]
    assert found["C1-1"]["general-meeting"] == ["DONE", "OWED", "OWED", "OWED"]
    assert found["C1-1"]["themed-party-day"] == ["MISSING"] * 5 + ["OWED"] * 7
    assert found["C1-1"]["org-life-meeting"] == ["OWED"]
    assert found["C1-1-1"] == {"group-meeting": ["MISSING"] * 5 + ["OWED"] * 7}
    days = [duty.due_on for duty in page.context["still_open"]]
    assert days == sorted(days)
    assert [duty.rule.code for duty in page.context["closed"]] == ["general-meeting"]


def test_the_state_narrows_units_and_cells(year, people, sign_in):
    page = sign_in(people.county).get("/duties/?unit=C1&state=DONE")
    assert grid(page) == {"C1-1": {"general-meeting": ["DONE", None, None, None]}}
    assert grid(sign_in(people.county).get("/duties/?unit=C1-2&state=DONE")) == {}


def test_another_year_is_empty_until_it_is_generated(year, people, sign_in):
    page = sign_in(people.secretary).get("/duties/?year=2025")
    assert (page.status_code, grid(page)) == (200, {})


@pytest.mark.parametrize("page", ["/duties/", "/duties/sheet/"])
@pytest.mark.parametrize("code", ["C1-2", "NONE"])
def test_a_unit_out_of_sight_is_not_there(year, people, sign_in, page, code):
    assert sign_in(people.secretary).get(f"{page}?unit={code}").status_code == 404


@pytest.mark.parametrize("query", ["unit=%00", "state=GONE", "year=1899", "year=x"])
def test_wrong_questions_are_answered_with_400(year, people, sign_in, query):
    page = sign_in(people.secretary).get(f"/duties/?{query}")
    assert (page.status_code, grid(page)) == (400, {})


def test_too_many_units_are_not_looked_through(year, people, sign_in, monkeypatch):
    monkeypatch.setattr("activities.views.duties.UNITS_BY_STATE", 2)
    page = sign_in(people.county).get("/duties/?unit=C1&state=DONE")
    assert (page.status_code, "unit" in page.context["filter_form"].errors) == (400, True)


def test_more_units_ask_no_more_queries(year, people, sign_in, django_assert_max_num_queries):
    client = sign_in(people.bureau)
    with django_assert_max_num_queries(25):
        client.get("/duties/?unit=C1-2")
    with django_assert_max_num_queries(25):
        client.get("/duties/?unit=B1")


def test_who_has_no_unit_sees_an_empty_page(units, sign_in, people):
    page = sign_in(people.evaluator).get("/duties/")
    assert (page.status_code, grid(page)) == (200, {})


# --- one duty -------------------------------------------------------------------------------------
def test_a_duty_says_what_by_when_why_and_who_can_help(duty, units, people, sign_in):
    page = sign_in(people.secretary).get(f"/duties/{duty.pk}/")
    text = page.content.decode()
    assert page.context["help"] == Help(units["C1"], ["county", "county_deputy"])
    assert page.context["entry_url"] == "/activities/new/?kind=GENERAL_MEETING&unit=C1-1"
    assert all(
        words in text
        for words in ("党支部工作条例第十一条", "2026-04-01", "2026-06-30", "county、county_deputy")
    )
    assert page.context["may_decide"] is False


def test_above_the_office_nobody_is_named(duty, people, sign_in):
    page = sign_in(people.bureau).get(f"/duties/{duty.pk}/")
    assert (str(page.context["help"]), page.context["entry_url"]) == ("单位C1", "")


def test_a_fulfilled_duty_names_the_records_and_asks_for_no_more(duty, units, people, sign_in):
    held = ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING")
    ActivityFactory(unit=units["C1-1"], kind="TRAINING")
    page = sign_in(people.secretary).get(f"/duties/{duty.pk}/")
    assert ([*page.context["records"]], page.context["entry_url"]) == ([held], "")
    assert page.context["duty"].accepted_at_first is True


def test_a_talk_is_recorded_on_its_own_form(units, people, sign_in):
    rule = DutyRule.objects.get(code="talks-member-mutual")
    page = sign_in(people.secretary).get(f"/duties/{DutyFactory(rule=rule, unit=units['C1-1']).pk}/")
    url = page.context["entry_url"]
    assert url == "/activities/talk/?unit=C1-1&talk=MEMBER_MUTUAL"
    assert sign_in(people.secretary).get(url).status_code == 200


def test_a_talk_duty_says_how_many_of_all_are_held(units, members, people, sign_in):
    rule = DutyRule.objects.get(code="talks-member-mutual")
    url = f"/duties/{DutyFactory(rule=rule, unit=units['C1-1']).pk}/"
    told = sign_in(people.secretary).get(url)
    assert (told.context["talks"].done, told.context["talks"].total) == (0, len(members))
    assert 'href="/units/C1-1/talks/?year=2026"' in told.text


def test_other_duties_say_nothing_of_talks(duty, people, sign_in):
    assert sign_in(people.secretary).get(f"/duties/{duty.pk}/").context["talks"] is None


def test_a_duty_out_of_sight_is_not_found(duty, people, sign_in):
    assert sign_in(people.secretary2).get(f"/duties/{duty.pk}/").status_code == 404


# --- decisions ------------------------------------------------------------------------------------
def test_the_office_exempts_and_takes_it_back(duty, people, sign_in):
    client, url = sign_in(people.county), f"/duties/{duty.pk}/exempt/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "停产检修"}).url == f"/duties/{duty.pk}/"
    assert Duty.objects.get().exempt_reason == "停产检修"
    client.post(url, {"back": "1"})
    assert Duty.objects.get().exempt_reason == ""


def test_the_office_opens_the_deadline_and_takes_it_back(duty, people, sign_in):
    client, url = sign_in(people.county), f"/duties/{duty.pk}/deadline/"
    refused = client.post(url, {"until": "2026-06-20", "reason": "台风"})
    assert (refused.status_code, refused.context["form"]["reason"].value()) == (422, "台风")
    client.post(url, {"until": "2026-07-20", "reason": "台风"})
    assert Duty.objects.get().opened_until == date(2026, 7, 20)
    assert "台风" in client.get(f"/duties/{duty.pk}/").content.decode()
    client.post(url, {"back": "1"})
    assert Duty.objects.get().counts_until == date(2026, 6, 30)


@pytest.mark.parametrize("page", ["exempt", "deadline"])
def test_nobody_else_decides(duty, people, sign_in, page):
    for user in (people.secretary, people.bureau):
        client = sign_in(user)
        assert client.get(f"/duties/{duty.pk}/{page}/").status_code == 403
        assert client.post(f"/duties/{duty.pk}/{page}/", {"reason": "x"}).status_code == 403


# --- on paper -------------------------------------------------------------------------------------
def test_the_sheet_has_what_else_would_be_mailed(units, people, members, sign_in, monday_noon):
    branch = units["C1-1"]
    type(branch).objects.filter(pk=branch.pk).update(last_election_on=date(2023, 11, 1), term_years=3)
    ends = {"status": "PROBATIONARY", "probation_ends_on": date(2026, 10, 20)}
    type(members[0]).objects.filter(pk=members[0].pk).update(**ends)
    monday_noon.move_to(datetime(2026, 10, 9, 4, tzinfo=UTC))

    def others(user):
        rows = sign_in(user).get("/duties/sheet/?unit=C1-1").context["others"]
        return [(row["unit"].code, row["due_on"], row["over"]) for row in rows]

    assert others(people.secretary) == [
        ("C1-1", date(2026, 10, 20), False),
        ("C1-1", date(2026, 11, 1), False),
        ("C1-1", date(2026, 12, 31), False),
    ]
    assert "周明" in sign_in(people.secretary).get("/duties/sheet/").content.decode()
    assert others(people.bureau) == []


def test_the_sheet_has_what_is_due_and_overdue(year, units, people, sign_in):
    exempt_duty(
        Duty.objects.get(unit=units["C1-1"], rule__code="themed-party-day", last_day=date(2026, 5, 31)),
        by=people.county,
        reason="停",
    )
    page = sign_in(people.secretary).get("/duties/sheet/?unit=C1-1-1")
    assert [(duty.rule.code, duty.due_on.month, duty.duty_state) for duty in page.context["rows"]] == [
        *(("group-meeting", month, "MISSING") for month in range(1, 6)),
        ("group-meeting", 6, "OWED"),
    ]
    rows = sign_in(people.secretary).get("/duties/sheet/").context["rows"]
    assert {duty.unit.code for duty in rows} == {"C1-1", "C1-1-1", "C1-1-2"}
    assert all(duty.state != "EXEMPT" for duty in rows)
    assert sign_in(people.secretary).get("/duties/sheet/?unit=%00").status_code == 400


# --- the workbench --------------------------------------------------------------------------------
def test_what_waits_or_was_returned_is_not_asked_for_again(units, people):
    for day in (1, 2, 3):
        DutyFactory(rule__code=f"rule{day}", rule__kind=KINDS[day], unit=units["C1-1"])
    ActivityFactory(unit=units["C1-1"], kind=KINDS[1], state="SUBMITTED")
    ActivityFactory(unit=units["C1-1"], kind=KINDS[2], state="RETURNED")
    assert [duty.rule.kind for duty in duties_due(people.secretary, date(2026, 6, 15))] == [KINDS[3]]


# --- reminders ------------------------------------------------------------------------------------
def test_ones_own_reminders_the_new_first(people, sign_in):
    remind(date(2026, 6, 1))
    client = sign_in(people.secretary)
    assert client.post("/reminders/seen/").url == "/reminders/"
    remind(date(2026, 6, 23))
    page = client.get("/reminders/")
    rows = list(page.context["object_list"])
    assert {row.user for row in rows} == {people.secretary}
    assert [row.seen_at is None for row in rows] == sorted(
        [row.seen_at is None for row in rows], reverse=True
    )
    assert page.context["unseen"] == Reminder.objects.filter(user=people.secretary, seen_at=None).count() > 0
    assert client.get("/reminders/seen/").status_code == 405


def test_without_reminders_the_page_says_where_they_come_from(people, sign_in):
    assert sign_in(people.member).get("/reminders/").status_code == 200
