"""Jobs with the real operations; the worker of the last tests is a real process behind a real Redis."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.utils.translation import override

from core import clock, jobs, operations, tasks
from core.choices import JobState
from core.jobs import JobCancelled, JobLost, JobRefused, JobRun
from core.models import AuditEvent, Job
from core.workflow import MoveRefused
from tests.factories.accounts import UserFactory
from tests.factories.core import JobFactory

pytestmark = pytest.mark.django_db
PAST = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def handlers(monkeypatch):
    """A registry of this test's own."""
    monkeypatch.setattr(jobs.handlers, "_things", {})


@pytest.fixture
def user():
    return UserFactory()


def start(user=None, key="1"):
    return operations.start_job("tests.count", key=key, title="统计", payload={"upto": 3}, by=user)


def ran(user, commit, **options):
    with commit(execute=True):
        job = start(user, **options)
    job.refresh_from_db()
    return job


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


# --- from start to end ----------------------------------------------------------------------------
def test_a_job_runs_after_the_commit_and_keeps_its_result(user, commit):
    @jobs.handler("tests.count")
    def count(run):
        for number in range(run.payload["upto"]):
            run.report(number + 1, run.payload["upto"])
        return {"url": "/boards/", "message": "ready"}

    with commit() as waiting:
        job = start(user)
        assert Job.objects.get().state == JobState.QUEUED
    waiting[0]()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempt, job.fence) == (JobState.DONE, 3, 3, 1, 1)
    assert (job.result, job.error, job.lease_until) == ({"url": "/boards/", "message": "ready"}, "", None)
    assert job.finished_at


def test_the_start_is_in_the_audit_trail(user):
    job = start(user)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.object_id, event.summary) == (
        "start",
        user,
        str(job.pk),
        {"kind": "tests.count", "key": "1"},
    )


@pytest.mark.parametrize("state", JobState)
def test_the_same_key_gives_the_same_job(user, commit, state):
    existing = JobFactory(
        key="1", state=state, finished_at=None if state in ("QUEUED", "RUNNING") else clock.now()
    )
    with commit() as waiting:
        assert start(user) == existing
    assert waiting == []
    assert AuditEvent.objects.count() == 0


def test_a_rolled_back_start_rings_nobody(user, commit):
    with commit() as waiting, pytest.raises(ZeroDivisionError), transaction.atomic():
        start(user)
        raise ZeroDivisionError
    assert (waiting, Job.objects.count()) == ([], 0)


@pytest.mark.parametrize("refusal", [JobRefused, MoveRefused])
def test_a_refusal_is_told_in_its_own_words(user, commit, refusal):
    @jobs.handler("tests.count")
    def count(run):
        raise refusal("Two values are missing.")

    job = ran(user, commit)
    assert (job.state, job.error, job.result) == (JobState.FAILED, "Two values are missing.", {})


def test_a_fault_is_told_without_its_insides(user, commit):
    @jobs.handler("tests.count")
    def count(run):
        raise KeyError("secret")

    job = ran(user, commit)
    assert (job.state, job.error) == (
        JobState.FAILED,
        "A fault in the program stopped the work. Tell the administrators.",
    )


def test_an_unknown_kind_is_a_fault(user, commit):
    assert ran(user, commit).state == JobState.FAILED


def test_a_deadlock_is_tried_again(user, commit):
    attempts = []

    @jobs.handler("tests.count")
    def count(run):
        attempts.append(run.fence)
        if len(attempts) < 3:
            raise OperationalError("deadlock detected")
        return {}

    with commit(execute=True):
        job = start(user)
    job.refresh_from_db()
    assert (attempts, job.state, job.attempt) == ([1, 2, 3], JobState.DONE, 3)


def test_a_database_that_fails_each_time_ends_the_job(user, commit):
    @jobs.handler("tests.count")
    def count(run):
        raise OperationalError("gone")

    job = ran(user, commit)
    assert (job.state, job.attempt, job.error) == (
        JobState.FAILED,
        3,
        "The work was broken off three times. Tell the administrators.",
    )


def test_a_broker_that_is_away_does_not_stop_the_start(user, commit, monkeypatch, caplog):
    def away(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.run_job, "apply_async", away)
    assert ran(user, commit).state == JobState.QUEUED
    assert "waits for the sweeper" in caplog.text


# --- claim, lease, fence --------------------------------------------------------------------------
def test_only_one_claim_succeeds(user):
    job = start(user)
    first, second = operations.claim_job(job.pk), operations.claim_job(job.pk)
    assert (first.fence, second) == (1, None)
    lease = Job.objects.get().lease_until - clock.now()
    assert timedelta(seconds=100) < lease <= timedelta(seconds=121)


