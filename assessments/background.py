"""The boards' background work, with its progress: computing a period, trying a draft, a large file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from assessments import standings
from assessments.board_files import TYPES, BoardFile
from assessments.models import AssessmentPeriod, Proposal, SchemeDraft
from assessments.operations import (
    Grounds,
    Refused,
    approve_board,
    look_ahead,
    prepare_board,
    recompute,
    try_draft,
)
from core import jobs
from core.making import kept, scratch_file


@contextmanager
def refusals_told() -> Iterator[None]:
    """What the operation refuses ends the job in its words; so does a right lost since it began."""
    try:
        yield
    except Refused as error:
        raise jobs.JobRefused(str(error)) from error
    except PermissionDenied as error:
        raise jobs.JobRefused(str(error) or _("You may not do this.")) from error


@jobs.handler("assessments.recompute")
def recompute_boards(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``period``, and ``scheme`` unless all are meant."""
    period, scheme = run.payload["period"], run.payload.get("scheme") or None
    run.report(0, 1)
    with refusals_told():
        editions = recompute(period, scheme, by=run.job.created_by, report=run.report, guard=run.check_fence)
    subjects = sum(edition.subject_count for edition in editions)
    one = editions[0] if len(editions) == 1 else None
    args = [one.period.code, one.scheme_code] if one else []
    url = reverse("assessments:board" if one else "assessments:list", args=args)
    return {
        "url": f"{url}?edition={one.number}" if one else url,
        "message": _("%(count)s subjects computed.") % {"count": subjects},
        "digests": {edition.scheme_code: edition.digest for edition in editions},
    }


@jobs.handler("assessments.look")
def look(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``period`` and ``scheme``."""
    run.report(0, 1)
    period = AssessmentPeriod.objects.get(code=run.payload["period"])
    with refusals_told():
        edition = look_ahead(
            period, run.payload["scheme"], by=run.job.created_by, report=run.report, guard=run.check_fence
        )
    return {
        "url": reverse("assessments:prepare", args=[period.code, edition.scheme_code]),
        "message": _("%(count)s subjects computed.") % {"count": edition.subject_count},
    }


@jobs.handler("assessments.prepare")
def prepare(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``period``, ``scheme``, and the ``Grounds``."""
    run.report(0, 1)
    words = dict(run.payload)
    period = AssessmentPeriod.objects.get(code=words.pop("period"))
    with refusals_told():
        proposal = prepare_board(
            period,
            words.pop("scheme"),
            Grounds(**words),
            by=run.job.created_by,
            report=run.report,
            guard=run.check_fence,
        )
    url = reverse("assessments:proposal", args=[proposal.pk])
    return {"url": url, "message": _("Prepared. A colleague has to approve it.")}


@jobs.handler("assessments.approve")
def approve(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``proposal``. A worker that comes after one who died once all was published finds it so."""
    run.report(0, 1)
    proposal = Proposal.objects.select_related("period", "edition").get(pk=run.payload["proposal"])
    edition = proposal.edition
    if edition is None:
        with refusals_told():
            edition = approve_board(proposal, by=run.job.created_by, report=run.report, guard=run.check_fence)
    url = reverse("assessments:board", args=[proposal.period.code, proposal.scheme_code])
    return {"url": f"{url}?edition={edition.number}", "message": _("Published.")}


@jobs.handler("assessments.try_scheme")
def try_scheme(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``draft`` and ``period``."""
    draft = SchemeDraft.objects.open().filter(pk=run.payload["draft"]).first()
    period = AssessmentPeriod.objects.filter(code=run.payload["period"]).first()
    if draft is None or period is None:
        raise jobs.JobRefused(_("The draft was adopted or discarded meanwhile."))
    with refusals_told():
        found = try_draft(draft, period, by=run.job.created_by, report=run.report, guard=run.check_fence)
    return {
        "url": reverse("schemes:trial", args=[draft.pk]),
        "message": _("%(count)s subjects computed.") % {"count": found["subjects"]},
    }


# --- files of large boards ------------------------------------------------------------------------
@jobs.handler("assessments.board_file")
def make_board_file(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``format``, ``language``, and what ``payload_of`` makes of the board."""
    kind = run.payload["format"]
    with translation.override(run.payload["language"]), scratch_file() as file:
        found = board_file(run.payload, run.job.created_by)
        if found is None:
            raise jobs.JobRefused(_("You can no longer see this board."))
        total, hidden = found.entries.order_by().count(), hidden_lines(found)
        run.report(0, total)
        replace(found, tell=lambda done: run.report(min(done, total), total)).write(file, kind)
        url = reverse("assessments:kept_file", args=[run.job.pk])
        result = kept(run, file, found.file_name(kind), TYPES[kind], url=url)
        return result | payload_of(found) | {"hidden": hidden}


def payload_of(file: BoardFile) -> dict[str, Any]:
    """Which board, as a job keeps it."""
    edition = file.edition
    return {
        "period": edition.period.code,
        "scheme": edition.scheme_code,
        "edition": edition.number,
        "board": file.board.code,
        "language": translation.get_language(),
    }


def board_file(payload: Mapping[str, Any], reader: Any) -> BoardFile | None:
    """The board of a payload, if ``reader`` may see it."""
    editions = standings.editions_for(reader, payload["period"], payload["scheme"])
    edition = next((one for one in editions if one.number == payload["edition"]), None)
    if edition is None:
        return None
    board = standings.board_coded(edition, standings.lines_for(edition, reader), payload["board"])
    return BoardFile(edition, board, reader) if board else None


def hidden_lines(file: BoardFile) -> int:
    """How many lines of the board its reader does not see."""
    return file.board.of(file.edition.entries.order_by()).count() - file.entries.order_by().count()
