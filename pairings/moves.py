"""The moves of a pairing: the one table to read (domain.md 6.1).

A guard returns what is lacking, in the user's words, or None. ``lacking`` gives all of it at once.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.workflow import Move
from pairings.choices import INSTITUTION_DOCUMENTS, PREPARING, RUNNING, DocumentKind, ReviewResult
from pairings.choices import PairingState as State


def current_agreement(pairing: Any) -> Any:
    """The newest agreement: the one in work, or in force."""
    return max(pairing.agreements.all(), key=lambda agreement: agreement.pk, default=None)


# --- what is lacking for each step ------------------------------------------------------------------
def _for_intent(pairing: Any) -> Iterator[Any]:
    if not pairing.talks.strip():
        yield _("Say what was talked over with the partner.")


def _for_agreement(pairing: Any) -> Iterator[Any]:
    agreement = current_agreement(pairing)
    texts = (
        (agreement.rights_own, agreement.rights_partner, agreement.duties_own, agreement.duties_partner)
        if agreement
        else ("",)
    )
    if not all(text.strip() for text in texts):
        yield _("Write the rights and the duties of both sides.")
    if not pairing.key_projects.all():
        yield _("Name at least one key project and who answers for it.")


def _for_signing(pairing: Any) -> Iterator[Any]:
    agreement = current_agreement(pairing)
    if not (agreement and agreement.term_from and agreement.term_to):
        yield _("Give the days from which and to which the agreement holds.")
    if not (agreement and agreement.signed_on):
        yield _("Give the day of signing.")
    elif agreement.signed_on > clock.today():
        yield _("The day of signing lies ahead.")
    if not (agreement and agreement.signed_file_id):
        yield _("Add the signed copy of the agreement.")


def _for_reporting(pairing: Any) -> Iterator[Any]:
    agreement = current_agreement(pairing)
    if not (agreement and agreement.reported_on and agreement.reviewing_dept):
        yield _("Give the organisation department and the day on which it was told.")
    elif agreement.reported_on > clock.today():
        yield _("The day of the report lies ahead.")


def _for_activation(pairing: Any) -> Iterator[Any]:
    agreement = current_agreement(pairing)
    if not (agreement and agreement.review_result == ReviewResult.APPROVED):
        yield _("The organisation department has not approved the agreement yet.")
    kinds = {document.kind for document in pairing.documents.all()}
    if DocumentKind.PLAN not in kinds and not pairing.plan_items.all():
        yield _("The pairing plan is missing.")
    if not kinds & set(INSTITUTION_DOCUMENTS):
        yield _("At least one institution document is missing, such as the duties of the paired branches.")


def _for_renewal(pairing: Any) -> Iterator[Any]:
    agreement = current_agreement(pairing)
    if not (agreement and agreement.renewal_of_id):
        yield _("Draft the agreement of the next term first.")
        return
    yield from _for_agreement(pairing)
    yield from _for_signing(pairing)
    yield from _for_reporting(pairing)
    if agreement.review_result != ReviewResult.APPROVED:
        yield _("The organisation department has not approved the agreement yet.")


def _for_closing(pairing: Any) -> Iterator[Any]:
    if pairing.active_until and pairing.active_until >= clock.today():
        yield _("Its term has not ended. What ends before its term is terminated, with a reason.")
    if not pairing.closing_summary.strip():
        yield _("Write the closing summary.")


def _still_in_term(pairing: Any) -> Iterator[Any]:
    if pairing.active_until and pairing.active_until < clock.today():
        yield _("Its term has ended: it is renewed or closed.")


LACKING = {
    "reach_intent": _for_intent,
    "draft": _for_agreement,
    "sign": _for_signing,
    "report": _for_reporting,
    "activate": _for_activation,
    "resume": _for_renewal,
    "keep": _still_in_term,
    "close": _for_closing,
}


def lacking(pairing: Any, name: str) -> list[Any]:
    """What is lacking before the move ``name``; the state and the rights are asked by the move itself."""
    return list(LACKING[name](pairing)) if name in LACKING else []


def _first_lacking(name: str) -> Any:
    return lambda pairing: next(LACKING[name](pairing), None)


MOVES = {
    "reach_intent": Move(
        sources=frozenset({State.CANDIDATE}),
        target=State.INTENT,
        permission="change",
        guard=_first_lacking("reach_intent"),
    ),
    "draft": Move(
        sources=frozenset({State.INTENT}),
        target=State.AGREEMENT_DRAFT,
        permission="change",
        guard=_first_lacking("draft"),
    ),
    "sign": Move(
        sources=frozenset({State.AGREEMENT_DRAFT}),
        target=State.SIGNED,
        permission="change",
        guard=_first_lacking("sign"),
    ),
    "unsign": Move(
        sources=frozenset({State.SIGNED}),
        target=State.AGREEMENT_DRAFT,
        permission="change",
        needs_reason=True,
    ),
    "report": Move(
        sources=frozenset({State.SIGNED}),
        target=State.REPORTED,
        permission="change",
        stamp="reported",
        guard=_first_lacking("report"),
    ),
    "activate": Move(
        sources=frozenset({State.REPORTED}),
        target=State.ACTIVE,
        permission="approve",
        stamp="activated",
        authors=("created_by", "reported_by"),
        guard=_first_lacking("activate"),
    ),
    "return": Move(
        sources=frozenset({State.REPORTED}),
        target=State.AGREEMENT_DRAFT,
        permission="approve",
        clears=("reported",),
        authors=("created_by", "reported_by"),
        needs_reason=True,
    ),
    "renew": Move(sources=frozenset({State.ACTIVE}), target=State.RENEWING, permission="change"),
    "keep": Move(
        sources=frozenset({State.RENEWING}),
        target=State.ACTIVE,
        permission="change",
        guard=_first_lacking("keep"),
    ),
    "resume": Move(
        sources=frozenset({State.RENEWING}),
        target=State.ACTIVE,
        permission="approve",
        stamp="activated",
        authors=("created_by", "reported_by"),
        guard=_first_lacking("resume"),
    ),
    "close": Move(
        sources=frozenset(RUNNING),
        target=State.CLOSED,
        permission="approve",
        guard=_first_lacking("close"),
    ),
    "terminate": Move(
        sources=frozenset(RUNNING), target=State.TERMINATED, permission="approve", needs_reason=True
    ),
    "withdraw": Move(
        sources=frozenset({*PREPARING, State.SIGNED, State.REPORTED}),
        target=State.WITHDRAWN,
        permission="change",
        needs_reason=True,
    ),
}

# While the agreement is in work its texts, key projects and parties can be changed.
AGREEMENT_EDITABLE = frozenset({*PREPARING, State.RENEWING})
OPEN_STATES = frozenset(set(State) - {State.CLOSED, State.WITHDRAWN, State.TERMINATED})
