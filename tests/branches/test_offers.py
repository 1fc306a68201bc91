"""The workbench of who keeps units, and whom elections and probations are told to."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches import offers
from branches.choices import MemberStatus
from branches.models import PartyUnit
from core import reminders
from core.reminders import ABOVE, AHEAD, ESCALATED, OVERDUE, OWN
from tests.factories.accounts import UserFactory
from tests.factories.branches import MemberFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def items(user):
    return sorted((item.kind, item.url, item.due_on) for item in offers.alert_items(user))


def test_the_secretary_and_the_office_above_have_it_on_the_workbench(units, people):
    PartyUnit.objects.filter(code="C1-1").update(last_election_on=date(2023, 6, 1))
    election = ("overdue", date(2026, 6, 1))
    mine = [(kind, day) for kind, url, day in items(people.secretary) if url == "/units/C1-1/" and day]
    assert mine == [election]
    theirs = [
        (kind, day) for kind, url, day in items(people.county) if url == "/units/C1-1/election/" and day
    ]
    assert theirs == [election]
    assert [item for item in items(people.bureau) if item[2]] == []  # the county's office is nearer
    assert items(people.province) == items(UserFactory()) == []


def test_many_of_a_kind_are_one_line(units, people):
    for number in range(4):
        PartyUnitFactory(code=f"X{number}", parent=units["C1"], last_election_on=date(2023, 7, 1 + number))
    told = [item for item in items(people.county) if item[2]]
    assert told == [("due", "/units/alerts/?kind=ELECTION", date(2026, 7, 1))]


def test_what_was_just_put_right_is_gone_at_once(client, units, people):
    PartyUnit.objects.filter(code="C1-1").update(last_election_on=date(2023, 6, 1))
    MemberFactory(unit=units["C1-1"], name="甲")
    client.force_login(people.county)
    assert [item for item in items(people.county) if item[2]]
    with CaptureQueriesContext(connection) as queries:
        offers.alert_items(people.county)
    assert len(queries) == 0
    assert client.post("/units/C1-1/election/", {"on": "2026-06-01", "secretary": "甲"}).status_code == 302
    assert [item for item in items(people.county) if item[2]] == []


def told_days(source, first, days):
    """(day, stage, audience) of all that is told from ``first`` on."""
    found = []
    for number in range(days):
        day = first + timedelta(days=number)
        seen = {told[1:] for told in found}
        for item in source(day):
            key = (item.stage, item.stage_day.isoformat(), item.audience)
            if key not in seen:
                found.append((day.isoformat(), *key))
    return found


def test_an_election_is_told_six_three_and_one_month_before_and_when_it_is_over(units):
    PartyUnit.objects.filter(code="C1-1").update(last_election_on=date(2023, 6, 30))
    assert told_days(offers.election_items, date(2025, 12, 1), 260) == [
        ("2025-12-30", AHEAD, "2025-12-30", OWN),
        ("2026-03-30", AHEAD, "2026-03-30", OWN),
        ("2026-06-01", AHEAD, "2026-05-30", OWN),  # a Saturday
        ("2026-07-01", OVERDUE, "2026-07-01", OWN),
        ("2026-07-08", ESCALATED, "2026-07-08", ABOVE),
    ]
    [item] = offers.election_items(date(2026, 7, 1))
    assert (item.item, item.url, item.unit_id) == (
        f"election:{units['C1-1'].pk}",
        "/units/C1-1/",
        units["C1-1"].pk,
    )


def test_probation_is_told_to_the_branch_alone(units):
    member = MemberFactory(
        unit=units["C1-1"], status=MemberStatus.PROBATIONARY, probation_ends_on=date(2026, 6, 30)
    )
    assert told_days(offers.probation_items, date(2026, 5, 1), 90) == [
        ("2026-06-01", AHEAD, "2026-05-30", OWN),
        ("2026-07-01", OVERDUE, "2026-07-01", OWN),
    ]
    [item] = offers.probation_items(date(2026, 7, 1))
    assert (item.item, item.url) == (f"probation:{member.pk}", f"/units/C1-1/members/{member.pk}/")


def test_the_sources_are_registered():
    assert {offers.election_items, offers.probation_items} <= set(reminders.sources.values())
