"""Elections, extensions, hand-over, groups and posts on the web."""

from datetime import date

import pytest

from branches.alerts import alerts_for, kept_units
from branches.choices import AlertKind, MemberStatus, OrganisationKind, Position, UnitKind
from branches.models import PartyUnit, Post
from branches.selectors import has_permission
from tests.factories.accounts import UserFactory
from tests.factories.branches import MemberFactory, OrganisationFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


@pytest.fixture
def branch(units):
    for name in ("甲", "乙", "丙"):
        MemberFactory(unit=units["C1-1"], name=name, staff_no=f"S-{name}", user=UserFactory())
    return units["C1-1"]


def held(unit):
    posts = Post.objects.filter(unit=unit, ends_on=None).order_by("position")
    return [(post.member.name, post.position) for post in posts]


def errors(answer):
    assert answer.status_code == 422
    return {name: len(texts) for name, texts in answer.context["form"].errors.items()}


def test_an_election_begins_with_the_present_committee(client, branch, people):
    PostFactory(member=branch.members.get(name="甲"))
    client.force_login(people.county)
    page = client.get("/units/C1-1/election/")
    assert page.context["form"]["secretary"].value() == "甲 S-甲"
    assert page.text.count("<datalist") == 1
    typed = {"on": "2026-06-01", "secretary": "乙 S-乙", "publicity": "S-丙", "youth": "甲"}
    assert client.post("/units/C1-1/election/", typed).status_code == 302
    assert held(branch) == [("丙", "PUBLICITY"), ("乙", "SECRETARY"), ("甲", "YOUTH")]
    assert PartyUnit.objects.get(code="C1-1").last_election_on == date(2026, 6, 1)


def test_an_election_names_people_of_the_branch(client, branch, people):
    MemberFactory(unit=branch, name="甲")
    MemberFactory(unit=branch, name="丁", status=MemberStatus.PROBATIONARY)
    client.force_login(people.county)
    for name in ("甲", "丁", "nobody", ""):
        typed = {"on": "2026-06-01", "secretary": name}
        assert errors(client.post("/units/C1-1/election/", typed)) == {"secretary": 1}
    typed = {"on": "2026-06-11", "secretary": "乙"}
    assert errors(client.post("/units/C1-1/election/", typed)) == {"__all__": 1}
    assert held(branch) == []


def test_an_election_names_nobody_twice(client, branch, people):
    client.force_login(people.county)
    typed = {"on": "2026-06-01", "secretary": "甲", "deputy_1": "甲 S-甲", "youth": "乙", "member_1": "乙"}
    assert errors(client.post("/units/C1-1/election/", typed)) == {"deputy_1": 1, "member_1": 1}
    assert held(branch) == []


def test_a_temporary_branch_says_why_it_elects_nobody(client, units, people):
    unit = PartyUnitFactory(code="T", kind=UnitKind.TEMPORARY_BRANCH, parent=units["C1"])
    MemberFactory(unit=units["C1-1"], name="甲")
    client.force_login(people.county)
    assert client.get("/units/T/election/").context["refusal"]
    assert client.post("/units/T/election/", {"on": "2026-06-01", "secretary": "甲"}).status_code == 422
    typed = {"person": "甲", "position": "SECRETARY", "starts_on": "2026-06-01", "ends_on": ""}
    assert client.post("/units/T/posts/add/", typed).status_code == 302
    assert held(unit) == [("甲", "SECRETARY")]


def test_a_term_is_extended_with_approval(client, branch, people):
    client.force_login(people.county)
    assert client.get("/units/C1-1/extension/").context["refusal"]
    PartyUnit.objects.filter(pk=branch.pk).update(last_election_on=date(2023, 6, 30))
    late = {"until": "2027-07-01", "approval": "No. 7"}
    assert errors(client.post("/units/C1-1/extension/", late)) == {"__all__": 1}
    assert client.post("/units/C1-1/extension/", late | {"until": "2027-06-30"}).status_code == 302
    page = client.get("/units/C1-1/")
    assert page.context["election_due_on"] == date(2027, 6, 30)
    assert "No. 7" in page.text


