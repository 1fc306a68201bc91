"""R-02, R-03 and R-04: whole lines, counted by hand."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from activities.choices import AbsenceReason
from activities.models import (
    ActionItem,
    Activity,
    Attendance,
    CoreTask,
    Duty,
    DutyRule,
    Participation,
    Vote,
)
from activities.operations import generate_duties
from activities.reports import COMPLETION, MINUTES, ROSTER
from branches.choices import PartyWorker, Position
from branches.models import Member, PartyUnit
from branches.operations import merge_units, relocate_unit, transfer_member, update_unit
from core import clock
from core.measures import measures
from core.periods import parse_period
from core.reports import Asked, Share, Totals, all_rows
from tests.factories.activities import ActivityFactory
from tests.factories.branches import MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def asked(user, unit, period):
    return Asked(user, unit, clock.today(), parse_period(period))


def lines(report, user, unit, period):
    return [row.cells for row in all_rows(report, asked(user, unit, period))]


# --- R-03 -----------------------------------------------------------------------------------------
@pytest.fixture
def year(units, people, members):
    """2025 of branch C1-1: a committee since July and two groups, of which one was opened in July."""
    branch, group = units["C1-1"], units["C1-1-1"]
    type(units["C1-1-2"]).objects.filter(pk=units["C1-1-2"].pk).update(opened_on=date(2025, 7, 1))
    PostFactory(member=members[0], unit=branch, position=Position.PUBLICITY, starts_on=date(2025, 7, 1))
    generate_duties(parse_period("2025"))
    task = CoreTask.objects.create(unit=branch, name="迎峰度夏", starts_on=date(2025, 1, 1))
    for month in range(1, 13):
        if month != 2:
            hold(branch, "THEMED_PARTY_DAY", month, core_task=task if month == 7 else None)
        if month not in (5, 6):
            hold(group, "GROUP_MEETING", month, is_late=month == 3)
    for month in (2, 5, 8):
        hold(branch, "GENERAL_MEETING", month, also_counts=["PARTY_LECTURE"] if month == 8 else [])
    for month in (7, 8, 9, 10, 11, 12):
        hold(branch, "COMMITTEE_MEETING", month, core_task=task if month < 9 else None)
    hold(branch, "PARTY_LECTURE", 3)
    hold(branch, "PARTY_LECTURE", 3)  # a second one of the quarter fulfils nothing more
    hold(branch, "PARTY_LECTURE", 11, state="SUBMITTED")
    exempt = Duty.objects.get(unit=branch, rule__code="general-meeting", first_day=date(2025, 10, 1))
    Duty.objects.filter(pk=exempt.pk).update(exempt_reason="抗洪", exempted_by=people.county)
    return units


def hold(unit, kind, month, **more):
    return ActivityFactory(unit=unit, kind=kind, held_on=date(2025, month, 12), **more)


def test_the_year_of_a_branch_agrees_with_a_count_by_hand(year, people):
    name = "单位C1-1"
    hold(year["C1-1"], "PARTY_LECTURE", 5, state="RETURNED", reason="改")
    Activity.objects.filter(kind="COMMITTEE_MEETING", held_on=date(2025, 12, 12)).update(reason="补签到")
    assert lines(COMPLETION, people.secretary, year["C1-1"], "2025") == [
        # general, committee, group, lecture, Party day, rate, late, core tasks, returned, at first
        (name, "Quarter 1 of 2025", 1, 1, None, None, 3, 3, 1, 1, 3, 2, Share(5, 5), 1, 0, 0, Share(8, 8)),
        (name, "Quarter 2 of 2025", 1, 1, None, None, 3, 1, 1, 0, 3, 3, Share(2, 5), 0, 0, 1, Share(5, 6)),
        (name, "Quarter 3 of 2025", 1, 1, 3, 3, 6, 3, 1, 1, 3, 3, Share(8, 11), 0, 3, 0, Share(10, 10)),
        (name, "Quarter 4 of 2025", None, None, 3, 3, 6, 3, 1, 0, 3, 3, Share(6, 10), 0, 0, 1, Share(8, 9)),
    ]


def test_the_sums_are_those_of_the_measure(year, people):
    period = parse_period("2025")
    question = asked(people.secretary, year["C1-1"], "2025")
    totals = Totals(COMPLETION.header(question))
    list(totals.over(all_rows(COMPLETION, question)))
    assert totals.cells == [
        "In all",
        "",
        3,
        3,
        6,
        6,
        18,
        10,
        4,
        2,
        12,
        11,
        Share(21, 31),
        1,
        3,
        0,
        Share(32, 32),
    ]
    pooled = measures["activities.meetings_completion"].values(period, {}, clock.today())
    rows = [
        row for row in pooled if row["unit_id"] in {year[code].pk for code in ("C1-1", "C1-1-1", "C1-1-2")}
    ]
    assert (sum(row["numerator"] for row in rows), sum(row["denominator"] for row in rows)) == (21, 31)


def test_a_month_by_itself_and_a_group_that_asks(year, people):
    assert lines(COMPLETION, people.secretary, year["C1-1"], "2025-07") == [
        (
            "单位C1-1",
            "Month 7 of 2025",
            None,
            None,
            1,
            1,
            2,
            1,
            None,
            None,
            1,
            1,
            Share(2, 3),
            0,
            2,
            0,
            Share(3, 3),
        )
    ]
    assert lines(COMPLETION, people.leader, year["C1-1-1"], "2025-07") == [
        ("单位C1-1-1", "Month 7 of 2025", *[None] * 4, 1, 1, *[None] * 4, Share(1, 1), 0, 0, 0, Share(1, 1))
    ]


def test_of_a_running_period_only_what_fell_due_counts(year, people):
    """On 15 June the second quarter has shown nothing of its quarterly meetings."""
    generate_duties(parse_period("2026H1"))
    found = lines(COMPLETION, people.secretary, year["C1-1"], "2026H1")
    assert [row[1:6] for row in found] == [
        ("Quarter 1 of 2026", 1, 0, 3, 0),
        ("Quarter 2 of 2026", None, None, 2, 0),
    ]


def test_a_secretary_sees_the_own_branch_and_an_office_its_subtree(year, people):
    assert {row[0] for row in lines(COMPLETION, people.secretary, year["P"], "2025Q1")} == {"单位C1-1"}
    found = [row[0] for row in lines(COMPLETION, people.county, year["C1"], "2025Q1")]
    assert found == ["单位C1-1", "单位C1-2"]
    assert lines(COMPLETION, people.member, year["C1-1"], "2025Q1") == []


def told(user, unit, period):
    """Unit, quarter, group meetings, and all of the three meetings and one lecture."""
    found = lines(COMPLETION, user, PartyUnit.objects.get(pk=unit.pk), period)
    return [(row[0], row[1][8], *row[6:8], row[12]) for row in found]


def test_a_closed_quarter_keeps_its_units_after_a_merger_and_a_new_name(year, people):
    """In the third quarter C1-1 went into C1-2, the group along with it; then C1-2 was renamed."""
    hold(year["C1-2-1"], "GROUP_MEETING", 4)
    before = told(people.county, year["C1"], "2025")
    merge_units(year["C1-1"], year["C1-2"], on=date(2025, 8, 20), by=None)
    update_unit(year["C1-2"], name="新支部", on=date(2025, 11, 1), by=None)
    generate_duties(parse_period("2025"))
    after = told(people.county, year["C1"], "2025")
    assert [row for row in after if row[1] in "12"] == [row for row in before if row[1] in "12"]
    assert [row for row in after if row[1] in "34"] == [
        ("单位C1-1", "3", None, None, Share(1, 1)),
        ("单位C1-2", "3", 9, 3, Share(3, 11)),
        ("新支部", "4", 9, 3, Share(3, 11)),
    ]


def test_a_closed_quarter_keeps_its_units_after_a_move(year, people):
    before = told(people.bureau, year["C1"], "2025")
    relocate_unit(year["C1-1"], parent=year["C2"], on=date(2025, 10, 1), by=None)
    at = {code: told(people.bureau, year[code], "2025") for code in ("C1", "C2")}
    own = [row for row in before if row[0] == "单位C1-1"]
    assert sorted(map(str, at["C1"])) == sorted(str(row) for row in before if row not in own[3:])
    assert [row for row in at["C2"] if row[0] == "单位C1-1"] == own[3:]


def test_two_rules_of_one_kind_have_columns_of_their_own(year, people):
    """The second one is no lecture of the three meetings and one lecture: it leaves the rate."""
    generate_duties(parse_period("2025"))
    rule = DutyRule.objects.get(code="party-lecture")
    rule.pk, rule.code, rule.name, rule.cadence, rule.in_meetings = None, "clean", "廉政党课", "YEAR", False
    rule.save()
    generate_duties(parse_period("2025"))
    question = asked(people.secretary, year["C1-1"], "2025")
    labels = [str(column.label) for column in COMPLETION.header(question)]
    assert labels[8:12] == [
        "Lectures due",
        "Lectures held",
        *(f"Lectures {at} · 廉政党课" for at in ("due", "held")),
    ]
    found = lines(COMPLETION, people.secretary, year["C1-1"], "2025")
    assert [(row[8:12], row[14]) for row in found] == [
        ((1, 1, None, None), Share(5, 5)),
        ((1, 0, None, None), Share(2, 5)),
        ((1, 1, None, None), Share(8, 11)),
        ((1, 0, 1, 1), Share(6, 10)),
    ]
    DutyRule.objects.filter(pk=rule.pk).update(active=False)
    assert len(COMPLETION.header(question)) == len(labels)
    assert len(COMPLETION.header(asked(people.secretary, year["C1-1"], "2025Q1"))) == len(labels) - 2


@pytest.mark.parametrize("report", [COMPLETION, ROSTER, MINUTES], ids=lambda report: report.code)
def test_as_many_queries_however_many_lines(year, people, report):
    def count():
        with CaptureQueriesContext(connection) as queries:
            found = lines(report, people.county, year["C1"], "2025")
        return len(queries), len(found)

    before, few = count()
    for _number in range(10):
        unit = PartyUnitFactory(parent=year["C1"])
        MemberFactory.create_batch(3, unit=unit)
        hold(unit, "GENERAL_MEETING", 4, parts={unit: (3, 2, 0)})
    after, many = count()
    assert (after, many > few) == (before, True)


# --- R-02 -----------------------------------------------------------------------------------------
@pytest.fixture
def studied(units, members):
    zhou, li, *_others, lu, _liang = members
    Member.objects.filter(pk=lu.pk).update(is_team_leader=True, party_worker=PartyWorker.PART_TIME)
    PostFactory(member=zhou, unit=units["C1-1"], position=Position.SECRETARY)
    for day, hours, state in (
        ("2026-03-02", "8", "CONFIRMED"),
        ("2026-05-02", "2.5", "CONFIRMED"),
        ("2026-05-03", "4", "SUBMITTED"),
        ("2025-12-31", "16", "CONFIRMED"),
    ):
        activity = ActivityFactory(
            unit=units["C1-1"],
            kind="TRAINING",
            held_on=date.fromisoformat(day),
            learning_hours=Decimal(hours),
            state=state,
            parts={units["C1-1"]: (2, 1, 0)},
        )
        part = activity.participations.get()
        Attendance.objects.create(participation=part, member=zhou, present=True)
        Attendance.objects.create(participation=part, member=li, present=False, absence=AbsenceReason.LEAVE)
    return units


def test_the_roster_of_a_branch(studied, people):
    found = lines(ROSTER, people.secretary, studied["C1-1"], "2026")
    numbers = dict(Member.objects.values_list("name", "staff_no"))
    plain = [
        (name, numbers[name], "单位C1-1", "", "full member", "", "", "", 0)
        for name in ("李倩", "韦国华", "黄志强")
    ]
    assert sorted(found) == sorted(
        [
            *plain,
            ("周明", numbers["周明"], "单位C1-1", "", "full member", "secretary", "", "", Decimal("10.5")),
            ("梁慧", numbers["梁慧"], "单位C1-1", "单位C1-1-1", "full member", "", "", "", 0),
            (
                "陆建军",
                numbers["陆建军"],
                "单位C1-1",
                "单位C1-1-1",
                "full member",
                "",
                "yes",
                "part-time",
                0,
            ),
        ]
    )


def test_the_roster_of_a_past_year_is_that_of_its_end(studied, people):
    branch, other = studied["C1-1"], studied["C1-2"]
    transfer_member(Member.objects.get(name="陆建军"), other, on=date(2026, 1, 1), by=None)
    update_unit(branch, name="新名", on=date(2026, 2, 1), by=None)
    found = {row[0]: row[2:4] for row in lines(ROSTER, people.secretary, branch, "2025")}
    assert (len(found), found["陆建军"], found["周明"]) == (
        6,
        ("单位C1-1", "单位C1-1-1"),
        ("单位C1-1", ""),
    )
    now = lines(ROSTER, people.secretary, branch, "2026")
    assert (len(now), {row[2] for row in now}) == (5, {"新名"})
    assert [row[0] for row in lines(ROSTER, people.bureau, studied["B1"], "2025")] == ["6 members"]


def test_out_of_sight_of_names_a_branch_is_a_number(studied, people):
    assert lines(ROSTER, people.bureau, studied["B1"], "2026") == [
        ("6 members", None, "单位C1-1", *[None] * 6),
    ]


@pytest.mark.parametrize("reader", ["secretary", "bureau"])
def test_the_roster_counts_its_members_at_the_foot(studied, people, reader):
    """By name or not: each member once, whatever the number of lines."""
    question = asked(getattr(people, reader), studied["C1-1"], "2026")
    totals = Totals(ROSTER.header(question))
    list(totals.over(all_rows(ROSTER, question)))
    assert totals.cells == ["6 members in all", *[""] * 8]


def test_a_group_leader_reads_the_own_group(studied, people):
    found = lines(ROSTER, people.leader, studied["C1-1-1"], "2026")
    assert [(row[0], row[2], row[3]) for row in found] == [
        ("梁慧", "单位C1-1-1", "单位C1-1-1"),
        ("陆建军", "单位C1-1-1", "单位C1-1-1"),
    ]


# --- R-04 -----------------------------------------------------------------------------------------
@pytest.fixture
def meeting(units, members):
    activity = ActivityFactory(
        unit=units["C1-1"],
        kind="GENERAL_MEETING",
        title="二季度党员大会",
        held_on=date(2026, 5, 12),
        starts_at=time(14, 30),
        place="会议室",
        chair=members[0],
        recorder=members[1],
        observers="县局党建办韦某",
        agenda="学习\n选举",
        note="发言",
        resolutions="通过",
        parts={units["C1-1"]: (6, 4, 1), units["C1-2"]: (9, 9, 0)},
    )
    part = activity.participations.get(is_lead=True)
    for member, absence in ((members[2], "LEAVE"), (members[3], "UNEXCUSED")):
        Attendance.objects.create(participation=part, member=member, present=False, absence=absence)
    Vote.objects.create(activity=activity, subject="换届", eligible=6, present=4, in_favour=4)
    ActionItem.objects.create(activity=activity, text="报上级", owner=members[1], due_on=date(2026, 6, 1))
    ActivityFactory(unit=units["C1-1"], kind="HEART_TALK")
    ActivityFactory(unit=units["C1-1"], kind="GENERAL_MEETING", state="SUBMITTED")
    return activity


def test_a_meeting_in_one_line(meeting, units, people):
    assert lines(MINUTES, people.secretary, units["C1-1"], "2026Q2") == [
        (
            "二季度党员大会", "branch general meeting", "单位C1-1", "2026-05-12 14:30", "会议室",
            "周明", "李倩", 6, 4, "韦国华 (without excuse)、黄志强 (on leave)",
            "县局党建办韦某", "学习\n选举", "发言",
            "换届: 6 entitled, 4 present, 4 in favour; passed", "通过", "报上级 (李倩, 2026-06-01)",
        )
    ]  # fmt: skip


def test_a_thing_to_do_stands_with_the_meeting_that_left_it_and_with_the_one_that_settled_it(
    meeting, units, people
):
    later = ActivityFactory(unit=units["C1-1"], kind="COMMITTEE_MEETING", held_on=date(2026, 5, 20))
    meeting.action_items.update(done_on=later.held_on, done_in=later)
    found = lines(MINUTES, people.secretary, units["C1-1"], "2026Q2")
    assert [row[15] for row in found] == [
        "报上级 (李倩, 2026-06-01, done on 2026-05-20)",
        "报上级 (李倩, left on 2026-05-12, done)",
    ]


def test_who_took_part_reads_the_own_attendance(meeting, units, people):
    (found,) = lines(MINUTES, people.secretary2, units["C1-2"], "2026Q2")
    assert found[5:11] == (None, None, 9, 9, "", None)
    assert found[15] == "报上级 (2026-06-01)"


def test_names_of_a_meeting_end_at_the_office_right_above(meeting, units, people):
    (near,) = lines(MINUTES, people.county, units["C1-1"], "2026Q2")
    (far,) = lines(MINUTES, people.province, units["C1-1"], "2026Q2")
    assert near[5:7] == ("周明", "李倩")
    assert far[5:11] == (None, None, 6, 4, "2 absent, 1 of them excused", None)
    assert not any(name in str(far) for name in ("周明", "李倩", "韦国华", "黄志强"))


def test_only_meetings_and_only_confirmed_ones(meeting, units, people):
    assert Activity.objects.count() == 3
    assert Participation.objects.filter(unit=units["C1-1"]).count() == 3
    assert [row[0] for row in lines(MINUTES, people.county, units["C1"], "2026Q2")] == ["二季度党员大会"]
