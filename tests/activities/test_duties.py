from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Duty, DutyRule
from activities.operations import (
    exempt_duty,
    generate_duties,
    generate_running_duties,
    open_deadline,
    take_back_of_rules_off,
)
from activities.rules import appraisal_year
from branches.choices import Position
from core.periods import parse_period
from tests.factories.activities import ActivityFactory
from tests.factories.branches import MemberFactory, PartyUnitFactory, PostFactory

H1 = parse_period("2026H1")


def owed(unit, **filters):
    rows = Duty.objects.filter(unit=unit, **filters).order_by("rule_id", "first_day")
    return [(duty.rule.code, duty.first_day, duty.last_day) for duty in rows]


def month(number):
    first = date(2026, number, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


MEETING = ["committee-meeting", "general-meeting", "group-meeting", "party-lecture"]


def test_the_rules_are_those_of_the_regulations(db):
    rules = DutyRule.objects.values_list("code", "kind", "cadence", "talk_kind", "grace_days")
    assert sorted(rules) == [
        ("committee-lecture", "PARTY_LECTURE", "YEAR", "", 0),
        ("committee-meeting", "COMMITTEE_MEETING", "MONTH", "", 0),
        ("contact-point-visit", "RESEARCH_VISIT", "QUARTER", "", 0),
        ("democratic-appraisal", "DEMOCRATIC_APPRAISAL", "YEAR", "", 90),
        ("general-meeting", "GENERAL_MEETING", "QUARTER", "", 0),
        ("group-leader-training", "TRAINING", "YEAR", "", 0),
        ("group-leaders-meeting", "GROUP_LEADERS_MEETING", "QUARTER", "", 0),
        ("group-meeting", "GROUP_MEETING", "MONTH", "", 0),
        ("model-day", "MODEL_DAY", "QUARTER", "", 0),
        ("org-life-meeting", "ORG_LIFE_MEETING", "YEAR", "", 0),
        ("party-lecture", "PARTY_LECTURE", "QUARTER", "", 0),
        ("talks-committee-member", "HEART_TALK", "YEAR", "COMMITTEE_MEMBER", 0),
        ("talks-committee-mutual", "HEART_TALK", "YEAR", "COMMITTEE_MUTUAL", 0),
        ("talks-member-mutual", "HEART_TALK", "YEAR", "MEMBER_MUTUAL", 0),
        ("themed-party-day", "THEMED_PARTY_DAY", "MONTH", "", 0),
    ]
    off = DutyRule.objects.filter(active=False).values_list("code", flat=True)
    assert sorted(off) == ["contact-point-visit", "group-leader-training", "model-day"]
    assert sorted(DutyRule.objects.filter(in_meetings=True).values_list("code", flat=True)) == MEETING


@pytest.mark.parametrize("code", ["2026", "2026H1", "2026Q2", "2026-06"])
def test_a_rule_may_ask_twice_a_year(units, code):
    DutyRule.objects.filter(code="party-lecture").update(cadence="HALF_YEAR")
    generate_duties(parse_period(code))
    windows = [(date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 12, 31))]
    found = owed(units["C1-1"], rule__code="party-lecture")
    assert found == [("party-lecture", *days) for days in (windows if code == "2026" else windows[:1])]


YEARLY = ["org-life-meeting", "democratic-appraisal", "talks-member-mutual"]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_a_branch_without_committee_owes_meetings_lectures_party_days_and_its_year(units):
    generate_duties(H1)
    quarters = [(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 6, 30))]
    assert owed(units["C1-1"]) == [
        *(("general-meeting", *days) for days in quarters),
        *(("party-lecture", *days) for days in quarters),
        *(("themed-party-day", *month(number)) for number in range(1, 7)),
        *((code, *YEAR) for code in YEARLY),
        *(("group-leaders-meeting", *days) for days in quarters),
    ]


def test_a_group_owes_a_meeting_a_month_and_a_committee_a_lecture_a_year(units):
    generate_duties(H1)
    assert owed(units["C1-1-1"]) == [("group-meeting", *month(number)) for number in range(1, 7)]
    assert owed(units["C1"]) == [("committee-lecture", *YEAR)]
    assert owed(units["C2"]) == []


def test_group_leaders_meet_only_where_a_group_is_open_through_the_quarter(units):
    group = units["C1-2-1"]
    group.opened_on = date(2026, 2, 1)
    group.save()
    generate_duties(H1)
    days = {code: [row[1] for row in owed(units[code], rule__needs_groups=True)] for code in ("C1-2", "C2-1")}
    assert days == {"C1-2": [date(2026, 4, 1)], "C2-1": []}


def test_the_year_is_generated_with_either_half(units):
    generate_duties(parse_period("2026H2"))
    yearly = Duty.objects.filter(unit=units["C1-1"], rule__cadence="YEAR").order_by("rule_id")
    assert [duty.rule.code for duty in yearly] == YEARLY
    assert generate_duties(parse_period("2026H2")) == 0


