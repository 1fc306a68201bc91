"""A pairing on its pages, from candidate to its closing, by the people whose steps these are."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEvent
from pairings.models import Pairing, PairingActivity, Partner, PlanItem
from tests.factories.activities import ActivityFactory
from tests.factories.pairings import PairingFactory, PartnerFactory, active, paper, reported


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False):
        yield


@pytest.fixture
def people(county, client_for):
    return {name: client_for(getattr(county, name)) for name in ("secretary", "other_secretary", "office")}


@pytest.fixture
def client_for(client):
    def sign_in(user):
        other = type(client)(HTTP_ACCEPT_LANGUAGE="en")
        other.cookies["django_language"] = "en"
        other.force_login(user, backend="accounts.backends.SignInBackend")
        return other

    return sign_in


def page(pairing, name, *args):
    return reverse(f"pairings:{name}", args=[pairing.code, *args])


def send(person, pairing, name, **data):
    pairing.refresh_from_db()
    answer = person.post(page(pairing, name), {"version": pairing.version, **data})
    pairing.refresh_from_db()
    return answer


def rows(**columns):
    """What a table of rows sends: one row more than there were."""
    return {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        **{f"form-0-{name}": value for name, value in columns.items()},
    }


def test_from_candidate_to_active(county, people):
    village = PartnerFactory(code="V-1", name="坛河村党支部")
    secretary, office = people["secretary"], people["office"]
    answer = secretary.post(
        reverse("pairings:create"),
        {"unit": "GX-NN-01", "partner": "坛河村", "selection_reason": "POWER_SUPPLY", "talks": "谈了用电"},
    )
    assert answer.status_code == 422  # a part of the name is asked about
    answer = secretary.post(
        reverse("pairings:create"),
        {
            "unit": "GX-NN-01",
            "partner": "坛河村党支部",
            "selection_reason": "POWER_SUPPLY",
            "talks": "谈了用电",
        },
    )
    pairing = Pairing.objects.get()
    assert answer.url == page(pairing, "detail")

    assert send(secretary, pairing, "reach_intent").status_code == 302
    texts = {name: "一条" for name in ("rights_own", "rights_partner", "duties_own", "duties_partner")}
    send(secretary, pairing, "agreement", **texts, term_from="2026-03-01", term_to="2028-02-29")
    send(secretary, pairing, "key_projects", **rows(title="灌溉用电", owner="周明"))
    assert send(secretary, pairing, "draft").status_code == 302
    send(secretary, pairing, "signed_copy", signed_on="2026-02-20", file=paper())
    assert pairing.state == "SIGNED"
    send(secretary, pairing, "report", reviewing_dept="县委组织部", reported_on="2026-02-21")
    assert pairing.state == "REPORTED"
    send(
        secretary, pairing, "plan", **rows(title="春灌巡线", owner="黄志强", due_on="2026-05-31", heading="")
    )
    for kind in ("PLAN", "BRANCH_DUTIES"):
        send(secretary, pairing, "document_add", kind=kind, title="", covers_to="", file=paper())
    assert send(secretary, pairing, "review", result="APPROVED", reviewed_on="2026-02-27").status_code == 403
    send(office, pairing, "review", result="APPROVED", reviewed_on="2026-02-27", note="")
    assert send(secretary, pairing, "activate").status_code == 403
    assert send(office, pairing, "activate").status_code == 302

    assert (pairing.state, pairing.active_from) == ("ACTIVE", date(2026, 3, 1))
    assert [party.partner for party in pairing.parties.all()] == [village]


def test_a_returned_agreement_says_why(county, people):
    pairing = reported(county.branch, [PartnerFactory()], by=county.secretary)

    assert (
        send(people["office"], pairing, "review", result="RETURNED", reviewed_on="2026-02-27").status_code
        == 422
    )
    send(people["office"], pairing, "review", result="RETURNED", reviewed_on="2026-02-27", note="期限太长")

    assert (pairing.state, pairing.reason) == ("AGREEMENT_DRAFT", "期限太长")
    assert "期限太长" in people["secretary"].get(page(pairing, "detail")).content.decode()


@pytest.mark.parametrize("name", ["change", "agreement", "key_projects", "document_add", "plan", "link"])
def test_every_page_of_a_pairing_opens_for_its_secretary_and_for_nobody_else(county, people, name):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)

    assert people["secretary"].get(page(pairing, name)).status_code == 200
    assert people["office"].get(page(pairing, name)).status_code == 403
    assert people["other_secretary"].get(page(pairing, name)).status_code == 404


def test_the_page_shows_what_was_planned_done_and_kept(county, people):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    item = PlanItem.objects.create(
        pairing=pairing, title="春灌巡线", owner="黄志强", due_on=date(2026, 5, 31)
    )
    record = ActivityFactory(
        unit=county.branch, title="巡线一次", held_on=date(2026, 4, 2), outcomes={"LINE_PATROL": 12}
    )
    send(people["secretary"], pairing, "link", activity=record.pk, plan_item=item.pk)
    assert PairingActivity.objects.get().plan_item == item

    text = people["secretary"].get(page(pairing, "detail")).content.decode()
    for words in ("春灌巡线", "巡线一次", "1 of 1 done", "person-times on patrol", "灌溉用电"):
        assert words in text


def test_what_was_typed_stays_when_a_colleague_was_quicker(county, people):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    typed = {
        "version": pairing.version - 1,
        "title": "新名称",
        "selection_reason": "CLOSE_CONTACT",
        "further_partners": pairing.parties.get().partner.code,
    }
    answer = people["secretary"].post(page(pairing, "change"), typed)

    assert answer.status_code == 409
    assert "新名称" in answer.content.decode()
    assert Pairing.objects.get().title != "新名称"
    sent_again = typed | {"version": answer.context["version"]}
    assert people["secretary"].post(page(pairing, "change"), sent_again).status_code == 302
    assert Pairing.objects.get().title == "新名称"


def test_contacts_are_masked_and_each_look_is_on_record(county, people):
    partner = PartnerFactory(code="V-1", contact_name="覃小华", contact_phone="18612341402")
    active(county.branch, [partner], by=county.secretary, office=county.office)
    url = reverse("partners:detail", args=["V-1"])
    for person in people.values():
        text = person.get(url).content.decode()
        assert "覃*华 186****1402" in text and "18612341402" not in text

    assert people["office"].post(reverse("partners:contact", args=["V-1"])).status_code == 403
    assert people["other_secretary"].post(reverse("partners:contact", args=["V-1"])).status_code == 403
    assert AuditEvent.objects.filter(verb="look_up_contact").count() == 0
    text = people["secretary"].post(reverse("partners:contact", args=["V-1"])).content.decode()
    assert "覃小华 18612341402" in text
    assert AuditEvent.objects.get(verb="look_up_contact").actor == county.secretary


def test_a_partner_is_entered_changed_and_merged(county, people):
    secretary, office = people["secretary"], people["office"]
    facts = {"name": "坛河村党支部", "level": "BRANCH", "type": "TOWNSHIP_VILLAGE", "contact_name": "覃小华"}
    assert secretary.post(reverse("partners:create"), facts).status_code == 302
    partner = Partner.objects.get()
    assert partner.code == f"P-{partner.pk:06d}"
    changed = reverse("partners:change", args=[partner.code])
    assert secretary.post(changed, facts | {"region": "城西区"}).status_code == 302
    assert people["other_secretary"].get(changed).status_code == 403
    keep = PartnerFactory(code="V-1")
    pairing = PairingFactory(unit=county.branch, partners=[partner])
    merge = reverse("partners:merge", args=[partner.code])
    assert secretary.get(merge).status_code == 403
    assert office.post(merge, {"into": "V-1"}).status_code == 302
    assert [party.partner for party in pairing.parties.all()] == [keep]
    assert secretary.get(reverse("partners:detail", args=[partner.code])).status_code == 404


def test_more_pairings_take_no_more_queries(county, people):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert people["office"].get(reverse("pairings:list")).status_code == 200
        return len(found)

    PairingFactory(unit=county.branch, partners=PartnerFactory.create_batch(2))
    asked()
    few = asked()
    for _number in range(8):
        PairingFactory(unit=county.branch, partners=PartnerFactory.create_batch(2))
    assert asked() == few


@pytest.mark.parametrize(
    "query", ["q=坛河", "type=POWER_PLANT", "state=ACTIVE", "selection_reason=CLOSE_CONTACT"]
)
def test_the_list_is_narrowed(county, people, query):
    wanted = PairingFactory(
        unit=county.branch,
        partners=[PartnerFactory(name="坛河村", type="POWER_PLANT")],
        selection_reason="CLOSE_CONTACT",
    )
    PairingFactory(unit=county.branch, state="INTENT")
    answer = people["secretary"].get(f"{reverse('pairings:list')}?{query}")

    assert [pairing.pk for pairing in answer.context["object_list"]] == [wanted.pk]
