import uuid
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from activities.models import Activity, Attachment, Attendance, Tag
from activities.operations import (
    amend_activity,
    confirm_activity,
    plan_meeting,
    record_activity,
    return_activity,
    update_activity,
    void_activity,
    withdraw_activity,
)
from activities.records import AttendanceData, Change, OutcomeData, PartData, RecordRefused
from core.files import FileRefused
from core.models import AuditEvent, StoredFile
from core.workflow import MoveRefused, VersionConflict
from tests.activities.conftest import NOON
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory

KEY = uuid.UUID("11111111-1111-4111-8111-111111111111")


def pdf(name="签到.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")


def facts_of(activity):
    parts = activity.participations.order_by("-is_lead", "unit__code")
    return {
        "kinds": sorted(row.kind for row in activity.counts.all()),
        "parts": [
            (part.unit.code, part.is_lead, part.expected_count, part.present_count, part.excused_count)
            for part in parts
        ],
        "outcomes": [(row.kind, row.quantity, row.precision) for row in activity.outcomes.order_by("kind")],
        "tags": [tag.name for tag in activity.tags.all()],
    }


def test_a_record_is_written_with_all_that_belongs_to_it(people, units, members, data):
    AssignmentFactory(user=people.secretary, role="BRANCH_SECRETARY", unit=units["C1-2"])
    attendance = (AttendanceData(members[0].pk), AttendanceData(members[1].pk, "TRAVEL"))
    activity, created = record_activity(
        data(
            place="坛河村",
            note="更换开关 2 处",
            held_with="SAFETY_ANALYSIS",
            also_counts=("PARTY_LECTURE",),
            tags=("冬季", "安全"),
            parts=(PartData(units["C1-1"].pk, attendance=attendance), PartData(units["C1-2"].pk, 8, 7, 1)),
            outcomes=(OutcomeData("HOUSEHOLD_VISITED", 34, "AT_LEAST"), OutcomeData("TRAINEE", 0)),
        ),
        by=people.secretary,
        submission_key=KEY,
    )
    assert created
    activity.refresh_from_db()
    stored = Activity.objects.values(
        "unit__code", "kind", "title", "held_on", "place", "held_with", "note", "state", "source", "ref",
        "submission_key", "version", "is_late", "submitted_at", "first_submitted_at", "created_at",
        "created_by__username", "submitted_by__username", "confirmed_at",
    ).get()  # fmt: skip
    assert stored == {
        "unit__code": "C1-1", "kind": "THEMED_PARTY_DAY", "title": "入户检查", "held_on": date(2026, 6, 12),
        "place": "坛河村", "held_with": "SAFETY_ANALYSIS", "note": "更换开关 2 处", "state": "SUBMITTED",
        "source": "TYPED", "ref": "", "submission_key": KEY, "version": 2, "is_late": False,
        "submitted_at": NOON, "first_submitted_at": NOON, "created_at": NOON,
        "created_by__username": "secretary", "submitted_by__username": "secretary", "confirmed_at": None,
    }  # fmt: skip
    assert facts_of(activity) == {
        "kinds": ["PARTY_LECTURE", "THEMED_PARTY_DAY"],
        "parts": [("C1-1", True, 2, 1, 1), ("C1-2", False, 8, 7, 1)],
        "outcomes": [("HOUSEHOLD_VISITED", 34, "AT_LEAST")],
        "tags": ["冬季", "安全"] if Tag.objects.first().name == "冬季" else ["安全", "冬季"],
    }
    entries = Attendance.objects.order_by("member_id").values_list("member__name", "present", "absence")
    assert list(entries) == [("周明", True, ""), ("李倩", False, "TRAVEL")]
    assert list(
        AuditEvent.objects.filter(object_type="activities.activity").values_list("verb", flat=True)
    ) == [
        "submit",
        "record",
    ]


