"""R-01 and R-05: whole lines, whose they are, and that names end where they end."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from branches.choices import MemberStatus, Position
from branches.models import PartyUnit
from branches.operations import close_unit, merge_units, relocate_unit, transfer_member, update_unit
from branches.reports import ELECTIONS, UNITS
from core.reports import Asked, all_rows
from tests.factories.branches import MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def english(time_machine):
    time_machine.move_to("2026-06-15 12:00+08:00", tick=False)
    with override("en"):
        yield


def lines(report, user, unit, day=DAY):
    return [row.cells for row in all_rows(report, Asked(user, unit, day))]


@pytest.fixture
def branch(units):
    """Three on the committee, three more in the groups, one of them on probation; one has left."""
    unit = units["C1-1"]
    people = [MemberFactory(name=name, unit=unit) for name in ("周明", "李倩", "黄志强")]
    for name, code, status in (
        ("陆建军", "C1-1-1", "FULL"),
        ("梁慧", "C1-1-1", "FULL"),
        ("韦国华", "C1-1-2", "PROBATIONARY"),
    ):
        MemberFactory(name=name, unit=units[code], status=MemberStatus(status))
    MemberFactory(name="已调出", unit=unit, left_on=date(2026, 1, 1))
    for member, position in zip(
        people, (Position.SECRETARY, Position.DEPUTY_SECRETARY, Position.PUBLICITY), strict=True
    ):
        PostFactory(member=member, position=position)
    PostFactory(
        member=MemberFactory(name="旧书记", unit=units["C1-2"]), unit=unit, ends_on=date(2025, 12, 31)
    )
    PartyUnit.objects.filter(pk=unit.pk).update(last_election_on=date(2023, 9, 1))
    return unit


def test_a_branch_in_one_line(branch, people):
    assert lines(UNITS, people.secretary, branch) == [
        (
            1, "C1-1", "单位C1-1", "Party branch", "单位C1", "单位O-C1-1", "周明", "李倩", 3,
            6, 5, 1, 2, date(2023, 9, 1), date(2026, 9, 1), "open",
        )
    ]  # fmt: skip


def test_who_was_secretary_on_an_earlier_day(branch, people):
    assert lines(UNITS, people.secretary, branch, date(2025, 6, 30))[0][6] == "周明、旧书记"


def test_an_office_sees_its_subtree_in_the_order_of_the_tree(branch, units, people):
    found = lines(UNITS, people.county, units["C1"])
    assert [(row[0], row[1], row[6], row[9]) for row in found] == [
        (1, "C1", "", 0),
        (2, "C1-1", "周明", 6),
        (3, "C1-2", "", 1),
    ]


@pytest.mark.parametrize("who", ["bureau", "province"])
def test_offices_further_above_see_who_holds_a_post_and_no_other_name(branch, units, people, who):
    """A post is part of the work, like on the unit's page; members are counted."""
    found = {row[1]: row for row in lines(UNITS, getattr(people, who), units["B1"])}
    assert found["C1-1"][6:10] == ("周明", "李倩", 3, 6)
    assert (found["C1-2"][6:9], found["C1"][6:9]) == (("", "", 0), ("", "", 0))
    assert not any(name in str(list(found.values())) for name in ("黄志强", "陆建军", "梁慧", "韦国华"))


def test_nobody_sees_more_than_his_scope(branch, units, people):
    assert [row[1] for row in lines(UNITS, people.secretary, units["P"])] == ["C1-1"]
    assert lines(UNITS, people.secretary, units["B2"]) == []


def test_a_group_is_its_branchs_line_unless_it_asks(branch, units, people):
    found = lines(UNITS, people.leader, units["C1-1-1"])
    assert [(row[1], row[9], row[12]) for row in found] == [("C1-1-1", 2, 0)]


def test_as_many_queries_however_many_units(branch, units, people):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            lines(UNITS, people.county, units["C1"])
        return len(queries)

    before = count()
    for _number in range(20):
        PartyUnitFactory(parent=units["C1"])
    assert count() == before


