"""The way of a period on its pages, taken by two people of the office and one secretary."""

import re
import uuid

import pytest
from django.conf import settings
from django.urls import reverse

from assessments.models import (
    AssessmentPeriod,
    Edition,
    GapComment,
    Indicator,
    IndicatorValue,
    Objection,
    PastResult,
    Proposal,
    Veto,
)
from assessments.operations import Decision, ensure_period, publish, recompute, rescore_dirty
from assessments.standings import digest_words
from assessments.views import rounds as round_views
from branches.choices import Role
from branches.models import PartyUnit
from core import clock
from core.due import due_items_for
from core.models import Job
from core.operations import run_job
from tests.factories.assessments import ObjectionFactory, ProposalFactory, VetoFactory
from tests.factories.branches import OrganisationFactory, PartyUnitFactory

pytestmark = pytest.mark.django_db
ROUND = "/boards/rounds/2026H1/"
WHY = "/boards/2026H1/board/A1/"
PREPARE = "/boards/rounds/2026H1/board/prepare/"
GAP = "/boards/2026H1/board/A2/gap/"


@pytest.fixture
def computed(board):
    tree = board()
    recompute("2026H1", by=None)
    return tree


@pytest.fixture
def at(time_machine):
    """``at("2026-07-24", office)``: that day, with these signed in again."""

    def move(day, *clients):
        time_machine.move_to(f"{day}T04:00:00Z", tick=False)
        for client in clients:
            client.force_login(client.user, backend=settings.AUTHENTICATION_BACKENDS[-1])

    return move


@pytest.fixture
def second(sign_in):
    return sign_in(Role.PROVINCE_OFFICE, "CP")


def step(client, name, **more):
    return client.post(ROUND, {"step": name, **more})


def post(client, url, **data):
    response = client.post(url, data)
    assert response.status_code == 302, response.context and response.context["form"].errors
    return response.url


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def titles(client):
    return [str(item.title) for item in due_items_for(client.user)]


@pytest.fixture
def previewed(computed, office):
    for name in ("verify", "preview"):
        assert step(office, name).status_code == 302
    return computed


@pytest.fixture
def prepared(previewed, office, second, at):
    at("2026-07-24", office, second)
    form = {"minutes": "纪要〔2026〕7号", "waiver": "B1 lost its books"}
    post(office, f"{ROUND}board/prepare/", **form)
    return Proposal.objects.get()


def test_the_way_of_a_period_with_two_people(previewed, office, second, secretary, at):
    assert AssessmentPeriod.objects.get().state == "PREVIEW"
    assert "until 2026-07-23" in words(office.get(ROUND))
    assert "Look over the figures of A1党支部, First half of 2026" in titles(secretary)
    assert "Preview until 2026-07-23" in words(secretary.get(WHY))
    refused = office.post(f"{ROUND}board/prepare/", {"minutes": "7", "waiver": "x"})
    assert (refused.status_code, "7" in refused.content.decode()) == (422, True)
    assert "look their figures over until 2026-07-23" in words(refused)
    at("2026-07-24", office, second, secretary)
    assert "Prepare 先锋榜, First half of 2026" in titles(office)
    url = post(office, f"{ROUND}board/prepare/", minutes="纪要〔2026〕7号", waiver="B1 lost its books")
    assert "You prepared this board" in words(office.get(url))
    assert office.post(url, {"decision": "approve"}).status_code == 422
    assert "Approve or return 先锋榜, First half of 2026" in titles(second)
    assert "Approve" not in "".join(titles(office))
    page = words(second.get(url))
    assert "纪要〔2026〕7号" in page and digest_words(Proposal.objects.get().digest) in page
    assert post(second, url, decision="approve") == "/boards/2026H1/board/?edition=1"
    edition = Edition.objects.published().get()
    assert (edition.prepared_by, edition.approved_by) == (office.user, second.user)
    assert AssessmentPeriod.objects.get().state == "PUBLISHED"
    assert "The unit may object until 2026-07-31" in words(secretary.get(WHY))
    assert step(office, "archive").status_code == 422
    at("2026-08-01", office)
    assert step(office, "archive").status_code == 302
    assert AssessmentPeriod.objects.get().state == "ARCHIVED"


