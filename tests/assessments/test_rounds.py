from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from activities.models import Duty
from assessments import round_pages, rounds
from assessments.models import (
    AssessmentPeriod,
    Edition,
    GapComment,
    IndicatorValue,
    Objection,
    Proposal,
    Veto,
)
from assessments.operations import (
    Decision,
    Grounds,
    Refused,
    answer_objection,
    approve_board,
    comment_on_gap,
    lift_veto,
    move_period,
    prepare_board,
    publish,
    raise_objection,
    recompute,
    return_board,
    withdraw_board,
    withdraw_objection,
)
from branches.choices import Role
from core.models import AuditEvent
from core.workflow import MoveRefused
from tests.factories.activities import DutyRuleFactory
from tests.factories.assessments import IndicatorValueFactory, VetoFactory, item, scheme, section
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db
MONDAY = "2026-07-06T02:00:00Z"  # 10 o'clock in Shanghai; the period ended on 30 June


@pytest.fixture
def at(time_machine):
    """``at("2026-07-09")``: noon of that day in Shanghai."""

    def move(day):
        time_machine.move_to(f"{day}T04:00:00Z" if len(day) == 10 else day, tick=False)

    move(MONDAY)
    return move


@pytest.fixture
def units(at, company):
    """B1 is good at Party work and poor at business; B2 at 80 in both."""
    scheme(
        section("PARTY", item("P1"), weight="50"),
        section("BUSINESS", item("Q1"), weight="50"),
        gap={"sections": ["PARTY", "BUSINESS"], "threshold": "15"},
    )
    made = {}
    for code, party, business in (("B1", "92", "74"), ("B2", "80", "80")):
        made[code] = PartyUnitFactory(code=code, parent=company, organisation=company.organisation)
        IndicatorValueFactory(unit=made[code], indicator="P1", figure=party)
        IndicatorValueFactory(unit=made[code], indicator="Q1", figure=business)
    recompute("2026H1", by=None)
    return made


@pytest.fixture
def period(units):
    return AssessmentPeriod.objects.get(code="2026H1")


@pytest.fixture
def previewed(period, people):
    move_period(period, "verify", by=people[0])
    return move_period(period, "preview", by=people[0])


@pytest.fixture
def prepared(previewed, people, at):
    at("2026-07-10")
    return prepare_board(previewed, "board", Grounds(minutes="纪要〔2026〕7号"), by=people[0])


@pytest.fixture
def published(prepared, people):
    return approve_board(prepared, by=people[1])


@pytest.fixture
def secretary(units, officer):
    return officer("secretary", units["B1"], Role.BRANCH_SECRETARY)


def entry(code="B1", number=0):
    return Edition.objects.get(number=number).entries.select_related("edition__period").get(unit_code=code)


def state(period):
    return AssessmentPeriod.objects.get(pk=period.pk).state


def test_the_whole_way_of_a_period(period, people, at):
    assert state(period) == "COLLECTING"
    assert move_period(period, "verify", by=people[0]).state == "VERIFYING"
    previewed = move_period(period, "preview", by=people[1])
    assert (previewed.state, previewed.previewed_by) == ("PREVIEW", people[1])
    assert rounds.preview_until(previewed) == date(2026, 7, 9)  # Monday and three working days
    at("2026-07-10")
    proposal = prepare_board(previewed, "board", Grounds(minutes=" 纪要〔2026〕7号 "), by=people[0])
    assert (proposal.state, proposal.minutes) == ("PREPARED", "纪要〔2026〕7号")
    edition = approve_board(proposal, by=people[1])
    assert (edition.number, edition.prepared_by, edition.approved_by) == (1, *people)
    assert (edition.digest, edition.minutes) == (proposal.digest, "纪要〔2026〕7号")
    assert Proposal.objects.get().edition == edition
    assert rounds.objections_until(edition) == date(2026, 7, 17)  # Friday and five working days
    at("2026-07-17")
    with pytest.raises(MoveRefused, match="may object until 2026-07-17"):
        move_period(period, "archive", by=people[0])
    at("2026-07-18")
    assert move_period(period, "archive", by=people[0]).state == "ARCHIVED"
    events = AuditEvent.objects.filter(object_type="assessments.assessmentperiod").order_by("pk")
    assert [(event.verb, event.actor) for event in events] == [
        ("create_period", None),
        ("verify", people[0]),
        ("preview", people[1]),
        ("publish_period", None),
        ("archive", people[0]),
    ]