def test_a_day_before_a_merger_and_a_new_name(branch, units, people):
    """C1-2 becomes part of C1-1, which gets a new name and a group less; C1 is renamed too."""
    newcomer = MemberFactory(name="预备", unit=units["C1-2"], full_since=date(2026, 5, 1))
    merge_units(units["C1-2"], branch, on=date(2026, 6, 1), by=None)
    update_unit(branch, name="新支部", on=date(2026, 6, 10), by=None)
    update_unit(units["C1"], name="新党委", on=date(2026, 6, 10), by=None)
    transfer_member(units["C1-1-2"].members.get(), branch, on=date(2026, 6, 2), by=None)
    close_unit(units["C1-1-2"], on=date(2026, 6, 2), by=None)

    def told(day):
        found = lines(UNITS, people.county, PartyUnit.objects.get(code="C1"), day)
        return [(row[1], row[2], row[4], *row[9:13]) for row in found]

    assert told(DAY) == [
        ("C1", "新党委", "单位B1", 0, 0, 0, 0),
        ("C1-1", "新支部", "新党委", 8, 7, 1, 2),
    ]
    assert told(date(2026, 4, 30)) == [
        ("C1", "单位C1", "单位B1", 0, 0, 0, 0),
        ("C1-1", "单位C1-1", "单位C1", 6, 5, 1, 2),
        ("C1-2", "单位C1-2", "单位C1", 2, 1, 1, 1),
    ]
    assert newcomer.transfers.count() == 1


def test_a_unit_that_moved_stands_where_it_stood(branch, units, people):
    relocate_unit(branch, parent=units["C2"], on=date(2026, 6, 1), by=None)

    def told(code, day):
        return [row[1] for row in lines(UNITS, people.bureau, PartyUnit.objects.get(code=code), day)]

    assert (told("C1", date(2026, 5, 31)), told("C1", DAY)) == (["C1", "C1-1", "C1-2"], ["C1", "C1-2"])
    assert ("C1-1" in told("C2", date(2026, 5, 31)), "C1-1" in told("C2", DAY)) == (False, True)


def test_before_its_election_and_its_founding(branch, units, people):
    PartyUnit.objects.filter(pk=units["C1-2"].pk).update(established_on=date(2024, 1, 1))
    found = lines(UNITS, people.county, units["C1"], date(2023, 8, 31))
    assert [(row[1], row[13], row[14]) for row in found] == [("C1", None, None), ("C1-1", None, None)]


# --- R-05 -----------------------------------------------------------------------------------------
def elected(unit, on, **fields):
    PartyUnit.objects.filter(pk=unit.pk).update(last_election_on=on, **fields)


@pytest.fixture
def elections(units):
    elected(units["C1"], date(2021, 12, 15))  # five years: due in exactly six months
    elected(units["C1-1"], date(2023, 5, 1))  # overdue
    elected(
        units["C1-2"], date(2023, 1, 1), extended_until=date(2026, 10, 1), extension_approval="组〔2026〕3号"
    )
    elected(units["C2"], date(2024, 1, 1))  # not yet
    elected(units["C2-1"], date(2024, 6, 1), term_years=2)
    return units


def test_what_is_due_within_six_months_is_told(elections, people):
    assert lines(ELECTIONS, people.bureau, elections["B1"]) == [
        ("B1", "单位B1", "Party committee", None, "5 years", None, None, ""),
        ("B1-B", "单位B1-B", "Party branch", None, "3 years", None, None, ""),
        ("C1", "单位C1", "Party committee", date(2021, 12, 15), "5 years", date(2026, 12, 15), 183, ""),
        ("C1-1", "单位C1-1", "Party branch", date(2023, 5, 1), "3 years", date(2026, 5, 1), -45, ""),
        (
            "C1-2", "单位C1-2", "Party branch", date(2023, 1, 1), "3 years",
            date(2026, 10, 1), 108, "组〔2026〕3号",
        ),
        ("C2-1", "单位C2-1", "Party branch", date(2024, 6, 1), "2 years", date(2026, 6, 1), -14, ""),
    ]  # fmt: skip


def test_another_day_another_list(elections, people):
    """A day before, the committee's term ends in more than six months."""
    found = lines(ELECTIONS, people.county, elections["C1"], date(2026, 6, 14))
    assert [row[0] for row in found] == ["C1-1", "C1-2"]


def test_on_a_past_day_a_unit_bears_its_name_of_then(elections, people):
    update_unit(elections["C1-1"], name="新名", on=date(2026, 6, 1), by=None)
    named = [lines(ELECTIONS, people.secretary, elections["C1-1"], day) for day in (date(2026, 5, 31), DAY)]
    assert [row[1] for found in named for row in found] == ["单位C1-1", "新名"]


def test_a_term_from_a_leap_day_is_told_like_its_alert(units, people):
    """It ends on 28 February 2027, six months after 28 August."""
    elected(units["C1-1"], date(2024, 2, 29))
    elected(units["C1"], date(2024, 1, 1))
    elected(units["C1-2"], date(2026, 1, 1))
    found = lines(ELECTIONS, people.county, units["C1"], date(2026, 8, 28))
    assert [(row[0], row[5]) for row in found] == [("C1-1", date(2027, 2, 28))]