def test_who_approves_sees_the_first_places_and_withdraws_nothing_of_a_colleague(prepared, office, second):
    url = reverse("assessments:proposal", args=[prepared.pk])
    page = words(second.get(url))
    assert "1. A1党支部 92.50 2. A2党支部 70.00 3. B1党支部 52.50 No movement is shown" in page
    assert ("Withdraw" in page, "Withdraw" in words(office.get(url))) == (False, True)
    PastResult.objects.create(
        scheme_code="board",
        period=ensure_period("2025H2"),
        unit=PartyUnit.objects.get(code="A1"),
        total=9000,
        rank=3,
    )
    page = words(second.get(url))
    assert "A1党支部 92.50 ↑2 2. A2党支部 70.00 new" in page
    assert "Change against Second half of 2025." in page


def test_a_step_that_is_not_there_is_missing_and_one_refused_says_why(computed, office):
    assert step(office, "publish").status_code == 404
    assert step(office, "preview").status_code == 422
    step(office, "verify")
    assert "Give a reason." in words(step(office, "collect"))
    assert step(office, "collect", reason="补报").status_code == 302
    assert "Reason of the last step back: 补报" in words(office.get(ROUND))


@pytest.fixture
def long_work(monkeypatch):
    """Three subjects are too many for a request."""
    monkeypatch.setattr("assessments.operations.rounds.IN_A_JOB", 2)


def started(client, url, callbacks, **data):
    """The job that the form starts, as it ended."""
    with callbacks(execute=True):
        page = post(client, url, **data)
    return Job.objects.get(pk=page.removeprefix("/jobs/").strip("/"))


def run_job_again(job):
    """As after the death of a worker who had published and not said so."""
    Job.objects.filter(pk=job.pk).update(state="QUEUED", finished_at=None)
    run_job(job.pk)
    job.refresh_from_db()


def test_a_large_board_is_prepared_and_published_by_jobs(
    previewed, long_work, office, second, at, django_capture_on_commit_callbacks
):
    at("2026-07-24", office, second)
    form = {"minutes": "纪要〔2026〕7号", "waiver": "B1 lost its books", "submission_key": uuid.uuid4()}
    job = started(office, PREPARE, django_capture_on_commit_callbacks, **form)
    assert started(office, PREPARE, django_capture_on_commit_callbacks, **form) == job
    proposal = Proposal.objects.get()
    url = reverse("assessments:proposal", args=[proposal.pk])
    assert (job.state, job.result["url"], job.title) == ("DONE", url, "Prepare 先锋榜, First half of 2026")
    assert (proposal.prepared_by, proposal.minutes) == (office.user, "纪要〔2026〕7号")
    job = started(second, url, django_capture_on_commit_callbacks, decision="approve")
    assert (job.state, job.result["url"]) == ("DONE", "/boards/2026H1/board/?edition=1")
    assert Edition.objects.published().get().approved_by == second.user
    run_job_again(job)
    assert (Edition.objects.published().count(), job.state, job.error) == (1, "DONE", "")


def test_what_a_job_can_not_publish_it_refuses_in_words(
    prepared, long_work, office, second, tree, django_capture_on_commit_callbacks
):
    url = reverse("assessments:proposal", args=[prepared.pk])
    IndicatorValue.objects.filter(unit=tree["A1"]).update(raw=9 * 10**6)
    job = started(second, url, django_capture_on_commit_callbacks, decision="approve")
    assert (job.state, "has to be prepared again" in job.error) == ("FAILED", True), job.error
    refused = office.post(url, {"decision": "approve"})
    assert (refused.status_code, "record of their own" in words(refused)) == (422, True)
    assert not Edition.objects.published().exists()
    assert "has to be prepared again" not in words(second.get(url))
    Edition.objects.update(digest="")
    assert "Records were confirmed since" in words(second.get(url))


