"""Members on the web: added, changed, transferred, and the page of one of them."""

from datetime import date

import pytest

from branches.choices import MemberStatus, Position, Role, UnitKind
from branches.models import Member, Post, Transfer
from branches.operations import transfer_member
from tests.factories.accounts import UserFactory
from tests.factories.branches import (
    AssignmentFactory,
    MemberFactory,
    OrganisationFactory,
    PartyUnitFactory,
    PostFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


TYPED = {"name": "覃远", "staff_no": "", "status": "PROBATIONARY", "party_worker": "NONE"}


def test_the_secretary_adds_a_member(client, units, people):
    client.force_login(people.secretary)
    typed = TYPED | {"probation_ends_on": "2027-06-01", "organisation": units["C1-1"].organisation.pk}
    answer = client.post("/units/C1-1/members/add/", typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/units/C1-1/")
    member = Member.objects.get()
    assert (member.unit, member.staff_no, member.status, member.probation_ends_on) == (
        units["C1-1"],
        None,
        MemberStatus.PROBATIONARY,
        date(2027, 6, 1),
    )


def test_what_is_refused_keeps_what_was_typed(client, units, people):
    MemberFactory(unit=units["C1-1"], name="覃远", staff_no=None)
    client.force_login(people.secretary)
    answer = client.post("/units/C1-1/members/add/", TYPED)
    assert (answer.status_code, Member.objects.count()) == (422, 1)
    assert answer.context["form"].non_field_errors()
    assert 'value="覃远"' in answer.text


def test_a_staff_number_that_somebody_has_is_refused_in_words(client, units, people):
    client.cookies["django_language"] = "en"
    MemberFactory(unit=units["C1-1"], name="李雷", staff_no="S-1")
    client.force_login(people.secretary)
    answer = client.post("/units/C1-1/members/add/", TYPED | {"staff_no": "S-1"})
    assert (answer.status_code, Member.objects.count()) == (422, 1)
    text = "A member has this staff number already. If it is the same person, ask for a transfer."
    assert answer.context["form"].errors == {"staff_no": [text]}


@pytest.mark.parametrize("kind", [UnitKind.COMMITTEE, UnitKind.TEMPORARY_BRANCH])
def test_where_nobody_is_added(client, units, people, kind):
    unit = PartyUnitFactory(kind=kind, parent=units["C1"])
    client.force_login(people.county)
    page = client.get(f"/units/{unit.code}/members/add/")
    assert page.context["refusal"]
    assert "csrfmiddlewaretoken" not in page.text.partition("<main")[2]
    assert client.post(f"/units/{unit.code}/members/add/", TYPED).status_code == 422
    assert Member.objects.count() == 0


def test_a_member_leaves_and_his_posts_end(client, units, people):
    member = MemberFactory(unit=units["C1-1-1"])
    post = PostFactory(member=member, unit=units["C1-1"], position=Position.YOUTH)
    client.force_login(people.secretary)
    url = f"/units/C1-1-1/members/{member.pk}/change/"
    form = client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"left_on": "2026-06-10"}
    typed["is_team_leader"] = ""
    assert client.post(url, typed).headers["Location"] == f"/units/C1-1-1/members/{member.pk}/"
    post.refresh_from_db()
    assert (Member.objects.get().left_on, post.ends_on) == (date(2026, 6, 10), date(2026, 6, 9))


def test_a_member_of_another_unit_is_missing(client, units, people):
    member = MemberFactory(unit=units["C1-2"])
    client.force_login(people.county)
    for page in ("", "change/", "transfer/"):
        assert client.get(f"/units/C1-2/members/{member.pk}/{page}").status_code == 200
        assert client.get(f"/units/C1-1/members/{member.pk}/{page}").status_code == 404


def test_a_transfer_leads_to_the_member_in_the_new_unit(client, units, people):
    member = MemberFactory(unit=units["C1-1"])
    client.force_login(people.secretary)
    typed = {"to_unit": "C1-1-1", "on": "2026-06-01", "reason": "-"}
    url = f"/units/C1-1/members/{member.pk}/transfer/"
    asked = client.post(url, typed)
    assert (asked.templates[0].name, Transfer.objects.count()) == ("branches/unit_action_check.html", 0)
    assert asked.context["cancel_url"] == f"/units/C1-1/members/{member.pk}/"
    answer = client.post(url, dict(asked.context["typed"]) | {"confirmed": "1"})
    assert answer.headers["Location"] == f"/units/C1-1-1/members/{member.pk}/"
    assert Transfer.objects.get().to_unit == units["C1-1-1"]


def told(answer):
    assert answer.status_code == 200
    return {str(row["term"]): row["value"] for row in answer.context["rows"]}


def test_a_transfer_says_first_what_ends(client, units, people):
    client.cookies["django_language"] = "en"
    team = OrganisationFactory(name="抢修班")
    member = MemberFactory(unit=units["C1-1-1"], name="覃远", user=UserFactory(), organisation=team)
    PostFactory(member=member, position=Position.GROUP_LEADER)
    PostFactory(member=member, unit=units["C1-1"], position=Position.YOUTH, starts_on=date(2026, 1, 1))
    PostFactory(member=member, unit=units["B1"], position=Position.COMMITTEE_MEMBER)
    AssignmentFactory(user=member.user, role=Role.MEMBER, unit=units["C1-1"])
    client.force_login(people.county)
    url = f"/units/C1-1-1/members/{member.pk}/transfer/"
    assert told(client.post(url, {"to_unit": "C1-1", "on": "2026-06-01"}))["Posts that end"] == (
        "Party group leader (单位C1-1-1), last day 2026-05-31"
    )
    assert told(client.post(url, {"to_unit": "C1-2", "on": "2026-06-01"})) == {
        "Member": "覃远",
        "Until then in": "单位C1-1-1",
        "From 2026-06-01 in": "单位C1-2",
        "Posts that end": (
            "committee member for youth (单位C1-1), last day 2026-05-31、"
            "Party group leader (单位C1-1-1), last day 2026-05-31"
        ),
        "Posts that stay": "committee member (单位B1)",
        "Rights that end with the posts": "单位C1-1、单位C1-1-1",
        "Rights given apart from posts, which stay": "Party member (单位C1-1)",
        "Meetings and duties": (
            "From 2026-06-01 expected at the meetings of “单位C1-2”. Attendance so far stays on record."
        ),
        "Team": "抢修班, as before; change it on the member's page.",
        "Please note": "“单位C1-1” is left with 0 members. It will be listed as too small.",
    }
    assert Transfer.objects.count() == 0
    assert member.posts.filter(ends_on=None).count() == 3


def test_a_unit_out_of_reach_is_refused_like_one_that_is_not_there(client, units, people):
    member = MemberFactory(unit=units["C1-1"])
    client.force_login(people.secretary)
    texts = []
    for code in ("C1-2", "B2-B", "NONE"):
        typed = {"to_unit": code, "on": "2026-06-01"}
        answer = client.post(f"/units/C1-1/members/{member.pk}/transfer/", typed)
        assert answer.status_code == 422
        texts.append(answer.context["form"].errors["to_unit"])
    assert texts[0] == texts[1] == texts[2]
    assert "单位C1”" in texts[0][0]
    assert Transfer.objects.count() == 0


def test_the_page_of_a_member_has_posts_and_transfers(client, units, people):
    member = MemberFactory(unit=units["C1-2"])
    PostFactory(member=member, starts_on=date(2024, 1, 1))
    transfer_member(member, units["C1-1-1"], on=date(2026, 3, 1), reason="换岗", by=None)
    client.force_login(people.secretary)
    page = client.get(f"/units/C1-1-1/members/{member.pk}/")
    assert [(row.moved_on, row.reason) for row in page.context["transfers"]] == [(date(2026, 3, 1), "换岗")]
    assert [row.ends_on for row in page.context["posts"]] == [date(2026, 2, 28)]
    assert page.context["may_change"]
    client.force_login(people.leader)
    assert not client.get(f"/units/C1-1-1/members/{member.pk}/").context["may_change"]


@pytest.mark.parametrize("day", ["0001-01-01", "1920-12-31", "2036-06-11", "9999-12-31"])
def test_days_beyond_the_life_of_the_party_are_refused(client, units, people, day):
    member = MemberFactory(unit=units["C1-1"])
    client.force_login(people.secretary)
    url = f"/units/C1-1/members/{member.pk}/"
    typed = TYPED | {"full_since": day, "probation_ends_on": day, "left_on": day}
    answer = client.post(f"{url}change/", typed)
    assert (answer.status_code, set(answer.context["form"].errors)) == (
        422,
        {"full_since", "probation_ends_on", "left_on"},
    )
    answer = client.post(f"{url}transfer/", {"to_unit": "C1-1-1", "on": day})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"on"})


