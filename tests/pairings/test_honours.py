"""Demonstration sites by batch, and the Support Award for outside organisations."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.models import AuditEvent
from pairings.honours import site_figures
from pairings.models import DemonstrationSite, Pairing, Partner, SiteCheck, SupportAward
from pairings.operations import (
    PairingRefused,
    check_site,
    give_award,
    name_site,
    take_back_award,
    withdraw_site,
)
from pairings.rules import SITE_CRITERIA
from pairings.selectors import pair_count
from tests.factories.pairings import PairingFactory, PartnerFactory, paper, reported

ALL_MET = dict.fromkeys(SITE_CRITERIA, True)
TODAY = date(2026, 4, 10)


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False), override("en"):
        yield


@pytest.fixture
def people(county, client):
    def sign_in(user):
        other = type(client)(HTTP_ACCEPT_LANGUAGE="en")
        other.cookies["django_language"] = "en"
        other.force_login(user, backend="accounts.backends.SignInBackend")
        return other

    return {name: sign_in(getattr(county, name)) for name in ("secretary", "office", "province_office")}


def in_force(county, **facts):
    return PairingFactory(unit=county.branch, **{"active_from": date(2025, 10, 10)} | facts)


def named(county, pairing, batch=1):
    check_site(pairing, checked_on=TODAY, by=county.province_office, **ALL_MET)
    return name_site(pairing, batch=batch, named_on=TODAY, by=county.province_office)


# --- demonstration sites ------------------------------------------------------------------------------
@pytest.mark.oracle("O-003", "X-07")
def test_75_of_the_351_pairs_are_the_first_batch(county):
    pairings = [in_force(county) for _number in range(351)]
    for pairing in pairings[:75]:
        named(county, pairing)

    figures = site_figures(Pairing.objects.all(), TODAY)
    assert (figures.count, figures.of, figures.batches) == (75, 351, [(1, 75)])
    assert pair_count(TODAY) == 351
    in_batch = DemonstrationSite.objects.filter(batch=1).values_list("pairing", flat=True)
    assert set(in_batch) <= {pairing.pk for pairing in pairings}
    assert figures.count <= pair_count(TODAY)


def test_a_check_says_which_criteria_were_met_and_the_last_word_of_a_day_holds(county):
    pairing = in_force(county)
    found = {"by": county.province_office, "checked_on": TODAY}
    check_site(pairing, **found, **ALL_MET | {"public_approves": False})
    check_site(pairing, **found, **ALL_MET, note="评议补齐")

    check = SiteCheck.objects.get()
    assert (check.passed, check.note, check.checked_by) == (True, "评议补齐", county.province_office)
    assert AuditEvent.objects.filter(verb="check_site").count() == 2


@pytest.mark.parametrize(
    ("facts", "criteria", "on", "words"),
    [
        ({"state": "CLOSED", "active_until": date(2026, 1, 1)}, None, TODAY, "in force"),
        ({"active_from": date(2025, 10, 11)}, ALL_MET, TODAY, "6 months"),
        ({}, None, TODAY, "not checked"),
        ({}, ALL_MET | {"standardised_base": False}, TODAY, "all four"),
        ({}, ALL_MET, date(2026, 4, 11), "ahead"),
        ({"active_from": date(2024, 1, 1)}, ALL_MET, date(2026, 4, 9), "not checked"),
    ],
)
def test_what_is_lacking_before_it_is_named(county, facts, criteria, on, words):
    pairing = in_force(county, **facts)
    if criteria:
        check_site(pairing, checked_on=TODAY, by=county.province_office, **criteria)
    with pytest.raises(PairingRefused, match=words):
        name_site(pairing, batch=1, named_on=on, by=county.province_office)
    assert not DemonstrationSite.objects.exists()


def test_the_latest_check_decides_whatever_the_day_of_naming(county):
    pairing = in_force(county, active_from=date(2024, 1, 1))
    check_site(pairing, checked_on=date(2026, 3, 1), by=county.province_office, **ALL_MET)
    check_site(
        pairing, checked_on=TODAY, by=county.province_office, **ALL_MET | {"regular_interaction": False}
    )
    with pytest.raises(PairingRefused, match="all four"):
        name_site(pairing, batch=1, named_on=TODAY, by=county.province_office)
    with pytest.raises(PairingRefused, match="all four"):
        name_site(pairing, batch=1, named_on=date(2026, 4, 9), by=county.province_office)


def test_one_whose_first_day_is_not_on_record_has_been_in_force_long_enough(county):
    assert named(county, in_force(county, active_from=None)).batch == 1


def test_only_what_is_in_force_is_checked_and_only_by_the_provincial_office(county):
    with pytest.raises(PairingRefused):
        check_site(
            reported(county.branch, [PartnerFactory()], by=county.secretary),
            checked_on=TODAY,
            by=county.province_office,
            **ALL_MET,
        )
    pairing = in_force(county)
    with pytest.raises(PairingRefused):
        check_site(pairing, checked_on=date(2026, 4, 11), by=county.province_office, **ALL_MET)
    for person in (county.secretary, county.office):
        with pytest.raises(PermissionDenied):
            check_site(pairing, checked_on=TODAY, by=person, **ALL_MET)
    assert not SiteCheck.objects.exists()


def test_a_site_is_withdrawn_with_its_reason_and_can_be_named_again(county):
    pairing = in_force(county)
    named(county, pairing)
    with pytest.raises(PairingRefused, match="already"):
        name_site(pairing, batch=2, named_on=TODAY, by=county.province_office)
    with pytest.raises(PairingRefused):
        withdraw_site(pairing, reason=" ", by=county.province_office)
    site = withdraw_site(pairing, reason="阵地已拆除", by=county.province_office)
    assert (site.withdrawn_on, site.withdrawn_why) == (TODAY, "阵地已拆除")
    assert site_figures(Pairing.objects.all(), TODAY).count == 0
    with pytest.raises(PairingRefused):
        withdraw_site(pairing, reason="再次", by=county.province_office)

    again = name_site(pairing, batch=2, named_on=TODAY, by=county.province_office)
    assert (again.pk, again.batch, again.withdrawn_on, again.withdrawn_why) == (site.pk, 2, None, "")


def test_from_check_to_withdrawal_on_its_pages(county, people):
    pairing = in_force(county)
    office = people["province_office"]

    def page(name):
        return reverse(f"pairings:{name}", args=[pairing.code])

    assert "not checked on the four criteria" in office.get(page("detail")).content.decode()
    answer = office.post(page("site_name"), {"batch": "1", "named_on": "2026-04-10", "theme": "灌溉用电"})
    assert (answer.status_code, "灌溉用电" in answer.content.decode()) == (422, True)
    checked = {"checked_on": "2026-04-10", "note": "阵地规范"} | dict.fromkeys(SITE_CRITERIA, "on")
    assert office.post(page("site_check"), checked).status_code == 302
    assert page("site_name") in office.get(page("detail")).content.decode()
    facts = {"batch": "1", "named_on": "2026-04-10", "theme": "灌溉用电"}
    assert office.post(page("site_name"), facts).status_code == 302
    text = people["secretary"].get(page("detail")).content.decode()
    assert "灌溉用电" in text and page("site_withdraw") not in text
    assert people["secretary"].get(page("site_check")).status_code == 403
    assert office.post(page("site_withdraw"), {"reason": "阵地已拆除"}).status_code == 302
    assert "阵地已拆除" in people["secretary"].get(page("detail")).content.decode()


def test_sites_are_listed_by_batch_and_year_at_constant_cost(county, people):
    first = named(county, in_force(county))
    second = named(county, in_force(county), batch=2)

    def listed(query=""):
        with CaptureQueriesContext(connection) as asked:
            answer = people["office"].get(f"{reverse('pairings:sites')}{query}")
        return list(answer.context["object_list"]), len(asked)

    listed()
    few, cost = listed()
    assert few == [first, second]
    assert listed("?batch=2")[0] == [second]
    assert listed("?year=2026")[0] == [first, second]
    assert listed("?year=2025")[0] == []
    assert listed("?state=withdrawn")[0] == []
    for _number in range(6):
        named(county, in_force(county))
    assert listed()[1] == cost


# --- the Support Award --------------------------------------------------------------------------------
@pytest.mark.oracle("O-004", "X-07")
def test_19_awards_of_2012_to_outside_organisations_only(county, people):
    for partner in PartnerFactory.create_batch(19):
        give_award(partner, year=2012, reason="支持电网建设", by=county.province_office)
    answer = people["secretary"].get(f"{reverse('pairings:awards')}?year=2012")
    assert answer.context["paginator"].count == 19 <= Partner.objects.count()

    with pytest.raises(ValueError, match="must be a"):
        SupportAward(partner=county.branch, year=2012, reason="支持", given_by=county.province_office)
    with pytest.raises(PairingRefused, match="outside organisations only"):
        give_award(county.branch, year=2012, reason="支持", by=county.province_office)
    facts = {"partner": "城西供电所党支部", "year": "2012", "batch": "1", "reason": "支持电网建设"}
    refused = people["province_office"].post(reverse("pairings:award_add"), facts)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"partner"}
    assert "own unit" in refused.content.decode() and "支持电网建设" in refused.content.decode()
    assert SupportAward.objects.count() == 19


def test_an_award_once_a_year_and_from_the_start_of_the_programme(county):
    village = PartnerFactory()
    give_award(village, year=2025, reason="支持", by=county.province_office)
    for year in (2025, 2007, 2027):
        with pytest.raises(PairingRefused):
            give_award(village, year=year, reason="支持", by=county.province_office)
    double = PartnerFactory(merged_into=village)
    with pytest.raises(PairingRefused):
        give_award(double, year=2026, reason="支持", by=county.province_office)
    with pytest.raises(PermissionDenied):
        give_award(village, year=2026, reason="支持", by=county.office)


def test_an_award_is_given_read_and_taken_back_on_its_pages(county, people):
    PartnerFactory(code="V-1", name="坛河村党支部", type="COMMUNITY")
    office, secretary = people["province_office"], people["secretary"]
    facts = {"partner": "坛河村党支部", "year": "2026", "batch": "3", "reason": "支持电网建设"}
    assert secretary.post(reverse("pairings:award_add"), facts).status_code == 403
    assert office.post(reverse("pairings:award_add"), facts | {"file": paper()}).status_code == 302
    award = SupportAward.objects.get()
    assert (award.batch, award.given_by) == (3, county.province_office)
    listed = secretary.get(reverse("pairings:awards"), {"type": "COMMUNITY", "batch": "3"})
    assert list(listed.context["object_list"]) == [award]
    answer = secretary.get(reverse("pairings:award_file", args=[award.pk]))
    assert answer.getvalue().startswith(b"%PDF")

    back = reverse("pairings:award_take_back", args=[award.pk])
    assert secretary.post(back, {"reason": "录入有误"}).status_code == 403
    assert office.post(back, {"reason": ""}).status_code == 422
    assert office.post(back, {"reason": "录入有误"}).status_code == 302
    assert not SupportAward.objects.exists()
    assert AuditEvent.objects.get(verb="take_back_award").reason == "录入有误"


def test_taking_back_needs_a_reason(county):
    award = give_award(PartnerFactory(), year=2025, reason="支持", by=county.province_office)
    with pytest.raises(PairingRefused):
        take_back_award(award, reason=" ", by=county.province_office)
    assert SupportAward.objects.exists()