def test_a_job_prepares_no_board_that_waits_for_objections(
    previewed, long_work, office, at, django_capture_on_commit_callbacks
):
    assert office.post(PREPARE, {"minutes": "7", "waiver": "x"}).status_code == 422
    at("2026-07-24", office)
    ObjectionFactory(unit=previewed["A1"], edition_number=0)
    assert office.post(PREPARE, {"minutes": "7", "waiver": "x"}).status_code == 422
    assert not Job.objects.exists()


def test_a_correction_with_missing_figures_asks_why_and_names_them(published, office):
    typed = {"minutes": "8", "correction": "停电时间更正"}
    assert "waiver" not in office.get(PREPARE).context["form"].fields
    refused = office.post(PREPARE, typed)
    assert refused.status_code == 422 and "停电时间更正" in refused.content.decode()
    assert "Say why they do not matter" in str(refused.context["form"].errors["waiver"])
    [row] = refused.context["missing"]
    assert (row["unit"], row["item"]) == ("B1党支部", "指标B2")
    assert row["url"] == "/boards/2026H1/board/B1/?edition=0#item-5"
    assert f"{PREPARE}#missing" in office.get(ROUND).content.decode()
    post(office, PREPARE, **typed, waiver="B1 lost its books")
    assert Proposal.objects.get().waiver == "B1 lost its books"


def test_a_correction_is_looked_at_before_it_is_handed_in(published, office, second, tree):
    assert office.get(PREPARE).context["effect"] is None
    figures = IndicatorValue.objects.filter(indicator__code="B1")
    figures.filter(unit=tree["A2"]).update(value=14 * 10**6, raw=14 * 10**6)
    page = office.post(PREPARE, {"look": "1", "correction": "停电时间更正"})
    assert page.context["form"]["correction"].value() == "停电时间更正"
    [row] = page.context["effect"]["rows"]
    assert (row["name"], row["old"]["total"] > row["new"]["total"]) == ("A2党支部", True)
    assert "What changes against edition 1" in words(page) and "1 unit " in words(page)
    assert (Proposal.objects.count(), Edition.objects.published().count()) == (0, 1)
    url = post(office, PREPARE, minutes="8", correction="停电时间更正", waiver="B1 lost its books")
    assert "What changes against edition 1" in words(second.get(url))
    again = office.post(PREPARE, {"look": "1"})
    assert (again.status_code, "Withdraw it first" in words(again)) == (422, True)


def test_a_correction_names_who_came_and_who_is_gone(published, office, tree):
    PartyUnitFactory(code="A3", name="A3党支部", parent=tree["BA"], organisation=tree["BA"].organisation)
    PartyUnit.objects.filter(pk=tree["B1"].pk).update(closed_on="2026-05-31")
    effect = office.post(PREPARE, {"look": "1"}).context["effect"]
    came = next(row for row in effect["rows"] if row["name"] == "A3党支部")
    assert (came["old"], effect["gone"]) == (None, ["B1党支部"])


def test_a_very_large_correction_is_looked_at_by_a_job(
    published, long_work, office, tree, django_capture_on_commit_callbacks
):
    form = {"look": "1", "submission_key": uuid.uuid4()}
    job = started(office, PREPARE, django_capture_on_commit_callbacks, **form)
    assert (job.kind, job.state, job.result["url"]) == ("assessments.look", "DONE", PREPARE)
    assert started(office, PREPARE, django_capture_on_commit_callbacks, **form) == job
    assert office.get(PREPARE).context["effect"]["count"] == 0
    ProposalFactory(prepared_by=office.user)
    jobs = Job.objects.count()
    refused = office.post(PREPARE, {"look": "1"})
    assert (refused.status_code, "Withdraw it first" in words(refused)) == (422, True)
    assert Job.objects.count() == jobs


def test_a_job_started_with_a_right_lost_since_says_so(
    prepared, long_work, office, second, django_capture_on_commit_callbacks
):
    url = reverse("assessments:proposal", args=[prepared.pk])
    office.user.assignments.all().delete()
    job = started(second, url, django_capture_on_commit_callbacks, decision="approve")
    assert (job.state, job.error) == ("FAILED", f"{office.user.username} may not publish boards.")
    Job.objects.update(created_by=office.user)
    run_job_again(job)
    assert (job.state, job.error) == ("FAILED", "You may not do this.")


