"""The boards' background work: computing a period, with progress on the page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.operations import Refused, recompute
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
