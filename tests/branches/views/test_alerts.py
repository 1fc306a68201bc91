"""The page of what needs attention."""

from datetime import date

import pytest

from branches.choices import Position, Role
from branches.forms import filters
from branches.models import PartyUnit
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def shown(client, **query):
    page = client.get("/units/alerts/", query)
    return [(alert.kind, alert.unit.code) for alert in page.context["alerts"]]


def test_the_page_is_narrowed_by_kind_and_unit(client, units, people):
    PartyUnit.objects.filter(code__in=["C1-1", "C1-2", "B2"]).update(last_election_on=date(2020, 6, 1))
    client.force_login(people.county)
    both = [("ELECTION", "C1-1"), ("ELECTION", "C1-2")]
    assert shown(client)[:2] == both
    assert shown(client, kind="ELECTION") == both
    assert shown(client, kind="ELECTION", unit="C1-2") == both[1:]
    assert shown(client, kind="GROUP_WITHOUT_LINK", unit="C1-2") == [("GROUP_WITHOUT_LINK", "C1-2-1")]
    assert len(shown(client, kind="nonsense")) == len(shown(client))
    for code in ("B2", "nothing"):
        assert client.get("/units/alerts/", {"unit": code}).status_code == 404


def test_units_are_chosen_by_name_from_those_that_one_keeps(client, units, people, monkeypatch):
    """A long list ends at the units that have branches below them."""

    def offered(user):
        client.force_login(user)
        field = client.get("/units/alerts/").context["filter_form"]["unit"]
        return field.field.widget.choices[1:]

    assert offered(people.county) == [
        ("C1", "单位C1"),
        ("C1-1", "\u3000单位C1-1"),
        ("C1-2", "\u3000单位C1-2"),
    ]
    assert offered(people.secretary) == [("C1-1", "单位C1-1")]
    assert offered(people.province) == []
    monkeypatch.setattr(filters, "UNITS_OFFERED", 6)
    assert [code for code, _name in offered(people.bureau)] == ["B1", "C1", "C2"]


def test_who_keeps_nothing_has_an_empty_page(client, units, people):
    for user in (people.province, people.leader, UserFactory()):
        client.force_login(user)
        assert shown(client) == []
    client.force_login(people.leader)
    assert not client.get("/units/").context["keeps"]
    client.force_login(people.secretary)
    assert client.get("/units/").context["keeps"]


CLEAR, NONE_HERE, NOT_YOURS = (
    "Nothing needs attention",
    "Nothing under this filter",
    "These matters are seen to elsewhere",
)


def said(client, **query):
    text = client.get("/units/alerts/", query).text
    return [words for words in (CLEAR, NONE_HERE, NOT_YOURS) if words in text]


def test_an_empty_list_says_why_it_is_empty(client, units, people):
    """Only who keeps units and asks for all of them hears that all is well."""
    client.cookies["django_language"] = "en"
    client.force_login(people.secretary)
    PartyUnit.objects.filter(code="C1-1").update(last_election_on=date(2020, 6, 1))
    assert said(client) == []
    assert said(client, kind="JOINT_TOO_WIDE") == [NONE_HERE]
    client.force_login(people.county)
    assert said(client, kind="JOINT_TOO_WIDE", unit="C1-1") == [NONE_HERE]
    for user in (people.province, people.leader):
        client.force_login(user)
        assert said(client) == said(client, kind="ELECTION") == [NOT_YOURS]


def test_all_is_well_where_nothing_is_open(client):
    client.cookies["django_language"] = "en"
    branch = PartyUnitFactory(last_election_on=date(2026, 6, 1))
    PostFactory(unit=branch, member=MemberFactory(unit=branch), position=Position.SECRETARY)
    MemberFactory.create_batch(3, unit=branch)
    client.force_login(AssignmentFactory(unit=branch, role=Role.BRANCH_SECRETARY).user)
    assert client.get("/units/alerts/").context["alerts"] == []
    assert said(client) == [CLEAR]
    assert said(client, unit=branch.code) == [NONE_HERE]
