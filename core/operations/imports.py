"""Importing in the background: first checked, then written by the same code, with every reason kept."""

import tempfile
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import jobs
from core.files import keep_made
from core.importing import ImportReport, run_import
from core.imports import ImportKind, kinds_for
from core.models import Job, StoredFile
from core.operations.jobs import start_job
from core.spreadsheets import RowError, write_csv

ERROR_COLUMNS = ("row", "column", "reason")
SHOWN_REASONS = 100


@transaction.atomic
def start_import(kind: ImportKind, upload: File, *, by: Any, dry_run: bool, key: UUID) -> Job:
    """Keep the file and start the job that reads it; the same key gives the first job again."""
    if kind not in kinds_for(by):
        raise PermissionDenied
    present = Job.objects.filter(kind="core.import", key=f"{by.pk}:{key}").first()
    if present:
        return present
    stored = keep_made(upload, name=upload.name or "import", content_type="application/octet-stream", by=by)
    return start_stored(kind, stored, by=by, dry_run=dry_run, key=key)


def start_stored(kind: ImportKind, stored: StoredFile, *, by: Any, dry_run: bool, key: UUID) -> Job:
    """Read a file again that was checked before."""
    if kind not in kinds_for(by):
        raise PermissionDenied
    title = _("Check %(name)s") if dry_run else _("Import %(name)s")
    return start_job(
        "core.import",
        key=f"{by.pk}:{key}",
        title=title % {"name": stored.original_name},
        payload={"kind": kind.code, "file": stored.pk, "dry_run": dry_run},
        by=by,
    )


@jobs.handler("core.import")
def import_file(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``kind``, ``file`` (key of the stored file), ``dry_run``."""
    by, payload = run.job.created_by, run.payload
    kind = next((kind for kind in kinds_for(by) if kind.code == payload["kind"]), None)
    stored = StoredFile.objects.filter(pk=payload["file"], uploaded_by=by).first()
    if kind is None or stored is None or not stored.path.exists():
        raise jobs.JobRefused(_("The file is not kept any more. Choose it again."))
    run.report(0, 1)
    with transaction.atomic(), stored.path.open("rb") as file:
        report = run_import(
            kind.importer(by), file, by=by, dry_run=payload["dry_run"], name=stored.original_name
        )
        run.check_fence()
    run.report(1, 1)
    return described(report, run.job, by=by, dry_run=payload["dry_run"])


def described(report: ImportReport, job: Job, *, by: Any, dry_run: bool) -> dict[str, Any]:
    """What the page of the result shows. All reasons stand in a file, the first ones on the page."""
    reasons = [[error.row, error.column, str(error.reason)] for error in report.errors]
    return {
        "url": reverse("core:import_result", args=[job.pk]),
        "message": verdict(report, dry_run=dry_run),
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "reason_count": len(reasons),
        "reasons": reasons[:SHOWN_REASONS],
        "errors_file": keep_errors(report.errors, by=by) if reasons else None,
    }


def verdict(report: ImportReport, *, dry_run: bool) -> str:
    if report.errors:
        return _("Refused. Nothing was written.")
    return _("The file is in order. Nothing was written yet.") if dry_run else _("Imported.")


def keep_errors(errors: list[RowError], *, by: Any) -> int:
    with tempfile.TemporaryFile() as file:
        write_csv(file, ERROR_COLUMNS, ((error.row, error.column, error.reason) for error in errors))
        return keep_made(file, name="errors.csv", content_type="text/csv; charset=utf-8", by=by).pk
