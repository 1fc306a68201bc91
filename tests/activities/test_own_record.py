"""One's own record: what stands there, that nobody else's does, and how a correction is asked for."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from activities.inner_life import correction_items
from activities.models import Activity, Appraisal, Attendance, CorrectionRequest, Participation, Talk
from activities.operations import answer_correction, ask_correction
from activities.own_record import own_record
from activities.records import RecordRefused
from branches.choices import Position, Role
from branches.models import Assignment
from core.models import AuditEvent
from core.workflow import MoveRefused
from tests.factories.activities import ActivityFactory
from tests.factories.branches import PostFactory

BACKEND = "accounts.backends.SignInBackend"


@pytest.fixture
def me(people, members):
    """The second of the branch, who signs in as a plain member."""
    members[1].user = people.member
    members[1].save()
    return members[1]


@pytest.fixture
def signed_in(client, people, me):
    client.force_login(people.member, backend=BACKEND)
    return client


@pytest.fixture
def attended(units):
    def make(member, *, absence="", **given):
        activity = ActivityFactory(unit=units["C1-1"], **given)
        Attendance.objects.create(
            participation=activity.participations.get(), member=member, present=not absence, absence=absence
        )
        return activity

    return make


# --- what stands there ----------------------------------------------------------------------------
def test_the_year_of_a_member(units, members, me, attended):
    PostFactory(member=me, unit=units["C1-1"], position=Position.DISCIPLINE)
    there = attended(me, learning_hours="4", held_on=date(2026, 3, 1))
    attended(me, absence="LEAVE", held_on=date(2026, 2, 1))
    attended(me, absence="UNEXCUSED", held_on=date(2026, 1, 5))
    attended(me, state="SUBMITTED", held_on=date(2026, 5, 1))
    attended(me, held_on=date(2025, 3, 1))
    attended(me, state="VOID")
    attended(members[2], learning_hours="8")
    talk = ActivityFactory(unit=units["C1-1"], kind="HEART_TALK")
    Talk.objects.create(activity=talk, kind="MEMBER_MUTUAL", talker=members[2], counterpart=me)
    for state in ("CONFIRMED", "SUBMITTED"):
        appraisal = ActivityFactory(unit=units["C1-1"], kind="DEMOCRATIC_APPRAISAL", state=state)
        Appraisal.objects.create(activity=appraisal, member=me, grade="QUALIFIED")
    found = own_record(me, 2026)
    assert [row.position for row in found.posts] == ["DISCIPLINE"]
    assert [row.participation.activity.held_on.month for row in found.attendance] == [5, 3, 2, 1]
    assert (found.present, len(found.counted)) == (1, 2)
    assert (found.study.hours, found.study.target, found.study.short) == (4, 56, 52)
    assert [row.activity for row in found.talks] == [talk]
    assert [row.grade for row in found.grades] == ["QUALIFIED"]
    assert [row.participation.activity for row in found.attendance if row.present][1] == there


def test_an_appraisal_in_spring_stands_in_the_year_before(units, me):
    spring = ActivityFactory(unit=units["C1-1"], kind="DEMOCRATIC_APPRAISAL", held_on=date(2026, 2, 10))
    Appraisal.objects.create(activity=spring, member=me, grade="BASIC")
    assert [len(own_record(me, year).grades) for year in (2025, 2026)] == [1, 0]


def test_a_record_named_by_two_units_stands_once(units, members, me, attended):
    activity = attended(me, absence="DUTY")
    other = Participation.objects.create(activity=activity, unit=units["C1-2"])
    Attendance.objects.create(participation=other, member=me, present=True)
    assert [row.present for row in own_record(me, 2026).attendance] == [True]


def test_the_page_shows_the_own_record_and_nobody_else_s(signed_in, members, me, attended):
    attended(me, title="我参加的活动")
    attended(members[2], title="别人的活动")
    text = signed_in.get("/me/").content.decode()
    assert "我参加的活动" in text
    assert "别人的活动" not in text
    assert not any(member.name in text for member in members if member != me)


def test_a_plain_member_gets_no_link_to_a_record_that_he_may_not_open(
    signed_in, client, people, me, attended
):
    activity = attended(me)
    link = f'href="/activities/{activity.pk}/"'
    assert link not in signed_in.get("/me/").content.decode()
    me.user = people.secretary
    me.save()
    client.force_login(people.secretary, backend=BACKEND)
    assert link in client.get("/me/").content.decode()


@pytest.mark.parametrize(("asked", "shown"), [("2025", 2025), ("", 2026), ("1999", 2026), ("x", 2026)])
def test_the_year_is_chosen(signed_in, asked, shown):
    assert signed_in.get("/me/", {"year": asked}).context["year"] == shown


def test_without_a_member_the_page_says_whom_to_ask(client, people):
    client.force_login(people.evaluator, backend=BACKEND)
    response = client.get("/me/")
    assert (response.status_code, response.context["record"]) == (200, None)
    assert client.get("/me/ask/").status_code == 403


def test_the_user_menu_leads_there(signed_in):
    assert 'href="/me/"' in signed_in.get("/accounts/profile/").content.decode()


# --- asking ---------------------------------------------------------------------------------------
def test_a_member_asks_and_the_secretary_answers(signed_in, client, people, me, attended):
    activity = attended(me, absence="UNEXCUSED")
    url = f"/me/ask/?activity={activity.pk}"
    assert signed_in.get(url).status_code == 200
    assert signed_in.post(url, {"text": "我在出差"}).url == "/me/"
    request = CorrectionRequest.objects.get()
    assert (request.member, request.activity, request.text) == (me, activity, "我在出差")

    due = {name: list(correction_items(user)) for name, user in vars(people).items()}
    told = {name: [item.url for item in items] for name, items in due.items() if items}
    answer = f"/activities/corrections/{request.pk}/"
    assert told == {"secretary": [answer], "deputy": [answer]}

    client.force_login(people.secretary, backend=BACKEND)
    assert client.get(answer).status_code == 200
    response = client.post(answer, {"outcome": "CORRECTED", "answer": "已改为出差"})
    assert (response.status_code, response.url) == (302, answer)
    request.refresh_from_db()
    assert (request.outcome, request.answer, request.answered_by) == (
        "CORRECTED",
        "已改为出差",
        people.secretary,
    )
    assert list(correction_items(people.secretary)) == []
    assert Attendance.objects.get().absence == "UNEXCUSED"  # nothing changes by itself
    client.force_login(people.member, backend=BACKEND)
    assert "已改为出差" in client.get("/me/").content.decode()


def test_a_member_of_a_group_is_answered_by_the_branch(people, members):
    members[5].user = people.member
    members[5].save()
    request = ask_correction(members[5], "错了", by=people.member)
    assert [item.url for item in correction_items(people.secretary)] == [
        f"/activities/corrections/{request.pk}/"
    ]
    assert list(correction_items(people.leader)) == []


def test_after_a_transfer_the_branch_that_keeps_the_record_answers(signed_in, people, units, me, attended):
    activity = attended(me, absence="UNEXCUSED")
    me.unit = units["C1-2"]
    me.save()
    about = ask_correction(me, "我在出差", by=people.member, activity=activity)
    general = ask_correction(me, "电话错了", by=people.member)
    due = {name: list(correction_items(user)) for name, user in vars(people).items()}
    told = {name: [item.url for item in items] for name, items in due.items() if items}
    page = {request: f"/activities/corrections/{request.pk}/" for request in (about, general)}
    assert told == {"secretary": [page[about]], "deputy": [page[about]], "secretary2": [page[general]]}
    asked = [signed_in.get(f"/me/ask/{query}") for query in (f"?activity={activity.pk}", "")]
    assert [response.context["answerers"] for response in asked] == [["secretary", "deputy"], ["secretary2"]]
    with pytest.raises(PermissionDenied):
        answer_correction(about, "CORRECTED", "改了", by=people.secretary2)
    answer_correction(about, "CORRECTED", "改了", by=people.secretary)
    event = AuditEvent.objects.filter(object_type="activities.correctionrequest", verb="answer").get()
    assert event.scope == units["C1-1"].path


def test_about_a_record_of_a_committee_the_own_branch_is_asked(people, units, me):
    activity = ActivityFactory(unit=units["C1"], kind="TRAINING")
    Attendance.objects.create(participation=activity.participations.get(), member=me, present=True)
    request = ask_correction(me, "错了", by=people.member, activity=activity)
    assert [len(list(correction_items(user))) for user in (people.secretary, people.county)] == [1, 0]
    assert request.unit == units["C1-1"]


def test_the_same_words_twice_are_one_request(people, me, attended):
    activity = attended(me)
    first = ask_correction(me, "错了", by=people.member, activity=activity)
    assert ask_correction(me, " 错了 ", by=people.member, activity=activity) == first
    assert ask_correction(me, "错了", by=people.member) != first
    answer_correction(first, "NOT_CORRECTED", "没有错", by=people.secretary)
    assert ask_correction(me, "错了", by=people.member, activity=activity) != first


def test_the_page_says_who_answers(signed_in, people, units):
    page = signed_in.get("/me/ask/")
    assert page.context["answerers"] == ["secretary", "deputy"]
    Assignment.objects.filter(unit=units["C1-1"], role=Role.BRANCH_SECRETARY).update(
        ends_on=date(2026, 6, 14)
    )
    assert signed_in.get("/me/ask/").context["answerers"] == ["单位C1"]
    Assignment.objects.filter(role__endswith="_OFFICE").update(ends_on=date(2026, 6, 14))
    assert signed_in.get("/me/ask/").context["answerers"] == []


def test_too_many_open_requests_are_refused(people, me):
    for number in range(10):
        ask_correction(me, f"第{number}处", by=people.member)
    with pytest.raises(RecordRefused, match="10"):
        ask_correction(me, "再一处", by=people.member)


def test_nobody_asks_for_another_or_about_a_record_in_which_he_does_not_stand(
    people, members, me, attended, signed_in
):
    with pytest.raises(PermissionDenied):
        ask_correction(members[2], "错了", by=people.member)
    with pytest.raises(PermissionDenied):
        ask_correction(members[2], "错了", by=people.secretary)
    other = attended(members[2])
    with pytest.raises(PermissionDenied):
        ask_correction(me, "错了", by=people.member, activity=other)
    for key in (other.pk, 10**9, "x", "9" * 30, "５"):
        url = f"/me/ask/?activity={key}"
        assert signed_in.get(url).status_code == 404
        assert signed_in.post(url, {"text": "错了"}).status_code == 404
    assert not CorrectionRequest.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "长" * 301, "a\0b"])
def test_what_is_wrong_has_to_be_said_in_300_characters(signed_in, text):
    response = signed_in.post("/me/ask/", {"text": text})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["text"])
    assert not CorrectionRequest.objects.exists()


def test_a_draft_of_others_is_not_in_one_s_record(people, me, attended):
    draft = attended(me, state="DRAFT")
    with pytest.raises(PermissionDenied):
        ask_correction(me, "错了", by=people.member, activity=draft)


# --- answering ------------------------------------------------------------------------------------
@pytest.fixture
def request_of_mine(people, me):
    return ask_correction(me, "错了", by=people.member)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("secretary", 200),
        ("deputy", 200),
        ("member", 404),
        ("leader", 404),
        ("secretary2", 404),
        ("county", 404),
        ("province", 404),
    ],
)
def test_only_the_branch_secretary_opens_a_request(client, people, request_of_mine, name, status):
    client.force_login(getattr(people, name), backend=BACKEND)
    assert client.get(f"/activities/corrections/{request_of_mine.pk}/").status_code == status


def answered_by(people, request):
    """Whose workbench asks for the answer."""
    page = f"/activities/corrections/{request.pk}/"
    due = {name: list(correction_items(user)) for name, user in vars(people).items()}
    return [name for name, items in due.items() if page in [item.url for item in items]]


@pytest.mark.parametrize("code", ["C1-1", "C1-1-1"])
def test_nobody_answers_his_own_request_the_deputy_does_else_the_office_above(
    client, people, units, me, code
):
    me.user, me.unit = people.secretary, units[code]
    me.save()
    request = ask_correction(me, "错了", by=people.secretary)
    client.force_login(people.secretary, backend=BACKEND)
    assert answered_by(people, request) == ["deputy"]
    assert client.get("/me/ask/").context["answerers"] == ["deputy"]
    assert client.get(f"/activities/corrections/{request.pk}/").status_code == 403
    with pytest.raises(PermissionDenied):
        answer_correction(request, "CORRECTED", "改了", by=people.secretary)

    people.deputy.assignments.update(ends_on=date(2026, 6, 14))
    assert answered_by(people, request) == ["county", "county_deputy"]
    assert client.get("/me/ask/").context["answerers"] == ["单位C1"]
    client.force_login(people.county, backend=BACKEND)
    assert client.get(f"/activities/corrections/{request.pk}/").status_code == 200
    answer_correction(request, "CORRECTED", "改了", by=people.county)


def test_where_the_branch_has_no_secretary_the_office_above_answers(people, units, request_of_mine):
    Assignment.objects.filter(unit=units["C1-1"], role=Role.BRANCH_SECRETARY).update(
        ends_on=date(2026, 6, 14)
    )
    assert answered_by(people, request_of_mine) == ["county", "county_deputy"]
    with pytest.raises(PermissionDenied):
        answer_correction(request_of_mine, "CORRECTED", "改了", by=people.bureau)


def test_only_the_branch_secretary_answers_and_only_once(people, request_of_mine):
    for name in ("member", "leader", "secretary2", "county"):
        with pytest.raises(PermissionDenied):
            answer_correction(request_of_mine, "CORRECTED", "改了", by=getattr(people, name))
    answer_correction(request_of_mine, "CORRECTED", "改了", by=people.secretary)
    with pytest.raises(MoveRefused):
        answer_correction(request_of_mine, "NOT_CORRECTED", "没改", by=people.deputy)
    verbs = AuditEvent.objects.filter(object_type="activities.correctionrequest").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["ask", "answer"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "MAYBE"}, "outcome"),
        ({"answer": ""}, "answer"),
        ({"answer": "长" * 301}, "answer"),
    ],
)
def test_an_answer_says_the_outcome_in_words(client, people, request_of_mine, given, field):
    client.force_login(people.secretary, backend=BACKEND)
    data = {"outcome": "CORRECTED", "answer": "改了"} | given
    response = client.post(f"/activities/corrections/{request_of_mine.pk}/", data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_a_second_answer_is_refused_on_the_page(client, people, request_of_mine):
    client.force_login(people.secretary, backend=BACKEND)
    answer_correction(request_of_mine, "CORRECTED", "改了", by=people.deputy)
    data = {"outcome": "NOT_CORRECTED", "answer": "没改"}
    assert client.post(f"/activities/corrections/{request_of_mine.pk}/", data).status_code == 422
    assert Activity.objects.count() == 0
