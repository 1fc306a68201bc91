"""Jobs: started with the change they belong to, claimed by one worker at a time, never lost.

The times of a lease are the database's: the clocks of two machines may differ.
"""

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerAway

from core import audit, clock, tasks
from core.choices import JobState
from core.jobs import LEASE, JobCancelled, JobLost, JobRefused, JobRun, handlers
from core.models import Job
from core.workflow import MoveRefused

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 3
UNHEARD_AFTER = timedelta(seconds=60)
SWEPT_AT_ONCE = 100


@transaction.atomic
def start_job(kind: str, *, key: str, title: str, payload: Mapping[str, Any], by: Any) -> Job:
    """The job of this kind and key, made now unless there is one, whatever became of it."""
    values = {"title": title[:200], "payload": dict(payload), "created_by": by, "created_at": clock.now()}
    job, created = Job.objects.get_or_create(kind=kind, key=key, defaults=values)
    if created:
        audit.record("start", job, by=by, kind=kind, key=key)
        transaction.on_commit(lambda: ring(job.pk))
    return job


def ring(job_id: uuid.UUID) -> None:
    """Tell a worker. If the broker is away the sweeper tells later: the job's row is what counts."""
    try:
        tasks.run_job.apply_async(args=(str(job_id),), retry=False)
    except (BrokerAway, OSError):
        logger.warning("The broker is away; job %s waits for the sweeper.", job_id)


def claimable() -> Q:
    return Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=Now())


@transaction.atomic
def claim_job(job_id: uuid.UUID | str) -> JobRun | None:
    """Take the job for 120 seconds, unless another worker has it or it was tried too often."""
    free = Job.objects.filter(claimable(), pk=job_id)
    taken = free.filter(attempt__lt=MAX_ATTEMPTS).update(
        state=JobState.RUNNING, attempt=F("attempt") + 1, fence=F("fence") + 1, lease_until=Now() + LEASE
    )
    if not taken:
        fail_exhausted(free)
        return None
    job = Job.objects.get(pk=job_id)
    return JobRun(job, job.fence)


def fail_exhausted(jobs: Any) -> None:
    """Give up what was tried three times: it kills its worker each time."""
    given_up = jobs.filter(claimable(), attempt__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED,
        error=_("The work was broken off three times. Tell the administrators."),
        finished_at=clock.now(),
        lease_until=None,
    )
    if given_up:
        logger.error("%d jobs given up after %d attempts", given_up, MAX_ATTEMPTS)


def run_job(job_id: uuid.UUID | str) -> None:
    """Claim the job and do its work; harmless when another worker has done it or does it now."""
    run = claim_job(job_id)
    if run is None:
        return
    try:
        result = handlers[run.job.kind](run)
    except JobLost:
        logger.warning("Job %s went to another worker.", run.job.pk)
    except JobCancelled:
        finish(run, JobState.CANCELLED)
    except (JobRefused, MoveRefused) as error:
        finish(run, JobState.FAILED, error=str(error))
    except OperationalError as error:
        try_again(run, error)
    except Exception:  # the job's row has to say that it failed, whatever it was
        logger.exception("Job %s failed.", run.job.pk)
        finish(
            run, JobState.FAILED, error=_("A fault in the program stopped the work. Tell the administrators.")
        )
    else:
        finish(run, JobState.DONE, result=result)


def finish(run: JobRun, state: JobState, *, error: str = "", result: Mapping[str, Any] | None = None) -> None:
    values: dict[str, Any] = {"done": F("total")} if state == JobState.DONE else {}
    Job.objects.filter(pk=run.job.pk, fence=run.fence, state=JobState.RUNNING).update(
        state=state,
        error=error,
        result=dict(result or {}),
        finished_at=clock.now(),
        lease_until=None,
        **values,
    )


def try_again(run: JobRun, error: OperationalError) -> None:
    """A deadlock or a database that went away: the next attempt may succeed."""
    logger.warning("Job %s is put back: %s", run.job.pk, error)
    with transaction.atomic():
        mine = Job.objects.filter(pk=run.job.pk, fence=run.fence, state=JobState.RUNNING)
        if mine.update(state=JobState.QUEUED, lease_until=None):
            transaction.on_commit(lambda: ring(run.job.pk))


@transaction.atomic
def cancel_job(job: Job, *, by: Any) -> Job:
    """End a waiting job at once, a running one at its next report."""
    if by is not None and not by.is_staff and job.created_by_id != by.pk:
        raise PermissionDenied
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.is_finished:
        raise MoveRefused(_("The work has ended already."))
    locked.cancel_asked = True
    if locked.state == JobState.QUEUED:
        locked.state, locked.finished_at = JobState.CANCELLED, clock.now()
    locked.save(update_fields=["cancel_asked", "state", "finished_at"])
    audit.record("cancel", locked, by=by)
    return locked


def unheard() -> Q:
    """Jobs whose bell was lost, or whose worker was."""
    return Q(state=JobState.QUEUED, created_at__lt=Now() - UNHEARD_AFTER) | Q(
        state=JobState.RUNNING, lease_until__lt=Now()
    )


def sweep_jobs() -> int:
    """Ring again for what no worker took or finished; how many."""
    fail_exhausted(Job.objects.all())
    waiting = list(
        Job.objects.filter(unheard()).order_by("created_at").values_list("pk", flat=True)[:SWEPT_AT_ONCE]
    )
    for job_id in waiting:
        ring(job_id)
    return len(waiting)


def nudge_job(job: Job) -> None:
    """The sweeper's work for one job that somebody is looking at."""
    if Job.objects.filter(unheard(), pk=job.pk).exists():
        ring(job.pk)
