"""The demo province as its visitors find it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Q

from accounts.models import User
from activities.choices import ActivityKind, ActivityState, Source
from activities.models import (
    ActionItem,
    Activity,
    Appraisal,
    CoreTask,
    Duty,
    Outcome,
    Participation,
    Reminder,
    Talk,
    Vote,
)
from activities.operations import confirm_activity, record_activity, tell_due
from activities.records import ActivityData, AttendanceData, PartData
from activities.talks import circle_of, misfit, talk_data
from assessments.models import AssessmentPeriod, Edition, Entry, Indicator, Objection, PastResult
from assessments.operations import recompute
from branches.alerts import alerts_for
from branches.choices import BRANCH_KINDS, COMMITTEE_POSITIONS, AlertKind, UnitKind
from branches.models import Member, Organisation, PartyUnit, Post
from branches.selectors import reviewing_unit
from core.due import due_items_for
from dashboard.demo.rhythm import Rhythm, Span
from dashboard.demo.story import story_rows
from dashboard.demo.tree import Builder

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
UNTIL = date(2026, 11, 20)
SIGN_INS = [
    "leader",
    "secretary",
    "county",
    "bureau",
    "province",
    "province2",
    "evaluator",
    "reviewer",
    "auditor",
    "admin",
]
PASSWORD = "Demo-2026-partybuild"


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """A small province, never committed, that all tests of this module look at. What the command said."""
    with django_db_blocker.unblock(), time_machine.travel(NOW), transaction.atomic():
        said = StringIO()
        call_command("seed_demo", branches=20, until=UNTIL, force=True, stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def province(seeded, db):
    with time_machine.travel(NOW):
        yield seeded


def user(name):
    return User.objects.get(username=name)


def own_branch():
    return Post.objects.get(member__user=user("secretary"), position="SECRETARY").unit


# --- without a database ---------------------------------------------------------------------------
@pytest.mark.parametrize(("branches", "groups", "members"), [(300, 700, 6000), (1300, 3000, 25000)])
def test_the_province_has_the_size_that_was_asked_for(branches, groups, members):
    made = Builder("2026", UNTIL, date(2026, 7, 15)).build(branches)
    assert len(made.branches) == branches
    assert sum(len(branch.groups) for branch in made.branches) == pytest.approx(groups, rel=0.08)
    assert len(made.members) == pytest.approx(members, rel=0.08)
    assert Counter(row.kind for row in made.organisations)["CITY_BUREAU"] == 14


@pytest.mark.parametrize("until", ["2026-01-01", "2026-02-28", "2026-06-30", "2026-07-01", "2026-12-31"])
def test_whatever_the_last_day_nothing_happens_after_it(until):
    span = Span.ending(date.fromisoformat(until))
    made = Builder("2026", span.until, span.running.first_day.replace(day=15)).build(20)
    rows = [*Rhythm(made, span, "2026").rows(), *story_rows(made, span)]
    days = [day for row in rows for day in (row.held_on, row.submitted_on, row.decided_on) if day]
    assert max(days) <= span.until
    assert min(row.held_on for row in rows) >= span.closed.first_day
    assert [row for row in rows if row.decided_on and row.decided_on < row.submitted_on] == []
    assert {row.state for row in rows if row.held_on in span.closed} == {"CONFIRMED"}


# --- it looks true ---------------------------------------------------------------------------------
def test_units_are_large_enough(province):
    full = Count("pk", filter=Q(status="FULL"))
    by_unit = dict(Member.objects.values_list("unit").annotate(count=Count("pk")))
    full_by_unit = dict(Member.objects.values_list("unit").annotate(count=full))
    for group in PartyUnit.objects.filter(kind=UnitKind.GROUP):
        assert by_unit[group.pk] >= 3
        assert full_by_unit[group.pk] >= 1
    for branch in PartyUnit.objects.filter(kind__in=BRANCH_KINDS):
        below = PartyUnit.objects.in_subtree(branch.path).values_list("pk", flat=True)
        assert sum(full_by_unit.get(unit, 0) for unit in below) >= 3


def test_posts_are_held_by_full_members_and_never_twice_at_once(province):
    assert Post.objects.exclude(member__status="FULL").count() == 0
    live = Post.objects.live(UNTIL)
    branches = PartyUnit.objects.filter(kind__in=BRANCH_KINDS)
    secretaries = live.filter(position="SECRETARY", unit__in=branches).values_list("unit", flat=True)
    assert Counter(secretaries) == Counter(branches.values_list("pk", flat=True))
    groups = PartyUnit.objects.filter(kind=UnitKind.GROUP)
    leaders = live.filter(position="GROUP_LEADER").values_list("unit", flat=True)
    assert Counter(leaders) == Counter(groups.values_list("pk", flat=True))


def test_a_committee_sits_where_there_are_seven_full_members():
    made = Builder("2026", UNTIL, date(2026, 7, 15)).build(300)
    with_committee = {
        post.unit_code
        for post in made.posts
        if post.position in COMMITTEE_POSITIONS and post.unit_code[:2] == "ZB"
    }
    assert with_committee == {
        branch.code for branch in made.branches if sum(member.is_full for member in branch.members) >= 7
    }


def test_some_secretaries_handed_over_in_summer():
    made = Builder("2026", UNTIL, date(2026, 7, 15)).build(300)
    ended = [post for post in made.posts if post.ends_on]
    assert {post.ends_on for post in ended} == {date(2026, 7, 14)}
    assert 10 <= len(ended) <= 45
    followed = {post.unit_code for post in made.posts if post.starts_on == date(2026, 7, 15)}
    assert followed == {post.unit_code for post in ended}


def test_records_have_the_states_and_stamps_of_real_ones(province):
    records = Activity.objects.exclude(state=ActivityState.PLANNED)
    assert records.exclude(source=Source.DEMO).count() == 0
    assert records.filter(held_on__gt=UNTIL).count() == 0
    assert records.filter(submitted_at__gt=NOW).count() == 0
    assert set(records.values_list("state", flat=True)) == {"DRAFT", "SUBMITTED", "RETURNED", "CONFIRMED"}
    assert records.filter(state=ActivityState.RETURNED, reason="").count() == 0
    assert records.filter(confirmed_at__lt=F("submitted_at")).count() == 0
    assert records.filter(is_late=True).count() > 0
    closed = records.filter(held_on__lt=date(2026, 7, 1))
    assert set(closed.values_list("state", flat=True)) == {ActivityState.CONFIRMED}


def test_records_are_varied(province):
    kinds = set(Activity.objects.values_list("kind", flat=True))
    assert kinds >= {
        ActivityKind.GENERAL_MEETING,
        ActivityKind.COMMITTEE_MEETING,
        ActivityKind.GROUP_MEETING,
        ActivityKind.PARTY_LECTURE,
        ActivityKind.THEMED_PARTY_DAY,
        ActivityKind.SERVICE_VISIT,
        ActivityKind.LINE_PATROL,
        ActivityKind.TRAINING,
    }
    assert set(Outcome.objects.values_list("precision", flat=True)) == {"EXACT", "ABOUT", "AT_LEAST"}
    assert Participation.objects.filter(is_lead=False).count() > 0
    assert Participation.objects.filter(excused_count__gt=0).count() > 0
    assert Activity.objects.annotate(n=Count("counts")).filter(n=2).count() > 0


def test_the_closed_half_year_is_published_by_two_people_and_the_running_one_is_provisional(province):
    editions = Edition.objects.values_list(
        "scheme_code", "period__code", "number", "prepared_by__username", "approved_by__username"
    )
    schemes = ["branch-vanguard", "committee-vanguard", "group-appraisal"]
    people = ("province", "province2")
    assert sorted(editions, key=repr) == sorted(
        [(code, "2026H1", 1, *people) for code in schemes]
        + [("committee-vanguard", "2026H1", 2, *people), ("service-review", "2026H1", 0, None, None)]
        + [(code, "2026H2", 0, None, None) for code in [*schemes, "service-review"]],
        key=repr,
    )
    assert set(Edition.objects.filter(number=1).values_list("minutes", flat=True)) == {
        "党委会纪要〔2026〕21号"
    }
    assert set(PastResult.objects.values_list("period__code", "scheme_code")) == {
        ("2025H2", s) for s in schemes
    }


def test_every_state_on_the_way_to_a_board_can_be_looked_at(province):
    """A preview, an objection that waits and one that was answered, a veto, a correction, a gap."""
    period = AssessmentPeriod.objects.get(code="2026H1")
    assert (period.state, period.previewed_by) == ("PREVIEW", user("province"))
    assert sorted(Objection.objects.values_list("state", "raised_by__username")) == [
        ("OPEN", "secretary"),
        ("UPHELD", "bureau"),
    ]
    first, corrected = Edition.objects.filter(scheme_code="committee-vanguard", period=period).order_by(
        "number"
    )
    assert corrected.reason and (first.digest != corrected.digest)
    barred = corrected.entries.get(has_veto=True)
    assert (barred.rank_company, barred.total is None) == (None, False)
    before, after = (one.entries.get(unit_code="DW-QJ").total for one in (first, corrected))
    assert after > before


def test_the_offices_and_the_department_find_what_waits_for_them(province):
    asked = {name: [str(item.title) for item in due_items_for(user(name))] for name in SIGN_INS}
    assert [title for title in asked["province"] if title.startswith("答复")]
    assert [title for title in asked["bureau"] if title.startswith("核看")]
    own = Indicator.objects.get(code="COMPLAINTS").owner
    assert user("reviewer").assignments.get(role="DEPARTMENT_REVIEWER").unit.organisation == own
    gaps = Entry.objects.with_gap_for(user("reviewer"), "BUSINESS")
    current = Edition.objects.current().filter(period__code="2026H1")
    assert gaps.count() == Entry.objects.filter(has_gap=True, edition__in=current).count()


def test_scores_are_spread(province):
    totals = Entry.objects.filter(edition__scheme_code="committee-vanguard", edition__number=1)
    values = list(totals.values_list("total", flat=True))
    assert len(values) == 14
    assert max(values) - min(values) > 500
    assert 6000 < min(values) < max(values) <= 10000


# --- the people of the story -----------------------------------------------------------------------
def test_the_sign_ins_stand_in_one_chain(province):
    paths = [
        user(name).assignments.get().unit.path
        for name in ("leader", "secretary", "county", "bureau", "province")
    ]
    for lower, upper in pairwise(paths):
        assert lower.startswith(upper)
        assert lower != upper
    assert [PartyUnit.objects.get(path=path).organisation.kind for path in paths] == [
        "TEAM",
        "STATION",
        "COUNTY",
        "CITY_BUREAU",
        "PROVINCIAL",
    ]
    assert reviewing_unit(own_branch()) == user("county").assignments.get().unit


def test_every_sign_in_opens_with_the_password_that_was_printed(province):
    assert f"sign in as   {', '.join(SIGN_INS)}" in province
    assert PASSWORD in province
    assert [name for name in SIGN_INS if not user(name).check_password(PASSWORD)] == []
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["admin"]


def test_the_secretary_finds_work(province):
    branch = own_branch()
    states = Activity.objects.filter(unit=branch, created_by=user("secretary"))
    assert states.filter(state=ActivityState.RETURNED).count() == 1
    assert states.filter(state=ActivityState.DRAFT).count() == 1
    owed = Duty.objects.with_state(UNTIL).filter(unit=branch, duty_state="OWED")
    assert "THEMED_PARTY_DAY" in set(owed.values_list("rule__kind", flat=True))
    waiting = Activity.objects.allowed_to(user("secretary"), "confirm").filter(state=ActivityState.SUBMITTED)
    assert list(waiting.values_list("created_by__username", flat=True)) == ["leader"]


def test_the_county_office_finds_records_to_confirm(province):
    waiting = Activity.objects.allowed_to(user("county"), "confirm").filter(state=ActivityState.SUBMITTED)
    assert waiting.filter(unit__kind=UnitKind.BRANCH).count() >= 3
    assert waiting.filter(created_by=user("county")).count() == 0


def test_names_are_kept_where_the_demo_looks_at_them(province):
    branch = own_branch()
    days = Participation.objects.filter(unit=branch, activity__kind=ActivityKind.THEMED_PARTY_DAY)
    members = Member.objects.in_subtree(branch.path).count()
    assert set(days.annotate(named=Count("attendances")).values_list("named", flat=True)) == {members}
    assert days.filter(present_count__lt=F("expected_count") - F("excused_count")).count() > 0


def test_the_trial_score_moves_when_the_party_day_is_confirmed(province):
    branch = own_branch()
    before = trial_total(branch)
    people = Member.objects.in_subtree(branch.path)
    data = ActivityData(
        unit_id=branch.pk,
        kind=ActivityKind.THEMED_PARTY_DAY,
        title="11月主题党日：冬季用电安全入户检查",
        held_on=UNTIL,
        no_core_task="本次未涉及",
        parts=(PartData(branch.pk, attendance=tuple(AttendanceData(person.pk) for person in people)),),
    )
    with transaction.atomic():
        activity, _new = record_activity(data, by=user("secretary"), submit=True)
        confirm_activity(activity, by=user("county"))
        recompute("2026H2", "branch-vanguard", by=user("province"))
        after = trial_total(branch)
        transaction.set_rollback(True)
    assert after > before


def trial_total(branch):
    return Entry.objects.get(edition__scheme_code="branch-vanguard", edition__number=0, unit=branch).total


def test_the_year_of_the_branch_has_something_on_every_page(province):
    branch = own_branch()
    own = Activity.objects.filter(unit=branch)
    meetings = own.filter(kind=ActivityKind.COMMITTEE_MEETING, state=ActivityState.CONFIRMED)
    assert meetings.filter(Q(agenda="") | Q(resolutions="") | Q(chair=None) | Q(core_task=None)).count() == 0
    assert ActionItem.objects.filter(activity__in=meetings, done_on=None).count() >= 2
    assert Vote.objects.filter(activity__kind=ActivityKind.GENERAL_MEETING).count() >= 2
    assert set(CoreTask.objects.values_list("unit__kind", flat=True)) >= {"COMMITTEE", "BRANCH"}
    talks = own.filter(kind=ActivityKind.HEART_TALK)
    assert talks.count() == Talk.objects.filter(activity__in=talks).count() >= 6
    for talk in Talk.objects.filter(activity__in=talks).select_related("activity__unit"):
        unit, day = talk.activity.unit, talk.activity.held_on
        assert misfit(talk_data(talk, unit, day), circle_of(unit, day)) == ""
    grades = Counter(Appraisal.objects.filter(activity__unit=branch).values_list("grade", flat=True))
    assert 0 < grades["EXCELLENT"] <= sum(grades.values()) // 3
    assert own.filter(state=ActivityState.PLANNED, held_on__gt=UNTIL).count() == 1
    assert own.filter(kind=ActivityKind.PARTY_LECTURE, learning_hours=None).count() == 0


def test_the_county_has_what_needs_attention(province):
    county = PartyUnit.objects.get(code="DW-QJ01")
    near = PartyUnit.objects.in_subtree(county.path)
    ends = [day.replace(year=day.year + 3) for day in near.values_list("last_election_on", flat=True) if day]
    assert any(day < UNTIL for day in ends)
    assert any(UNTIL < day < UNTIL + timedelta(days=92) for day in ends)
    on_probation = Member.objects.filter(unit__in=near, status="PROBATIONARY")
    assert on_probation.filter(probation_ends_on=None).count() == 0
    team = Organisation.objects.get(name__endswith="应急抢修班")
    assert team.members.filter(status="FULL").count() == 3
    assert not PartyUnit.objects.filter(organisation=team).exists()
    leader = team.members.get(is_team_leader=True)
    told = alerts_for(User.objects.get(username="county"), near, AlertKind.TEAM_WITHOUT_GROUP)
    assert [(str(team) in alert.text, leader.name in alert.text) for alert in told] == [(True, True)]
    decided = Duty.objects.filter(Q(opened_until__isnull=False) | ~Q(exempt_reason=""))
    assert {(bool(duty.opened_until), bool(duty.exempt_reason)) for duty in decided} == {
        (True, False),
        (False, True),
    }


def test_reminders_stand_in_the_lists_as_if_every_night_had_told_them(seeded):
    """What October left out was told in November, to the level above too; nobody gets a mail."""
    found = Reminder.objects.values_list("user__username", "stage")
    told = {(name, stage) for name, stage in found}
    assert {("secretary", "AHEAD"), ("county", "ESCALATED")} <= told
    days = Reminder.objects.order_by("sent_on").values_list("sent_on", flat=True)
    assert UNTIL - timedelta(days=30) <= days[0] and days[len(days) - 1] <= UNTIL
    assert not Reminder.objects.filter(mailed=True).exists() and mail.outbox == []
    assert tell_due(UNTIL) == 0