def test_talks_among_the_committee_are_owed_where_there_is_one(units):
    PostFactory(member__unit=units["C1-1"], position=Position.DISCIPLINE, starts_on=date(2026, 2, 1))
    generate_duties(H1)
    assert [row[0] for row in owed(units["C1-1"], rule__kind="HEART_TALK")] == [
        "talks-committee-mutual",
        "talks-committee-member",
        "talks-member-mutual",
    ]


# --- days of grace --------------------------------------------------------------------------------
def test_windows_with_grace_follow_one_another(units):
    for code in ("2025", "2026", "2027", "2028"):
        generate_duties(parse_period(code), units=[units["C1-1"].pk])
    appraisals = Duty.objects.filter(rule__code="democratic-appraisal").order_by("first_day")
    assert list(appraisals.values_list("last_day", "counts_from", "counts_until")) == [
        (date(2025, 12, 31), date(2025, 4, 1), date(2026, 3, 31)),
        (date(2026, 12, 31), date(2026, 4, 1), date(2027, 3, 31)),
        (date(2027, 12, 31), date(2027, 4, 1), date(2028, 3, 31)),
        (date(2028, 12, 31), date(2028, 4, 1), date(2029, 3, 31)),
    ]


@pytest.mark.parametrize("day", [date(2028, 3, 31), date(2028, 4, 1), date(2027, 3, 31), date(2027, 4, 1)])
def test_a_duty_and_its_grade_are_of_the_same_year(units, day):
    for code in ("2026", "2027", "2028"):
        generate_duties(parse_period(code), units=[units["C1-1"].pk])
    duties = Duty.objects.filter(rule__code="democratic-appraisal")
    assert duties.get(counts_from__lte=day, counts_until__gte=day).first_day.year == appraisal_year(day)


def test_a_rules_new_grace_corrects_what_still_runs(units, people):
    rule = DutyRule.objects.get(code="general-meeting")
    generate_duties(H1, units=[units["C1-1"].pk, units["C1-2"].pk])
    opened = Duty.objects.get(rule=rule, unit=units["C1-2"], first_day=date(2026, 4, 1))
    open_deadline(opened, until=date(2026, 7, 31), reason="台风", by=people.county)
    rule.grace_days = 10
    rule.save()
    generate_duties(H1)
    found = Duty.objects.filter(rule=rule, unit__in=[units["C1-1"], units["C1-2"]])
    assert list(found.order_by("unit", "first_day").values_list("counts_from", "counts_until")) == [
        (date(2026, 1, 1), date(2026, 3, 31)),  # over: it stays as it was judged
        (date(2026, 4, 11), date(2026, 7, 10)),
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 4, 11), date(2026, 7, 31)),  # the opened deadline reaches further
    ]


def test_a_committee_meeting_is_owed_in_the_months_with_a_post(units):
    """A post of one day is enough; a secretary alone is no committee."""
    branch = units["C1-1"]
    PostFactory(member__unit=branch, position=Position.SECRETARY)
    PostFactory(
        member__unit=branch,
        position=Position.DISCIPLINE,
        starts_on=date(2026, 2, 28),
        ends_on=date(2026, 4, 1),
    )
    generate_duties(H1)
    assert owed(branch, rule__code="committee-meeting") == [
        ("committee-meeting", *month(number)) for number in (2, 3, 4)
    ]


def test_a_unit_owes_only_where_it_is_open_through_the_whole_window(db):
    branch = PartyUnitFactory(opened_on=date(2026, 2, 1), closed_on=date(2026, 6, 1))
    generate_duties(H1)
    assert owed(branch) == [("themed-party-day", *month(number)) for number in range(2, 6)]


def test_generating_twice_makes_nothing_new(units):
    first = generate_duties(H1)
    assert (first, generate_duties(H1), Duty.objects.count()) == (first, 0, first)


def test_a_shorter_period_makes_the_windows_that_hold_it(units):
    generate_duties(parse_period("2026-05"), units=[units["C1-1"].pk])
    assert owed(units["C1-1"]) == [
        ("general-meeting", date(2026, 4, 1), date(2026, 6, 30)),
        ("party-lecture", date(2026, 4, 1), date(2026, 6, 30)),
        ("themed-party-day", date(2026, 5, 1), date(2026, 5, 31)),
        *((code, *YEAR) for code in YEARLY),
        ("group-leaders-meeting", date(2026, 4, 1), date(2026, 6, 30)),
    ]
    assert not Duty.objects.exclude(unit=units["C1-1"]).exists()


def test_a_rule_says_why_there_is_no_grace_and_whose_the_frequency_is(db):
    basis = dict(DutyRule.objects.values_list("code", "basis"))
    assert "未规定跨年宽限" in basis["org-life-meeting"]
    assert "系统取定" in basis["group-leaders-meeting"]