def test_an_expired_lease_is_claimed_again_and_fences_off_the_first(user):
    job = start(user)
    first = operations.claim_job(job.pk)
    Job.objects.update(lease_until=clock.now() - PAST)
    second = operations.claim_job(job.pk)
    assert second.fence == 2
    with pytest.raises(JobLost):
        first.report(1, 3)
    with pytest.raises(JobLost), transaction.atomic():
        first.check_fence()
    with transaction.atomic():
        second.check_fence()
    second.report(2, 3)
    assert Job.objects.values_list("done", "total").get() == (2, 3)


def test_what_a_lost_worker_brings_is_thrown_away(user, commit):
    @jobs.handler("tests.count")
    def count(run):
        Job.objects.update(fence=9)
        if run.payload["upto"] == 3:
            run.report(3, 3)
        return {"message": "too late"}

    job = ran(user, commit)
    assert (job.state, job.result) == (JobState.RUNNING, {})


def test_a_fourth_attempt_is_not_made(user):
    job = start(user)
    Job.objects.update(state=JobState.RUNNING, attempt=3, lease_until=clock.now() - PAST)
    assert operations.claim_job(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.error) == (
        JobState.FAILED,
        "The work was broken off three times. Tell the administrators.",
    )


def test_a_job_that_is_gone_is_nobodys_work():
    operations.run_job("00000000-0000-0000-0000-000000000000")
    assert Job.objects.count() == 0


def test_reports_write_at_most_twice_a_second(user, django_assert_num_queries):
    run = JobRun(start(user), fence=0)
    Job.objects.update(state=JobState.RUNNING)
    run.report(1, 5)
    with django_assert_num_queries(0):
        run.report(2, 5)
    run.report(5, 5)
    assert Job.objects.get().done == 5


# --- an end to it ---------------------------------------------------------------------------------
def test_a_waiting_job_is_cancelled_at_once(user):
    job = operations.cancel_job(start(user), by=user)
    assert (job.state, job.cancel_asked, bool(job.finished_at)) == (JobState.CANCELLED, True, True)
    assert operations.claim_job(job.pk) is None
    assert list(AuditEvent.objects.values_list("verb", "actor")) == [("cancel", user.pk), ("start", user.pk)]


def test_a_running_job_stops_at_its_next_report(user, commit):
    @jobs.handler("tests.count")
    def count(run):
        operations.cancel_job(run.job, by=user)
        with pytest.raises(JobCancelled):
            run.report(3, 3)
        raise JobCancelled

    job = ran(user, commit)
    assert (job.state, job.result) == (JobState.CANCELLED, {})


def test_a_finished_job_is_not_cancelled(user):
    job = JobFactory(state=JobState.DONE, finished_at=clock.now(), created_by=user)
    with pytest.raises(MoveRefused, match=r"The work has ended already\."):
        operations.cancel_job(job, by=user)


def test_only_its_starter_and_staff_cancel_a_job(user):
    job = JobFactory()
    with pytest.raises(PermissionDenied):
        operations.cancel_job(job, by=user)
    assert operations.cancel_job(job, by=UserFactory(is_staff=True)).state == JobState.CANCELLED


# --- the sweeper ----------------------------------------------------------------------------------
def test_the_sweeper_runs_what_nobody_heard_of():
    @jobs.handler("tests.count")
    def count(run):
        return {}

    fresh = JobFactory()
    unheard = JobFactory(created_at=clock.now() - PAST)
    killed = JobFactory(state=JobState.RUNNING, attempt=1, fence=1, lease_until=clock.now() - PAST)
    working = JobFactory(state=JobState.RUNNING, attempt=1, fence=1, lease_until=clock.now() + PAST)
    hopeless = JobFactory(state=JobState.RUNNING, attempt=3, fence=3, lease_until=clock.now() - PAST)
    assert tasks.sweep_jobs() == 2
    states = dict(Job.objects.values_list("pk", "state"))
    assert [states[job.pk] for job in (fresh, unheard, killed, working, hopeless)] == [
        "QUEUED",
        "DONE",
        "DONE",
        "RUNNING",
        "FAILED",
    ]


def test_the_same_bell_twice_runs_once(commit, user):
    runs = []

    @jobs.handler("tests.count")
    def count(run):
        runs.append(run.fence)
        return {}

    job = ran(user, commit)
    tasks.run_job(str(job.pk))
    assert runs == [1]
