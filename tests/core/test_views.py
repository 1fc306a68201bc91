import json
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils.translation import override

from core import __version__, clock, search
from core.choices import JobState
from core.models import AuditEvent, Draft, Job
from core.search import Hit, SearchSource
from tests.factories.accounts import UserFactory
from tests.factories.core import DraftFactory, JobFactory, StoredFileFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def client(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


# --- health ---------------------------------------------------------------------------------------
def test_health_needs_no_sign_in_and_says_how_the_queue_is(client, django_assert_num_queries):
    client.logout()
    JobFactory(created_at=clock.now() - timedelta(seconds=90))
    JobFactory(created_at=clock.now() - timedelta(seconds=10))
    JobFactory(state=JobState.RUNNING, created_at=clock.now() - timedelta(days=1))
    with django_assert_num_queries(1):
        response = client.get("/health/")
    seconds = response.json()["oldest_waiting_seconds"]
    assert 90 <= seconds < 100
    assert response.json() == {
        "database": "up",
        "jobs_waiting": 2,
        "oldest_waiting_seconds": seconds,
        "version": __version__,
    }
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")


def test_health_of_an_empty_queue(client):
    assert client.get("/health/").json()["oldest_waiting_seconds"] == 0


def test_health_without_a_database_tells_no_detail(client, monkeypatch):
    client.logout()

    def down(*args, **kwargs):
        raise OperationalError("host secret-host is down")

    monkeypatch.setattr(connection, "cursor", down)
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (503, {"database": "down", "version": __version__})


def test_health_is_read_only(client):
    assert client.post("/health/").status_code == 405


# --- every request -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "kept"), [("10.1.2.3", "10.1.2.3"), ("::1", "::1"), ("", None), ("unix:", None)]
)
def test_the_audit_trail_knows_the_request(client, user, address, kept):
    job = JobFactory(created_by=user)
    response = client.post(f"/jobs/{job.pk}/cancel/", REMOTE_ADDR=address)
    event = AuditEvent.objects.get(verb="cancel")
    assert (event.ip, event.request_id) == (kept, response["X-Request-ID"])
    assert response["Cache-Control"] == "no-store"