def test_who_has_to_wait_sees_the_missing_figures_and_no_form(computed, office):
    page = office.get(PREPARE)
    assert len(page.context["missing"]) == 1 and "Lay before a colleague" not in words(page)
    assert office.post(PREPARE, {"look": "1"}).status_code == 422


def test_returning_needs_a_reason_and_gives_it_back(prepared, office, second):
    url = reverse("assessments:proposal", args=[prepared.pk])
    assert second.post(url, {"decision": "return"}).status_code == 422
    post(second, url, decision="return", reason="B1数据存疑")
    assert "B1数据存疑" in words(office.get(url))
    again = post(office, f"{ROUND}board/prepare/", minutes="8", waiver="x")
    post(office, again, decision="withdraw")
    assert list(Proposal.objects.values_list("state", flat=True)) == ["WITHDRAWN", "RETURNED"]
    assert second.post(again, {"decision": "nothing"}).status_code == 404


def test_a_unit_objects_and_reads_the_answer(previewed, office, secretary, sign_in):
    page = secretary.get(f"{WHY}objection/?item=B1")
    assert page.context["form"]["item"].initial == "B1" or page.context["form"]["item"].value() == "B1"
    assert secretary.post(f"{WHY}objection/", {"item": "B1", "text": " "}).status_code == 422
    url = post(secretary, f"{WHY}objection/", item="B1", text="停电时间多算一次")
    objection = Objection.objects.get()
    assert (objection.item_code, objection.edition_number) == ("B1", 0)
    assert "停电时间多算一次" in words(secretary.get(WHY))
    assert secretary.post(url, {"outcome": "uphold", "answer": "x"}).status_code == 403
    assert "Answer the objection of A1党支部" in titles(office)
    assert office.post(url, {"outcome": "uphold", "answer": ""}).status_code == 422
    post(office, url, outcome="uphold", answer="已更正")
    assert "已更正" in words(secretary.get(url))
    assert sign_in(Role.BRANCH_SECRETARY, "A2").get(url).status_code == 404
    assert sign_in(Role.BUREAU_OFFICE, "BA").get(url).status_code == 200


def test_in_the_preview_a_unit_sees_its_own_figures_and_no_rank(previewed, secretary, office, sign_in):
    page = secretary.get(WHY)
    assert (page.status_code, page.context["rank_words"], page.context["with_means"]) == (200, "", False)
    assert [stand.rank for stand in page.context["stands"]] == [None]
    assert secretary.get("/boards/2026H1/board/A2/").status_code == 404
    for client in (secretary, sign_in(Role.BUREAU_OFFICE, "BA"), sign_in()):
        assert client.get("/boards/2026H1/board/").status_code == 404
    assert office.get("/boards/2026H1/board/").status_code == 200


def test_an_objection_is_withdrawn_by_its_unit_only(previewed, office, secretary):
    url = post(secretary, f"{WHY}objection/", item="", text="总分有误")
    assert office.post(url, {"withdraw": "1"}).status_code == 403
    post(secretary, url, withdraw="1")
    assert Objection.objects.get().state == "WITHDRAWN"


def test_outside_the_time_nobody_objects(computed, secretary, office):
    assert "The time to object is over" in words(secretary.get(f"{WHY}objection/"))
    assert secretary.post(f"{WHY}objection/", {"item": "", "text": "x"}).status_code == 422
    assert office.get(f"{WHY}objection/").status_code == 403


def test_a_veto_is_entered_shown_and_lifted(computed, office, secretary, sign_in):
    assert 'value="A1"' in office.get(f"{ROUND}veto/?unit=A1").content.decode()
    typed = {"unit": "A1", "kind": "EVENT", "found_on": "2026-05-08", "basis": "安监〔2026〕3号"}
    for change in ({"unit": "NONE"}, {"basis": ""}, {"found_on": "2026-07-21"}):
        assert office.post(f"{ROUND}veto/", typed | change).status_code == 422
    url = post(office, f"{ROUND}veto/", **typed)
    rescore_dirty()
    rows = office.get("/boards/2026H1/board/?edition=0").context["rows"]
    assert [(row["rank"], row["entry"].unit_code, row["flags"]) for row in rows][-1] == (None, "A1", ["veto"])
    assert "安监〔2026〕3号" in words(secretary.get(WHY))
    assert secretary.get(url).status_code == 403
    post(office, url, reason="复查后撤销")
    assert Veto.objects.get().lifted_because == "复查后撤销"
    assert "复查后撤销" in words(office.get(url))
    assert office.post(url, {"reason": "x"}).status_code == 422


