"""What pairings put on the workbench, and of what they remind."""

from datetime import date, timedelta

import pytest
import time_machine

from pairings.models import PlanItem
from pairings.offers import expiry_reminders, own_items, plan_reminders, waiting_items
from pairings.operations import return_agreement
from tests.factories.pairings import PairingFactory, PartnerFactory, reported


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False):
        yield


def test_the_secretary_sees_what_came_back_and_what_ends_soon(county):
    back = reported(county.branch, [PartnerFactory()], by=county.secretary)
    return_agreement(back, by=county.office, reason="期限太长")
    PairingFactory(unit=county.branch, title="快到期", active_until=date(2026, 6, 9))
    PairingFactory(unit=county.branch, title="已到期", active_until=date(2026, 4, 9))
    PairingFactory(unit=county.branch, title="还早", active_until=date(2026, 6, 10))
    PairingFactory(unit=county.other, title="别人的", active_until=date(2026, 4, 20))

    found = [(item.kind, item.due_on) for item in own_items(county.secretary)]
    assert sorted(found, key=str) == sorted(
        [("returned", None), ("due", date(2026, 6, 9)), ("overdue", date(2026, 4, 9))], key=str
    )
    assert list(own_items(county.office)) == []


def test_the_office_sees_what_waits_for_its_answer(county):
    assert list(waiting_items(county.office)) == []
    reported(county.branch, [PartnerFactory()], by=county.secretary)
    reported(county.other, [PartnerFactory()], by=county.other_secretary)

    (waiting,) = waiting_items(county.office)
    assert (waiting.kind, "2" in str(waiting.title)) == ("waiting", True)
    assert list(waiting_items(county.secretary)) == []
    assert list(waiting_items(county.province_office)) == []


@pytest.mark.parametrize(
    ("days", "stage"),
    [(61, None), (60, "AHEAD"), (30, "AHEAD"), (7, "AHEAD"), (-3, "OVERDUE"), (-10, "ESCALATED")],
)
def test_terms_are_told_of_at_60_30_and_7_days_and_when_they_are_over(county, days, stage):
    today = date(2026, 4, 10)
    PairingFactory(unit=county.branch, active_until=today + timedelta(days=days))

    assert [item.stage for item in expiry_reminders(today)][-1:] == ([stage] if stage else [])


def test_planned_work_is_told_of_until_it_has_a_record(county):
    pairing = PairingFactory(unit=county.branch, title="护线")
    PlanItem.objects.create(pairing=pairing, title="巡线", owner="周明", due_on=date(2026, 4, 17))

    (told,) = plan_reminders(date(2026, 4, 10))
    assert (told.stage, told.unit_id, told.url) == ("AHEAD", county.branch.pk, pairing.get_absolute_url())
    assert "巡线" in told.text and "2026-04-17" in told.text
