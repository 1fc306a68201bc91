"""The boards' background work, with progress on the page: computing a period, trying a draft."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import AssessmentPeriod, Proposal, SchemeDraft
from assessments.operations import Grounds, Refused, approve_board, prepare_board, recompute, try_draft
from core import jobs


@jobs.handler("assessments.recompute")
def recompute_boards(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``period``, and ``scheme`` unless all are meant."""
    period, scheme = run.payload["period"], run.payload.get("scheme") or None
    run.report(0, 1)
    try:
        editions = recompute(period, scheme, by=run.job.created_by, report=run.report, guard=run.check_fence)
    except Refused as error:
        raise jobs.JobRefused(str(error)) from error
    subjects = sum(edition.subject_count for edition in editions)
    one = editions[0] if len(editions) == 1 else None
    args = [one.period.code, one.scheme_code] if one else []
    url = reverse("assessments:board" if one else "assessments:list", args=args)
    return {
        "url": f"{url}?edition={one.number}" if one else url,
        "message": _("%(count)s subjects computed.") % {"count": subjects},
        "digests": {edition.scheme_code: edition.digest for edition in editions},
    }


@jobs.handler("assessments.prepare")
def prepare(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``period``, ``scheme``, and the ``Grounds``."""
    run.report(0, 1)
    words = dict(run.payload)
    period = AssessmentPeriod.objects.get(code=words.pop("period"))
    try:
        proposal = prepare_board(
            period,
            words.pop("scheme"),
            Grounds(**words),
            by=run.job.created_by,
            report=run.report,
            guard=run.check_fence,
        )
    except Refused as error:
        raise jobs.JobRefused(str(error)) from error
    url = reverse("assessments:proposal", args=[proposal.pk])
    return {"url": url, "message": _("Prepared. A colleague has to approve it.")}


@jobs.handler("assessments.approve")
def approve(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``proposal``. A worker that comes after one who died once all was published finds it so."""
    run.report(0, 1)
    proposal = Proposal.objects.select_related("period", "edition").get(pk=run.payload["proposal"])
    edition = proposal.edition
    if edition is None:
        try:
            edition = approve_board(proposal, by=run.job.created_by, report=run.report, guard=run.check_fence)
        except Refused as error:
            raise jobs.JobRefused(str(error)) from error
    url = reverse("assessments:board", args=[proposal.period.code, proposal.scheme_code])
    return {"url": f"{url}?edition={edition.number}", "message": _("Published.")}


@jobs.handler("assessments.try_scheme")
def try_scheme(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``draft`` and ``period``."""
    run.report(0, 1)
    draft = SchemeDraft.objects.open().filter(pk=run.payload["draft"]).first()
    period = AssessmentPeriod.objects.filter(code=run.payload["period"]).first()
    if draft is None or period is None:
        raise jobs.JobRefused(_("The draft was adopted or discarded meanwhile."))
    try:
        found = try_draft(draft, period, by=run.job.created_by, guard=run.check_fence)
    except Refused as error:
        raise jobs.JobRefused(str(error)) from error
    run.report(1, 1)
    return {
        "url": reverse("schemes:trial", args=[draft.pk]),
        "message": _("%(count)s subjects computed.") % {"count": found["subjects"]},
    }
