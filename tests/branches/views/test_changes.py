"""Units change on the web: first what will happen, then the change."""

import re
from datetime import date

import pytest

from branches.choices import Position, Role
from branches.models import Member, PartyUnit, Placement, Post
from branches.operations import close_unit, transfer_member
from branches.selectors import has_permission, keeping_rights
from branches.views.deeds import DEEDS
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


@pytest.fixture
def bureau(client, people):
    client.force_login(people.bureau)
    return client


def in_two_steps(client, url, typed):
    """What the page says will happen, and where the change leads; in between nothing is changed."""
    before = AuditEvent.objects.count(), list(PartyUnit.objects.order_by("pk").values())
    asked = client.post(url, typed)
    assert (asked.status_code, asked.templates[0].name) == (200, "branches/unit_action_check.html")
    assert (AuditEvent.objects.count(), list(PartyUnit.objects.order_by("pk").values())) == before
    for name, texts in asked.context["typed"].items():
        for text in texts:
            assert f'name="{name}"' in asked.text and text in asked.text
    done = client.post(url, dict(asked.context["typed"]) | {"confirmed": "1"})
    assert done.status_code == 302
    return [row["value"] for row in asked.context["rows"]], done.headers["Location"]


def test_a_merger(bureau, units):
    for code in ("C1-1", "C1-1-1", "C1-1-1", "C1-1-2"):
        MemberFactory(unit=units[code])
    MemberFactory(unit=units["C1-1-1"], left_on=date(2026, 5, 1))
    rows, url = in_two_steps(bureau, "/units/C1-1/merge/", {"into": "C1-2", "on": "2026-06-01"})
    assert rows[:2] == ["单位C1-1", "单位C1-2"]
    assert re.findall(r"\d+", rows[2]) == ["4", "1", "3"]  # all of them, its own, those of its groups
    assert rows[3:6] == [2, "—", 1]
    assert url == "/units/C1-1/"
    page = bureau.get(url)
    assert "单位C1-2" in page.text
    assert page.context["deeds"] == []
    now = Member.objects.current().order_by("pk").values_list("unit__code", flat=True)
    assert list(now) == ["C1-2", "C1-1-1", "C1-1-1", "C1-1-2"]
    assert PartyUnit.objects.get(code="C1-1-1").parent == units["C1-2"]


def asked(client, url, typed):
    """The rows of the page that asks once more, by their term."""
    found: dict = {}
    answer = client.post(url, typed, headers={"accept-language": "en"})
    for row in answer.context["rows"]:
        found.setdefault(row["term"], []).append(str(row["value"]))
    return found


def test_a_merger_names_the_posts_that_end(client, bureau, units, people):
    """Where names end, the position alone."""
    for name, position in (("韦国华", Position.PUBLICITY), ("周明", Position.SECRETARY)):
        PostFactory(member=MemberFactory(name=name, unit=units["C1-1"]), position=position)
    typed = {"into": "C1-2", "on": "2026-06-01"}
    far = asked(bureau, "/units/C1-1/merge/", typed)["Posts that end"]
    AssignmentFactory(user=people.county, role=Role.BUREAU_OFFICE, unit=units["C1"])
    client.force_login(people.county)
    near = asked(client, "/units/C1-1/merge/", typed)["Posts that end"]
    assert (far, near) == (
        ["secretary、committee member for publicity"],
        ["周明 · secretary、韦国华 · committee member for publicity"],
    )


@pytest.mark.parametrize(("more", "told"), [(44, False), (45, True)])
def test_a_merger_says_when_the_branch_outgrows_its_kind(bureau, units, more, told):
    """From fifty members on, those of its groups and of the other branch's among them."""
    for code, number in (("C1-1", 2), ("C1-1-1", 1), ("C1-2-1", 2), ("C1-2", more)):
        MemberFactory.create_batch(number, unit=units[code])
    MemberFactory(unit=units["C1-2"], left_on=date(2026, 6, 1))
    found = asked(bureau, "/units/C1-1/merge/", {"into": "C1-2", "on": "2026-06-01"})
    note = (
        "“单位C1-2” would have 50 members, the size of a general Party branch. "
        "Consider it with the level above; a smaller kind stays allowed with its approval."
    )
    final = "A merger cannot be undone. To part again, open a unit and transfer its members into it."
    assert found["Please note"] == [*([note] if told else []), final]


