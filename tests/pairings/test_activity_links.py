"""Joint work is recorded once: the form of a record offers the pairing, and the record's page names it."""

import uuid
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from activities.models import Activity
from branches.choices import Role, UnitKind
from pairings.activity_links import pairing_choices
from pairings.models import PairingActivity, PlanItem
from tests.factories.branches import AssignmentFactory, PartyUnitFactory
from tests.factories.pairings import PairingFactory, PartnerFactory, active


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False):
        yield


@pytest.fixture
def pairing(county):
    return active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)


@pytest.fixture
def secretary(county, client):
    client.force_login(county.secretary, backend="accounts.backends.SignInBackend")
    return client


def record(unit, **more):
    facts = {"unit": unit.code, "kind": "SERVICE_VISIT", "held_on": "2026-04-08", "title": "上门检查"}
    return facts | {"submission_key": str(uuid.uuid4())} | more


def test_the_pairings_of_the_own_branch_are_offered_with_what_is_planned(county, pairing):
    item = PlanItem.objects.create(pairing=pairing, title="春灌巡线", owner="周明", due_on=date(2026, 5, 31))
    PairingFactory(unit=county.other)
    PairingFactory(unit=county.branch, state="INTENT")
    group = PartyUnitFactory(kind=UnitKind.GROUP, parent=county.branch)
    leader = AssignmentFactory(unit=group, role=Role.GROUP_LEADER).user

    offered = [
        (pairing.code, pairing.title),
        (f"{pairing.code}|{item.pk}", f"{pairing.title} · 春灌巡线"),
    ]
    assert list(pairing_choices(county.branch, county.secretary)) == offered
    assert list(pairing_choices(group, county.secretary)) == offered
    assert list(pairing_choices(group, leader)) == []
    assert list(pairing_choices(county.branch, county.office)) == []


def test_one_form_makes_the_record_and_the_joint_work(county, pairing, secretary):
    item = PlanItem.objects.create(pairing=pairing, title="春灌巡线", owner="周明", due_on=date(2026, 5, 31))
    address = reverse("activities:create")
    page = secretary.get(f"{address}?unit={county.branch.code}&link_pairing={pairing.code}").content.decode()
    assert f'<option value="{pairing.code}" selected>' in page

    answer = secretary.post(address, record(county.branch, link_pairing=f"{pairing.code}|{item.pk}"))
    assert answer.status_code == 302
    link = PairingActivity.objects.get()
    assert (link.pairing, link.plan_item, link.activity.title) == (pairing, item, "上门检查")
    page = secretary.get(reverse("activities:detail", args=[link.activity_id])).content.decode()
    assert pairing.get_absolute_url() in page


def test_what_was_chosen_stays_in_a_form_that_is_refused(county, pairing, secretary):
    answer = secretary.post(
        reverse("activities:create"), record(county.branch, title="", link_pairing=pairing.code)
    )

    assert answer.status_code == 422
    assert f'<option value="{pairing.code}" selected>' in answer.content.decode()


@pytest.mark.parametrize("value", ["LJ-NONE", "|", "LJ-1|x", "x" * 200])
def test_a_pairing_that_is_not_ones_own_costs_no_record(county, secretary, value):
    theirs = PairingFactory(unit=county.other, code="LJ-1")
    answer = secretary.post(
        reverse("activities:create"), record(county.branch, link_pairing=value), follow=True
    )

    assert answer.status_code == 200
    assert Activity.objects.count() == 1 and not theirs.joint_works.exists()
    assert any(message.level_tag == "warning" for message in answer.context["messages"])
