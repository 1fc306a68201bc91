"""The entry sheet offers and counts the people of the day held."""

import re
from datetime import date

import pytest
from django.http import QueryDict
from django.urls import reverse

from activities.forms import EntrySheet, blank_values
from activities.models import Activity, Attendance
from branches.choices import MemberStatus, UnitKind
from branches.operations import second_members, transfer_member
from tests.factories.branches import AssignmentFactory, PartyUnitFactory, PostFactory

MARCH = "2026-03-12"


@pytest.fixture
def moved(units, members):
    """On 1 June 韦国华 went next door; 李倩 became secretary after 周明."""
    zhou, li, _huang, wei, *_group = members
    transfer_member(wei, units["C1-2"], on=date(2026, 6, 1), by=None)
    PostFactory(member=zhou, unit=units["C1-1"], position="SECRETARY", ends_on="2026-05-31")
    PostFactory(member=li, unit=units["C1-1"], position="SECRETARY", starts_on="2026-06-01")
    return wei


@pytest.fixture
def typed(units, members):
    """What the page of today sends when only the day was changed."""

    def make(held_on=MARCH, **given):
        values = blank_values(units["C1-1"], members=members_of_today(members), kind="GENERAL_MEETING")
        values["title"], values["held_on"] = "党员大会", held_on
        values["core_task"], values["no_core_task"] = "none", "本月没有中心任务"
        for name, texts in given.items():
            values.setlist(name.replace("__", "-"), texts if isinstance(texts, list) else [texts])
        return values

    return make


def sent(values):
    return dict(values.lists())


def members_of_today(members):
    return [member for member in members if member.name != "韦国华"]


def shown(sheet):
    """Who is offered (ticked ones with a star), who leads, how many may vote."""
    names = [row["name"] + "*" * row["present"] for row in sheet.attendance.rows]
    chair = dict(sheet.minutes.fields["chair"].choices)[sheet.minutes["chair"].value()]
    return names, chair, [form["eligible"].value() for form in sheet.votes.forms][:2], sheet.votes.eligible


def test_what_the_sheet_filled_in_itself_follows_the_day(people, units, moved, typed):
    sheet = EntrySheet(people.secretary, units["C1-1"], typed(), check=False)
    everybody = ["周明*", "李倩*", "黄志强*", "韦国华*", "陆建军*", "梁慧*"]
    assert shown(sheet) == (everybody, "周明", ["6", "6"], 6)
    sheet = EntrySheet(people.secretary, units["C1-1"], typed("2026-06-12"), check=False)
    assert shown(sheet) == ([name for name in everybody if name != "韦国华*"], "李倩", ["5", "5"], 5)


def test_what_somebody_chose_stays_when_the_day_changes(people, units, members, moved, typed):
    zhou, li, huang, *_others = members
    given = {"present": [str(zhou.pk)], "chair": str(huang.pk), "vote__0__subject": "接收"}
    given |= {"vote__0__eligible": "4", f"present_reason_{li.pk}": "ILLNESS"}
    sheet = EntrySheet(people.secretary, units["C1-1"], typed(**given), check=False)
    names, chair, eligible, base = shown(sheet)
    assert names == ["周明*", "李倩", "黄志强", "韦国华", "陆建军", "梁慧"]
    assert (chair, eligible, base) == ("黄志强", ["4", "6"], 6)
    assert sheet.attendance.rows[1]["reason"] == "ILLNESS"


def test_without_script_other_people_are_told_before_anything_is_kept(client, people, units, moved, typed):
    client.force_login(people.secretary)
    values = typed(vote__0__subject="接收", vote__0__present="5", vote__0__in_favour="5")
    values["unit"] = "C1-1"
    response = client.post(reverse("activities:create"), sent(values))
    sheet = response.context["sheet"]
    assert (response.status_code, Activity.objects.count()) == (422, 0)
    (told,) = sheet.main.errors["held_on"]
    assert "韦国华" in told
    assert sheet.main["title"].value() == "党员大会"
    page = response.content.decode()
    assert re.search(r'name="people_of" value="([^"]+)"', page)[1] == MARCH
    values["people_of"] = MARCH
    values["vote-0-eligible"] = sheet.votes.forms[0]["eligible"].value()
    values.appendlist("present", str(moved.pk))
    client.post(reverse("activities:create"), sent(values))
    activity = Activity.objects.get()
    assert {row.member.name for row in Attendance.objects.filter(present=True)} >= {"韦国华"}
    assert (activity.participations.get().expected_count, activity.votes.get().eligible) == (6, 6)


def test_a_day_with_the_same_people_asks_nothing(client, people, units, members, typed):
    values = typed()
    values.setlist("present", [str(member.pk) for member in members])
    values["unit"] = "C1-1"
    client.force_login(people.secretary)
    assert client.post(reverse("activities:create"), sent(values)).status_code == 302
    assert Activity.objects.get().participations.get().expected_count == 6


def test_whoever_came_later_is_not_kept_as_present(people, units, moved, members, typed):
    values = typed("2026-06-12", people_of="2026-06-12")
    values.appendlist("present", str(moved.pk))
    sheet = EntrySheet(people.secretary, units["C1-1"], values, check=True)
    assert not sheet.is_valid()
    assert list(sheet.attendance.errors) == ["present"]


@pytest.mark.parametrize("day", ["", "0002-06-12", "nonsense"])
def test_while_the_day_is_being_typed_the_people_stay(people, units, moved, typed, day):
    values = typed(day, people_of=MARCH)
    sheet = EntrySheet(people.secretary, units["C1-1"], values, check=False)
    assert (sheet.people.day, sheet.people.is_other) == (date(2026, 3, 12), False)


def test_the_page_asks_for_the_people_of_another_day(client, people, units, moved, typed):
    client.force_login(people.secretary)
    values = typed()
    values["unit"], values["people"] = "C1-1", "1"
    response = client.post(reverse("activities:create"), sent(values))
    assert (response.status_code, Activity.objects.count()) == (200, 0)
    assert "韦国华" in response.content.decode()
    assert not response.context["sheet"].has_errors


def test_a_record_offers_the_people_of_its_day(client, people, units, moved, typed):
    client.force_login(people.secretary)
    values = typed(people_of=MARCH)
    values["unit"] = "C1-1"
    client.post(reverse("activities:create"), sent(values))
    activity = Activity.objects.get()
    page = client.get(reverse("activities:update", args=[activity.pk]))
    assert "韦国华" in [member.name for member in page.context["sheet"].attendance.members]
    posted = QueryDict(mutable=True)
    posted["held_on"], posted["people_of"], posted["people"] = "2026-06-12", MARCH, "1"
    page = client.post(reverse("activities:update", args=[activity.pk]), posted)
    assert "韦国华" not in [member.name for member in page.context["sheet"].attendance.members]


def test_a_temporary_branch_takes_attendance_of_those_seconded_to_it(units, members):
    unit = PartyUnitFactory(kind=UnitKind.TEMPORARY_BRANCH, parent=units["C1"])
    members[1].status = MemberStatus.PROBATIONARY
    members[1].save()
    second_members(unit, members[:3], on=date(2026, 4, 1), by=None)
    secretary = AssignmentFactory(role="BRANCH_SECRETARY", unit=unit).user
    values = blank_values(unit, kind="GENERAL_MEETING")
    sheet = EntrySheet(secretary, unit, values, check=False)
    assert [member.name for member in sheet.attendance.members] == ["周明", "李倩", "黄志强"]
    assert sheet.votes.eligible == 2
    values["held_on"] = MARCH
    assert EntrySheet(secretary, unit, values, check=False).attendance.members == []
