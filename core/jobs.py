"""Background work, as its handlers see it (reliability.md 3.2).

An app registers a handler for a kind of job, in a module that its ``AppConfig.ready`` imports::

    @jobs.handler("assessments.recompute")
    def recompute(run: jobs.JobRun) -> dict: ...

A handler may run twice, for instance after a worker was killed. It works outside of transactions, reports as
it goes, and publishes its result in one transaction that begins with ``run.check_fence()``. What it returns
is the job's ``result``: JSON, with ``url`` (where the result is) and ``message`` (what to tell) if it likes.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from core.choices import JobState
from core.models import Job
from core.registry import Registry

LEASE = timedelta(seconds=120)
SECONDS_BETWEEN_REPORTS = 0.5


class JobLost(Exception):
    """Another worker has taken the job over: stop and write nothing more."""


class JobCancelled(Exception):
    """Somebody asked for an end."""


class JobRefused(Exception):
    """The work can't be done; the message says why, in the user's words."""


@dataclass
class JobRun:
    """One attempt at a job. ``fence`` tells it from earlier and later attempts."""

    job: Job
    fence: int
    _reported_at: float = field(default=0.0, repr=False)

    @property
    def payload(self) -> Mapping[str, Any]:
        return self.job.payload

    def report(self, done: int, total: int) -> None:
        """Say how far the work is, and keep the lease. Cheap enough to be called at each step.

        Call it outside of transactions: nobody sees a report before its transaction ends.
        """
        moment = time.monotonic()
        if done < total and moment - self._reported_at < SECONDS_BETWEEN_REPORTS:
            return
        self._reported_at = moment
        mine = Job.objects.filter(pk=self.job.pk, fence=self.fence, state=JobState.RUNNING)
        if not mine.update(done=done, total=total, lease_until=Now() + LEASE):
            raise JobLost
        if mine.filter(cancel_asked=True).exists():
            raise JobCancelled

    def check_fence(self) -> None:
        """Lock the job until the transaction ends; raises JobLost if it is another worker's by now."""
        mine = Job.objects.select_for_update().filter(
            pk=self.job.pk, fence=self.fence, state=JobState.RUNNING
        )
        if not mine.exists():
            raise JobLost


Handler = Callable[[JobRun], dict[str, Any]]
handlers: Registry[Handler] = Registry()


def handler(kind: str) -> Callable[[Handler], Handler]:
    return lambda run: handlers.register(kind, run)