def test_the_team_of_a_member_stays_where_his_branch_does_not_cover_it(client, units, people):
    member = MemberFactory(unit=units["C1-1"], organisation=units["C2-1"].organisation)
    client.force_login(people.secretary)
    url = f"/units/C1-1/members/{member.pk}/change/"
    page = client.get(url)
    assert page.context["form"].initial["full_since"] == member.full_since
    assert 'type="date"' in page.text
    typed = TYPED | {"organisation": member.organisation_id}
    assert client.post(url, typed).status_code == 302
    member.refresh_from_db()
    assert (member.name, member.organisation) == ("覃远", units["C2-1"].organisation)


def test_a_transfer_of_today_is_taken_back_on_the_members_page(client, units, people):
    client.cookies["django_language"] = "en"
    member = MemberFactory(unit=units["C1-1"], name="甲")
    PostFactory(member=member, position=Position.YOUTH)
    transfer_member(member, units["C1-2"], on=date(2026, 6, 1), by=None)
    page, url = f"/units/C1-2/members/{member.pk}/", f"/units/C1-2/members/{member.pk}/transfer/take-back/"
    client.force_login(people.county)
    assert url in client.get(page).text
    asked = client.post(url)
    assert asked.context["cancel_url"] == page
    assert told(asked) == {
        "Member": "甲",
        "Leaves": "单位C1-2",
        "Is back in": "单位C1-1, as if never gone",
        "Posts that run on again": "甲 · committee member for youth (单位C1-1)",
    }
    assert Transfer.objects.exists()
    answer = client.post(url, {"confirmed": "1"})
    assert answer.headers["Location"] == f"/units/C1-1/members/{member.pk}/"
    assert (Transfer.objects.count(), Post.objects.get().ends_on) == (0, None)
    url = f"/units/C1-1/members/{member.pk}/transfer/take-back/"
    assert client.get(url).context["refusal"]
    assert url not in client.get(answer.headers["Location"]).text


