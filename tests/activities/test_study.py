"""Hours of study: what counts, whose target is higher, who is short, and who is told."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.inner_life import shortfall_items, shortfall_reminders
from activities.models import Attendance, Participation
from activities.rules import hours_short
from activities.study import training_hours
from branches.choices import Position
from branches.operations import transfer_member, update_unit
from tests.factories.activities import ActivityFactory
from tests.factories.branches import MemberFactory, PostFactory

BACKEND = "accounts.backends.SignInBackend"


@pytest.fixture
def studied(units):
    """``studied(members, "4.5")``: a confirmed lecture of the branch at which they were present."""

    def make(present, hours, *, absent=(), unit="C1-1", **given):
        activity = ActivityFactory(unit=units[unit], kind="PARTY_LECTURE", learning_hours=hours, **given)
        part = activity.participations.get()
        for member in present:
            Attendance.objects.create(participation=part, member=member, present=True)
        for member in absent:
            Attendance.objects.create(participation=part, member=member, present=False, absence="DUTY")
        return activity

    return make


def hours_of(units, year=2026, unit="C1-1"):
    return {row.member.name: (row.hours, row.target, row.short) for row in training_hours(units[unit], year)}


@pytest.mark.oracle("G-08")
@pytest.mark.parametrize(
    ("hours", "on_committee", "short"),
    [("31", False, 1), ("32", False, 0), ("50", True, 6), ("56", True, 0), ("60", True, 0), ("0", False, 32)],
)
def test_by_how_much_the_hours_fall_short(hours, on_committee, short):
    assert hours_short(Decimal(hours), on_committee) == short


@pytest.mark.oracle("G-08")
def test_a_member_with_31_hours_is_short_by_1_and_a_secretary_with_50_by_6(units, members, studied):
    secretary, member = members[:2]
    PostFactory(member=secretary, unit=units["C1-1"], position=Position.SECRETARY)
    studied([secretary, member], "31")
    studied([secretary], "19")
    found = hours_of(units)
    assert found["周明"] == (50, 56, 6)
    assert found["李倩"] == (31, 32, 1)


def test_only_confirmed_records_of_the_year_at_which_he_was_present_count(units, members, studied):
    first, second = members[:2]
    studied([first], "4.5", absent=[second])
    studied([first], "8", held_on=date(2025, 12, 31))
    studied([first], "8", state="SUBMITTED")
    studied([first], "8", state="VOID")
    studied([first], None)
    assert hours_of(units)["周明"] == (Decimal("4.5"), 32, Decimal("27.5"))
    assert hours_of(units)["李倩"] == (0, 32, 32)
    assert hours_of(units, 2025)["周明"][0] == 8


def test_a_record_counts_once_whoever_named_him(units, members, studied):
    leader = members[4]
    activity = studied([leader], "4")
    group = Participation.objects.create(activity=activity, unit=units["C1-1-1"])
    Attendance.objects.create(participation=group, member=leader, present=True)
    assert hours_of(units)["陆建军"][0] == 4


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "target"),
    [
        (date(2020, 1, 1), date(2025, 12, 31), 32),
        (date(2020, 1, 1), date(2026, 1, 1), 56),
        (date(2026, 12, 31), None, 56),
        (date(2027, 1, 1), None, 32),
    ],
)
@pytest.mark.parametrize("position", [Position.SECRETARY, Position.DEPUTY_SECRETARY, Position.YOUTH])
def test_a_post_on_any_day_of_the_year_raises_the_target(
    units, members, starts_on, ends_on, target, position
):
    PostFactory(
        member=members[0], unit=units["C1-1"], position=position, starts_on=starts_on, ends_on=ends_on
    )
    assert hours_of(units)["周明"][1] == target


def test_a_group_leader_and_a_linked_member_have_the_target_of_a_member(units, members):
    PostFactory(member=members[4], unit=units["C1-1-1"], position=Position.GROUP_LEADER)
    PostFactory(member=members[5], unit=units["C1-1-1"], position=Position.LINKED_MEMBER)
    assert {target for _hours, target, _short in hours_of(units).values()} == {32}


def test_the_number_of_queries_does_not_grow_with_the_members(units, members, studied):
    studied(members, "4")
    with CaptureQueriesContext(connection) as few:
        training_hours(units["C1-1"], 2026)
    studied(MemberFactory.create_batch(20, unit=units["C1-1"]), "4")
    with CaptureQueriesContext(connection) as many:
        assert len(training_hours(units["C1-1"], 2026)) == 26
    assert len(many) == len(few)


def test_a_past_year_lists_who_belonged_here_at_its_end(units, members, studied):
    """Of the groups' people 陆建军 went in January, another left; who came this year was elsewhere."""
    came = MemberFactory(name="来", unit=units["C1-2"])
    studied([members[4]], "8", held_on=date(2025, 12, 1))
    transfer_member(members[4], units["C1-2"], on=date(2026, 1, 1), by=None)
    transfer_member(came, units["C1-1"], on=date(2026, 1, 1), by=None)
    update_unit(units["C1-1-1"], name="新组", on=date(2026, 2, 1), by=None)
    assert set(hours_of(units, 2025)) == {member.name for member in members}
    assert hours_of(units, 2025)["陆建军"] == (8, 32, 24)
    assert set(hours_of(units)) == {member.name for member in members} - {"陆建军"} | {"来"}
    places = {row.member.place_then.name for row in training_hours(units["C1-1"], 2025)}
    assert places == {"单位C1-1", "单位C1-1-1"}


