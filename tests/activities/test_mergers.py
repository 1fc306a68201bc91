"""What a branch recorded and had begun goes on in the branch into which it was merged."""

from datetime import date

import pytest
from django.urls import reverse

from activities.models import ActionItem, Activity
from activities.operations import record_activity, return_activity, update_activity
from activities.records import ActionData, AttendanceData, Change, PartData, RecordRefused
from activities.selectors import (
    duties_due,
    open_action_items,
    planned_by,
    returned_to,
    units_with_names,
    waiting_for,
)
from branches.operations import merge_units
from tests.activities.conftest import TODAY
from tests.factories.activities import ActivityFactory, DutyFactory

MERGED_ON = date(2026, 6, 14)


@pytest.fixture
def merged(people, units, members, data):
    """C1-1 goes into C1-2 with a returned record, a draft, a plan and a thing to do."""
    attendance = tuple(AttendanceData(member.pk) for member in members)
    parts = (PartData(units["C1-1"].pk, attendance=attendance),)
    record, _new = record_activity(
        data(title="退回的", parts=parts, action_items=(ActionData("补签到"),)), by=people.secretary
    )
    return_activity(record, by=people.county, reason="补充")
    record_activity(data(title="草稿"), by=people.secretary, submit=False)
    ActivityFactory(unit=units["C1-1"], title="计划", state="PLANNED", held_on=date(2026, 6, 20))
    DutyFactory(unit=units["C1-1"])
    merge_units(units["C1-1"], units["C1-2"], on=MERGED_ON, by=None)
    return Activity.objects.get(title="退回的")


def test_the_successor_reads_the_records_with_their_names(client, people, units, merged, members):
    client.force_login(people.secretary2)
    page = client.get(reverse("activities:detail", args=[merged.pk]))
    assert page.status_code == 200
    assert members[0].name in page.content.decode()
    units["C1-1"].refresh_from_db()
    assert units_with_names(people.secretary2, [units["C1-1"]]) == {units["C1-1"].pk}
    client.force_login(people.secretary)
    assert client.get(reverse("activities:detail", args=[merged.pk])).status_code == 404


def test_what_was_begun_is_finished_by_the_successor(people, units, merged, data):
    user = people.secretary2
    assert [row.title for row in returned_to(user)] == ["退回的"]
    assert [row.title for row in planned_by(user, TODAY)] == ["计划"]
    assert list(duties_due(user, TODAY)) == []
    change = Change(merged.version, submit=True)
    parts = (PartData(units["C1-1"].pk, 6, 6),)
    update_activity(merged, data(title="补好的", parts=parts), by=user, change=change)
    assert [row.title for row in waiting_for(people.county)] == ["补好的"]


def test_nothing_is_held_by_a_unit_that_is_closed(people, units, merged, data):
    late = data(title="补好的", held_on=MERGED_ON)
    with pytest.raises(RecordRefused):
        update_activity(merged, late, by=people.secretary2, change=Change(merged.version))


def test_things_left_to_do_open_the_next_record_of_the_successor(people, units, merged, data):
    item = ActionItem.objects.get()
    assert list(open_action_items(units["C1-2"], TODAY)) == [item]
    meeting, _new = record_activity(
        data(unit="C1-2", held_on=TODAY, done_items=(item.pk,)), by=people.secretary2
    )
    item.refresh_from_db()
    assert (item.done_in, item.done_on) == (meeting, TODAY)


def test_the_page_that_merges_says_what_is_unfinished(client, people, units, data):
    record_activity(data(action_items=(ActionData("补签到"),)), by=people.secretary)
    record_activity(data(title="草稿"), by=people.secretary, submit=False)
    client.force_login(people.bureau)
    client.cookies["django_language"] = "en"
    page = client.post(reverse("branches:unit_merge", args=["C1-1"]), {"into": "C1-2", "on": "2026-06-14"})
    rows = {str(row["term"]): str(row["value"]) for row in page.context["rows"]}
    told = [value.partition(". ")[0] for term, value in rows.items() if "finished" in term or "Left" in term]
    assert told == ["draft 1、awaiting confirmation 1", "1"]
