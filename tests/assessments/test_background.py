"""Jobs of the boards: the bell may ring twice, and a worker may take over what another one had done."""

from datetime import timedelta

import pytest

from assessments.models import AssessmentPeriod, Edition, Entry
from assessments.operations import Decision, Grounds, prepare_board, publish, recompute
from core import clock
from core.models import Job
from core.operations import run_job, start_job
from tests.factories.assessments import IndicatorValueFactory, scheme
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(company):
    made = scheme()
    for code, figure in (("B1", "90"), ("B2", "80"), ("B3", "80")):
        unit = PartyUnitFactory(code=code, parent=company, organisation=company.organisation)
        IndicatorValueFactory(unit=unit, indicator="A1", figure=figure)
    return made


def boards():
    """All that a reader or an auditor sees of them, but when they were computed."""
    lines = Entry.objects.order_by("edition__number", "unit_code")
    return (
        list(Edition.objects.order_by("number").values("pk", "number", "state", "digest", "published_at")),
        list(lines.values_list("edition", "unit_code", "total", "grade", "rank_company", "rank_parent")),
    )


def run_again(job):
    """Its worker died when all was done but saying so: the lease runs out, and another one takes over."""
    Job.objects.filter(pk=job.pk).update(
        state="RUNNING", lease_until=clock.now() - timedelta(hours=1), finished_at=None
    )
    run_job(job.pk)
    job.refresh_from_db()


@pytest.mark.oracle("C-14")
def test_computing_twice_by_the_same_job_changes_nothing(board, people):
    publish("2026H1", "board", Decision(*people))
    job = start_job(
        "assessments.recompute", key="once", title="x", payload={"period": "2026H1"}, by=people[0]
    )
    run_job(job.pk)
    job.refresh_from_db()
    before, digests, fence = boards(), job.result["digests"], job.fence
    run_job(job.pk)  # the bell rings twice
    assert boards() == before
    run_again(job)
    assert (job.state, job.fence, job.result["digests"]) == ("DONE", fence + 1, digests)
    assert boards() == before


@pytest.mark.oracle("C-14")
def test_publishing_twice_by_the_same_job_publishes_once(board, people):
    recompute("2026H1", by=None)
    AssessmentPeriod.objects.update(state="PREVIEW", previewed_at=clock.now() - timedelta(days=30))
    period = AssessmentPeriod.objects.get()
    proposal = prepare_board(period, "board", Grounds(minutes="7"), by=people[0])
    job = start_job(
        "assessments.approve", key="once", title="x", payload={"proposal": proposal.pk}, by=people[1]
    )
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "DONE", job.result
    before = boards()
    run_again(job)
    assert (job.state, boards()) == ("DONE", before)
    assert Edition.objects.published().count() == 1