def test_holidays_are_no_working_days(previewed):
    previewed.previewed_at = previewed.previewed_at.replace(month=9, day=29)  # before the national holidays
    assert rounds.preview_until(previewed) == date(2026, 10, 9)


def test_a_running_period_is_not_shown_for_preview(period, people, at):
    at("2026-06-30")
    move_period(period, "verify", by=people[0], reason="数据已齐")
    with pytest.raises(MoveRefused, match="runs until 2026-06-30"):
        move_period(period, "preview", by=people[0])


def test_nothing_computed_is_nothing_to_preview(period, people):
    Edition.objects.all().delete()
    move_period(period, "verify", by=people[0])
    with pytest.raises(MoveRefused, match="Nothing is computed"):
        move_period(period, "preview", by=people[0])


def test_figures_that_wait_to_be_verified_hold_up_the_preview(period, people):
    move_period(period, "verify", by=people[0])
    waiting = IndicatorValue.objects.filter(unit__code="B1", indicator__code="P1")
    waiting.update(state="SUBMITTED")
    with pytest.raises(MoveRefused, match="1 figure waits to be verified"):
        move_period(period, "preview", by=people[0])
    waiting.update(state="VERIFIED")
    assert move_period(period, "preview", by=people[0]).state == "PREVIEW"


def test_a_step_back_needs_a_reason_and_clears_the_stamp(previewed, people):
    with pytest.raises(MoveRefused, match="Give a reason"):
        move_period(previewed, "reopen", by=people[0], reason=" ")
    back = move_period(previewed, "reopen", by=people[0], reason="停电数据有误")
    assert (back.state, back.previewed_at, back.reason) == ("VERIFYING", None, "停电数据有误")
    assert move_period(back, "collect", by=people[0], reason="补报").state == "COLLECTING"


def test_only_the_preparing_office_moves_a_period(period, secretary):
    with pytest.raises(PermissionDenied):
        move_period(period, "verify", by=secretary)


@pytest.mark.parametrize(
    ("day", "code", "reason"),
    [
        ("2026-07-09", "board", "look their figures over until 2026-07-09"),
        ("2026-07-10", "other", "no scheme"),
    ],
)
def test_what_is_not_prepared(previewed, people, at, day, code, reason):
    at(day)
    with pytest.raises(Refused, match=reason):
        prepare_board(previewed, code, Grounds(minutes="7"), by=people[0])


def test_preparing_waits_for_preview_minutes_answers_and_figures(previewed, people, at, secretary, company):
    objection = raise_objection(entry(), "Q1", "停电时间多算一次", by=secretary)
    at("2026-07-10")
    with pytest.raises(Refused, match="Objections to this board wait"):
        prepare_board(previewed, "board", Grounds(minutes="7"), by=people[0])
    answer_objection(objection, upheld=False, answer="已核对", by=people[0])
    with pytest.raises(Refused, match="number of the minutes"):
        prepare_board(previewed, "board", Grounds(minutes=" "), by=people[0])
    PartyUnitFactory(code="B3", parent=company, organisation=company.organisation)
    with pytest.raises(Refused, match="2 due figures are missing or wait"):
        prepare_board(previewed, "board", Grounds(minutes="7"), by=people[0])
    assert (
        prepare_board(previewed, "board", Grounds(minutes="7", waiver="新建"), by=people[0]).waiver == "新建"
    )


def test_nothing_is_prepared_before_the_preview(period, people):
    with pytest.raises(Refused, match="after the units have looked"):
        prepare_board(period, "board", Grounds(minutes="7"), by=people[0])


def test_preparing_twice_finds_the_first(prepared, people):
    again = prepare_board(prepared.period, "board", Grounds(minutes="8"), by=people[1])
    assert (again, Proposal.objects.count()) == (prepared, 1)


def test_nobody_approves_what_he_prepared(prepared, people, secretary):
    with pytest.raises(MoveRefused, match="colleague"):
        approve_board(prepared, by=people[0])
    with pytest.raises(PermissionDenied):
        approve_board(prepared, by=secretary)
    assert not Edition.objects.published().exists()


def test_other_figures_than_those_prepared_are_not_approved(prepared, people):
    IndicatorValue.objects.filter(unit__code="B2").update(raw=95 * 10**6)
    with pytest.raises(Refused, match="have changed since"):
        approve_board(prepared, by=people[1])
    assert (Proposal.objects.get().state, Edition.objects.published().count()) == ("PREPARED", 0)
    returned = return_board(prepared, by=people[1], reason="数据变了")
    assert (returned.state, returned.reason, returned.decided_by) == ("RETURNED", "数据变了", people[1])
    second = prepare_board(prepared.period, "board", Grounds(minutes="7"), by=people[0])
    assert approve_board(second, by=people[1]).number == 1