def test_a_name_that_another_unit_bears_is_told_and_not_refused(bureau, units):
    found = asked(bureau, "/units/C1-1/rename/", {"name": "单位C1-2", "on": "2026-06-01"})
    assert found["Please note"] == [
        "There is a unit of this name already: 单位C1-2 · 单位C1 (C1-2). Is another one meant?"
    ]
    rows, _url = in_two_steps(bureau, "/units/C1-1/rename/", {"name": "单位C1-2", "on": "2026-06-01"})
    assert rows[1] == PartyUnit.objects.get(code="C1-1").name == "单位C1-2"


@pytest.mark.parametrize(
    ("code", "name", "told"),
    [
        ("C2-1", "单位B1-B", True),  # C2 is a general branch: both belong to the committee B1
        ("C2-1", "单位C1-2", False),  # under the committee C1
        ("C2-1", "单位C1", True),  # the committee C1 itself is B1's
        ("C1-1", "单位C1-2-1", False),  # a group
        ("C1-1-1", "单位C1-1-2", True),
        ("C1-1-1", "单位C1-2-1", False),  # of another branch
        ("C1-1", "单位C1", False),  # nobody takes a branch for its committee
    ],
)
def test_whose_name_is_told(bureau, units, code, name, told):
    found = asked(bureau, f"/units/{code}/rename/", {"name": name, "on": "2026-06-01"})
    assert ("Please note" in found) is told


def test_a_closed_unit_has_given_its_name_back(bureau, units):
    close_unit(units["C1-2-1"], on=date(2026, 5, 1), by=None)
    close_unit(units["C1-2"], on=date(2026, 6, 1), by=None)
    found = asked(bureau, "/units/C1-1/rename/", {"name": "单位C1-2", "on": "2026-06-01"})
    assert "Please note" not in found


def test_what_is_refused_is_told_before_it_is_asked(bureau, units):
    MemberFactory(unit=units["C2-1"])
    for url, typed in (
        ("/units/C1-1/merge/", {"into": "C1-1-1", "on": "2026-06-01"}),
        ("/units/C1-1/merge/", {"into": "B2-B", "on": "2026-06-01"}),
        ("/units/C2-1/close/", {"on": "2026-06-01"}),
        ("/units/C1-1/move/", {"parent": "C1-2", "on": "2026-06-01"}),
        ("/units/C1-1/rename/", {"name": "单位C1-1", "on": "2026-06-01"}),
        ("/units/C1-1/rename/", {"name": "新名", "on": "2026-07-01"}),
        ("/units/C1/open/", {"kind": "BRANCH", "name": "N", "code": "C1-1", "opened_on": "2026-06-01"}),
    ):
        answer = bureau.post(url, typed)
        assert (answer.status_code, bool(answer.context["form"].errors)) == (422, True)


def test_a_new_name_and_the_old_one_on_its_days(bureau, units):
    rows, url = in_two_steps(bureau, "/units/C1-1/rename/", {"name": "新名", "on": "2026-06-01"})
    assert rows[:2] == ["单位C1-1", "新名"]
    assert "新名" in bureau.get(url).text
    assert bureau.get(f"{url}?on=2026-05-31").context["old_name"] == "单位C1-1"
    assert bureau.get(f"{url}?on=2026-06-01").context["old_name"] == ""


def test_a_move(bureau, units):
    rows, _url = in_two_steps(bureau, "/units/C1-1/move/", {"parent": "C2", "on": "2026-06-01"})
    assert rows[:5] == ["单位C1-1", units["C1"], "单位C2", units["C1-1"].organisation, 2]
    assert PartyUnit.objects.get(code="C1-1").parent == units["C2"]
    assert Placement.objects.filter(unit=units["C1-1"]).as_of(date(2026, 5, 31)).get().parent == units["C1"]


