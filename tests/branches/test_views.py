"""The pages of units, as each person sees them."""

import re
from datetime import date

import pytest

from branches import shell
from branches.choices import Role
from branches.models import PartyUnit
from branches.operations import close_unit, move_unit
from core.search import Hit
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def linked_codes(response):
    """The units that the page leads to, below the menu."""
    return [code for code in re.findall(r'href="/units/([^"/?]+)/"', response.text) if code != "alerts"]


def test_the_tree_shows_what_is_in_sight(client, units, people):
    client.force_login(people.secretary)
    assert linked_codes(client.get("/units/")) == ["C1-1", "C1-1-1", "C1-1-2"]
    client.force_login(people.bureau2)
    assert linked_codes(client.get("/units/")) == ["B2", "B2-B"]


def test_the_tree_goes_three_levels_deep_and_further_on_demand(client, units, people):
    client.force_login(people.province)
    page = client.get("/units/")
    assert set(linked_codes(page)) == {"P", "P-B", "B1", "B1-B", "C1", "C2", "B2", "B2-B"}
    assert 'href="?under=C1&amp;state=open"' in page.text
    assert linked_codes(client.get("/units/", {"under": "C1-1"})) == ["C1-1", "C1-1-1", "C1-1-2"]
    assert client.get("/units/", {"under": "nothing"}).status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/units/%00/", 404),
        ("/units/C1-1%00/rename/", 404),
        ("/units/%00/members/1/", 404),
        ("/units/%00/handbook.docx", 404),
        ("/units/%00/talks/", 404),
        ("/units/%00/training-hours/", 404),
        ("/units/?under=%00", 404),
        ("/units/C1-1/groups/add/?team=%00", 200),
        ("/boards/%00/branch/", 404),
        ("/boards/2026H1/%00/", 404),
        ("/boards/2026H1/branch/%00/", 404),
        ("/boards/2026H1/branch/C1-1/evidence/%00/", 404),
    ],
)
def test_what_no_database_keeps_is_no_address(client, people, address, status):
    client.force_login(people.secretary)
    assert client.get(address).status_code == status


def test_below_a_unit_out_of_sight_is_not_found(client, units, people):
    client.force_login(people.secretary)
    assert client.get("/units/", {"under": "C1-2"}).status_code == 404


def test_the_tree_counts_what_stands_below(client, units, people):
    for code in ("C1-1", "C1-1-1", "C1-1-1", "C1-2"):
        MemberFactory(unit=units[code])
    client.force_login(people.county)
    [root] = client.get("/units/").context["tree"]
    assert (root.unit, root.branches, root.groups, root.members) == (units["C1"], 2, 3, 4)
    branch = root.children[0]
    assert (branch.unit, branch.branches, branch.groups, branch.members) == (units["C1-1"], 0, 2, 3)


def test_closed_units_are_shown_when_asked_for(client, units, people):
    close_unit(units["C1-1-2"], on=date(2026, 6, 10), by=None)
    client.force_login(people.secretary)
    assert linked_codes(client.get("/units/")) == ["C1-1", "C1-1-1"]
    assert linked_codes(client.get("/units/", {"state": "closed"})) == ["C1-1-2"]
    assert linked_codes(client.get("/units/", {"state": "all"})) == ["C1-1", "C1-1-1", "C1-1-2"]
    assert linked_codes(client.get("/units/", {"state": "nonsense"})) == ["C1-1", "C1-1-1"]


def test_a_search_finds_by_name_and_code_in_sight(client, units, people):
    client.force_login(people.county)
    assert linked_codes(client.get("/units/", {"q": "c1-2"})) == ["C1-2", "C1-2-1"]
    assert linked_codes(client.get("/units/", {"q": "单位C1-1-1"})) == ["C1-1-1"]
    assert linked_codes(client.get("/units/", {"q": "B2"})) == []
    assert client.get("/units/", {"q": "x" * 100}).status_code == 200


def test_somebody_without_a_role_gets_an_empty_page(client):
    client.force_login(UserFactory())
    page = client.get("/units/")
    assert (page.status_code, linked_codes(page)) == (200, [])