# --- jobs -----------------------------------------------------------------------------------------
def test_the_page_of_a_running_job_counts_truly_and_asks_again(client, user):
    job = JobFactory(
        created_by=user, state="RUNNING", done=812, total=1286, lease_until=clock.now() + timedelta(minutes=2)
    )
    page = client.get(f"/jobs/{job.pk}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "812 / 1,286" in text
    assert 'aria-valuenow="812"' in text and 'aria-valuemax="1286"' in text
    assert f'hx-get="/jobs/{job.pk}/" hx-trigger="every 2s"' in text
    assert f'action="/jobs/{job.pk}/cancel/"' in text


def test_htmx_gets_the_state_alone(client, user):
    job = JobFactory(created_by=user, state="RUNNING", lease_until=clock.now() + timedelta(minutes=2))
    text = client.get(f"/jobs/{job.pk}/", headers=HTMX).content.decode()
    assert text.lstrip().startswith('<div class="job"') and "<html" not in text


@pytest.mark.parametrize(
    ("state", "values", "expected"),
    [
        (
            "DONE",
            {"done": 1286, "total": 1286, "result": {"url": "/boards/x/", "message": "1,286 <units>"}},
            ["1,286 &lt;units&gt;", "1,286 / 1,286", 'href="/boards/x/"', "See the result"],
        ),
        ("DONE", {}, ["Done."]),
        ("FAILED", {"error": "Two values are missing."}, ["Two values are missing."]),
        ("CANCELLED", {}, ["Cancelled. Nothing was published."]),
    ],
)
def test_the_page_of_a_finished_job(client, user, state, values, expected):
    job = JobFactory(created_by=user, state=state, finished_at=clock.now(), **values)
    text = client.get(f"/jobs/{job.pk}/").content.decode()
    assert [part for part in expected if part not in text] == []
    assert "every 2s" not in text and "/cancel/" not in text


def test_a_job_of_somebody_else_is_not_there(client):
    job = JobFactory()
    pages = [
        client.get(f"/jobs/{job.pk}/"),
        client.get(f"/jobs/{uuid.uuid4()}/"),
        client.post(f"/jobs/{job.pk}/cancel/"),
    ]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert client.get("/jobs/1/").status_code == 404
    assert Job.objects.get().state == "QUEUED"


def test_staff_see_every_job(client, user):
    user.is_staff = True
    user.save()
    assert client.get(f"/jobs/{JobFactory().pk}/").status_code == 200


def test_looking_at_a_job_that_nobody_heard_of_rings_again(client, user):
    job = JobFactory(created_by=user, kind="tests.unknown", created_at=clock.now() - timedelta(minutes=2))
    client.get(f"/jobs/{job.pk}/")
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("FAILED", 1)


def test_cancelling_ends_the_job_and_leads_back_to_its_page(client, user):
    job = JobFactory(created_by=user)
    for _twice in range(2):
        response = client.post(f"/jobs/{job.pk}/cancel/")
        assert (response.status_code, response["Location"]) == (302, f"/jobs/{job.pk}/")
    assert Job.objects.get().state == "CANCELLED"
    assert "The work has ended already." in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.get(f"/jobs/{job.pk}/cancel/").status_code == 405


# --- drafts ---------------------------------------------------------------------------------------
DRAFT = "/drafts/activity/0b0e3c5e-6f0b-4f6e-9d9c-0f4a3b1c2d3e/"


def test_what_is_typed_is_kept_as_the_form_posts_it(client, user):
    response = client.post(DRAFT, {"title": "主题", "present": ["1", "2"], "csrfmiddlewaretoken": "x"})
    draft = Draft.objects.get()
    assert (response.status_code, list(response.json())) == (200, ["saved_at"])
    assert (draft.user, draft.form, draft.title) == (user, "activity", "主题")
    assert draft.data == {"title": ["主题"], "present": ["1", "2"]}


def test_a_draft_may_come_as_json_and_go(client):
    assert client.post(DRAFT, {"title": "主题"}, content_type="application/json").status_code == 200
    assert (Draft.objects.get().data, Draft.objects.get().title) == ({"title": "主题"}, "主题")
    assert [client.delete(DRAFT).status_code for _twice in range(2)] == [204, 204]
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("body", ["[1]", "nonsense", '{"a": "\\u0000"}', '{"a": "\\ud800"}', "[" * 100_000])
def test_drafts_that_can_not_be_kept(client, body):
    response = client.post(DRAFT, body, content_type="application/json")
    assert (response.status_code, Draft.objects.count()) == (400, 0)


def test_a_draft_too_long(client):
    assert client.post(DRAFT, {"a": "x" * 300_000}).status_code == 400
    assert client.post(DRAFT, {"a": "x" * 600_000}).status_code == 413
    assert Draft.objects.count() == 0


def test_a_draft_is_reached_by_its_owner_alone(client):
    other = DraftFactory(form="activity", key="k", data={"a": 1})
    assert client.delete("/drafts/activity/k/").status_code == 204
    assert client.post("/drafts/activity/k/", {"a": "2"}).status_code == 200
    other.refresh_from_db()
    assert other.data == {"a": 1}
    assert client.get("/drafts/activity/k/").status_code == 405
    client.logout()
    assert client.post("/drafts/activity/k/", {}).status_code == 302


# --- search ---------------------------------------------------------------------------------------
@pytest.fixture
def source(monkeypatch):
    """A source that answers with what it was asked; the only one."""
    asked = []

    def find(user, text, limit):
        asked.append((user, text, limit))
        return [Hit("<b>城西</b>", "供电所", "/units/x/")] if text == "城西" else []

    monkeypatch.setattr(search.sources, "_things", {"units": SearchSource("Units", find)})
    return asked


def test_every_source_is_asked_as_the_user(client, user, source):
    text = client.get("/search/", {"q": " 城西 "}).content.decode()
    assert source == [(user, "城西", 20)]
    assert '<a href="/units/x/">&lt;b&gt;城西&lt;/b&gt;</a>' in text and "Units" in text


@pytest.mark.parametrize(
    ("question", "status", "expected"),
    [
        ("", 200, "Enter what you look for"),
        ("\u3000", 200, "Enter what you look for"),
        ("nothing", 200, "Nothing found"),
        ("<script>alert(1)</script>", 200, "&lt;script&gt;"),
        ("a\0b", 400, "Remove the control characters."),
        ("x" * 101, 400, "Ask for fewer words."),
    ],
)
def test_questions_of_every_sort(client, source, question, status, expected):
    response = client.get("/search/", {"q": question})
    assert response.status_code == status
    assert expected in response.content.decode()


# --- the admin ------------------------------------------------------------------------------------
def test_the_admin_shows_and_does_not_change(admin_client, django_assert_max_num_queries):
    job, stored = JobFactory(), StoredFileFactory()
    for number in range(30):
        AuditEvent.objects.create(
            at=clock.now(),
            actor=job.created_by,
            verb="start",
            object_type="core.job",
            object_label=str(number),
        )
    rows = {"auditevent": AuditEvent.objects.first(), "job": job, "storedfile": stored}
    with override("en"):
        for name, row in rows.items():
            with django_assert_max_num_queries(15):
                page = admin_client.get(f"/admin/core/{name}/", {"q": "用户"})
            assert page.status_code == 200
            assert admin_client.get(f"/admin/core/{name}/{row.pk}/change/").status_code == 200
            assert admin_client.get(f"/admin/core/{name}/add/").status_code == 403
            assert (
                admin_client.post(f"/admin/core/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
            )
            assert admin_client.post(f"/admin/core/{name}/{row.pk}/change/", {"verb": "x"}).status_code == 403
    assert AuditEvent.objects.filter(verb="start").count() == 30
    assert json.dumps(AuditEvent.objects.first().summary) == "{}"