def test_a_transfer_from_out_of_reach_is_not_offered_to_be_taken_back(client, units, people):
    """Who sees that somebody came does not put him back into a unit he does not keep."""
    member = MemberFactory(unit=units["C1-1"])
    transfer_member(member, units["C1-2"], on=date(2026, 6, 10), by=people.county)
    page = f"/units/C1-2/members/{member.pk}/"
    for user, offered in ((people.secretary2, False), (people.county, True)):
        client.force_login(user)
        assert (f"{page}transfer/take-back/" in client.get(page).text) == offered
        assert bool(client.get(f"{page}transfer/take-back/").context["refusal"]) != offered


def test_the_form_calls_a_member_by_a_members_words(client, units, people):
    """A person has a name and a kind of membership; whoever is added joins today unless said otherwise."""
    client.force_login(people.secretary)
    form = client.get("/units/C1-1/members/add/").context["form"]
    assert (form["name"].label, form["status"].label) == ("姓名", "党员类别")
    assert form["joined_on"].value() == date(2026, 6, 10)
    assert client.post("/units/C1-1/members/add/", TYPED | {"joined_on": "2026-06-11"}).status_code == 422
    assert client.post("/units/C1-1/members/add/", TYPED | {"joined_on": "2026-06-01"}).status_code == 302
    member = Member.objects.get()
    assert member.joined_on == date(2026, 6, 1)
    assert "2026-06-01" in client.get(f"/units/C1-1/members/{member.pk}/").text
    form = client.get(f"/units/C1-1/members/{member.pk}/change/").context["form"]
    assert form["joined_on"].value() == date(2026, 6, 1)


def test_nobody_is_a_full_member_from_a_day_to_come(client, units, people):
    client.force_login(people.secretary)
    typed = TYPED | {"status": "FULL", "full_since": "2026-06-11"}
    assert client.post("/units/C1-1/members/add/", typed).status_code == 422
    assert client.post("/units/C1-1/members/add/", typed | {"status": "PROBATIONARY"}).status_code == 302
    url = f"/units/C1-1/members/{Member.objects.get().pk}/change/"
    assert client.post(url, typed).status_code == 422
    assert client.post(url, typed | {"full_since": "2026-06-10"}).status_code == 302
    assert Member.objects.get().status == MemberStatus.FULL


def test_a_staff_number_is_the_same_in_full_width(client, units, people):
    client.force_login(people.secretary)
    url = "/units/C1-1/members/add/"
    assert client.post(url, TYPED | {"staff_no": "　Ｓ０１ "}).status_code == 302
    assert Member.objects.get().staff_no == "S01"
    again = client.post(url, TYPED | {"staff_no": "Ｓ０１"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["staff_no"])
