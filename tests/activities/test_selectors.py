import pytest

from activities.operations import record_activity
from activities.records import AttendanceData, PartData
from activities.selectors import (
    default_unit,
    duties_served,
    last_places,
    last_present,
    people_expected,
    recordable_units,
    units_with_names,
)
from tests.factories.activities import ActivityFactory, DutyFactory
from tests.factories.branches import MemberFactory


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
    assert [member.name for member in people_expected(units["C1-1"])] == [
        "周明",
        "李倩",
        "黄志强",
        "韦国华",
        "陆建军",
        "梁慧",
    ]
    assert [member.name for member in people_expected(units["C1-1-1"])] == ["陆建军", "梁慧"]
    gone = MemberFactory(unit=units["C1-1"], name="农海波")
    activity, _created = record_activity(
        data(parts=(PartData(units["C1-1"].pk, attendance=(AttendanceData(gone.pk),)),)), by=people.secretary
    )
    gone.left_on = "2026-06-14"
    gone.save()
    assert gone not in people_expected(units["C1-1"])
    assert gone in people_expected(units["C1-1"], activity)


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