def test_the_same_key_of_the_same_person_gives_the_first_record(people, data):
    first, created = record_activity(data(), by=people.secretary, submission_key=KEY)
    again, repeated = record_activity(data(title="别的"), by=people.secretary, submission_key=KEY)
    assert (created, repeated, again.pk, again.title) == (True, False, first.pk, "入户检查")
    other, made = record_activity(data(unit="C1-2"), by=people.secretary2, submission_key=KEY)
    assert made and other.pk != first.pk


def test_records_without_a_key_are_each_their_own(people, data):
    assert all(record_activity(data(), by=people.secretary)[1] for _time in range(2))
    assert Activity.objects.count() == 2


@pytest.mark.parametrize("who", ["secretary2", "member", "evaluator", "province", "bureau2"])
def test_only_who_keeps_records_of_the_unit_may_record(people, data, who):
    with pytest.raises(PermissionDenied):
        record_activity(data(), by=getattr(people, who))
    assert not Activity.objects.exists()


def test_records_are_written_where_one_belongs(people, data):
    """A secretary records for the own groups too; an office decides on the branches, it has no pen there."""
    assert record_activity(data(unit="C1-1-2", kind="GROUP_MEETING"), by=people.secretary)[1]
    for office in (people.county, people.bureau):
        with pytest.raises(PermissionDenied):
            record_activity(data(), by=office)


def test_a_group_and_a_committee_record_likewise(people, data):
    group, _created = record_activity(data(unit="C1-1-1", kind="GROUP_MEETING"), by=people.leader)
    committee, _created = record_activity(data(unit="C1", kind="PARTY_COMMITTEE_MEETING"), by=people.county)
    assert (group.unit.code, committee.unit.code) == ("C1-1-1", "C1")


@pytest.mark.parametrize(
    ("unit", "who", "kind", "words"),
    [
        ("C1-1-1", "leader", "GENERAL_MEETING", "branch general meeting: a Party group does not hold this"),
        ("C1-1-1", "leader", "COMMITTEE_MEETING", "branch committee meeting: a Party group does not"),
        ("C1-1-1", "secretary", "GROUP_LEADERS_MEETING", "group leaders' meeting: a Party group does not"),
        ("C1-1-1", "leader", "PARTY_COMMITTEE_MEETING", "Party committee meeting: a Party group does not"),
        ("C1-1", "secretary", "GROUP_MEETING", "Party group meeting: a Party branch does not hold this"),
        ("C1", "county", "GENERAL_MEETING", "branch general meeting: a Party committee does not hold this"),
    ],
)
def test_a_unit_records_and_plans_what_a_unit_of_its_kind_holds(people, data, unit, who, kind, words):
    for write in (record_activity, plan_meeting):
        with override("en"), pytest.raises(RecordRefused, match=words):
            write(data(unit=unit, kind=kind), by=getattr(people, who))
    assert not Activity.objects.exists()


def test_also_counted_is_what_the_unit_holds_or_one_below_it_that_took_part(people, data, units):
    both = {"kind": "ORG_LIFE_MEETING", "also_counts": ("GENERAL_MEETING", "GROUP_MEETING")}
    with (
        override("en"),
        pytest.raises(RecordRefused, match=r"Party group meeting: .* Name the unit"),
    ):
        record_activity(data(**both), by=people.secretary)
    with override("en"), pytest.raises(RecordRefused, match="Party group meeting: "):
        record_activity(data(**both, parts=(PartData(units["C1-2"].pk),)), by=people.secretary)
    activity, _created = record_activity(
        data(**both, parts=(PartData(units["C1-1-1"].pk),)), by=people.secretary
    )
    assert facts_of(activity)["kinds"] == ["GENERAL_MEETING", "GROUP_MEETING", "ORG_LIFE_MEETING"]
    with override("en"), pytest.raises(RecordRefused, match="branch general meeting: "):
        group = data(unit="C1-1-1", also_counts=("GENERAL_MEETING",), parts=(PartData(units["C1-1"].pk),))
        record_activity(group, by=people.leader)


