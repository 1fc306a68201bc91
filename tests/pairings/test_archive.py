"""Which summaries the archive asks for."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from pairings.archive import half_years_due, papers
from pairings.operations import add_document
from tests.factories.pairings import PairingFactory, paper

H1, H2 = date(2026, 6, 30), date(2025, 12, 31)


@pytest.fixture(autouse=True)
def autumn(county):
    with time_machine.travel("2026-11-20 09:00+08:00", tick=False):
        yield


@pytest.mark.parametrize(
    ("since", "state", "due"),
    [
        (date(2026, 7, 1), "ACTIVE", []),
        (H1, "ACTIVE", ["2026H1"]),
        (date(2020, 1, 1), "RENEWING", ["2025H1", "2025H2", "2026H1"]),
        (date(2020, 1, 1), "TERMINATED", []),
        (None, "ACTIVE", []),
    ],
)
def test_a_summary_of_each_half_year_that_ended_in_force(county, since, state, due):
    pairing = PairingFactory(
        unit=county.branch, state=state, active_from=since, active_until=date(2027, 1, 1)
    )

    assert [period.code for period in half_years_due(pairing)] == due


def test_a_summary_added_from_the_checklist_is_that_of_its_half_year(county, client):
    pairing = PairingFactory(unit=county.branch, active_from=H2)
    client.force_login(county.secretary, backend="accounts.backends.SignInBackend")
    page = client.get(pairing.get_absolute_url()).content.decode()
    assert "?kind=SUMMARY&amp;covers_to=2026-06-30" in page
    add_url = reverse("pairings:document_add", args=[pairing.code])
    form = client.get(f"{add_url}?kind=SUMMARY&covers_to=2026-06-30").context["form"]
    assert (form["kind"].value(), form["covers_to"].value()) == ("SUMMARY", "2026-06-30")

    add_document(pairing, paper(), kind="SUMMARY", covers_to=H1, by=county.secretary)
    asked = {one.covers_to: one.is_missing for one in papers(pairing) if one.covers_to}
    assert asked == {H2: True, H1: False}
