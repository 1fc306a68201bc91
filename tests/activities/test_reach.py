"""Lists read along the scopes show what ``allowed_to`` says, in the same order, on every page."""

from datetime import date, timedelta

import pytest

from activities.forms import ActivityFilterForm
from activities.models import Activity, Participation
from activities.reach import SeenRecords
from branches.models import PartyUnit
from branches.operations import move_unit
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory

PEOPLE = ["province", "bureau", "bureau2", "county", "secretary", "secretary2", "leader", "member"]
QUERIES = [
    {},
    {"kind": "PARTY_LECTURE"},
    {"state": "SUBMITTED", "q": "活动"},
    {"unit": "C1"},
    {"unit": "C1-1", "kind": "THEMED_PARTY_DAY"},
    {"unit": "C1-1", "unit_only": "1"},
    {"held_from": "2026-05-03", "held_to": "2026-05-06"},
    {"period": "nonsense"},
]


@pytest.fixture
def records(units):
    """Two records for each unit on days that overlap, some with a neighbour or the unit above."""
    for number, (code, unit) in enumerate(sorted(units.items())):
        partner = units["C1-1"] if number % 3 == 0 and code != "C1-1" else unit.parent
        ActivityFactory(
            unit=unit, held_on=date(2026, 5, 1 + number % 7), parts={partner: None} if partner else {}
        )
        ActivityFactory(
            unit=unit, held_on=date(2026, 5, 1 + number % 4), kind="PARTY_LECTURE", state="SUBMITTED"
        )


def pages(seen, size=3):
    """Every page from the newest on, and the same again from the end back."""
    page = seen.page(size=size)
    found = [page.rows]
    while page.after:
        page = seen.page(after=page.after, size=size)
        found.append(page.rows)
    back = [page.rows]
    while page.before:
        page = seen.page(before=page.before, size=size)
        back.append(page.rows)
    assert back[::-1] == found
    return [pk for rows in found for _day, pk in rows]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_the_pages_hold_what_the_person_may_see(people, records, name, query):
    user = getattr(people, name)
    form = ActivityFilterForm(query, user=user)
    expected = form.narrow(Activity.objects.allowed_to(user, "view")).distinct().newest_first()
    seen = SeenRecords(user, **form.asked())
    assert pages(seen) == list(expected.values_list("pk", flat=True))


def test_two_roles_show_each_record_once(units, people, records):
    AssignmentFactory(user=people.secretary, role="COUNTY_OFFICE", unit=units["C2"])
    AssignmentFactory(user=people.secretary, role="GROUP_LEADER", unit=units["C1-2-1"])
    expected = Activity.objects.allowed_to(people.secretary, "view").newest_first()
    seen = SeenRecords(people.secretary)
    assert pages(seen) == list(expected.values_list("pk", flat=True))


def places():
    rows = Participation.objects.order_by("pk").values_list(
        "held_on", "state", "path", "activity__held_on", "activity__state", "unit__path"
    )
    return [row[:3] for row in rows], [row[3:] for row in rows]


def test_a_part_follows_the_day_and_state_of_its_record_and_the_place_of_its_unit(units, people, records):
    kept, true = places()
    assert kept == true
    activity = Activity.objects.first()
    activity.held_on += timedelta(days=3)
    activity.save()
    Activity.objects.filter(pk=activity.pk).update(state="VOID", reason="误录")
    for part in Participation.objects.all()[:3]:
        part.held_on, part.state, part.path = None, None, None
        part.save()
    move_unit(PartyUnit.objects.get(code="C1-1"), parent=units["C2"], on=date(2026, 6, 15), by=None)
    kept, true = places()
    assert kept == true