def test_what_was_decided_stays_decided(prepared, people):
    withdraw_board(prepared, by=people[0])
    with pytest.raises(MoveRefused):
        approve_board(prepared, by=people[1])


def test_a_period_steps_back_only_when_no_board_waits_for_approval(prepared, people):
    with pytest.raises(MoveRefused, match="Withdraw it first"):
        move_period(prepared.period, "reopen", by=people[0], reason="x")


def test_a_correction_needs_a_reason_and_opens_the_time_to_object_again(published, people, at):
    at("2026-08-03")
    period = published.period
    with pytest.raises(Refused, match="needs a reason"):
        prepare_board(period, "board", Grounds(minutes="8"), by=people[0])
    IndicatorValue.objects.filter(unit__code="B2").update(raw=95 * 10**6)
    proposal = prepare_board(period, "board", Grounds(minutes="8", correction="数据更正"), by=people[0])
    second = approve_board(proposal, by=people[1])
    assert (second.number, second.reason, rounds.objecting_until(published)) == (2, "数据更正", None)
    assert rounds.objecting_until(second) == date(2026, 8, 10)


def test_a_correction_is_prepared_with_the_duties_it_is_approved_with(published, people):
    meetings = {"type": "MEASURE", "code": "activities.meetings_completion"}
    scheme(section("S", item("M1", source=meetings, missing="NOT_APPLICABLE")), code="meet")
    publish("2026H1", "meet", Decision(*people))
    DutyRuleFactory(unit_kinds=["BRANCH"])
    period = AssessmentPeriod.objects.get(code="2026H1")
    words = {"minutes": "纪要8号", "correction": "补记"}
    proposal = prepare_board(period, "meet", Grounds(**words), by=people[0])
    edition = approve_board(proposal, by=people[1])
    assert (edition.number, edition.digest) == (2, proposal.digest)
    assert set(edition.entries.values_list("total", flat=True)) == {0}


def test_the_duties_of_an_approval_stand_before_it(prepared, people):
    """A large board is built on connections that see what is committed."""
    rule = DutyRuleFactory(unit_kinds=["BRANCH"])
    IndicatorValue.objects.filter(unit__code="B2").update(raw=95 * 10**6)
    with pytest.raises(Refused, match="have changed since"):
        approve_board(prepared, by=people[1])
    assert Duty.objects.filter(rule=rule).exists()


def test_a_published_line_shows_the_vetoes_that_held_when_it_was_published(published, units, people, at):
    before = VetoFactory(unit=units["B2"], entered_at=published.published_at - timedelta(days=1))
    after = VetoFactory(
        unit=units["B2"], entered_at=published.published_at + timedelta(days=1), kind="FALSE_DATA"
    )
    at("2026-07-14")
    lift_veto(before, because="已查清", by=people[0])
    held = Veto.objects.filter(unit=units["B2"])
    assert (list(held.held_at(published.published_at)), list(held.held_at(None))) == ([before], [after])


def test_the_command_publishes_an_archived_period(published, people, at):
    at("2026-08-03")
    move_period(published.period, "archive", by=people[0])
    with pytest.raises(Refused, match="archived"):
        prepare_board(published.period, "board", Grounds(minutes="8", correction="x"), by=people[0])
    publish("2026H1", "board", Decision(*people, reason="补正"))
    period = AssessmentPeriod.objects.get()
    assert (period.state, period.archived_at, period.archived_by) == ("PUBLISHED", None, None)


# --- objections -----------------------------------------------------------------------------------
def test_a_unit_objects_in_the_preview_and_the_office_answers(previewed, secretary, people):
    objection = raise_objection(entry(), "Q1", " 停电时间多算一次 ", by=secretary)
    assert (objection.text, objection.edition_number, objection.state) == ("停电时间多算一次", 0, "OPEN")
    assert raise_objection(entry(), "Q1", "停电时间多算一次", by=secretary) == objection
    with pytest.raises(Refused, match="waits for its answer"):
        raise_objection(entry(), "Q1", "还有别的", by=secretary)
    raise_objection(entry(), "", "总分有误", by=secretary)
    answered = answer_objection(objection, upheld=True, answer="已更正", by=people[0])
    assert (answered.state, answered.reason, answered.answered_by) == ("UPHELD", "已更正", people[0])
    assert entry().total == 8300  # no score is edited
    with pytest.raises(MoveRefused):
        answer_objection(objection, upheld=False, answer="x", by=people[0])


