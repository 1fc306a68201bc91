"""Partners and pairings, as far along as a test needs them."""

from datetime import date

import factory
from django.core.files.base import ContentFile

from activities.choices import Source
from core import clock
from pairings.choices import (
    DocumentKind,
    PairingState,
    PartnerLevel,
    PartnerType,
    ReviewResult,
    SelectionReason,
)
from pairings.models import HelpItem, HelpTopic, Pairing, PairingParty, Partner
from pairings.operations import (
    activate_pairing,
    add_document,
    attach_signed_copy,
    create_pairing,
    move_pairing,
    note_report,
    note_review,
    save_agreement,
    set_key_projects,
)
from tests.factories.accounts import UserFactory
from tests.factories.branches import PartyUnitFactory

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXTS = {
    "rights_own": "参加村里的联席会议",
    "rights_partner": "优先得到上门服务",
    "duties_own": "每季度上门检查线路",
    "duties_partner": "组织义务护线员",
}


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    code = factory.Sequence(lambda number: f"P-{number}")
    name = factory.LazyAttribute(lambda own: f"联建方{own.code}")
    level = PartnerLevel.BRANCH
    type = PartnerType.TOWNSHIP_VILLAGE


class PairingFactory(factory.django.DjangoModelFactory):
    """An imported pairing in the state asked for; ``units`` and ``partners`` make the edges."""

    class Meta:
        model = Pairing

    code = factory.Sequence(lambda number: f"LJ-{number}")
    title = factory.LazyAttribute(lambda own: f"联建{own.code}")
    unit = factory.SubFactory(PartyUnitFactory)
    selection_reason = SelectionReason.POWER_SUPPLY
    state = PairingState.ACTIVE
    source = Source.IMPORTED
    created_at = factory.LazyFunction(clock.now)
    units = ()
    partners = ()

    @classmethod
    def _create(cls, model_class, *, units=(), partners=(), **fields):
        pairing = super()._create(model_class, **fields)
        PairingParty.objects.bulk_create(
            PairingParty(pairing=pairing, unit=unit, partner=partner)
            for unit in (pairing.unit, *units)
            for partner in (partners or [PartnerFactory()])
        )
        return pairing


class HelpItemFactory(factory.django.DjangoModelFactory):
    """An open need of the branch itself."""

    class Meta:
        model = HelpItem

    direction = "NEED"
    topic = factory.LazyFunction(HelpTopic.objects.first)
    unit = factory.SubFactory(PartyUnitFactory)
    since = date(2026, 1, 1)
    entered_by = factory.SubFactory(UserFactory)


def paper(name="协议.pdf"):
    return ContentFile(PDF, name=name)


def drafted(unit, partners, *, by, **facts):
    """A pairing whose agreement is drafted."""
    pairing = create_pairing(
        unit, partners, by=by, selection_reason=SelectionReason.POWER_SUPPLY, talks="村里缺电", **facts
    )
    pairing = move_pairing(pairing, "reach_intent", by=by)
    save_agreement(pairing, by=by, **TEXTS, term_from=date(2026, 3, 1), term_to=date(2028, 2, 29))
    set_key_projects(pairing, [{"title": "灌溉用电", "owner": "周明"}], by=by)
    return move_pairing(pairing, "draft", by=by)


def signed(unit, partners, *, by, **facts):
    pairing = drafted(unit, partners, by=by, **facts)
    attach_signed_copy(pairing, paper(), signed_on=date(2026, 2, 20), by=by)
    return move_pairing(pairing, "sign", by=by)


def reported(unit, partners, *, by, **facts):
    pairing = signed(unit, partners, by=by, **facts)
    note_report(pairing, reviewing_dept="县委组织部", reported_on=date(2026, 2, 21), by=by)
    return move_pairing(pairing, "report", by=by)


def active(unit, partners, *, by, office, **facts):
    """In force since 2026-03-01; ``office`` decided."""
    pairing = reported(unit, partners, by=by, **facts)
    add_document(pairing, paper("方案.pdf"), kind=DocumentKind.PLAN, by=by)
    add_document(pairing, paper("职责.pdf"), kind=DocumentKind.BRANCH_DUTIES, by=by)
    note_review(pairing, result=ReviewResult.APPROVED, reviewed_on=date(2026, 2, 27), by=office)
    return activate_pairing(pairing, by=office)