def test_a_veto_for_a_day_outside_the_period_is_asked_about(computed, office):
    typed = {"unit": "A1", "kind": "EVENT", "found_on": "2025-12-31", "basis": "安监〔2026〕3号"}
    assert "although the day" not in words(office.get(f"{ROUND}veto/"))
    asked = words(office.post(f"{ROUND}veto/", typed))
    assert "The period runs from 2026-01-01 to 2026-06-30" in asked and "although the day" in asked
    assert not Veto.objects.exists()
    post(office, f"{ROUND}veto/", **typed, outside="on")
    assert Veto.objects.get().found_on.isoformat() == "2025-12-31"


def test_an_archived_period_takes_no_veto(computed, office):
    AssessmentPeriod.objects.update(state="PUBLISHED")
    assert "Enter a veto for a correction" in words(office.get(ROUND))
    AssessmentPeriod.objects.update(state="ARCHIVED", archived_by=office.user, archived_at=clock.now())
    assert "Enter a veto" not in words(office.get(ROUND))
    typed = {"unit": "A1", "kind": "EVENT", "found_on": "2026-05-08", "basis": "安监〔2026〕3号"}
    assert "The period is archived." in words(office.post(f"{ROUND}veto/", typed))


def test_a_step_that_waits_is_said_and_no_button(computed, office, at):
    page = office.get(ROUND)
    assert "Close collecting, begin verifying" in words(page)
    step(office, "verify")
    at("2026-06-20", office)
    page = office.get(ROUND)
    assert "Open the preview: The period runs until 2026-06-30" in words(page)
    assert 'value="preview"' not in page.content.decode()


def test_all_wide_gaps_are_counted_and_paged(previewed, office, monkeypatch):
    monkeypatch.setattr(round_views, "GAPS_ON_A_PAGE", 1)
    page = office.get(ROUND)
    assert [row["entry"].unit_code for row in page.context["gaps"]] == ["A2"]
    assert "2 units; both sides comment on each" in words(page) and "page=2" in page.content.decode()
    assert [row["entry"].unit_code for row in office.get(ROUND, {"page": 2}).context["gaps"]] == ["B1"]


def test_both_sides_comment_on_a_wide_gap(previewed, office, secretary, sign_in):
    business = sign_in(Role.DEPARTMENT_REVIEWER, "CP")
    own = sign_in(Role.BRANCH_SECRETARY, "A2")
    assert "Comment on the wide gap of A2党支部" in titles(business)
    nearest, asked = sign_in(Role.BUREAU_OFFICE, "BA"), "Comment on the wide gap of A2党支部"
    assert asked in titles(nearest) and asked not in titles(office)
    assert office.get("/boards/2026H1/board/A1/gap/").status_code == 404
    assert own.post(GAP, {"side": "PARTY", "text": "x"}).status_code == 403
    assert business.post(GAP, {"side": "PARTY", "text": "x"}).status_code == 422
    post(business, GAP, side="BUSINESS", text="跳闸偏多")
    assert "Comment on the wide gap of A2党支部" not in titles(business)
    assert office.get(ROUND).context["gaps"][0]["owed"] == "Party side"
    post(office, GAP, side="PARTY", text="活动多,与业务结合少")
    assert GapComment.objects.count() == 2
    assert "跳闸偏多" in words(own.get(GAP)) and "跳闸偏多" in words(own.get("/boards/2026H1/board/A2/"))
    assert secretary.get(GAP).status_code == 404