def test_a_closure(bureau, units):
    rows, _url = in_two_steps(bureau, "/units/C2-1/close/", {"on": "2026-06-10"})
    assert rows[:3] == ["单位C2-1", "—", 0]
    assert PartyUnit.objects.get(code="C2-1").closed_on == date(2026, 6, 10)
    assert bureau.get("/units/C2-1/close/").context["refusal"]


def test_an_opening(bureau, units):
    for number in range(3):
        MemberFactory(unit=units["C1-1"], name=f"M{number}", staff_no=f"S-{number}")
    typed = {
        "kind": "BRANCH",
        "name": "新支部",
        "code": "N",
        "organisation": units["C1-2"].organisation.code,
        "opened_on": "2026-06-01",
        "members": "Ｓ－０\n M1 \n\nM2 Ｓ-2\nS-0",
    }
    # the bureau's organisations stand below its own
    type(units["C1-2"].organisation).objects.filter(pk=units["C1-2"].organisation.pk).update(
        path=units["B1"].organisation.path + "00000001"
    )
    assert "Please note" in asked(bureau, "/units/C1/open/", typed | {"name": "单位C1-2"})
    rows, url = in_two_steps(bureau, "/units/C1/open/", typed)
    assert url == "/units/N/"
    page = bureau.get(url, headers={"accept-language": "en"})
    assert "“取消本次成立”" in page.text  # said in the language of the deed
    assert "/units/N/open/take-back/" in page.text
    assert page.text.count("2026-06-01</dd>") == 1  # established on, which is when it opened
    assert rows[0] == "新支部 (N)"
    assert rows[-3:] == ["M0、M1、M2", "—", "—"]
    unit = PartyUnit.objects.get(code="N")
    assert (unit.parent, unit.members.count()) == (units["C1"], 3)
    taken = bureau.post("/units/C1/open/", typed | {"code": "Ｎ"})
    assert (taken.status_code, list(taken.context["form"].errors)) == (422, ["code"])
    few = typed | {"code": "N2", "members": "S-0\nS-1"}
    assert bureau.post("/units/C1/open/", few).status_code == 422


def test_an_opening_says_what_ends_for_who_moves_into_it(bureau, units):
    """The old branch is left without its secretary; who stays secretary elsewhere is no loss."""
    place = units["C1-2"].organisation
    type(place).objects.filter(pk=place.pk).update(path=units["B1"].organisation.path + "00000001")
    members = [MemberFactory(unit=units["C1-1"], name=name) for name in ("周明", "农景明", "刘萍")]
    member = members[0]
    member.user = UserFactory()
    member.save()
    PostFactory(member=member, position=Position.SECRETARY)
    typed = {"kind": "BRANCH", "name": "新支部", "code": "N", "organisation": place.code}
    typed |= {"opened_on": "2026-06-01", "members": "周明\n农景明\n刘萍"}
    found = asked(bureau, "/units/C1/open/", typed)
    assert found["Posts that end"] == ["周明 · secretary (单位C1-1), last day 2026-05-31"]
    assert found["Rights that end with the posts"] == ["周明 · 单位C1-1"]
    assert found["Please note"] == ["“单位C1-1” has no secretary from 2026-06-01 on. Hand over to a new one."]
    PostFactory(unit=units["C1-1"], position=Position.SECRETARY, starts_on=date(2026, 6, 1))
    assert "Please note" not in asked(bureau, "/units/C1/open/", typed)


