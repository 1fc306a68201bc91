"""The steps of a period on screen: preview, prepare, approve, archive (architecture.md settled 11)."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from activities.operations import generate_duties
from assessments.models import AssessmentPeriod, Edition, Proposal
from assessments.moves import PERIOD_MOVES, PROPOSAL_MOVES
from assessments.operations.publishing import PUBLISH, Decision, missing_figures, publish
from assessments.operations.recomputing import (
    Guard,
    Report,
    applicable_scheme,
    check_reach,
    claim_board,
    recompute_scheme,
)
from assessments.refusing import Refused
from assessments.rounds import closes_early, not_ready_to_look, not_ready_to_prepare, waiting_proposals
from assessments.selectors import as_core_period
from branches.selectors import has_permission
from core import audit, clock
from core.templatetags.format import day
from core.workflow import MoveRefused, move, refusal

IN_A_JOB = 20_000  # subjects above which computing a board is no work for a request


class FiguresMissing(Refused):
    """A waiver is needed."""


ACTING_ON: dict[type[Model], str] = {AssessmentPeriod: "assessmentperiod", Proposal: "edition"}


def may_act(user: Any, obj: Model, action: str) -> bool:
    """A round belongs to no unit: who holds the right anywhere acts on it; which units a board covers is
    checked when it is prepared and published."""
    return has_permission(user, f"assessments.{action}_{ACTING_ON[type(obj)]}")


def is_long_work(edition: Edition | None) -> bool:
    """Whether a board like this one is prepared and published by a job."""
    return edition is not None and edition.subject_count > IN_A_JOB


def move_period(period: AssessmentPeriod, step: str, *, by: Any, reason: str = "") -> AssessmentPeriod:
    """MoveRefused says what the step still waits for. Collecting ends before the period only for a reason."""
    if step == "verify" and closes_early(period) and not reason.strip():
        words = _("The period runs until %(day)s. Say why its figures are complete before that.")
        raise MoveRefused(words % {"day": day(period.last_day)})
    moved: AssessmentPeriod = move(period, step, PERIOD_MOVES, by=by, allowed=may_act, reason=reason)
    return moved


@dataclass(frozen=True)
class Grounds:
    """A correction needs its reason, missing figures a ``waiver``."""

    minutes: str
    correction: str = ""
    waiver: str = ""


def look_ahead(
    period: AssessmentPeriod,
    scheme_code: str,
    *,
    by: Any,
    report: Report | None = None,
    guard: Guard | None = None,
) -> Edition:
    """The board as it would be prepared now: a trial, beside what is published. ``report`` and ``guard`` as
    for ``prepare_board``."""
    if not has_permission(by, PUBLISH):
        raise PermissionDenied
    generate_duties(as_core_period(period))  # as preparing does, and committed: see publish
    with transaction.atomic():
        claim_board(scheme_code, period)
        if waits := not_ready_to_look(period, scheme_code):
            raise Refused(str(waits))
        edition = recompute_scheme(applicable_scheme(scheme_code, period), period, by=by, report=report)
        check_reach(edition, by, PUBLISH)
        _pass(guard)
    return edition


def prepare_board(
    period: AssessmentPeriod,
    scheme_code: str,
    grounds: Grounds,
    *,
    by: Any,
    report: Report | None = None,
    guard: Guard | None = None,
) -> Proposal:
    """Compute the board afresh and lay it before a second person; a second click finds the first.

    For a job: ``report(done, total)`` is told after each step of a large board, and ``guard()`` raises at the
    end of the transaction when the work is another worker's by now.
    """
    if not has_permission(by, PUBLISH):
        raise PermissionDenied
    generate_duties(as_core_period(period))  # as approving does, and committed: see publish
    with transaction.atomic():
        proposal = _prepare(period, scheme_code, grounds, by=by, report=report)
        _pass(guard)
    return proposal


def _pass(guard: Guard | None) -> None:
    """Last of all: it locks the job, on which the builders of the board report."""
    if guard is not None:
        guard()


def _prepare(
    period: AssessmentPeriod, scheme_code: str, grounds: Grounds, *, by: Any, report: Report | None
) -> Proposal:
    claim_board(scheme_code, period)
    period = AssessmentPeriod.objects.select_for_update().get(pk=period.pk)
    waiting = waiting_proposals(period).filter(scheme_code=scheme_code).first()
    if waiting is not None:
        return waiting
    _check_grounds(period, scheme_code, grounds)
    edition = recompute_scheme(applicable_scheme(scheme_code, period), period, by=by, report=report)
    check_reach(edition, by, PUBLISH)
    gaps = missing_figures(edition)
    if gaps and not grounds.waiver.strip():
        raise FiguresMissing(
            _("%(count)s due figures are missing or wait for a correction. Say why they do not matter.")
            % {"count": len(gaps)}
        )
    proposal = Proposal.objects.create(
        period=period,
        scheme_code=scheme_code,
        digest=edition.digest,
        minutes=grounds.minutes.strip(),
        correction=grounds.correction.strip(),
        waiver=grounds.waiver.strip() if gaps else "",
        prepared_by=by,
        prepared_at=clock.now(),
    )
    audit.record("prepare", proposal, by=by, minutes=proposal.minutes, digest=proposal.digest)
    return proposal


def _check_grounds(period: AssessmentPeriod, scheme_code: str, grounds: Grounds) -> None:
    waits = not_ready_to_prepare(period, scheme_code)
    if waits:
        raise Refused(str(waits))
    if not grounds.minutes.strip():
        raise Refused(_("Give the number of the minutes."))
    published = Edition.objects.published().filter(period=period, scheme_code=scheme_code)
    if published.exists() and not grounds.correction.strip():
        raise Refused(_("This board is published. A correction needs a reason."))


def approve_board(
    proposal: Proposal, *, by: Any, report: Report | None = None, guard: Guard | None = None
) -> Edition:
    """Publish what was prepared, and nothing else: other figures than those prepared are refused.
    ``report`` and ``guard`` as for ``prepare_board``."""
    if may_act(by, proposal, PROPOSAL_MOVES["approve"].permission):
        generate_duties(as_core_period(proposal.period))  # committed: see publish
    with transaction.atomic():
        edition = _approve(proposal, by=by, report=report)
        _pass(guard)
    return edition


def not_ready_to_approve(proposal: Proposal, *, by: Any) -> Any:
    """Why ``by`` can not approve it, or None; to be asked before a job begins. PermissionDenied without the
    right."""
    return refusal(proposal, PROPOSAL_MOVES["approve"], by=by, allowed=may_act)


def _approve(proposal: Proposal, *, by: Any, report: Report | None) -> Edition:
    approved: Proposal = move(proposal, "approve", PROPOSAL_MOVES, by=by, allowed=may_act)
    decision = Decision(
        prepared_by=approved.prepared_by,
        approved_by=by,
        minutes=approved.minutes,
        reason=approved.correction,
        waiver=approved.waiver,
    )
    edition = publish(approved.period.code, approved.scheme_code, decision, report=report)
    if edition.digest != approved.digest:
        raise Refused(_("Figures have changed since this board was prepared. It has to be prepared again."))
    approved.edition = edition
    approved.save(update_fields=["edition"])
    return edition


def return_board(proposal: Proposal, *, by: Any, reason: str) -> Proposal:
    returned: Proposal = move(proposal, "return", PROPOSAL_MOVES, by=by, allowed=may_act, reason=reason)
    return returned


def withdraw_board(proposal: Proposal, *, by: Any) -> Proposal:
    """Whoever may prepare withdraws what waits, when somebody is away as well."""
    withdrawn: Proposal = move(proposal, "withdraw", PROPOSAL_MOVES, by=by, allowed=may_act)
    return withdrawn
