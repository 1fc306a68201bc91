from datetime import date

import pytest

from activities.operations import record_activity
from activities.records import AttendanceData, PartData
from activities.selectors import (
    default_unit,
    duties_served,
    expected_at,
    last_places,
    last_present,
    people_expected,
    recordable_units,
    units_with_names,
    voters,
)
from branches.operations import transfer_member
from tests.activities.conftest import TODAY
from tests.factories.activities import ActivityFactory, DutyFactory
from tests.factories.branches import MemberFactory, PostFactory


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("secretary", ["C1-1", "C1-1-1", "C1-1-2"]),
        ("leader", ["C1-1-1"]),
        ("county", ["C1"]),
        ("province", []),
        ("member", []),
    ],
)
def test_units_for_which_one_may_record(people, who, codes):
    units = recordable_units(getattr(people, who)).order_by("path")
    assert [unit.code for unit in units] == codes
    first = default_unit(getattr(people, who))
    assert (first.code if first else None) == (codes[0] if codes else None)


def test_a_closed_unit_is_not_recorded_for(people, units):
    units["C1-1-1"].closed_on = "2026-06-01"
    units["C1-1-1"].save()
    assert [unit.code for unit in recordable_units(people.secretary).order_by("path")] == ["C1-1", "C1-1-2"]
    assert default_unit(people.leader) is None


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("secretary", {"C1-1", "C1-1-1"}),
        ("leader", {"C1-1-1"}),
        ("county", {"C1", "C1-1", "C1-1-1", "C1-2"}),
        ("bureau", {"C1"}),
        ("province", set()),
        ("member", set()),
    ],
)
def test_names_are_for_the_branch_and_the_office_right_above(people, units, who, codes):
    asked = [units[code] for code in ("C1", "C1-1", "C1-1-1", "C1-2", "B2-B")]
    found = units_with_names(getattr(people, who), asked)
    assert {unit.code for unit in asked if unit.pk in found} == codes


def test_a_branch_expects_its_own_and_its_groups_members_and_who_is_on_record(people, units, members, data):
    assert [member.name for member in people_expected(units["C1-1"], TODAY)] == [
        "周明",
        "李倩",
        "黄志强",
        "韦国华",
        "陆建军",
        "梁慧",
    ]
    assert [member.name for member in people_expected(units["C1-1-1"], TODAY)] == ["陆建军", "梁慧"]
    gone = MemberFactory(unit=units["C1-1"], name="农海波")
    activity, _created = record_activity(
        data(parts=(PartData(units["C1-1"].pk, attendance=(AttendanceData(gone.pk),)),)), by=people.secretary
    )
    gone.left_on = "2026-06-10"
    gone.save()
    assert gone not in people_expected(units["C1-1"], TODAY)
    assert gone in people_expected(units["C1-1"], activity.held_on, activity)


def test_of_an_earlier_day_those_are_expected_who_belonged_then(units):
    branch, group, next_door = (units[code] for code in ("C1-1", "C1-1-1", "C1-2"))
    stays = MemberFactory(unit=group, name="周明", full_since="2026-05-20")
    MemberFactory(unit=branch, name="李倩", joined_on="2026-04-01")
    gone = MemberFactory(unit=branch, name="韦国华")
    MemberFactory(unit=branch, name="农海波", left_on="2026-05-10")
    came = MemberFactory(unit=next_door, name="黄志强")
    transfer_member(gone, next_door, on=date(2026, 6, 1), by=None)
    transfer_member(came, group, on=date(2026, 6, 1), by=None)
    PostFactory(member=gone, unit=branch, position="DEPUTY_SECRETARY", ends_on="2026-05-31")
    PostFactory(member=stays, unit=branch, position="DEPUTY_SECRETARY", starts_on="2026-06-01")
    found = {}
    for day in (date(2026, 3, 31), date(2026, 5, 12), TODAY):
        found[day.isoformat()] = (
            {member.name for member in people_expected(branch, day)},
            [member.name for member in expected_at(branch, "COMMITTEE_MEETING", day)],
            voters(branch, "GENERAL_MEETING", day),
            voters(branch, "COMMITTEE_MEETING", day),
        )
    assert found == {
        "2026-03-31": ({"周明", "韦国华", "农海波"}, ["韦国华"], 2, 1),
        "2026-05-12": ({"周明", "李倩", "韦国华"}, ["韦国华"], 2, 1),
        "2026-06-15": ({"周明", "李倩", "黄志强"}, ["周明"], 3, 1),
    }


def test_places_last_used_come_first(units):
    for place, day in (("甲", "2026-05-01"), ("乙", "2026-05-03"), ("甲", "2026-05-02"), ("", "2026-05-04")):
        ActivityFactory(unit=units["C1-1"], place=place, held_on=day)
    ActivityFactory(unit=units["C1-2"], place="别处")
    assert last_places(units["C1-1"]) == ["乙", "甲"]


def test_who_was_present_last_time(people, units, members, data):
    assert last_present(units["C1-1"]) == []
    names = (AttendanceData(members[0].pk), AttendanceData(members[1].pk, "DUTY"))
    record_activity(data(parts=(PartData(units["C1-1"].pk, attendance=names),)), by=people.secretary)
    ActivityFactory(unit=units["C1-1"], held_on="2026-06-14")
    assert last_present(units["C1-1"]) == [members[0].pk]


def test_what_a_record_serves(units):
    activity = ActivityFactory(
        unit=units["C1-1"], also_counts=["GENERAL_MEETING"], parts={units["C1-2"]: None}
    )
    served = {DutyFactory(unit=units["C1-1"]), DutyFactory(unit=units["C1-2"])}
    DutyFactory(unit=units["C1-1"], rule__kind="TRAINING")
    DutyFactory(unit=units["C1-1-1"])
    DutyFactory(unit=units["C1-1"], first_day="2026-01-01", last_day="2026-03-31")
    assert set(duties_served(activity)) == served