def test_a_group_formed_of_other_groups_people_says_whose_post_ends(client, units, people):
    members = [MemberFactory(unit=units["C1-1-1"], name=name) for name in ("周明", "农景明", "刘萍")]
    client.force_login(people.secretary)
    typed = {"name": "新小组", "members": [row.pk for row in members], "on": "2026-06-01"}
    typed["leader"] = members[0].pk
    PostFactory(member=members[0], position=Position.GROUP_LEADER)
    found = asked(client, "/units/C1-1/groups/add/", typed)
    assert found["Posts that end"] == ["周明 · Party group leader (单位C1-1-1), last day 2026-05-31"]
    assert set(found["Members who move into it"][0].split("、")) == {"周明", "农景明", "刘萍"}
    in_two_steps(client, "/units/C1-1/groups/add/", typed)
    group = PartyUnit.objects.get(name="新小组")
    assert group.established_on == group.opened_on == date(2026, 6, 1)
    assert group.members.count() == 3
    again = typed | {"name": "又一小组", "members": [row.pk for row in members[1:]]}
    again |= {"members": [*again["members"], MemberFactory(unit=units["C1-1"]).pk], "leader": members[1].pk}
    assert client.post("/units/C1-1/groups/add/", again).status_code == 302


def test_a_temporary_branch_lapses_after_it_opens(bureau, units):
    place = units["C1-2"].organisation
    type(place).objects.filter(pk=place.pk).update(path=units["B1"].organisation.path + "00000001")
    typed = {"kind": "TEMPORARY_BRANCH", "name": "临时支部", "code": "N", "organisation": place.code}
    typed |= {"opened_on": "2026-06-01", "lapses_on": "2026-05-31"}
    refused = bureau.post("/units/C1/open/", typed)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["lapses_on", "project_name", "approval_no"]
    typed["lapses_on"] = "2026-12-31"
    member = MemberFactory(unit=units["C1-1"], name="李雷")
    typed |= {"project_name": "迎峰度夏", "approval_no": "局党〔2026〕5号", "members": "李雷"}
    rows, _url = in_two_steps(bureau, "/units/C1/open/", typed)
    assert rows[-5:] == ["2026-06-01", "2026-12-31", "迎峰度夏", "局党〔2026〕5号", "李雷"]
    unit = PartyUnit.objects.get(code="N")
    assert (unit.lapses_on, unit.project_name, unit.approval_no) == (
        date(2026, 12, 31),
        "迎峰度夏",
        "局党〔2026〕5号",
    )
    assert [row.member for row in unit.secondments.all()] == [member]


def test_what_each_person_is_offered(client, units, people):
    offered = {}
    for user in (people.leader, people.secretary, people.county, people.bureau, people.province):
        client.force_login(user)
        answer = client.get("/units/C1-1-1/" if user == people.leader else "/units/C1-1/")
        offered[user.username] = [deed["url"].split("/", 3)[3] for deed in answer.context["deeds"]]
    secretary = ["members/add/", "groups/add/"]
    county = [*secretary, "election/", "extension/", "hand-over/", "posts/add/", "posts/end/"]
    assert offered == {
        "leader": [],
        "secretary": secretary,
        "county": county,
        "bureau": [*county, "rename/", "move/", "merge/", "close/"],
        "province": [],
    }


def test_a_secretary_merges_his_groups(client, units, people):
    client.force_login(people.secretary)
    page = client.get("/units/C1-1-1/")
    assert [deed["url"].split("/", 3)[3] for deed in page.context["deeds"]] == [
        "members/add/",
        "group/",
        "rename/",
        "merge/",
        "close/",
    ]
    for code in ("C1-2-1", "C1-1"):
        answer = client.post("/units/C1-1-1/merge/", {"into": code, "on": "2026-06-01"})
        assert list(answer.context["form"].errors) == ["into"]
    in_two_steps(client, "/units/C1-1-1/merge/", {"into": "C1-1-2", "on": "2026-06-01"})
    assert PartyUnit.objects.get(code="C1-1-1").merged_into == units["C1-1-2"]


def test_what_is_offered_is_what_is_granted(units, people):
    asked = {deed.permission for deed in DEEDS} | {"branches.change_member"}
    for user in vars(people).values():
        for code in ("C1", "C1-1", "C1-1-1", "C1-2-1", "B2-B"):
            granted = {right for right in asked if has_permission(user, right, units[code])}
            assert keeping_rights(user, [units[code]])[units[code].pk] & asked == granted