# --- the page -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("secretary", "C1-1", 200),
        ("secretary", "C1-1-1", 200),
        ("county", "C1-1", 200),
        ("leader", "C1-1-1", 200),
        ("bureau", "C1-1", 403),
        ("province", "C1-1", 403),
        ("member", "C1-1", 403),
        ("leader", "C1-1", 404),
        ("secretary2", "C1-1", 404),
        ("secretary", "NONE", 404),
    ],
)
def test_only_who_sees_the_names_sees_the_hours(client, people, members, name, code, status):
    client.force_login(getattr(people, name), backend=BACKEND)
    assert client.get(f"/units/{code}/training-hours/").status_code == status


def test_the_page_stands_in_the_order_of_the_roster(client, people, units, members, studied):
    """No ranking: whoever has most hours does not come first."""
    studied([members[3]], "40")
    client.force_login(people.secretary, backend=BACKEND)
    context = client.get("/units/C1-1/training-hours/").context
    assert [row.member for row in context["rows"]] == members
    assert context["short"] == 5


# --- the secretary is told ------------------------------------------------------------------------
def told(user):
    return [(item.kind, item.url, item.due_on) for item in shortfall_items(user)]


def test_from_october_the_secretary_is_told_of_shortfalls(people, members, monday_noon):
    assert told(people.secretary) == []
    monday_noon.move_to(datetime(2026, 9, 30, 12, tzinfo=UTC))
    assert told(people.secretary) == []
    monday_noon.move_to(datetime(2026, 10, 1, 4, tzinfo=UTC))
    assert told(people.secretary) == [("due", "/units/C1-1/training-hours/", date(2026, 12, 31))]
    assert [told(user) for user in (people.member, people.leader, people.county)] == [[], [], []]


def test_nobody_is_told_where_nobody_is_short(people, members, studied, monday_noon):
    studied(members, "32")
    monday_noon.move_to(datetime(2026, 10, 1, 4, tzinfo=UTC))
    assert told(people.secretary) == []


def reminded(day):
    return [(item.item, item.stage, item.stage_day, item.audience) for item in shortfall_reminders(day)]


def test_the_branches_whose_hours_are_short_are_reminded_once_in_october(
    units, members, studied, monday_noon
):
    monday_noon.move_to(datetime(2026, 10, 9, 4, tzinfo=UTC))  # the first of October is a holiday
    other = MemberFactory(unit=units["C1-2"])
    studied([other], "32", unit="C1-2")
    branch = units["C1-1"]
    told = [(f"study:{branch.pk}", "AHEAD", date(2026, 10, 1), "own")]
    assert reminded(date(2026, 10, 9)) == told
    assert [reminded(day) for day in (date(2026, 9, 30), date(2026, 12, 1))] == [[], []]
    studied(members, "32")
    assert reminded(date(2026, 10, 9)) == []


def test_more_branches_take_no_more_queries_to_remind(units, members, monday_noon):
    monday_noon.move_to(datetime(2026, 10, 9, 4, tzinfo=UTC))

    def count():
        with CaptureQueriesContext(connection) as queries:
            found = reminded(date(2026, 10, 9))
        return len(queries), len(found)

    before, one = count()
    MemberFactory(unit=units["C1-2"])
    assert (count(), one) == ((before, 2), 1)