def test_the_department_whose_figures_are_scored_comments_for_the_business_side(previewed, sign_in, tree):
    """Wherever the unit stands, as it verifies its figures; of the score it sees the two sections only."""
    for code in ("D", "E"):
        own = OrganisationFactory(code=f"O-{code}")
        tree[code] = PartyUnitFactory(code=code, parent=tree["BB"], organisation=own)
    department, stranger = (sign_in(Role.DEPARTMENT_REVIEWER, code) for code in ("D", "E"))
    assert department.get(GAP).status_code == 404
    Indicator.objects.filter(code="B1").update(owner=tree["D"].organisation, side="BUSINESS")
    assert "Comment on the wide gap of A2党支部" in titles(department)
    page = department.get(GAP).context
    assert ([name for name, _url in page["parents"]], len(page["compared"])) == (["Vanguard boards"], 2)
    post(department, GAP, side="BUSINESS", text="跳闸偏多")
    assert department.post(GAP, {"side": "PARTY", "text": "x"}).status_code == 422
    for url in ("/boards/2026H1/board/A2/?edition=0", "/boards/2026H1/board/A1/gap/"):
        assert department.get(url).status_code == 404
    assert (stranger.get(GAP).status_code, titles(stranger)) == (404, [])
    Indicator.objects.filter(code="B1").update(side="PARTY")
    assert department.get(GAP).status_code == 404


def test_a_department_sees_the_gap_of_the_current_board_only(published, office, sign_in, tree, people):
    """Neither of a trial that nobody approved nor of what was corrected since."""
    tree["D"] = PartyUnitFactory(code="D", parent=tree["BB"], organisation=OrganisationFactory(code="O-D"))
    Indicator.objects.filter(code="B1").update(owner=tree["D"].organisation, side="BUSINESS")
    department = sign_in(Role.DEPARTMENT_REVIEWER, "D")

    def answers():
        return [department.get(f"{GAP}?edition={number}").status_code for number in (0, 1, 2)]

    assert department.get(GAP).context["edition"].number == 1
    office.post(PREPARE, {"look": "1"})
    assert (Edition.objects.count(), answers()) == (2, [404, 200, 404])
    publish("2026H1", "board", Decision(*people, waiver="-", reason="A1 was read wrongly"))
    assert answers() == [404, 404, 200]


def test_a_department_comments_when_figures_no_longer_come_in(computed, sign_in, tree):
    tree["D"] = PartyUnitFactory(code="D", parent=tree["BB"], organisation=OrganisationFactory(code="O-D"))
    Indicator.objects.filter(code="B1").update(owner=tree["D"].organisation)
    assert sign_in(Role.DEPARTMENT_REVIEWER, "D").get(GAP).status_code == 404


def test_an_office_prepares_within_its_reach(previewed, sign_in, tree, people):
    """Of what stands elsewhere nothing is listed or counted."""
    VetoFactory(unit=tree["B1"], entered_by=people[0])
    ObjectionFactory(unit=tree["B1"], raised_by=people[0], edition_number=0)
    proposal = ProposalFactory(prepared_by=people[0])
    found = {}
    for code in ("CP", "BA", "BB"):
        client = sign_in(Role.PROVINCE_OFFICE, code)
        page = client.get(ROUND).context
        summary = client.get(f"/boards/rounds/proposals/{proposal.pk}/").context["summary"]
        found[code] = [
            [len(page[name]) for name in ("vetoes", "objections", "gaps")],
            [page["boards"][0]["missing"], len(client.get(PREPARE).context["missing"])],
            [summary[name] for name in ("subjects", "gaps", "missing")],
            [entry.unit_code for entry, _moved in summary["first"]],
        ]
    assert found == {
        "CP": [[1, 1, 2], [1, 1], [3, 2, 1], ["A1", "A2", "B1"]],
        "BA": [[0, 0, 1], [0, 0], [2, 1, 0], ["A1", "A2"]],
        "BB": [[1, 1, 1], [1, 1], [1, 1, 1], ["B1"]],
    }


def test_the_list_leads_the_office_to_the_periods_and_nobody_else(computed, office, secretary):
    assert ROUND in office.get("/boards/").content.decode()
    assert ROUND not in secretary.get("/boards/").content.decode()
    assert secretary.get(ROUND).status_code == 403
    assert office.get("/boards/rounds/2019H1/").status_code == 404
