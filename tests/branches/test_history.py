"""A unit on an earlier day: who belonged to it then, which groups it had, and what nobody knows."""

from datetime import date

import pytest

from branches.choices import MemberStatus, UnitKind
from branches.history import listed_members_on, members_on, units_below_on
from branches.models import PartyUnit
from branches.operations import close_unit, relocate_unit, transfer_member, update_member, update_unit
from tests.factories.branches import MemberFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2026, 3, 1), date(2026, 4, 15)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


@pytest.fixture
def moved(units):
    """甲 stays; 乙 left for another branch and 丙 came from there; 丁 changed his group; 戊 is gone."""
    homes = {"甲": "C1-1", "乙": "C1-1-1", "丙": "C1-2", "丁": "C1-1-1", "戊": "C1-1"}
    found = {
        name: MemberFactory(name=name, unit=units[code], full_since=date(2020, 1, 1))
        for name, code in homes.items()
    }
    for name, code, day in (
        ("乙", "C1-2", 1),
        ("丙", "C1-1", 1),
        ("丁", "C1-1-2", 1),
        ("乙", "C2-1", 20),
    ):
        transfer_member(found[name], units[code], on=date(2026, 4, day), by=None)
        found[name].refresh_from_db()
    update_member(found["戊"], left_on=date(2026, 4, 1), by=None)
    return found


def then(unit, day):
    places = dict(PartyUnit.objects.values_list("pk", "code"))
    return sorted((member.name, places[member.unit_then]) for member in members_on(unit, day))


def test_who_belonged_to_a_unit(units, moved):
    branch, other = units["C1-1"], units["C1-2"]
    group = ("乙", "C1-1-1"), ("丁", "C1-1-1")
    assert then(branch, BEFORE) == sorted([("甲", "C1-1"), *group, ("戊", "C1-1")])
    assert then(branch, AFTER) == sorted([("甲", "C1-1"), ("丙", "C1-1"), ("丁", "C1-1-2")])
    assert then(units["C1-1-1"], BEFORE) == sorted(group)
    assert [then(other, day) for day in (BEFORE, AFTER, date(2026, 4, 20))] == [
        [("丙", "C1-2")],
        [("乙", "C1-2")],
        [],
    ]
    assert then(branch, date(2026, 3, 31)) == then(branch, BEFORE)
    assert then(branch, date(2026, 4, 1)) == then(branch, AFTER)


def test_who_joined_later_is_on_no_earlier_roster(units, people, moved):
    """The day of joining is that of the first unit: from there transfers lead on."""
    joined = MemberFactory(unit=units["C1-1"], name="新", joined_on=date(2026, 4, 1))
    transfer_member(joined, units["C1-2"], on=date(2026, 4, 10), by=None)
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 10)]
    for code, found in (("C1-1", [False, True, False]), ("C1-2", [False, False, True])):
        assert [("新", code) in then(units[code], day) for day in days] == found
    row = next(row for row in listed_members_on(units["C1-1"], days[1], people.county) if row.name == "新")
    assert row.sure


def test_the_groups_of_that_day_under_their_names(units):
    branch, group, other = units["C1-1"], units["C1-1-1"], units["C1-1-2"]
    relocate_unit(group, parent=units["C1-2"], on=date(2026, 4, 1), by=None)
    update_unit(other, name="新名", on=date(2026, 4, 1), by=None)
    close_unit(other, on=date(2026, 5, 1), by=None)
    PartyUnitFactory(code="N", kind=UnitKind.GROUP, parent=branch, opened_on=date(2026, 4, 1), name="新组")
    found = [
        sorted(units_below_on(branch, day).values_list("name_then", flat=True))
        for day in (BEFORE, AFTER, date(2026, 5, 1))
    ]
    assert found == [["单位C1-1-1", "单位C1-1-2"], ["新名", "新组"], ["新组"]]


def test_the_page_of_a_day_shows_the_people_of_that_day(client, units, people, moved):
    client.force_login(people.secretary)
    page = client.get("/units/C1-1/?on=2026-03-01")
    rows = page.context["members_then"]
    assert [(row.name, row.was_in.code, row.here, row.sure) for row in rows] == [
        ("戊", "C1-1", True, True),
        ("甲", "C1-1", True, True),
        ("丁", "C1-1-1", True, True),
        ("乙", "C1-1-1", False, True),
    ]
    assert f"/members/{moved['乙'].pk}/" not in page.text
    assert ("单位C2-1" in page.text, "丙" in page.text) == (False, False)
    today = client.get("/units/C1-1/")
    assert sorted(member.name for member in today.context["members"]) == sorted("甲丙丁")
    assert today.context["members_then"] == []


def test_what_the_history_does_not_know_is_said(client, units, people):
    MemberFactory(unit=units["C1-1"], name="新", full_since=date(2026, 4, 1))
    arrived = MemberFactory(
        unit=units["C1-1-1"], name="预", status=MemberStatus.PROBATIONARY, full_since=None
    )
    transfer_member(arrived, units["C1-1"], on=date(2026, 2, 1), by=None)
    client.force_login(people.secretary)
    client.cookies["django_language"] = "en"
    page = client.get("/units/C1-1/?on=2026-03-01")
    assert [(row.name, row.sure) for row in page.context["members_then"]] == [("新", False), ("预", True)]
    assert page.text.count("full member from 2026-04-01 only") == 1
    assert page.text.count('<span class="muted small">not on record for this day</span>') == 1


def test_a_day_before_the_unit_was_open_says_so(client, units, people):
    PartyUnit.objects.filter(code="C1-1").update(opened_on=date(2026, 4, 1))
    client.force_login(people.secretary)
    for day, was_open in (("2026-03-31", False), ("2026-04-01", True)):
        assert client.get(f"/units/C1-1/?on={day}").context["was_open"] is was_open
    assert client.get("/units/C1-1/?on=never").context["earlier"] is False


@pytest.mark.parametrize("field", ["opened_on", "established_on"])
def test_before_its_first_day_there_was_no_unit_and_nobody_in_it(client, units, people, moved, field):
    PartyUnit.objects.filter(code="C1-1").update(**{field: date(2001, 4, 1)})
    client.force_login(people.secretary)
    client.cookies["django_language"] = "en"
    page = client.get("/units/C1-1/?on=1990-01-01")
    assert "On 1990-01-01 the unit did not exist yet: it began on 2001-04-01." in page.text
    assert (page.context["members_then"], list(page.context["children"])) == ([], [])
    assert ("Members on" in page.text, "On this day the unit stood under" in page.text) == (False, False)
    assert len(client.get("/units/C1-1/?on=2001-04-01").context["members_then"]) == 4


def test_a_day_that_has_not_come_is_refused_in_words(client, units, people, moved):
    client.force_login(people.secretary)
    client.cookies["django_language"] = "en"
    page = client.get("/units/C1-1/?on=2030-01-01")
    assert "This day has not come yet. What follows is today." in page.text
    assert (page.context["day"], len(page.context["members"])) == (date(2026, 6, 10), 3)
    assert "has not come" not in client.get("/units/C1-1/?on=2026-06-10").text


def test_who_sees_no_names_sees_none_of_an_earlier_day(client, units, people, moved):
    client.force_login(people.secretary2)
    assert client.get("/units/C1-1/?on=2026-03-01").status_code == 404
    page = client.get("/units/C1-2/?on=2026-03-01")
    assert [row.name for row in page.context["members_then"]] == ["丙"]
