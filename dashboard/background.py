"""Files that take their time: large reports and inspection folders, made by jobs for whoever asked."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from branches.selectors import units_for
from core import clock, jobs
from core.files import MADE_KEPT_FOR, FileRefused, atomic_with_files, keep_made
from core.periods import parse_period
from core.reports import Asked, reports
from dashboard.exporters import TYPES, file_name, write_report
from dashboard.folder import FOLDER_PERMISSION, FolderRefused, folder_name, write_folder

ZIP_TYPE = "application/zip"


@jobs.handler("dashboard.report")
def make_report(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: ``report``, ``format``, and what ``payload_of`` makes of the question."""
    report, kind = reports[run.payload["report"]], run.payload["format"]
    with translation.override(run.payload["language"]):
        asked = asked_again(run, report.permission)
        total = report.subjects(asked).order_by().count()
        run.report(0, total)
        with scratch_file() as file:
            write_report(file, report, asked, kind, tell=lambda done: run.report(min(done, total), total))
            return kept(run, file, file_name(report, asked, kind), TYPES[kind], asked, report.permission)


@jobs.handler("dashboard.folder")
def make_folder(run: jobs.JobRun) -> dict[str, Any]:
    """Payload: what ``payload_of`` makes of the question."""
    with translation.override(run.payload["language"]):
        asked = asked_again(run, FOLDER_PERMISSION)
        with scratch_file() as file:
            try:
                write_folder(file, asked, run.report)
            except FolderRefused as error:
                raise jobs.JobRefused(str(error)) from error
            return kept(run, file, folder_name(asked), ZIP_TYPE, asked, FOLDER_PERMISSION)


def payload_of(asked: Asked) -> dict[str, Any]:
    """The question as a job keeps it."""
    return {
        "unit": asked.unit.code,
        "period": asked.period.code if asked.period else "",
        "day": asked.day.isoformat(),
        "language": translation.get_language(),
    }


def asked_again(run: jobs.JobRun, permission: str) -> Asked:
    """The question of the payload, if who asked may still ask it."""
    user, payload = run.job.created_by, run.payload
    unit = units_for(user, permission).filter(code=payload["unit"]).first()
    if unit is None:
        raise jobs.JobRefused(_("You can no longer see this unit."))
    period = parse_period(payload["period"]) if payload["period"] else None
    return Asked(user, unit, date.fromisoformat(payload["day"]), period)


@contextmanager
def scratch_file() -> Iterator[IO[bytes]]:
    """A file beside those it will stand with: the system's own place may be small."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=root) as file:
        yield file


def kept(
    run: jobs.JobRun, file: IO[bytes], name: str, content_type: str, asked: Asked, permission: str
) -> dict[str, Any]:
    """Keeps the file for who asked; the result says under which right it may be fetched."""
    try:
        with atomic_with_files():
            run.check_fence()
            stored = keep_made(file, name=name, content_type=content_type, by=run.job.created_by)
    except FileRefused as error:
        raise jobs.JobRefused(str(error)) from error
    until = clock.day_of(clock.now() + MADE_KEPT_FOR).isoformat()
    return {
        "url": reverse("dashboard:report_file", args=[run.job.pk]),
        "message": _("%(name)s is ready. It is kept for you until %(day)s.") % {"name": name, "day": until},
        "file": stored.pk,
        "unit": asked.unit.pk,
        "permission": permission,
    }