def test_a_rule_that_is_off_makes_nothing(units):
    DutyRule.objects.update(active=False)
    assert generate_duties(H1) == 0


def test_a_rule_switched_off_takes_back_what_runs_unless_fulfilled_or_decided_on(units, people):
    group, others = units["C1-1-1"], [units["C1-1-2"], units["C1-2-1"]]
    DutyRule.objects.exclude(code="group-meeting").update(active=False)
    generate_duties(parse_period("2026"))

    def months(unit):
        return list(unit.duties.order_by("first_day").values_list("first_day__month", flat=True))

    assert months(group) == list(range(1, 13))
    exempt_duty(Duty.objects.get(unit=group, first_day=date(2026, 9, 1)), by=people.secretary, reason="停产")
    opened = Duty.objects.get(unit=group, first_day=date(2026, 8, 1))
    open_deadline(opened, until=date(2026, 9, 10), reason="台风", by=people.secretary)
    ActivityFactory(unit=group, kind="GROUP_MEETING", held_on=date(2026, 6, 2))
    ActivityFactory(unit=others[0], kind="GROUP_MEETING", held_on=date(2026, 6, 2), state="SUBMITTED")
    ActivityFactory(unit=others[1], kind="GROUP_MEETING", held_on=date(2026, 6, 2), state="RETURNED")
    DutyRule.objects.update(active=False)
    for _time in range(2):
        assert generate_duties(H1) == 0
        assert months(group) == [1, 2, 3, 4, 5, 6, 8, 9]
        assert [months(unit) for unit in others] == [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5]]
    DutyRule.objects.filter(code="group-meeting").update(active=True)
    generate_duties(H1, units=[others[1].pk])
    assert months(others[1]) == [1, 2, 3, 4, 5, 6]


def test_scores_hear_of_what_was_due_today_and_is_asked_no_more(units, monday_noon, announced):
    generate_duties(H1)
    monday_noon.move_to(datetime(2026, 6, 30, 4, tzinfo=UTC), tick=False)
    DutyRule.objects.filter(code="group-meeting").update(active=False)
    take_back_of_rules_off()
    assert announced == [({units["C1-1-1"].pk, units["C1-1-2"].pk, units["C1-2-1"].pk}, {date(2026, 6, 30)})]
    DutyRule.objects.filter(code="org-life-meeting").update(active=False)
    take_back_of_rules_off()  # due at the end of the year: no figure of today speaks of it
    assert len(announced) == 1


def test_only_the_units_asked_about_lose_the_duties_of_a_rule_that_is_off(units):
    generate_duties(H1)
    DutyRule.objects.update(active=False)
    generate_duties(H1, units=[units["C1-1-1"].pk])
    assert len(owed(units["C1-1-1"])) == 5
    assert len(owed(units["C1-1-2"])) == 6


def test_what_is_no_longer_owed_goes_while_its_window_runs_unless_exempt(units, people):
    branch, group = units["C1-1"], units["C1-1-1"]
    generate_duties(H1)
    june = Duty.objects.get(unit=group, first_day=date(2026, 6, 1))
    exempt_duty(june, by=people.secretary, reason="合并")
    for unit in (branch, group):
        unit.closed_on = date(2026, 6, 10)
        unit.save()
    generate_duties(H1)
    assert owed(branch, last_day__gte=date(2026, 6, 15)) == []
    assert len(owed(branch)) == 3 + 5  # the first quarter and the months before: the past stays
    assert owed(group, last_day__gte=date(2026, 6, 15)) == [("group-meeting", *month(6))]


def test_the_running_half_year_is_generated_on_any_day(units, monday_noon):
    monday_noon.move_to(datetime(2026, 7, 1, 0, tzinfo=UTC))
    generate_running_duties()
    begun = {duty.first_day.month for duty in Duty.objects.exclude(rule__cadence="YEAR")}
    assert begun == {7, 8, 9, 10, 11, 12}


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(opened=st.dates(date(2025, 11, 1), date(2026, 8, 1)), lasting=st.integers(1, 300))
def test_windows_and_openness_agree_with_a_plain_account(db, opened, lasting):
    closed = opened + timedelta(days=lasting)
    branch = PartyUnitFactory(opened_on=opened, closed_on=closed)
    generate_duties(H1, units=[branch.pk])
    expected = [
        month(number) for number in range(1, 7) if opened <= month(number)[0] and closed > month(number)[1]
    ]
    found = Duty.objects.filter(unit=branch, rule__code="themed-party-day").order_by("first_day")
    assert list(found.values_list("first_day", "last_day")) == expected


def test_members_are_no_posts(units):
    MemberFactory(unit=units["C1-1"])
    generate_duties(H1)
    assert owed(units["C1-1"], rule__code="committee-meeting") == []