def test_what_came_by_import_as_another_kind_stays_and_can_be_corrected(people, data, units):
    activity = ActivityFactory(unit=units["C1-1-1"], kind="GENERAL_MEETING", state="RETURNED", version=1)
    again = data(unit="C1-1-1", kind="GENERAL_MEETING", title="更正")
    change = Change(activity.version, submit=True)
    assert update_activity(activity, again, by=people.leader, change=change).title == "更正"


@pytest.mark.parametrize(("held_on", "late"), [(date(2026, 6, 8), False), (date(2026, 6, 7), True)])
def test_more_than_seven_days_after_the_day_held_is_late(people, data, held_on, late):
    activity, _created = record_activity(data(held_on=held_on), by=people.secretary)
    assert (activity.is_late, activity.state) == (late, "SUBMITTED")


def test_late_is_judged_by_the_first_submission(people, data, monday_noon):
    activity, _created = record_activity(data(held_on=date(2026, 6, 10)), by=people.secretary)
    returned = return_activity(activity, by=people.county, reason="补充地点")
    monday_noon.move_to(datetime(2026, 7, 20, 4, tzinfo=UTC))
    change = Change(version=returned.version, submit=True)
    again = update_activity(
        returned, data(held_on=date(2026, 6, 10), place="所里"), by=people.secretary, change=change
    )
    assert (again.state, again.is_late, again.submitted_at > again.first_submitted_at) == (
        "SUBMITTED",
        False,
        True,
    )
    moved = update_activity(
        again, data(held_on=date(2026, 6, 1)), by=people.secretary, change=Change(version=again.version)
    )
    assert moved.is_late


def test_a_draft_is_not_late_however_old(people, data):
    activity, _created = record_activity(data(held_on=date(2026, 1, 5)), by=people.secretary, submit=False)
    assert (activity.state, activity.is_late, activity.submitted_at) == ("DRAFT", False, None)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"held_on": date(2026, 6, 16)}, "不能晚于今天"),
        ({"held_on": date(1920, 12, 31)}, "检查年份"),
        ({"kind": "HEART_TALK", "note": "内容"}, "谈心谈话不保存"),
    ],
)
def test_what_can_not_be_kept_is_refused(people, data, given, reason):
    with pytest.raises(RecordRefused, match=reason):
        record_activity(data(**given), by=people.secretary)


@pytest.mark.parametrize(
    ("figures", "reason"), [((5, None, 0), "要么都填"), ((None, 5, 0), "要么都填"), ((5, 4, 2), "多于应到")]
)
def test_figures_that_do_not_fit_are_refused(people, units, data, figures, reason):
    with pytest.raises(RecordRefused, match=reason):
        record_activity(data(parts=(PartData(units["C1-1"].pk, *figures),)), by=people.secretary)


def test_files_belong_to_the_record(people, data):
    activity, _created = record_activity(data(), by=people.secretary, files=[pdf(), pdf("通知.pdf")])
    names = Attachment.objects.order_by("pk").values_list("activity", "file__original_name")
    assert list(names) == [(activity.pk, "签到.pdf"), (activity.pk, "通知.pdf")]