def test_a_hand_over_warns_of_a_secretary_without_sign_in(client, branch, people):
    MemberFactory(unit=branch, name="丁", user=None)
    client.force_login(people.county)
    typed = {"to_member": "丁", "on": "2026-07-01"}
    asked = client.post("/units/C1-1/hand-over/", typed)
    assert (len(list(asked.context["messages"])), held(branch)) == (0, [])
    answer = client.post("/units/C1-1/hand-over/", typed | {"confirmed": "1"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["warning", "success"]
    assert held(branch) == [("丁", "SECRETARY")]


def test_a_hand_over_says_first_who_gains_and_who_loses(client, branch, people):
    client.cookies["django_language"] = "en"
    old, new = branch.members.get(name="甲"), branch.members.get(name="乙")
    PostFactory(member=old)
    client.force_login(people.county)
    typed = {"to_member": "乙", "on": "2026-07-01"}
    asked = client.post("/units/C1-1/hand-over/", typed)
    assert [(str(row["term"]), row["value"]) for row in asked.context["rows"]] == [
        ("Unit", "单位C1-1"),
        ("New secretary", "乙"),
        ("Secretary from", "2026-07-01"),
        ("Rights gained", "乙 sees and keeps the whole unit from 2026-07-01."),
        ("Post that ends", "甲 · secretary, last day 2026-06-30"),
        ("Rights lost", "甲 no longer sees the unit's records from 2026-07-01."),
        ("Other rights that end", "secretary · branch secretary"),
        ("Records and drafts", "Records stay with the unit, drafts with who typed them."),
    ]
    assert held(branch) == [("甲", "SECRETARY")]
    PostFactory(member=old, position=Position.YOUTH)
    rows = client.post("/units/C1-1/hand-over/", typed).context["rows"]
    assert rows[5]["value"] == "branch committee member (单位C1-1)"
    client.post("/units/C1-1/hand-over/", typed | {"confirmed": "1"})
    assert [post.member for post in branch.posts.live(date(2026, 7, 1)).filter(position="SECRETARY")] == [new]
    assert has_permission(old.user, "activities.add_activity", branch)


def test_a_corrected_hand_over_says_what_is_struck_out(client, branch, people):
    client.cookies["django_language"] = "en"
    PostFactory(member=branch.members.get(name="甲"))
    client.force_login(people.county)
    wrong = {"to_member": "乙", "on": "2026-06-10", "confirmed": "1"}
    assert client.post("/units/C1-1/hand-over/", wrong).status_code == 302
    back = {"to_member": "甲", "on": "2026-06-10"}
    asked = client.post("/units/C1-1/hand-over/", back)
    assert [(str(row["term"]), row["value"]) for row in asked.context["rows"]][4:7] == [
        ("Post struck out", "乙 · secretary from 2026-06-10, as if it had never begun"),
        ("Rights lost", "乙 no longer sees the unit's records from 2026-06-10."),
        ("Post that runs on", "甲 · secretary, as before"),
    ]
    assert held(branch) == [("乙", "SECRETARY")]
    client.post("/units/C1-1/hand-over/", back | {"confirmed": "1"})
    assert held(branch) == [("甲", "SECRETARY")]


def test_a_hand_over_says_that_the_post_in_the_committee_ends(client, branch, people):
    client.cookies["django_language"] = "en"
    PostFactory(member=branch.members.get(name="甲"), position=Position.DEPUTY_SECRETARY)
    client.force_login(people.county)
    typed = {"to_member": "甲", "on": "2026-06-10"}
    rows = client.post("/units/C1-1/hand-over/", typed).context["rows"]
    ending = [row["value"] for row in rows if str(row["term"]) == "Post that ends"]
    assert ending == [
        "甲 · deputy secretary, last day 2026-06-09",
        "none: nobody is secretary on this day",
    ]
    client.post("/units/C1-1/hand-over/", typed | {"confirmed": "1"})
    assert held(branch) == [("甲", "SECRETARY")]


def test_a_post_that_ends_before_it_begins_is_refused_at_the_field(client, branch, people):
    client.cookies["django_language"] = "en"
    client.force_login(people.county)
    typed = {"person": "甲", "position": "YOUTH", "starts_on": "2026-06-02", "ends_on": "2026-06-01"}
    answer = client.post("/units/C1-1/posts/add/", typed)
    text = "The post begins on 2026-06-02. Give that day or a later one."
    assert (answer.status_code, answer.context["form"].errors) == (422, {"ends_on": [text]})
    assert client.post("/units/C1-1/posts/add/", typed | {"ends_on": "2026-06-02"}).status_code == 302


def test_a_post_is_ended(client, branch, people):
    post = PostFactory(member=branch.members.get(name="甲"), starts_on=date(2026, 6, 1))
    client.force_login(people.county)
    early = {"post": post.pk, "on": "2026-05-31"}
    assert errors(client.post("/units/C1-1/posts/end/", early)) == {"on": 1}
    assert client.post("/units/C1-1/posts/end/", early | {"on": "2026-06-30"}).status_code == 302
    post.refresh_from_db()
    assert post.ends_on == date(2026, 6, 30)


@pytest.mark.parametrize("day", [date(2026, 6, 10), date(2026, 7, 1)])
def test_a_post_that_was_never_held_is_struck_out(client, branch, people, day):
    post = PostFactory(member=branch.members.get(name="甲"), starts_on=day)
    client.force_login(people.county)
    client.cookies["django_language"] = "en"
    typed = {"post": post.pk, "on": "2026-06-09"}
    asked = client.post("/units/C1-1/posts/end/", typed)
    assert [(str(row["term"]), row["value"]) for row in asked.context["rows"]] == [
        ("Post struck out", f"甲 · secretary from {day}, as if it had never begun")
    ]
    assert "Strike out the post" in asked.text
    assert Post.objects.exists()
    assert client.post("/units/C1-1/posts/end/", typed | {"confirmed": "1"}).status_code == 302
    assert not Post.objects.exists()
    assert client.get("/units/C1-1/posts/end/").context["refusal"]


@pytest.mark.oracle("T-10")
def test_the_alert_of_a_team_leads_to_a_group_ready_to_be_formed(client, branch, people):
    team = OrganisationFactory(kind=OrganisationKind.TEAM, parent=branch.organisation, name="抢修班")
    branch.members.update(organisation=team)
    leader = branch.members.get(name="乙")
    type(leader).objects.filter(pk=leader.pk).update(is_team_leader=True)
    client.force_login(people.secretary)
    form = client.get(f"/units/C1-1/groups/add/?team={team.code}").context["form"]
    assert (form["leader"].value(), form["teams"].value()) == (leader.pk, [team.pk])
    assert sorted(form["members"].value()) == sorted(branch.members.values_list("pk", flat=True))
    typed = {name: form[name].value() or "" for name in form.fields}
    assert client.post("/units/C1-1/groups/add/", typed).status_code == 302
    group = PartyUnit.objects.get(organisation=team)
    assert group.members.count() == 3
    assert held(group) == [("乙", "GROUP_LEADER")]


def test_a_team_that_stands_elsewhere_is_proposed_with_its_leader_of_the_branch(
    client, branch, units, people
):
    """The team's own leader belongs to another branch: the alert names nobody, and nobody is proposed."""
    team = OrganisationFactory(kind=OrganisationKind.TEAM, parent=units["B2"].organisation, name="抢修班")
    branch.members.update(organisation=team)
    MemberFactory(unit=units["C1-2"], organisation=team, is_team_leader=True, name="外")
    client.force_login(people.secretary)

    def proposed():
        [alert] = alerts_for(people.secretary, kept_units(people.secretary), AlertKind.TEAM_WITHOUT_GROUP)
        form = client.get(alert.url).context["form"]
        assert (form["teams"].value(), len(form["members"].value())) == ([team.pk], 3)
        return alert.person, form["leader"].value()

    assert proposed() == (None, None)
    leader = branch.members.get(name="乙")
    type(leader).objects.filter(pk=leader.pk).update(is_team_leader=True)
    assert proposed() == (leader, leader.pk)


@pytest.mark.oracle("G-09")
def test_two_form_no_group(client, branch, people):
    first, second = branch.members.all()[:2]
    client.force_login(people.secretary)
    typed = {"name": "G", "members": [first.pk, second.pk], "leader": first.pk, "on": "2026-06-01"}
    assert errors(client.post("/units/C1-1/groups/add/", typed)) == {"__all__": 1}
    assert errors(client.post("/units/C1-1/groups/add/", typed | {"members": []})) == {"members": 1}


def test_the_leader_of_a_group_changes(client, units, people):
    group = units["C1-1-1"]
    old, new = MemberFactory(unit=group), MemberFactory(unit=group, name="新")
    PostFactory(member=old, position=Position.GROUP_LEADER)
    client.force_login(people.secretary)
    assert client.get("/units/C1-1-1/group/").context["form"]["leader"].value() == old.pk
    typed = {"leader": new.pk, "linked": "", "on": "2026-06-10"}
    assert client.post("/units/C1-1-1/group/", typed).status_code == 302
    assert held(group) == [("新", "GROUP_LEADER")]
    assert client.get("/units/C1-1/group/").context["refusal"]


def test_to_end_a_post_never_prolongs_it(client, branch, people):
    post = PostFactory(member=branch.members.get(name="甲"), ends_on=date(2026, 6, 30))
    client.force_login(people.county)
    answer = client.post("/units/C1-1/posts/end/", {"post": post.pk, "on": "2026-07-01"})
    assert errors(answer) == {"on": 1}
    assert client.post("/units/C1-1/posts/end/", {"post": post.pk, "on": "2026-06-20"}).status_code == 302
    assert Post.objects.get(pk=post.pk).ends_on == date(2026, 6, 20)
