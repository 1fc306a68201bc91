"""Jobs in a worker of their own process, behind a real Redis: killed workers, and bells rung twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from core import clock, operations, tasks
from core.models import Job
from partybuild import celery_app
from tests.conftest import database_url, wait_for
from tests.core.job_kinds import linger  # noqa: F401 - registers the kinds in this process

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


class Worker:
    def __init__(self, settings):
        self.settings = settings
        self.process = None

    def start(self):
        queue = self.settings.CELERY_TASK_DEFAULT_QUEUE
        options = ["--pool", "solo", "--include", "tests.core.job_kinds", "--hostname", f"{queue}@core"]
        options += ["--without-mingle", "--loglevel", "warning"]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "celery", "--app", "partybuild", "worker", *options],
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "partybuild.settings_test",
                "DATABASE_URL": database_url(connection.settings_dict),
                "TEST_QUEUE": queue,
                "MEDIA_ROOT": self.settings.MEDIA_ROOT,
            },
            start_new_session=True,
        )

    def end(self, number):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, number)
            self.process.wait(timeout=40)


@pytest.fixture
def worker(settings):
    if not settings.REDIS_URL:
        pytest.skip("no Redis (set REDIS_URL)")
    celery_app.conf.task_always_eager = False
    worker = Worker(settings)
    yield worker
    worker.end(signal.SIGKILL)
    celery_app.conf.task_always_eager = True
    celery_app.control.purge()


def state(job):
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def runs(job, settings):
    path = Path(settings.MEDIA_ROOT, str(job.pk))
    return path.read_text().split() if path.exists() else []


def test_a_job_waits_for_its_worker_and_is_done(worker, settings):
    job = operations.start_job("tests.count", key="1", title="统计", payload={}, by=None)
    assert state(job) == "QUEUED"
    worker.start()
    wait_for(lambda: state(job) == "DONE", seconds=60)
    job.refresh_from_db()
    assert (job.done, job.total, job.result, job.attempt) == (3, 3, {"message": "counted"}, 1)
    assert runs(job, settings) == ["1"]


def test_a_killed_worker_is_replaced(worker, settings):
    job = operations.start_job("tests.linger", key="1", title="统计", payload={}, by=None)
    worker.start()
    wait_for(lambda: Job.objects.get().done > 0, seconds=60)
    worker.end(signal.SIGKILL)
    assert (state(job), operations.sweep_jobs()) == ("RUNNING", 0)
    Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    worker.start()
    assert operations.sweep_jobs() == 1
    wait_for(lambda: state(job) == "DONE", seconds=60)
    job.refresh_from_db()
    assert (job.attempt, job.fence, job.result) == (2, 2, {"message": "counted"})
    assert runs(job, settings) == ["1", "2"]


def test_a_bell_rung_five_times_is_one_run(worker, settings):
    job = operations.start_job("tests.count", key="1", title="统计", payload={}, by=None)
    for _again in range(4):
        tasks.run_job.apply_async(args=[str(job.pk)])
    last = operations.start_job("tests.count", key="2", title="统计", payload={}, by=None)
    worker.start()
    wait_for(lambda: state(last) == "DONE", seconds=60)
    assert runs(job, settings) == ["1"]