def test_a_refused_file_leaves_nothing_behind(people, data, settings, tmp_path):
    bad = SimpleUploadedFile("x.exe", b"MZ....", content_type="application/pdf")
    with pytest.raises(FileRefused):
        record_activity(data(), by=people.secretary, files=[pdf(), bad])
    assert (Activity.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


def test_a_talk_takes_no_file(people, data):
    with pytest.raises(RecordRefused, match="谈心谈话不保存"):
        record_activity(data(kind="HEART_TALK"), by=people.secretary, files=[pdf()])


def test_a_meeting_turned_into_a_talk_keeps_no_names(people, units, members, data):
    attendance = (AttendanceData(members[0].pk), AttendanceData(members[1].pk))
    named = (PartData(units["C1-1"].pk, attendance=attendance),)
    activity, _new = record_activity(data(parts=named), by=people.secretary)
    for parts in (named, (PartData(units["C1-1"].pk, 2, 2),)):
        activity.refresh_from_db()
        change = Change(version=activity.version)
        update_activity(activity, data(kind="HEART_TALK", parts=parts), by=people.secretary, change=change)
        assert not Attendance.objects.exists()
        assert facts_of(activity)["parts"] == [("C1-1", True, None, None, 0)]


def test_a_meeting_turned_into_a_talk_keeps_no_file(people, data):
    activity, _new = record_activity(data(), by=people.secretary, files=[pdf()])
    talk, version = data(kind="HEART_TALK"), activity.version
    with pytest.raises(RecordRefused, match="谈心谈话不保存"):
        update_activity(activity, talk, by=people.secretary, change=Change(version))
    assert Attachment.objects.count() == 1
    change = Change(version, remove_files=(Attachment.objects.get().pk,))
    update_activity(activity, talk, by=people.secretary, change=change)
    assert not Attachment.objects.exists()


# --- changing -------------------------------------------------------------------------------------
def test_a_change_keeps_the_version_before(people, units, members, data):
    activity, _created = record_activity(
        data(parts=(PartData(units["C1-1"].pk, attendance=(AttendanceData(members[0].pk),)),)),
        by=people.secretary,
    )
    changed = update_activity(
        activity,
        data(
            title="改过",
            tags=("夏季",),
            also_counts=("TRAINING",),
            parts=(PartData(units["C1-1"].pk, attendance=(AttendanceData(members[0].pk, "DUTY"),)),),
            outcomes=(OutcomeData("TRAINEE", 5),),
        ),
        by=people.secretary,
        change=Change(version=activity.version),
    )
    event = AuditEvent.objects.filter(verb="update").get()
    assert event.summary == {
        "title": ["入户检查", "改过"],
        "also_counts": [[], ["TRAINING"]],
        "tags": [[], ["夏季"]],
        "figures": [[[1, 1, 0]], [[1, 0, 1]]],
        "attendance": [
            {str(units["C1-1"].pk): {str(members[0].pk): "PRESENT"}},
            {str(units["C1-1"].pk): {str(members[0].pk): "DUTY"}},
        ],
        "outcomes": [{}, {"TRAINEE": "5 EXACT"}],
    }
    assert {"入户检查", "改过"} <= set(changed.history.values_list("title", flat=True))


def test_a_stale_version_is_a_conflict_and_changes_nothing(people, data):
    activity, _created = record_activity(data(), by=people.secretary)
    first = update_activity(
        activity, data(title="甲"), by=people.deputy, change=Change(version=activity.version)
    )
    with pytest.raises(VersionConflict) as conflict:
        update_activity(
            activity, data(title="乙"), by=people.secretary, change=Change(version=activity.version)
        )
    assert (conflict.value.current.title, conflict.value.changed_by) == ("甲", people.deputy)
    assert Activity.objects.get().version == first.version


def test_whoever_changes_a_submitted_record_submits_it_anew(people, data):
    """Else a secretary could change a record of a group and confirm the own text."""
    activity, _created = record_activity(data(unit="C1-1-1"), by=people.leader)
    change = Change(version=activity.version)
    changed = update_activity(activity, data(unit="C1-1-1", title="改"), by=people.secretary, change=change)
    assert (changed.submitted_by, changed.state) == (people.secretary, "SUBMITTED")
    with pytest.raises(MoveRefused):
        confirm_activity(changed, by=people.secretary)
    assert confirm_activity(changed, by=people.deputy).state == "CONFIRMED"


def test_a_confirmed_record_is_amended_with_a_reason(people, units, data, announced):
    activity, _created = record_activity(data(), by=people.secretary)
    confirmed = confirm_activity(activity, by=people.county)
    announced.clear()
    with pytest.raises(MoveRefused):
        update_activity(
            confirmed, data(title="改"), by=people.secretary, change=Change(version=confirmed.version)
        )
    new_day = date(2026, 5, 29)
    change = Change(version=confirmed.version, reason="日期写错了")
    amended = update_activity(confirmed, data(held_on=new_day), by=people.secretary, change=change)
    stamps = (amended.state, amended.confirmed_by, amended.confirmed_at, amended.submitted_by, amended.reason)
    assert stamps == ("SUBMITTED", None, None, people.secretary, "日期写错了")
    own = {units["C1-1"].pk}
    assert announced[0] == (own, {date(2026, 6, 12)})
    assert announced[-1] == (own, {new_day})
    states = amended.history.order_by("history_id").values_list("state", "held_on")
    assert ("CONFIRMED", date(2026, 6, 12)) in list(states)


def test_a_void_record_stays_as_it_is(people, data):
    activity, _created = record_activity(data(), by=people.secretary)
    void = void_activity(activity, by=people.secretary, reason="重复")
    with pytest.raises(MoveRefused):
        update_activity(void, data(), by=people.secretary, change=Change(version=void.version))


@pytest.mark.parametrize("who", ["secretary2", "member", "province"])
def test_only_who_keeps_the_records_may_change_them(people, data, who):
    activity, _created = record_activity(data(), by=people.secretary)
    with pytest.raises(PermissionDenied):
        update_activity(activity, data(), by=getattr(people, who), change=Change(version=activity.version))


def test_a_draft_is_submitted_with_the_change(people, data):
    activity, _created = record_activity(data(), by=people.secretary, submit=False)
    submitted = update_activity(
        activity, data(title="补"), by=people.secretary, change=Change(version=activity.version, submit=True)
    )
    assert (submitted.state, submitted.first_submitted_at) == ("SUBMITTED", NOON)


def test_files_come_and_go(people, data):
    activity, _created = record_activity(data(), by=people.secretary, files=[pdf("旧.pdf")])
    old = activity.attachments.get()
    change = Change(version=activity.version, add_files=(pdf("新.pdf"),), remove_files=(old.pk,))
    changed = update_activity(activity, data(), by=people.secretary, change=change)
    assert [str(row.file) for row in changed.attachments.all()] == ["新.pdf"]
    assert AuditEvent.objects.get(verb="update").summary == {"files": [["旧.pdf"], ["新.pdf"]]}


def test_what_was_taken_back_keeps_its_first_submission(people, data):
    activity, _created = record_activity(data(), by=people.secretary)
    draft = withdraw_activity(activity, by=people.secretary)
    assert (draft.state, draft.first_submitted_at) == ("DRAFT", NOON)


def test_amending_alone_takes_the_record_out_of_the_count(people, data, announced):
    activity, _created = record_activity(data(), by=people.secretary)
    confirmed = confirm_activity(activity, by=people.county)
    announced.clear()
    assert amend_activity(confirmed, by=people.secretary, reason="要改").state == "SUBMITTED"
    assert len(announced) == 1


@pytest.mark.parametrize(("figures", "names"), [((2, 1, 1), 2), ((3, 1, 1), 0)])
def test_names_of_another_unit_stay_while_its_figures_do(people, units, members, data, figures, names):
    other = units["C1-1-1"]
    known = (AttendanceData(members[4].pk), AttendanceData(members[5].pk, "DUTY"))
    activity, _created = record_activity(
        data(parts=(PartData(other.pk, attendance=known),)), by=people.secretary
    )
    changed = data(title="入户检查二", parts=(PartData(other.pk, *figures),))
    update_activity(activity, changed, by=people.secretary, change=Change(activity.version))
    part = activity.participations.get(unit=other)
    assert (part.expected_count, part.present_count, part.excused_count) == figures
    assert part.attendances.count() == names