def test_closing_what_was_opened_today_leads_to_taking_it_back(bureau, units, time_machine):
    bureau.cookies["django_language"] = "en"
    told = []
    for entered, code in (("2026-06-10", "N"), ("2026-06-09", "O")):
        time_machine.move_to(f"{entered} 12:00+08:00", tick=False)
        PartyUnitFactory(code=code, parent=units["C1"], opened_on=date(2026, 6, 10))
        time_machine.move_to("2026-06-10 12:00+08:00", tick=False)
        (error,) = bureau.post(f"/units/{code}/close/", {"on": "2026-06-10"}).context["form"].errors.values()
        told.append("Take back the opening" in str(error))
    assert told == [True, False]


def deeds(client, url):
    return [deed["url"].removeprefix(url) for deed in client.get(url).context["deeds"]]


def test_an_opening_of_today_is_taken_back(bureau, units, people):
    unit = PartyUnitFactory(code="N", name="新", parent=units["C1"], opened_on=date(2026, 6, 1))
    member = MemberFactory(unit=units["C1-1"], name="甲")
    PostFactory(member=member, position=Position.YOUTH)
    transfer_member(member, unit, on=date(2026, 6, 1), by=None)
    PostFactory(member=Member.objects.get(), starts_on=date(2026, 6, 1))
    assert "open/take-back/" in deeds(bureau, "/units/N/")
    assert asked(bureau, "/units/N/open/take-back/", {}) == {
        "Unit that never was": ["新 (N)"],
        "Members who go back": ["1"],
        "Posts struck out": ["secretary"],
        "Posts that run on again": ["committee member for youth (单位C1-1)"],
    }
    _rows, url = in_two_steps(bureau, "/units/N/open/take-back/", {})
    assert (url, bureau.get("/units/N/").status_code) == ("/units/C1/", 404)
    assert (Member.objects.get().unit, Post.objects.get().ends_on) == (units["C1-1"], None)
    assert bureau.get("/units/C1-1/open/take-back/").context["refusal"]


def test_a_closure_of_today_is_taken_back(bureau, client, units, people):
    post = PostFactory(member=MemberFactory(unit=units["C2"], name="甲"), unit=units["C2-1"])
    close_unit(units["C2-1"], on=date(2026, 6, 10), by=None)
    assert deeds(bureau, "/units/C2-1/") == ["close/take-back/"]
    assert asked(bureau, "/units/C2-1/close/take-back/", {}) == {
        "Open as before": ["单位C2-1"],
        "Posts that run on again": ["甲 · secretary (单位C2-1)"],  # no office is nearer
        "Members and units that went elsewhere": ["Stay where they are."],
    }
    in_two_steps(bureau, "/units/C2-1/close/take-back/", {})
    post.refresh_from_db()
    assert (PartyUnit.objects.get(code="C2-1").closed_on, post.ends_on) == (None, None)
    assert bureau.get("/units/C2-1/close/take-back/").context["refusal"]


def test_a_group_is_taken_back_by_its_branch(client, units, people):
    PartyUnitFactory(code="G", kind="GROUP", parent=units["C1-1"], opened_on=date(2026, 6, 10))
    client.force_login(people.secretary)
    assert "open/take-back/" in deeds(client, "/units/G/")
    client.force_login(people.leader)
    assert client.get("/units/G/open/take-back/").status_code == 404


def test_taking_back_a_group_names_no_unit_out_of_sight(client, units, people):
    client.cookies["django_language"] = "en"
    group = PartyUnitFactory(code="G", kind="GROUP", parent=units["C1-1"], opened_on=date(2026, 6, 10))
    guest = MemberFactory(unit=units["C2-1"])
    transfer_member(guest, group, on=date(2026, 6, 10), by=people.bureau)
    client.force_login(people.secretary)
    for typed in ({}, {"confirmed": "1"}):
        answer = client.post("/units/G/open/take-back/", typed)
        assert (answer.status_code, "C2" in answer.text) == (422, False)
        assert "came from a unit that you do not keep" in answer.text
    guest.refresh_from_db()
    assert guest.unit == group