def test_a_unit_shows_members_groups_and_posts(client, units, people):
    member = MemberFactory(unit=units["C1-1-1"], name="覃远", staff_no="A77")
    PostFactory(member=member, unit=units["C1-1"], starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    client.force_login(people.secretary)
    page = client.get("/units/C1-1/")
    assert page.context["unit"] == units["C1-1"]
    assert list(page.context["members"]) == [member]
    assert list(page.context["children"]) == [units["C1-1-1"], units["C1-1-2"]]
    assert list(page.context["posts"]) == []
    then = client.get("/units/C1-1/", {"on": "2025-06-30"})
    assert [(post.member, post.position) for post in then.context["posts"]] == [(member, "SECRETARY")]
    assert client.get("/units/C1-1/", {"on": "nonsense"}).status_code == 200


def test_a_unit_says_where_it_stood_on_the_day(client, units, people):
    move_unit(units["C1-2"], parent=units["C2"], on=date(2026, 6, 1), by=None)
    client.force_login(people.bureau)
    assert client.get("/units/C1-2/").context["placement"].parent == units["C2"]
    assert client.get("/units/C1-2/", {"on": "2026-05-31"}).context["placement"].parent == units["C1"]


@pytest.mark.parametrize("code", ["C1", "C1-2", "B2", "nothing"])
def test_a_unit_out_of_sight_is_not_found(client, units, people, code):
    client.force_login(people.secretary)
    assert client.get(f"/units/{code}/").status_code == 404


def test_names_stay_with_who_may_see_people(client, units):
    MemberFactory(unit=units["C1-1"], name="覃远")
    client.force_login(AssignmentFactory(role=Role.MEMBER, unit=units["C1-1"]).user)
    page = client.get("/units/C1-1/")
    assert page.status_code == 200
    assert "覃远" not in page.text
    assert client.get("/units/").context["tree"][0].members == 0


def test_whoever_is_not_signed_in_is_asked_to(client, units):
    assert client.get("/units/").headers["Location"] == "/accounts/login/?next=/units/"


@pytest.mark.parametrize("path", ["/units/", "/units/C1/", "/units/?q=C1"])
def test_queries_do_not_grow_with_the_tree(client, units, people, path, django_assert_max_num_queries):
    client.force_login(people.county)
    with django_assert_max_num_queries(20):
        client.get(path)


def test_the_top_bar_names_unit_and_role(units, people):
    assert shell.place_of(people.county) == f"{units['C1'].name} · {Role.COUNTY_OFFICE.label}"
    assert shell.place_of(UserFactory()) == ""


def test_the_search_finds_units_and_members_in_sight(units, people):
    MemberFactory(unit=units["C1-1-1"], name="覃远", staff_no="A77")
    MemberFactory(unit=units["C1-2"], name="覃近")
    group = units["C1-1-1"]
    kind = group.get_kind_display()
    assert shell.find_units(people.secretary, "c1-1-1", 5) == [Hit(group.name, kind, "/units/C1-1-1/")]
    assert shell.find_members(people.secretary, "覃", 5) == [Hit("覃远", group.name, "/units/C1-1-1/")]
    assert shell.find_members(people.secretary, "a77", 5) == [Hit("覃远", group.name, "/units/C1-1-1/")]
    assert shell.find_units(people.secretary, "B2", 5) == []


def test_the_menu_has_the_entry_for_those_who_see_units(units, people):
    assert shell.sees_units(people.leader)
    assert not shell.sees_units(UserFactory())
    assert PartyUnit.objects.count() == 14


def test_units_of_one_name_are_told_apart_by_their_codes(client, units, people):
    PartyUnit.objects.filter(code__in=["C1-1", "C1-2"]).update(name="城西供电所党支部")
    client.force_login(people.county)
    page = client.get("/units/C1/")
    labels = ["城西供电所党支部 (C1-1)", "城西供电所党支部 (C1-2)"]
    assert [child.label for child in page.context["children"]] == labels
    assert all(label in page.text for label in labels)
    assert all(label in client.get("/units/alerts/").text for label in labels)
    choices = client.get("/reports/R-03/").context["filter_form"]["unit"].field.choices
    assert [name for _code, name in choices] == ["单位C1", *labels]