def test_objecting_to_a_published_board_has_five_working_days(published, secretary, people, at):
    at("2026-07-17")
    objection = raise_objection(entry(number=1), "P1", "少算一次", by=secretary)
    with pytest.raises(MoveRefused, match="may object until"):
        move_period(published.period, "archive", by=people[0])
    at("2026-07-18")
    with pytest.raises(Refused, match="time to object is over"):
        raise_objection(entry(number=1), "Q1", "少算一次", by=secretary)
    with pytest.raises(MoveRefused, match="wait for an answer"):
        move_period(published.period, "archive", by=people[0])
    withdraw_objection(objection, by=secretary)
    assert move_period(published.period, "archive", by=people[0]).state == "ARCHIVED"


@pytest.mark.parametrize(
    ("item_code", "text", "reason"), [("Q1", "  ", "Say what"), ("NONE", "x", "no such item")]
)
def test_what_is_no_objection(previewed, secretary, item_code, text, reason):
    with pytest.raises(Refused, match=reason):
        raise_objection(entry(), item_code, text, by=secretary)


def test_a_running_trial_is_not_objected_to(period, secretary):
    with pytest.raises(Refused, match="time to object is over"):
        raise_objection(entry(), "Q1", "x", by=secretary)


def test_only_ones_own_unit_objects_and_only_the_preparing_office_answers(
    previewed, secretary, people, units, officer
):
    bureau = officer("bureau", units["B1"].parent, Role.BUREAU_OFFICE)
    for user, code in ((secretary, "B2"), (bureau, "B1"), (people[0], "B1")):
        with pytest.raises(PermissionDenied):
            raise_objection(entry(code), "Q1", "x", by=user)
    objection = raise_objection(entry(), "Q1", "x", by=secretary)
    for user in (secretary, bureau):
        with pytest.raises(PermissionDenied):
            answer_objection(objection, upheld=True, answer="x", by=user)
    assert Objection.objects.get().state == "OPEN"


# --- two skins ------------------------------------------------------------------------------------
@pytest.mark.oracle("C-09")
def test_both_sides_comment_on_a_wide_gap(units, company, officer, people):
    business = officer("business", company, Role.DEPARTMENT_REVIEWER)
    line = entry()
    assert (line.total, line.has_gap, line.section_scores) == (8300, True, [920_000, 740_000])
    comment_on_gap(line, "PARTY", "活动多,结合业务少", by=people[0])
    comment_on_gap(line, "PARTY", "活动多,与业务结合少", by=people[1])
    comment_on_gap(line, "BUSINESS", "跳闸偏多", by=business)
    assert list(GapComment.objects.values_list("side", "text", "written_by__username")) == [
        ("BUSINESS", "跳闸偏多", "business"),
        ("PARTY", "活动多,与业务结合少", "approver"),
    ]
    event = AuditEvent.objects.filter(verb="comment").order_by("pk")[1]
    assert event.summary == {"text": ["活动多,结合业务少", "活动多,与业务结合少"]}
    for side, user in (("BUSINESS", people[0]), ("PARTY", business)):
        with pytest.raises(PermissionDenied):
            comment_on_gap(line, side, "x", by=user)
    with pytest.raises(Refused, match="not far apart"):
        comment_on_gap(entry("B2"), "PARTY", "x", by=people[0])
    with pytest.raises(Refused, match="Write what"):
        comment_on_gap(line, "PARTY", " ", by=people[0])


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Proposal, {"state": "APPROVED"}),
        (Proposal, {"state": "APPROVED", "decided_at": "2026-07-10T00:00Z", "decided_by": 0}),
        (AssessmentPeriod, {"state": "ARCHIVED"}),
        (AssessmentPeriod, {"previewed_at": None}),
    ],
)
def test_the_database_keeps_state_and_stamp_together(prepared, model, change):
    if "decided_by" in change:
        change = change | {"decided_by": prepared.prepared_by}
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


def test_collecting_ends_before_the_period_only_for_a_reason(period, people, at):
    at("2026-06-30")
    with pytest.raises(MoveRefused, match="runs until"):
        move_period(period, "verify", by=people[0], reason=" ")
    [step] = [step for step in round_pages.moves_from(period) if step.name == "verify"]
    assert step.needs_reason
    assert move_period(period, "verify", by=people[0], reason="数据已齐").state == "VERIFYING"
