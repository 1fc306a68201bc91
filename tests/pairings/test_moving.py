"""The steps of a pairing: what each needs, who makes it, and what it changes."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from core.models import AuditEvent
from core.workflow import MoveRefused
from pairings.choices import DocumentKind, PairingState, ReviewResult
from pairings.models import Pairing
from pairings.moves import current_agreement, lacking
from pairings.operations import (
    PairingRefused,
    activate_pairing,
    add_document,
    attach_signed_copy,
    change_pairing,
    close_pairing,
    create_pairing,
    keep_pairing,
    move_pairing,
    note_report,
    note_review,
    renew_pairing,
    resume_pairing,
    return_agreement,
    save_agreement,
    terminate_pairing,
    withdraw_pairing,
)
from tests.factories.pairings import TEXTS, PartnerFactory, active, drafted, paper, reported, signed

ORDER = ["CANDIDATE", "INTENT", "AGREEMENT_DRAFT", "SIGNED", "REPORTED", "ACTIVE"]


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False):
        yield


@pytest.mark.oracle("T-13")
def test_the_steps_come_in_their_order(county):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)

    states = [row.state for row in pairing.history.order_by("history_id")]
    assert list(dict.fromkeys(states)) == ORDER
    assert (pairing.active_from, pairing.active_until) == (date(2026, 3, 1), date(2028, 2, 29))
    assert (pairing.created_by, pairing.reported_by, pairing.activated_by) == (
        county.secretary,
        county.secretary,
        county.office,
    )
    assert current_agreement(pairing).signing_confirmed_by == county.office


@pytest.mark.oracle("T-13")
@pytest.mark.parametrize(
    "name", ["draft", "sign", "report", "activate", "renew", "resume", "close", "terminate"]
)
def test_no_step_is_passed_over(county, name):
    pairing = create_pairing(
        county.branch, [PartnerFactory()], by=county.secretary, selection_reason="POWER_SUPPLY"
    )
    by = county.office if name in {"activate", "resume", "close", "terminate"} else county.secretary

    with pytest.raises(MoveRefused):
        move_pairing(pairing, name, by=by, reason="不办了")
    assert Pairing.objects.get().state == PairingState.CANDIDATE


@pytest.mark.oracle("T-13")
def test_without_approval_plan_or_document_nothing_opens(county):
    pairing = reported(county.branch, [PartnerFactory()], by=county.secretary)

    assert len(lacking(pairing, "activate")) == 3
    with pytest.raises(MoveRefused):
        activate_pairing(pairing, by=county.office)
    note_review(pairing, result=ReviewResult.APPROVED, reviewed_on=date(2026, 2, 27), by=county.office)
    with pytest.raises(MoveRefused):
        activate_pairing(pairing, by=county.office)
    add_document(pairing, paper(), kind=DocumentKind.PLAN, by=county.secretary)
    with pytest.raises(MoveRefused):
        activate_pairing(pairing, by=county.office)
    assert Pairing.objects.get().state == PairingState.REPORTED
    add_document(pairing, paper(), kind=DocumentKind.JOINT_CONFERENCE, by=county.secretary)
    assert activate_pairing(pairing, by=county.office).state == PairingState.ACTIVE


def test_each_step_says_what_it_lacks(county):
    pairing = create_pairing(
        county.branch, [PartnerFactory()], by=county.secretary, selection_reason="POWER_SUPPLY"
    )
    assert len(lacking(pairing, "reach_intent")) == 1
    change_pairing(pairing, by=county.secretary, talks="谈了用电")
    pairing = move_pairing(pairing, "reach_intent", by=county.secretary)
    assert len(lacking(pairing, "draft")) == 2
    save_agreement(pairing, by=county.secretary, **TEXTS)
    assert len(lacking(pairing, "draft")) == 1
    assert len(lacking(pairing, "sign")) == 3


def test_who_began_it_does_not_open_it(county):
    pairing = reported(county.branch, [PartnerFactory()], by=county.secretary)

    for person in (county.secretary, county.other_secretary, county.province_office):
        with pytest.raises(PermissionDenied):
            activate_pairing(pairing, by=person)


def test_a_returned_agreement_goes_back_with_its_reason(county):
    pairing = reported(county.branch, [PartnerFactory()], by=county.secretary)

    with pytest.raises(MoveRefused):
        return_agreement(pairing, by=county.office, reason="")
    pairing = return_agreement(pairing, by=county.office, reason="期限太长")

    assert (pairing.state, pairing.reason) == (PairingState.AGREEMENT_DRAFT, "期限太长")
    agreement = current_agreement(pairing)
    assert (agreement.review_result, agreement.review_note) == (ReviewResult.RETURNED, "期限太长")
    event = AuditEvent.objects.filter(verb="return").get()
    assert (event.actor, event.reason) == (county.office, "期限太长")


def test_the_next_term_follows_the_last(county):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    with time_machine.travel("2028-01-10 09:00+08:00", tick=False):
        pairing = renew_pairing(pairing, by=county.secretary)
        draft = current_agreement(pairing)
        assert draft.renewal_of.term_to == date(2028, 2, 29)
        assert (draft.duties_own, draft.term_to) == (TEXTS["duties_own"], None)
        save_agreement(pairing, by=county.secretary, term_from=date(2028, 3, 1), term_to=date(2030, 2, 28))
        attach_signed_copy(pairing, paper(), signed_on=date(2028, 1, 5), by=county.secretary)
        note_report(pairing, reviewing_dept="县委组织部", reported_on=date(2028, 1, 6), by=county.secretary)
        with pytest.raises(MoveRefused):
            resume_pairing(pairing, by=county.office)
        note_review(pairing, result="APPROVED", reviewed_on=date(2028, 1, 8), by=county.office)
        with pytest.raises(PairingRefused):
            save_agreement(pairing, by=county.secretary, term_to=date(2040, 1, 1))
        with pytest.raises(PairingRefused):
            attach_signed_copy(pairing, paper(), signed_on=date(2028, 1, 9), by=county.secretary)
        pairing = resume_pairing(pairing, by=county.office)

    assert (pairing.state, pairing.active_from, pairing.active_until) == (
        PairingState.ACTIVE,
        date(2026, 3, 1),
        date(2030, 2, 28),
    )


def test_a_renewal_given_up_leaves_the_term_that_runs(county):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    pairing = renew_pairing(pairing, by=county.secretary)
    pairing = keep_pairing(pairing, by=county.secretary)

    assert (pairing.state, pairing.agreements.count()) == (PairingState.ACTIVE, 1)


def test_it_is_closed_after_its_term_with_a_summary(county):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    with pytest.raises(MoveRefused):
        close_pairing(pairing, by=county.office)
    with time_machine.travel("2028-03-02 09:00+08:00", tick=False):
        with pytest.raises(MoveRefused):
            close_pairing(pairing, by=county.office)
        change_pairing(pairing, by=county.secretary, closing_summary="两年上门服务四十六次")
        pairing = close_pairing(pairing, by=county.office)

    assert (pairing.state, pairing.active_until) == (PairingState.CLOSED, date(2028, 2, 29))


def test_what_ends_before_its_term_is_terminated_with_a_reason(county):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    with pytest.raises(MoveRefused):
        terminate_pairing(pairing, by=county.office, reason=" ")
    assert Pairing.objects.get().active_until == date(2028, 2, 29)
    pairing = terminate_pairing(pairing, by=county.office, reason="村委合并")

    assert (pairing.state, pairing.active_until, pairing.reason) == (
        PairingState.TERMINATED,
        date(2026, 4, 10),
        "村委合并",
    )


@pytest.mark.parametrize("make", [drafted, signed, reported])
def test_it_is_withdrawn_before_it_opens(county, make):
    pairing = make(county.branch, [PartnerFactory()], by=county.secretary)
    pairing = withdraw_pairing(pairing, by=county.secretary, reason="对方改选")

    assert (pairing.state, pairing.reason) == (PairingState.WITHDRAWN, "对方改选")
    assert pairing.active_from is None
