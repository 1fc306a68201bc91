"""Needs and offers: entered, met, ended; unmet ones by region with who could help."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from branches.choices import UnitKind
from core.models import AuditEvent
from pairings.helping import Help, open_needs, who_could_help
from pairings.models import HelpItem, HelpTopic
from pairings.operations import PairingRefused, add_help, end_help, mark_met
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory, PartyUnitFactory
from tests.factories.pairings import HelpItemFactory, PartnerFactory

TODAY = date(2026, 4, 10)


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False):
        yield


@pytest.fixture
def topic(county):
    return HelpTopic.objects.get(code="LINE_CHECK")


@pytest.fixture
def people(county, client):
    def sign_in(user):
        other = type(client)(HTTP_ACCEPT_LANGUAGE="en")
        other.cookies["django_language"] = "en"
        other.force_login(user, backend="accounts.backends.SignInBackend")
        return other

    return {name: sign_in(getattr(county, name)) for name in ("secretary", "other_secretary", "office")}


def could_help(need):
    with translation.override("en"):
        return who_could_help([need], TODAY)[need.pk]


def test_the_catalogue_is_short_and_there_from_the_start(county):
    names = list(HelpTopic.objects.filter(is_offered=True).values_list("name", flat=True))
    assert names == [
        "用电检查",
        "线路改造",
        "安全用电宣传",
        "节能诊断",
        "技能培训",
        "结对助学",
        "活动场地",
        "护线人手",
        "农产品销路",
        "党课师资",
    ]


# --- entered, met, ended ------------------------------------------------------------------------------
def test_a_need_of_a_partner_and_an_offer_of_one_s_own(county, topic):
    village = PartnerFactory()
    need = add_help(
        county.branch, topic, direction="NEED", by=county.secretary, partner=village, note="三台变压器"
    )
    offer = add_help(county.branch, topic, direction="OFFER", by=county.secretary)

    assert (need.partner, need.unit, need.since, need.note) == (village, county.branch, TODAY, "三台变压器")
    assert (offer.partner, offer.unit, offer.until) == (None, county.branch, None)
    assert list(
        AuditEvent.objects.filter(object_type="pairings.helpitem").values_list("verb", flat=True)
    ) == [
        "create",
        "create",
    ]


def test_only_the_branch_s_own_secretary_enters_and_changes(county, topic):
    for person in (county.other_secretary, county.office, county.province_office):
        with pytest.raises(PermissionDenied):
            add_help(county.branch, topic, direction="NEED", by=person)
    need = add_help(county.branch, topic, direction="NEED", by=county.secretary)
    with pytest.raises(PermissionDenied):
        mark_met(need, met_on=TODAY, met_by="上门检查", by=county.other_secretary)
    with pytest.raises(PermissionDenied):
        end_help(need, until=TODAY, by=county.other_secretary)


def test_what_can_t_be_entered(county, topic):
    merged = PartnerFactory(merged_into=PartnerFactory())
    for facts in ({"partner": merged}, {"since": TODAY, "until": date(2026, 4, 9)}):
        with pytest.raises(PairingRefused):
            add_help(county.branch, topic, direction="NEED", by=county.secretary, **facts)
    topic.is_offered = False
    topic.save()
    with pytest.raises(PairingRefused):
        add_help(county.branch, topic, direction="NEED", by=county.secretary)
    assert not HelpItem.objects.exists()


def test_a_need_is_met_by_an_activity_once(county, topic):
    need = add_help(county.branch, topic, direction="NEED", by=county.secretary, since=date(2026, 3, 1))
    record = ActivityFactory(unit=county.branch, held_on=date(2026, 4, 2))
    for refused in ({"met_on": date(2026, 2, 28)}, {"met_on": date(2026, 4, 11)}, {"met_by": " "}):
        with pytest.raises(PairingRefused):
            mark_met(need, **{"met_on": TODAY, "met_by": "上门检查", "by": county.secretary} | refused)
    met = mark_met(need, met_on=date(2026, 4, 2), met_by="上门检查", activity=record, by=county.secretary)

    assert (met.met_on, met.met_by, met.met_activity) == (date(2026, 4, 2), "上门检查", record)
    assert list(open_needs(HelpItem.objects.all(), TODAY)) == []
    with pytest.raises(PairingRefused):
        mark_met(need, met_on=TODAY, met_by="再次", by=county.secretary)
    with pytest.raises(PairingRefused):
        end_help(need, until=TODAY, by=county.secretary)


def test_records_out_of_sight_and_void_ones_meet_nothing(county, topic):
    need = add_help(county.branch, topic, direction="NEED", by=county.secretary)
    met = {"met_on": TODAY, "met_by": "上门检查", "by": county.secretary}
    with pytest.raises(PermissionDenied):
        mark_met(need, activity=ActivityFactory(unit=county.other), **met)
    with pytest.raises(PairingRefused):
        mark_met(need, activity=ActivityFactory(unit=county.branch, state="VOID"), **met)


def test_an_offer_is_ended_and_not_met(county, topic):
    offer = add_help(county.branch, topic, direction="OFFER", by=county.secretary)
    with pytest.raises(PairingRefused):
        mark_met(offer, met_on=TODAY, met_by="上门检查", by=county.secretary)
    with pytest.raises(PairingRefused):
        end_help(offer, until=date(2026, 4, 9), by=county.secretary)
    assert end_help(offer, until=TODAY, by=county.secretary).until == TODAY
    assert not HelpItem.objects.open_on(date(2026, 4, 11)).exists()


# --- who could help -----------------------------------------------------------------------------------
def test_the_nearest_offer_comes_first_each_with_its_reason(county, topic):
    far = PartyUnitFactory(
        parent=PartyUnitFactory(kind=UnitKind.COMMITTEE, parent=county.province), name="远支部"
    )
    need = HelpItemFactory(topic=topic, unit=county.branch, partner=PartnerFactory(region="横州"))
    HelpItemFactory(direction="OFFER", topic=topic, unit=far)
    HelpItemFactory(direction="OFFER", topic=topic, unit=county.other, note="每月两次")
    neighbour = PartnerFactory(region="横州", name="横州供水厂")
    HelpItemFactory(direction="OFFER", topic=topic, unit=far, partner=neighbour)
    HelpItemFactory(direction="OFFER", topic=HelpTopic.objects.get(code="TRAINING"), unit=county.branch)
    HelpItemFactory(
        direction="OFFER", topic=topic, unit=county.other, until=date(2026, 4, 9), since=date(2026, 1, 1)
    )

    assert could_help(need) == Help(
        [
            ("横州供水厂", "offers it · same region"),
            ("城东供电所党支部", "offers it: 每月两次 · both under 南宁局党委"),
            ("远支部", "offers it · elsewhere in the company"),
        ],
        0,
    )


def test_who_met_such_a_need_before_comes_after_the_offers(county, topic):
    need = HelpItemFactory(topic=topic, unit=county.branch, partner=PartnerFactory())
    before = {"topic": topic, "since": date(2026, 1, 1), "met_by": "上门检查"}
    HelpItemFactory(
        **before, unit=county.branch, partner=PartnerFactory(name="石村"), met_on=date(2026, 3, 5)
    )
    HelpItemFactory(
        **before, unit=county.branch, partner=PartnerFactory(name="早村"), met_on=date(2026, 2, 5)
    )
    record = ActivityFactory(unit=county.other)
    HelpItemFactory(**before, unit=county.branch, met_on=date(2026, 1, 9), met_activity=record)
    HelpItemFactory(direction="OFFER", topic=topic, unit=county.other)

    assert could_help(need).lines == [
        ("城东供电所党支部", "offers it · both under 南宁局党委"),
        ("城西供电所党支部", "met it for 石村 in 2026-03 · looks after this partner"),
    ]


def test_nobody_is_named_as_help_for_himself_and_old_help_is_forgotten(county, topic):
    own = HelpItemFactory(topic=topic, unit=county.branch)
    village = PartnerFactory()
    theirs = HelpItemFactory(topic=topic, unit=county.other, partner=village)
    HelpItemFactory(direction="OFFER", topic=topic, unit=county.other, partner=village)
    HelpItemFactory(direction="OFFER", topic=topic, unit=county.branch)
    HelpItemFactory(
        topic=topic,
        unit=county.other,
        partner=village,
        since=date(2022, 1, 1),
        met_on=date(2023, 4, 1),
        met_by="x",
    )

    assert [name for name, _reason in could_help(own).lines] == [village.name]
    assert [name for name, _reason in could_help(theirs).lines] == ["城西供电所党支部"]


def test_at_most_three_are_named_and_the_others_counted(county, topic):
    need = HelpItemFactory(topic=topic, unit=county.branch, partner=PartnerFactory())
    for _number in range(5):
        HelpItemFactory(direction="OFFER", topic=topic, unit=county.other, partner=PartnerFactory())
    found = could_help(need)
    assert (len(found.lines), found.more) == (3, 2)


# --- pages --------------------------------------------------------------------------------------------
def test_from_entry_to_met_on_its_pages(county, people, topic):
    PartnerFactory(code="V-1", name="坛河村党支部", region="横州")
    secretary = people["secretary"]
    typed = {
        "direction": "NEED",
        "unit": "GX-NN-01",
        "partner": "V-1",
        "topic": topic.pk,
        "note": "三台变压器",
    }
    refused = secretary.post(
        reverse("pairings:help_add"), typed | {"since": "2026-04-01", "until": "2026-03-01"}
    )
    assert (refused.status_code, "三台变压器" in refused.content.decode()) == (422, True)
    assert secretary.post(reverse("pairings:help_add"), typed | {"since": "2026-04-01"}).status_code == 302
    need = HelpItem.objects.get()
    met, ended = (reverse(f"pairings:help_{name}", args=[need.pk]) for name in ("met", "end"))
    text = people["other_secretary"].get(reverse("pairings:needs")).content.decode()
    assert "横州" in text and "三台变压器" in text and "Nobody offers it" in text and met not in text
    assert people["other_secretary"].get(met).status_code == 403
    assert "三台变压器" in secretary.get(reverse("partners:detail", args=["V-1"])).content.decode()
    assert met in secretary.get(reverse("pairings:needs")).content.decode()

    record = ActivityFactory(unit=county.branch, title="上门检查一次")
    assert "上门检查一次" in secretary.get(met).content.decode()
    stranger = ActivityFactory(unit=county.other)
    done = {"met_on": "2026-04-02", "met_by": "上门检查"}
    assert secretary.post(met, done | {"activity": stranger.pk}).status_code == 422
    assert secretary.post(met, done | {"activity": record.pk}).status_code == 302
    assert secretary.post(ended, {"until": "2026-04-10"}).status_code == 422
    assert "上门检查" in secretary.get(reverse("pairings:help_items")).content.decode()
    assert people["other_secretary"].get(reverse("pairings:help_items")).context["paginator"].count == 0


def test_an_entry_is_ended_on_its_page(county, people, topic):
    offer = HelpItemFactory(direction="OFFER", topic=topic, unit=county.branch)
    answer = people["secretary"].post(reverse("pairings:help_end", args=[offer.pk]), {"until": "2026-04-10"})
    offer.refresh_from_db()
    assert (answer.status_code, offer.until) == (302, TODAY)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["甲", "乙", "丙"]),
        ("?region=横州", ["甲"]),
        ("?region=南宁局党委", ["丙"]),
        ("?type=COMMUNITY", ["乙"]),
        ("?q=坛河", ["甲"]),
        ("?topic=TRAINING", ["乙"]),
    ],
)
def test_needs_are_narrowed_by_region_kind_and_partner(county, people, topic, query, found):
    training = HelpTopic.objects.get(code="TRAINING")
    HelpItemFactory(
        topic=topic, unit=county.branch, note="甲", partner=PartnerFactory(name="坛河村", region="横州")
    )
    HelpItemFactory(
        topic=training, unit=county.branch, note="乙", partner=PartnerFactory(region="宾阳", type="COMMUNITY")
    )
    HelpItemFactory(topic=topic, unit=county.other, note="丙")
    answer = people["secretary"].get(reverse("pairings:needs") + query.replace("TRAINING", str(training.pk)))

    assert sorted(need.note for need in answer.context["object_list"]) == sorted(found)
    assert answer.context["regions"] == sorted([("南宁局党委", 1), ("宾阳", 1), ("横州", 1)])


@pytest.mark.parametrize("page", ["needs", "help_items"])
def test_empty_pages_say_so(county, people, page):
    answer = people["secretary"].get(reverse(f"pairings:{page}"))
    assert answer.status_code == 200 and reverse("pairings:help_add") in answer.content.decode()
    assert (
        "matches the filters"
        in people["office"].get(reverse(f"pairings:{page}"), {"q": "x"}).content.decode()
    )
    assert people["office"].get(reverse(f"pairings:{page}"), {"topic": "x"}).status_code == 400


def test_more_needs_and_offers_take_no_more_queries(county, people, topic):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert people["office"].get(reverse("pairings:needs")).status_code == 200
        return len(asked)

    def more():
        far = PartyUnitFactory(parent=county.bureau)
        HelpItemFactory(topic=topic, unit=county.branch, partner=PartnerFactory(region=far.code))
        HelpItemFactory(topic=HelpTopic.objects.get(code="TRAINING"), unit=far)
        HelpItemFactory(direction="OFFER", topic=topic, unit=far)
        record = ActivityFactory(unit=far)
        HelpItemFactory(topic=topic, unit=county.other, met_on=TODAY, met_by="上门检查", met_activity=record)

    more()
    cost()
    few = cost()
    for _number in range(6):
        more()
    assert cost() == few


def test_who_reads_no_pairings_reads_no_needs(county, client, topic):
    HelpItemFactory(topic=topic, unit=county.branch, note="三台变压器")
    client.force_login(
        AssignmentFactory(unit=county.branch, role="MEMBER").user, backend="accounts.backends.SignInBackend"
    )
    assert "三台变压器" not in client.get(reverse("pairings:needs")).content.decode()
