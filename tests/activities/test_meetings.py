"""What a meeting adds to its record: core task, votes, things to do, the plan before it."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities.choices import VoteResult
from activities.meetings import add_previous, entitled_otherwise, last_resolved, quorum_words, unsaid
from activities.models import ActionItem, Activity, CoreTask
from activities.operations import (
    add_core_task,
    change_plan,
    end_core_task,
    import_confirmed,
    plan_meeting,
    record_activity,
    reopen_action_item,
    submit_activity,
    update_activity,
    void_activity,
)
from activities.operations.writing import rewrite_details
from activities.records import (
    ActionData,
    Change,
    FinishedRecord,
    PartData,
    RecordRefused,
    VoteData,
)
from activities.rules import CORE_TASK_KINDS, is_below_quorum, quorum, vote_result, votes_needed
from activities.selectors import (
    core_tasks_above,
    items_settled,
    open_action_items,
    planned_by,
    usual_officers,
    voters,
)
from branches.choices import MemberStatus
from core import due
from core.models import AuditEvent
from core.workflow import MoveRefused, VersionConflict
from tests.activities.conftest import TODAY
from tests.factories.branches import MemberFactory, PostFactory

SIX_MUSTS = [
    "COMMITTEE_MEETING",
    "DEMOCRATIC_APPRAISAL",
    "GENERAL_MEETING",
    "GROUP_MEETING",
    "ORG_LIFE_MEETING",
    "THEMED_PARTY_DAY",
]
AHEAD = date(2026, 6, 22)


@pytest.fixture
def task(units):
    """Of the bureau, so that it holds in the branch too."""
    return CoreTask.objects.create(unit=units["B1"], name="迎峰度夏", starts_on=date(2026, 5, 1))


# --- the core task --------------------------------------------------------------------------------
@pytest.mark.oracle("T-22")
@pytest.mark.parametrize("kind", SIX_MUSTS)
def test_a_meeting_says_which_core_task_it_spoke_of(people, data, task, kind):
    assert sorted(CORE_TASK_KINDS) == SIX_MUSTS
    unit, by = ("C1-1-1", people.leader) if kind == "GROUP_MEETING" else ("C1-1", people.secretary)
    silent = data(unit, kind=kind, no_core_task="")
    with pytest.raises(RecordRefused):
        record_activity(silent, by=by)
    draft, _new = record_activity(silent, by=by, submit=False)
    with pytest.raises(MoveRefused):
        submit_activity(draft, by=by)
    with pytest.raises(RecordRefused):
        update_activity(draft, silent, by=by, change=Change(draft.version, submit=True))
    named = data(unit, kind=kind, no_core_task="", core_task_id=task.pk)
    draft = update_activity(draft, named, by=by, change=Change(draft.version))
    assert submit_activity(draft, by=by).state == "SUBMITTED"
    reasoned, _new = record_activity(data(unit, kind=kind, no_core_task="本月没有"), by=by)
    assert (reasoned.state, reasoned.core_task, reasoned.no_core_task) == ("SUBMITTED", None, "本月没有")


@pytest.mark.oracle("T-22")
def test_what_also_counts_as_a_meeting_answers_too(people, data):
    with pytest.raises(RecordRefused):
        record_activity(
            data(kind="TRAINING", also_counts=("GENERAL_MEETING",), no_core_task=""), by=people.secretary
        )


def test_a_submitted_record_can_not_lose_its_answer(people, data):
    activity, _new = record_activity(data(), by=people.secretary)
    with pytest.raises(RecordRefused):
        update_activity(
            activity, data(no_core_task=" "), by=people.secretary, change=Change(activity.version)
        )


def test_other_kinds_and_imports_are_not_asked(people, data, task):
    visit, _new = record_activity(
        data(kind="SERVICE_VISIT", core_task_id=task.pk, no_core_task=""), by=people.secretary
    )
    assert (visit.state, visit.core_task) == ("SUBMITTED", None)
    report = import_confirmed([FinishedRecord(data(no_core_task=""), ref="A-1")], by=people.county)
    assert report.created == 1


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("ORG_LIFE_MEETING", (True, False)),
        ("DEMOCRATIC_APPRAISAL", (True, True)),
        ("GENERAL_MEETING", (False, False)),
    ],
)
def test_a_core_task_is_checked_and_listed_where_the_six_musts_ask_for_it(people, data, task, kind, kept):
    facts = data(
        kind=kind, no_core_task="", core_task_id=task.pk, core_task_checked=True, core_task_listed=True
    )
    activity, _new = record_activity(facts, by=people.secretary)
    assert (activity.core_task_checked, activity.core_task_listed) == kept


def test_what_was_spoken_of_nowhere_was_neither_checked_nor_listed(people, data):
    facts = data(kind="DEMOCRATIC_APPRAISAL", core_task_checked=True, core_task_listed=True)
    activity, _new = record_activity(facts, by=people.secretary)
    assert (activity.core_task_checked, activity.core_task_listed) == (False, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(core_task_checked=True)


def test_core_tasks_hold_in_the_units_below_while_they_run(people, units, task):
    own = add_core_task(
        units["C1-1"],
        " 线路改造 ",
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 10),
        by=people.secretary,
    )
    names = [
        [found.name for found in core_tasks_above(units[unit], day)]
        for unit, day in [
            ("C1-1-1", date(2026, 6, 10)),
            ("C1-1", date(2026, 6, 11)),
            ("C1-1", date(2026, 4, 30)),
            ("B2", date(2026, 6, 10)),
        ]
    ]
    assert names == [["线路改造", "迎峰度夏"], ["迎峰度夏"], [], []]
    assert end_core_task(own, ends_on=date(2026, 6, 3), by=people.secretary).ends_on == date(2026, 6, 3)


def test_a_core_task_that_did_not_run_is_refused(people, units, data, task):
    end_task = CoreTask.objects.create(
        unit=units["C1-1"], name="旧", starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1)
    )
    elsewhere = CoreTask.objects.create(unit=units["C1-2"], name="别处", starts_on=date(2026, 1, 1))
    for wrong in (end_task, elsewhere):
        with pytest.raises(RecordRefused):
            record_activity(data(no_core_task="", core_task_id=wrong.pk), by=people.secretary)
    with pytest.raises(RecordRefused):
        record_activity(data(core_task_id=task.pk), by=people.secretary)


def test_only_who_belongs_there_keeps_core_tasks(people, units, task):
    for name in ("secretary2", "member", "province"):
        with pytest.raises(PermissionDenied):
            add_core_task(units["C1-1"], "x", starts_on=TODAY, by=getattr(people, name))
    with pytest.raises(PermissionDenied):
        end_core_task(task, ends_on=TODAY, by=people.secretary)
    with pytest.raises(RecordRefused):
        end_core_task(task, ends_on=date(2026, 4, 30), by=people.bureau)
    add_core_task(units["C1-1"], "x", starts_on=TODAY, by=people.secretary)
    with pytest.raises(RecordRefused):
        add_core_task(units["C1-1"], "x", starts_on=TODAY, by=people.secretary)


# --- votes ----------------------------------------------------------------------------------------
@pytest.mark.oracle("G-01")
@pytest.mark.parametrize(
    ("eligible", "present", "in_favour", "result"),
    [
        (20, 9, 9, VoteResult.NOT_VALID),
        (20, 10, 10, VoteResult.NOT_PASSED),
        (20, 11, 11, VoteResult.PASSED),
        (20, 20, 10, VoteResult.NOT_PASSED),
        (21, 10, 10, VoteResult.NOT_VALID),
        (21, 11, 11, VoteResult.PASSED),
        (7, 3, 3, VoteResult.NOT_VALID),
        (7, 4, 4, VoteResult.PASSED),
        (7, 7, 3, VoteResult.NOT_PASSED),
    ],
)
def test_a_vote_needs_half_of_those_entitled_and_more_than_half_in_favour(
    eligible, present, in_favour, result
):
    assert vote_result(eligible, present, in_favour) == result


@pytest.mark.oracle("G-01")
def test_quorum_and_majority():
    assert [(quorum(n), votes_needed(n)) for n in (20, 21, 7)] == [(10, 11), (11, 11), (4, 4)]


@pytest.mark.oracle("G-02")
def test_probationary_members_do_not_vote(units):
    MemberFactory.create_batch(20, unit=units["C1-1"])
    MemberFactory.create_batch(3, unit=units["C1-1"], status=MemberStatus.PROBATIONARY)
    assert voters(units["C1-1"], "", TODAY) == 20


def test_figures_of_a_vote_that_do_not_fit_are_refused(people, data):
    for figures in ((5, 6, 0), (5, 5, 4, 1, 1)):
        with pytest.raises(RecordRefused):
            record_activity(data(votes=(VoteData("发展对象", *figures),)), by=people.secretary)


# --- minutes --------------------------------------------------------------------------------------
@pytest.fixture
def minutes(members):
    return {
        "starts_at": time(14, 30),
        "chair_id": members[0].pk,
        "recorder_id": members[1].pk,
        "observers": "县公司党建办",
        "agenda": "一\n二",
        "resolutions": "同意",
        "learning_hours": Decimal("1.5"),
        "votes": (VoteData("接收预备党员", 4, 4, 3, 0, 1),),
        "action_items": (ActionData("换开关", members[2].pk, date(2026, 6, 20)), ActionData("写稿")),
    }


def test_the_minutes_are_kept_and_their_changes_told(people, data, members, minutes):
    activity, _new = record_activity(data(kind="GENERAL_MEETING", **minutes), by=people.secretary)
    activity.refresh_from_db()
    columns = ("starts_at", "chair_id", "recorder_id", "observers", "agenda", "resolutions", "learning_hours")
    assert {name: getattr(activity, name) for name in columns} == {name: minutes[name] for name in columns}
    assert list(activity.votes.values_list("subject", "eligible", "in_favour", "abstained")) == [
        ("接收预备党员", 4, 3, 1)
    ]
    first, second = activity.action_items.all()
    ActionItem.objects.filter(pk=first.pk).update(done_on=TODAY)
    changed = minutes | {
        "agenda": "一",
        "chair_id": members[3].pk,
        "votes": (),
        "action_items": (ActionData("换好开关", members[2].pk, None, first.pk), ActionData("新的")),
    }
    update_activity(
        activity,
        data(kind="GENERAL_MEETING", **changed),
        by=people.secretary,
        change=Change(activity.version),
    )
    rows = activity.action_items.values_list("text", "owner_id", "due_on", "done_on")
    assert list(rows) == [("换好开关", members[2].pk, None, TODAY), ("新的", None, None, None)]
    assert not ActionItem.objects.filter(pk=second.pk).exists()
    assert AuditEvent.objects.filter(verb="update").latest("id").summary == {
        "agenda": ["一\n二", "一"],
        "chair": [members[0].pk, members[3].pk],
        "votes": [["接收预备党员 4/4/3/0/1"], []],
        "action_items": [["换开关 2026-06-20", "写稿"], ["换好开关", "新的"]],
    }


def test_what_is_ticked_while_the_minutes_are_changed_stays_ticked(people, data):
    items = (ActionData("换开关"), ActionData("写稿"))
    activity, _new = record_activity(data(action_items=items), by=people.secretary)
    read = Activity.objects.prefetch_related("action_items").get()
    first = activity.action_items.first()
    activity.action_items.filter(pk=first.pk).update(done_on=TODAY)  # by somebody else, after it was read
    rewrite_details(read, data(action_items=(ActionData("换好开关", pk=first.pk), ActionData("新的"))))
    rows = activity.action_items.order_by("pk").values_list("text", "done_on")
    assert list(rows) == [("换好开关", TODAY), ("新的", None)]


def test_of_a_talk_no_minutes_are_kept(people, data, minutes, members):
    for name in ("observers", "agenda", "resolutions", "votes", "action_items"):
        with pytest.raises(RecordRefused):
            record_activity(data(kind="HEART_TALK", **{name: minutes[name]}), by=people.secretary)
    talk, _new = record_activity(
        data(kind="HEART_TALK", chair_id=members[0].pk, starts_at=time(9)), by=people.secretary
    )
    assert (talk.chair, talk.starts_at, talk.no_core_task) == (None, None, "")


def test_what_was_left_to_do_is_ticked_off_at_the_next_meeting(people, units, data):
    first, _new = record_activity(
        data(held_on=date(2026, 6, 1), action_items=(ActionData("换开关"), ActionData("写稿"))),
        by=people.secretary,
    )
    other, _new = record_activity(data(unit="C1-2", action_items=(ActionData("别处"),)), by=people.secretary2)
    switch, draft = first.action_items.all()
    elsewhere = other.action_items.get()
    assert list(open_action_items(units["C1-1"], TODAY)) == [switch, draft]
    record_activity(data(done_items=(switch.pk, elsewhere.pk)), by=people.secretary)
    done = dict(ActionItem.objects.values_list("text", "done_on"))
    assert done == {"换开关": date(2026, 6, 12), "写稿": None, "别处": None}
    assert list(open_action_items(units["C1-1"], TODAY)) == [draft]
    void_activity(first, by=people.secretary, reason="重复")
    assert list(open_action_items(units["C1-1"], TODAY)) == []


def test_the_meeting_that_settles_what_was_left_says_so(people, units, data):
    left, _new = record_activity(
        data(held_on=date(2026, 6, 1), action_items=(ActionData("换开关"),)), by=people.secretary
    )
    item = left.action_items.get()
    parts = (PartData(units["C1-2"].pk),)
    meeting, _new = record_activity(data(done_items=(item.pk,), parts=parts), by=people.secretary)
    item.refresh_from_db()
    assert (item.done_in, item.done_on) == (meeting, date(2026, 6, 12))
    assert items_settled([left, meeting], people.county) == {meeting.pk: [item]}
    assert (
        items_settled([meeting], people.secretary2) == {}
    )  # the other branch had no part in the earlier one
    update_activity(
        meeting,
        data(held_on=date(2026, 6, 11), parts=parts),
        by=people.secretary,
        change=Change(meeting.version),
    )
    item.refresh_from_db()
    assert item.done_on == date(2026, 6, 11)
    reopen_action_item(item, by=people.secretary)
    assert items_settled([meeting], people.county) == {}


def test_what_a_void_meeting_ticked_off_is_to_be_done_again(people, units, data):
    left, _new = record_activity(
        data(held_on=date(2026, 6, 1), action_items=(ActionData("换开关"), ActionData("写稿"))),
        by=people.secretary,
    )
    switch, draft = left.action_items.all()
    first, _new = record_activity(
        data(held_on=date(2026, 6, 10), done_items=(draft.pk,)), by=people.secretary
    )
    second, _new = record_activity(data(done_items=(switch.pk,)), by=people.secretary)
    void_activity(second, by=people.secretary, reason="重复")
    switch.refresh_from_db()
    draft.refresh_from_db()
    assert (switch.done_on, switch.done_in) == (None, None)
    assert (draft.done_on, draft.done_in) == (date(2026, 6, 10), first)
    assert list(open_action_items(units["C1-1"], TODAY)) == [switch]
    event = AuditEvent.objects.get(verb="reopen_action_item")
    assert (event.actor, event.object_id) == (people.secretary, str(left.pk))
    void_activity(left, by=people.secretary, reason="重复")
    void_activity(first, by=people.secretary, reason="重复")  # no record speaks of a void one any more
    draft.refresh_from_db()
    assert (draft.done_on, draft.done_in) == (None, None)


def test_nothing_is_done_before_it_was_left_to_do(people, units, data):
    """Neither by moving the meeting that ticked it off, nor the one that had left it."""
    left, _new = record_activity(
        data(held_on=date(2026, 6, 1), action_items=(ActionData("换开关"),)), by=people.secretary
    )
    item = left.action_items.get()
    meeting, _new = record_activity(
        data(held_on=date(2026, 6, 10), done_items=(item.pk,)), by=people.secretary
    )

    def moved(record, day):
        facts = data(
            held_on=day,
            action_items=tuple(ActionData("换开关", pk=row.pk) for row in record.action_items.all()),
        )
        update_activity(
            record, facts, by=people.secretary, change=Change(Activity.objects.get(pk=record.pk).version)
        )

    for record, day in ((meeting, date(2026, 5, 31)), (left, date(2026, 6, 11))):
        with pytest.raises(RecordRefused, match="换开关"):
            moved(record, day)
        moved(record, date(2026, 6, 5))
    item.refresh_from_db()
    assert (item.done_in, item.done_on) == (meeting, date(2026, 6, 5))


def test_what_was_ticked_off_by_mistake_is_to_be_done_again(people, units, data):
    activity, _new = record_activity(data(action_items=(ActionData("换开关"),)), by=people.secretary)
    item = activity.action_items.get()
    record_activity(data(done_items=(item.pk,)), by=people.secretary)
    for other in (people.secretary2, people.county, people.leader, people.member):
        with pytest.raises(PermissionDenied):
            reopen_action_item(item, by=other)
    for _time in range(2):
        assert reopen_action_item(item, by=people.deputy).done_on is None
    assert list(open_action_items(units["C1-1"], TODAY)) == [item]
    events = AuditEvent.objects.filter(verb="reopen_action_item")
    assert [(event.actor, event.object_id, event.summary) for event in events] == [
        (people.deputy, str(activity.pk), {"item": "换开关", "done_on": "2026-06-12"})
    ]
    ActionItem.objects.update(done_on=TODAY)
    void_activity(activity, by=people.secretary, reason="重复")
    with pytest.raises(MoveRefused):
        reopen_action_item(item, by=people.deputy)


def test_the_secretary_chairs_and_who_wrote_last_writes_again(people, units, data, members):
    assert usual_officers(units["C1-1"], TODAY) == (None, None)
    PostFactory(member=members[0])
    record_activity(data(kind="GENERAL_MEETING", recorder_id=members[1].pk), by=people.secretary)
    assert usual_officers(units["C1-1"], TODAY) == (members[0].pk, members[1].pk)


# --- other units ----------------------------------------------------------------------------------
def test_a_unit_names_only_its_partners(people, units, data):
    record_activity(data(parts=(PartData(units["C1-2"].pk),)), by=people.secretary)
    for part in (PartData(units["B2-B"].pk), PartData(units["C1-2"].pk, 5, 5)):
        with pytest.raises(RecordRefused):
            record_activity(data(parts=(part,)), by=people.secretary)
    activity = Activity.objects.get()
    with pytest.raises(RecordRefused):
        update_activity(
            activity,
            data(parts=(PartData(units["B2-B"].pk),)),
            by=people.secretary,
            change=Change(activity.version),
        )


# --- the plan -------------------------------------------------------------------------------------
@pytest.fixture
def plan(data, minutes):
    def make(**given):
        names = ("starts_at", "chair_id", "agenda")
        facts = {name: minutes[name] for name in names} | {"kind": "GENERAL_MEETING", "held_on": AHEAD}
        return data(**facts | {"no_core_task": ""} | given)

    return make


def test_a_meeting_is_planned_moved_and_recorded(people, data, plan, monday_noon):
    planned, new = plan_meeting(plan(), by=people.secretary)
    assert (new, planned.state, planned.held_on) == (True, "PLANNED", AHEAD)
    moved = change_plan(planned, plan(held_on=date(2026, 6, 23)), by=people.secretary, version=1)
    with pytest.raises(VersionConflict):
        change_plan(planned, plan(), by=people.secretary, version=1)
    with pytest.raises(RecordRefused):  # not before its day
        update_activity(moved, plan(), by=people.secretary, change=Change(moved.version, submit=True))
    with pytest.raises(MoveRefused):
        submit_activity(moved, by=people.secretary)
    monday_noon.shift(8 * 24 * 3600)
    held = data(kind="GENERAL_MEETING", held_on=date(2026, 6, 23))
    recorded = update_activity(moved, held, by=people.secretary, change=Change(moved.version, submit=True))
    assert (recorded.pk, recorded.state, recorded.is_late) == (planned.pk, "SUBMITTED", False)
    with pytest.raises(MoveRefused):
        change_plan(recorded, plan(), by=people.secretary, version=recorded.version)
    events = AuditEvent.objects.filter(object_type="activities.activity", object_id=str(planned.pk))
    verbs = events.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["plan", "update", "begin", "update", "submit"]


def test_what_the_plan_does_not_ask_stays_when_it_is_changed(people, plan, members):
    known = {"recorder_id": members[1].pk, "no_core_task": "还没有", "observers": "老同志"}
    planned, _new = plan_meeting(plan(**known), by=people.secretary)
    moved = change_plan(planned, plan(held_on=date(2026, 6, 23)), by=people.secretary, version=1)
    moved.refresh_from_db()
    assert {name: getattr(moved, name) for name in known} == known
    assert moved.held_on == date(2026, 6, 23)


def test_a_plan_is_kept_once_by_who_records_there(people, plan, units):
    for name in ("secretary2", "member", "county"):
        with pytest.raises(PermissionDenied):
            plan_meeting(plan(), by=getattr(people, name))
    planned, _new = plan_meeting(plan(), by=people.secretary)
    with pytest.raises(PermissionDenied):
        change_plan(planned, plan(), by=people.secretary2, version=1)
    cancelled = void_activity(planned, by=people.secretary, reason="改为视频会")
    assert cancelled.state == "VOID"


def test_the_workbench_speaks_of_it_before_and_after_its_day(people, plan, monday_noon):
    planned, _new = plan_meeting(plan(), by=people.secretary)
    assert list(planned_by(people.secretary2, TODAY)) == []

    def shown():
        items = due.sources["activities.planned"](people.secretary)
        return [(item.kind, item.url, item.due_on) for item in items]

    record = f"/activities/{planned.pk}/edit/"
    assert shown() == [("due", f"/activities/{planned.pk}/", AHEAD)]
    monday_noon.shift(7 * 24 * 3600)
    assert shown() == [("due", record, AHEAD)]
    monday_noon.shift(24 * 3600)
    assert shown() == [("overdue", record, AHEAD)]


# --- special meetings -----------------------------------------------------------------------------
@pytest.mark.oracle("O-023")
def test_special_organisational_life_meetings_are_counted_once(people, data):
    """The source says it twice; read twice from one file, they are still 215."""
    topics = ["SAFETY", "INTEGRITY", "INSPECTION"]
    special = [
        FinishedRecord(
            data(kind="ORG_LIFE_MEETING", special_topic=topics[number % 3], no_core_task=""),
            ref=f"S-{number}",
        )
        for number in range(215)
    ]
    ordinary = [FinishedRecord(data(kind="ORG_LIFE_MEETING", no_core_task=""), ref="O-1")]
    for _time in range(2):
        import_confirmed([*special, *ordinary], by=people.county)
    held = Activity.objects.confirmed().counted_as("ORG_LIFE_MEETING").filter(held_on__gte=date(2020, 1, 1))
    assert (held.exclude(special_topic="").count(), held.count()) == (215, 216)


def test_only_an_organisational_life_meeting_has_a_special_topic(people, data):
    activity, _new = record_activity(data(special_topic="SAFETY"), by=people.secretary)
    assert activity.special_topic == ""


# --- the meeting before, and what is not said -----------------------------------------------------
def test_the_last_meeting_of_each_kind_opens_the_next(people, units, data):
    def meet(day, resolutions, kind="GENERAL_MEETING", **more):
        facts = data(kind=kind, held_on=date(2026, 6, day), title=f"{kind} {day}", resolutions=resolutions)
        return record_activity(facts, by=people.secretary, **more)[0]

    first, second = meet(1, "一"), meet(2, "二")
    party_day = meet(3, "三", "THEMED_PARTY_DAY")
    meet(4, "草稿", submit=False)
    void_activity(meet(5, "作废"), by=people.secretary, reason="重复")
    silent = meet(6, "", "COMMITTEE_MEETING")
    unit = units["C1-1"]
    assert last_resolved(unit, TODAY) == [party_day, second]
    assert last_resolved(unit, date(2026, 6, 1)) == [first]
    assert last_resolved(unit, TODAY, second) == [party_day, first]
    rows = [first, second, party_day, silent]
    add_previous(rows, people.secretary)
    assert [row.previous for row in rows] == [None, first, None, None]
    add_previous(rows, people.secretary2)
    assert [row.previous for row in rows] == [None] * 4


def test_the_meetings_before_many_take_no_more_queries(people, data):
    facts = [data(kind="GENERAL_MEETING", title=f"{day}", held_on=date(2026, 6, day)) for day in range(1, 6)]
    rows = [record_activity(each, by=people.secretary)[0] for each in facts]
    with CaptureQueriesContext(connection) as few:
        add_previous(rows[:2], people.secretary)
    with CaptureQueriesContext(connection) as many:
        add_previous(rows, people.secretary)
    assert len(many) == len(few) <= 3


def test_what_a_meeting_does_not_say_is_a_hint_only(people, units, data, members):
    bare, _new = record_activity(data(kind="GENERAL_MEETING"), by=people.secretary)
    part = PartData(units["C1-1"].pk, expected=6, present=5)
    said = {"chair_id": members[0].pk, "recorder_id": members[1].pk, "agenda": "学习", "parts": (part,)}
    full, _new = record_activity(data(kind="GENERAL_MEETING", title="b", **said), by=people.secretary)
    visit, _new = record_activity(data(kind="SERVICE_VISIT", no_core_task=""), by=people.secretary)
    assert bare.state == "SUBMITTED"
    with translation.override("en"):
        told = [list(map(str, unsaid(row))) for row in (bare, full, visit)]
    assert told == [["chair", "minutes by", "attendance", "agenda"], [], []]


@pytest.mark.oracle("G-01")
@pytest.mark.parametrize(
    ("expected", "present", "below"),
    [
        (20, 9, True),
        (20, 10, False),
        (21, 10, True),
        (21, 11, False),
        (7, 3, True),
        (7, 4, False),
        (None, None, False),
    ],
)
def test_too_few_for_a_meeting_that_resolves(people, units, data, expected, present, below):
    assert is_below_quorum(expected, present) is below
    part = PartData(units["C1-1"].pk, expected=expected, present=present)
    rows = [
        record_activity(data(kind=kind, title=kind, parts=(part,)), by=people.secretary)[0]
        for kind in ("GENERAL_MEETING", "COMMITTEE_MEETING", "THEMED_PARTY_DAY")
    ]
    assert [bool(quorum_words(row)) for row in rows] == [below, below, False]


def test_a_vote_of_others_than_the_roster_knows_is_told(people, data, members):
    votes = [VoteData("接收", len(members), 6, 6), VoteData("接收", 8, 6, 6)]
    rows = [
        record_activity(
            data(kind="GENERAL_MEETING", title=f"{vote.eligible}", votes=(vote,)), by=people.secretary
        )[0]
        for vote in votes
    ]
    assert [entitled_otherwise(row) for row in rows] == [None, 6]
