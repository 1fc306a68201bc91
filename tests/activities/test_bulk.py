from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from activities.models import Activity, Attendance, Participation
from activities.operations import import_confirmed, record_activity, void_activity
from activities.records import AttendanceData, FinishedRecord, OutcomeData, PartData
from core.models import AuditEvent
from tests.activities.conftest import NOON

DAY = date(2026, 5, 12)


@pytest.fixture
def finished(units, data):
    def make(ref="A1", **given):
        outer = {name: given.pop(name) for name in list(given) if name in FinishedRecord.__dataclass_fields__}
        return FinishedRecord(data(held_on=DAY, **given), ref=ref, **outer)

    return make


def counts(report):
    return report.created, report.updated, report.unchanged


def test_finished_records_count_at_once(people, units, finished, announced):
    record = finished(
        place="所里",
        also_counts=("TRAINING",),
        tags=("夏季",),
        parts=(PartData(units["C1-1"].pk, 9, 7, 1), PartData(units["C1-2"].pk, 4, 4)),
        outcomes=(OutcomeData("TRAINEE", 12, "ABOUT"),),
    )
    assert counts(import_confirmed([record], by=people.province)) == (1, 0, 0)
    stored = Activity.objects.values(
        "state", "source", "ref", "is_late", "created_by__username", "submitted_at", "confirmed_by",
        "confirmed_at", "by_lapse", "version", "place",
    ).get()  # fmt: skip
    assert stored == {
        "state": "CONFIRMED", "source": "IMPORTED", "ref": "A1", "is_late": False,
        "created_by__username": "province", "submitted_at": NOON, "confirmed_by": None, "confirmed_at": NOON,
        "by_lapse": False, "version": 1, "place": "所里",
    }  # fmt: skip
    activity = Activity.objects.get()
    assert sorted(row.kind for row in activity.counts.all()) == ["THEMED_PARTY_DAY", "TRAINING"]
    assert [(row.kind, row.quantity, row.precision) for row in activity.outcomes.all()] == [
        ("TRAINEE", 12, "ABOUT")
    ]
    assert [tag.name for tag in activity.tags.all()] == ["夏季"]
    assert announced == [({units["C1-1"].pk, units["C1-2"].pk}, {DAY})]
    events = AuditEvent.objects.filter(verb="import_activities").order_by("object_label")
    assert [(event.object_label, event.summary) for event in events] == [
        (unit.name, {"created": 1, "updated": 0, "days": ["2026-05-12", "2026-05-12"]})
        for unit in (units["C1-1"], units["C1-2"])
    ]


def test_the_demo_brings_its_own_history(people, units, members, finished):
    submitted = datetime(2026, 5, 25, 2, tzinfo=UTC)
    names = PartData(units["C1-1"].pk, attendance=tuple(AttendanceData(member.pk) for member in members[:4]))
    record = finished(
        parts=(names,),
        author_id=people.secretary.pk,
        submitted_at=submitted,
        decided_by_id=people.county.pk,
        decided_at=submitted,
    )
    import_confirmed([record], by=people.province, source="DEMO")
    activity = Activity.objects.get()
    assert (activity.created_by, activity.confirmed_by, activity.created_at, activity.is_late) == (
        people.secretary,
        people.county,
        submitted,
        True,
    )
    part = Participation.objects.get()
    assert (part.expected_count, part.present_count) == (4, 4)
    assert Attendance.objects.filter(participation=part, present=True).count() == 4


@pytest.mark.parametrize(
    ("state", "stamps"),
    [
        ("SUBMITTED", (True, False, None)),
        ("DRAFT", (False, False, None)),
        ("RETURNED", (True, False, "county")),
    ],
)
def test_other_states_have_their_stamps(people, finished, state, stamps):
    record = finished(
        state=state, reason="补充" if state == "RETURNED" else "", decided_by_id=people.county.pk
    )
    import_confirmed([record], by=people.province)
    activity = Activity.objects.get()
    returned_by = activity.returned_by.username if activity.returned_by else None
    assert (bool(activity.submitted_at), bool(activity.confirmed_at), returned_by) == stamps


def test_four_eyes_hold_for_finished_records_too(people, finished):
    with pytest.raises(IntegrityError):
        import_confirmed([finished(decided_by_id=people.province.pk)], by=people.province)


