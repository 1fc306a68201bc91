"""Files that take their time: large reports and inspection folders, made by jobs for whoever asked."""

from datetime import date
from typing import IO, Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from branches.selectors import units_for
from core import jobs
from core.making import kept, scratch_file
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
            return kept_for(run, file, file_name(report, asked, kind), TYPES[kind], asked, report.permission)


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
            return kept_for(run, file, folder_name(asked), ZIP_TYPE, asked, FOLDER_PERMISSION)


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


def kept_for(
    run: jobs.JobRun, file: IO[bytes], name: str, content_type: str, asked: Asked, permission: str
) -> dict[str, Any]:
    """The result says under which right at which unit the file may be fetched."""
    url = reverse("dashboard:report_file", args=[run.job.pk])
    return kept(run, file, name, content_type, url=url) | {"unit": asked.unit.pk, "permission": permission}
