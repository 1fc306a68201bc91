"""A second import respects what people did, and says what it changed."""

from datetime import date

import pytest

from activities.models import Activity, Attendance
from activities.operations import amend_activity, confirm_activity, import_confirmed, return_activity
from activities.records import AttendanceData, FinishedRecord, OutcomeData, PartData
from core.models import AuditEvent


@pytest.fixture
def load(people, data):
    def make(state="CONFIRMED", **given):
        record = FinishedRecord(data(held_on=date(2026, 5, 12), **given), ref="A1", state=state)
        report = import_confirmed([record], by=people.province)
        counts = (report.created, report.updated, report.unchanged)
        return counts, [str(why) for _record, why in report.refused]

    return make


def test_an_update_is_told_on_the_record(load, units, people):
    unit = units["C1-1"].pk
    load(parts=(PartData(unit, 9, 7),), outcomes=(OutcomeData("TRAINEE", 3),))
    assert load(parts=(PartData(unit, 9, 9),), outcomes=(OutcomeData("TRAINEE", 4),)) == ((0, 1, 0), [])
    event = AuditEvent.objects.get(verb="update_by_import")
    assert (event.actor, event.object_id, event.summary) == (
        people.province,
        str(Activity.objects.get().pk),
        {
            "figures": [[[9, 7, 0]], [[9, 9, 0]]],
            "outcomes": [{"TRAINEE": "3 EXACT"}, {"TRAINEE": "4 EXACT"}],
        },
    )
    assert load(parts=(PartData(unit, 9, 8),))[0] == (0, 1, 0)  # an import is nobody's own work


def test_figures_do_not_replace_names(load, units, members):
    names = tuple(AttendanceData(member.pk) for member in members[:2])
    load(parts=(PartData(units["C1-1"].pk, attendance=names),))
    counts, refused = load(parts=(PartData(units["C1-1"].pk, 9, 9),))
    assert (counts, len(refused), Attendance.objects.count()) == ((0, 0, 0), 1, 2)
    assert load(title="改过", parts=(PartData(units["C1-1"].pk, 2, 2),))[0] == (0, 1, 0)


def test_a_returned_record_is_left_to_its_page(load, people):
    load("SUBMITTED")
    return_activity(Activity.objects.get(), by=people.county, reason="补充")
    for state in ("CONFIRMED", "SUBMITTED"):
        counts, refused = load(state, title="改过")
        assert (counts, len(refused)) == ((0, 0, 0), 1)
    assert Activity.objects.values_list("state", "title", "returned_by__username").get() == (
        "RETURNED",
        "入户检查",
        "county",
    )


def test_what_a_person_took_back_to_correct_stays(load, people):
    load()
    amend_activity(Activity.objects.get(), by=people.secretary, reason="日期不对")
    counts, refused = load(title="改过")
    assert (counts, len(refused)) == ((0, 0, 0), 1)
    assert Activity.objects.get().state == "SUBMITTED"


def test_the_same_file_takes_no_confirmation_back(load, people):
    load("SUBMITTED")
    confirm_activity(Activity.objects.get(), by=people.county)
    assert load("SUBMITTED") == ((0, 0, 1), [])
    assert Activity.objects.get().confirmed_by == people.county