def test_the_same_twice_changes_nothing(people, finished, announced):
    records = [finished(ref=f"A{number}", outcomes=(OutcomeData("TRAINEE", 3),)) for number in range(3)]
    assert counts(import_confirmed(records, by=people.province)) == (3, 0, 0)
    announced.clear()
    assert counts(import_confirmed(records, by=people.province)) == (0, 0, 3)
    assert announced == []


def test_a_known_reference_is_updated_and_its_first_version_kept(people, units, finished, announced):
    import_confirmed([finished(parts=(PartData(units["C1-1"].pk, 9, 7),))], by=people.province)
    announced.clear()
    facts = {"title": "改过", "kind": "TRAINING", "parts": (PartData(units["C1-1"].pk, 9, 9),)}
    first = finished()
    changed = replace(first, data=replace(first.data, held_on=date(2026, 4, 2), **facts))
    assert counts(import_confirmed([changed], by=people.province)) == (0, 1, 0)
    activity = Activity.objects.get()
    assert (activity.title, activity.version, [row.kind for row in activity.counts.all()]) == (
        "改过",
        2,
        ["TRAINING"],
    )
    assert Participation.objects.get().present_count == 9
    assert list(activity.history.order_by("history_id").values_list("title", flat=True)) == [
        "入户检查",
        "改过",
    ]
    assert announced == [({units["C1-1"].pk}, {DAY, date(2026, 4, 2)})]


def test_what_the_file_has_no_column_for_stays(people, units, members, finished):
    names = PartData(units["C1-1"].pk, attendance=(AttendanceData(members[0].pk),))
    first = finished(place="所里", tags=("夏季",), parts=(names,), outcomes=(OutcomeData("TRAINEE", 3),))
    import_confirmed([first], by=people.province)
    bare = finished(title="只改主题", keeps=frozenset({"place", "figures", "outcomes", "state"}))
    assert counts(import_confirmed([bare], by=people.province)) == (0, 1, 0)
    activity = Activity.objects.get()
    assert (activity.title, activity.place, activity.state) == ("只改主题", "所里", "CONFIRMED")
    assert [tag.name for tag in activity.tags.all()] == ["夏季"]
    assert activity.outcomes.get().quantity == 3
    assert Attendance.objects.count() == 1


def test_an_empty_cell_clears(people, finished):
    import_confirmed([finished(place="所里", outcomes=(OutcomeData("TRAINEE", 3),))], by=people.province)
    import_confirmed([finished()], by=people.province)
    activity = Activity.objects.get()
    assert (activity.place, activity.outcomes.count()) == ("", 0)


def test_a_state_can_go_back_and_forth(people, finished):
    import_confirmed([finished()], by=people.province)
    import_confirmed([finished(state="SUBMITTED")], by=people.province)
    activity = Activity.objects.get()
    assert (activity.state, activity.confirmed_at) == ("SUBMITTED", None)
    import_confirmed([finished()], by=people.province)
    assert Activity.objects.get().state == "CONFIRMED"


def test_the_same_reference_of_another_unit_is_another_record(people, finished):
    import_confirmed([finished(), finished(unit="C1-2")], by=people.province)
    assert Activity.objects.count() == 2


def test_records_without_a_reference_are_never_the_same(people, finished):
    for _time in range(2):
        assert counts(import_confirmed([finished(ref="")], by=people.province)) == (1, 0, 0)


def test_a_talk_comes_in_without_its_text(people, finished):
    import_confirmed([finished(kind="HEART_TALK", title="谈了家里的困难", note="细节")], by=people.province)
    activity = Activity.objects.get()
    assert (activity.title, activity.topic_class, activity.note) == ("谈心谈话", "OTHER", "")


def test_importing_nothing_says_nothing(people, announced):
    assert counts(import_confirmed([], by=people.province)) == (0, 0, 0)
    assert (announced, AuditEvent.objects.filter(verb="import_activities").count()) == ([], 0)


def test_a_typed_record_follows_imported_ones(people, data, finished):
    """Keys taken in bulk do not collide with the next ones of the database."""
    import_confirmed([finished(ref=str(number)) for number in range(5)], by=people.province)
    activity, _created = record_activity(data(), by=people.secretary)
    assert void_activity(activity, by=people.secretary, reason="x").pk == activity.pk
