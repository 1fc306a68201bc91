"""The watchmen are watched: each must see what it is there to see."""

import socket

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.urls import path

from activities.models import DutyRule
from core import clock
from core.models import AuditEvent
from partybuild import celery_app
from tests.conftest import watch

PAGE = """<!doctype html><html lang="en"><head><title>Bad</title></head><body>
<p style="color: red">Styled in place</p><img src="/static/no-such-file.png"></body></html>"""


def bad_page(request):
    return HttpResponse(PAGE, headers={"Content-Security-Policy": "default-src 'self'"})


def failing_page(request):
    return HttpResponse(PAGE, status=500)


bad_page.login_required = failing_page.login_required = False
urlpatterns = [path("bad/", bad_page), path("failing/", failing_page)]


@pytest.fixture
def bad_site(settings, live_server):
    settings.ROOT_URLCONF = __name__
    return live_server.url


@pytest.fixture
def tab(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_that_breaks_the_policy_or_misses_a_file_is_heard(tab, bad_site):
    complaints = []
    watch(tab, complaints)
    tab.goto(f"{bad_site}/bad/", wait_until="networkidle")
    assert any("CSP style-src-attr" in complaint for complaint in complaints)
    assert f"{bad_site}/static/no-such-file.png answered 404" in complaints


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_answer_of_500_and_an_exception_are_heard(tab, bad_site):
    complaints = []
    watch(tab, complaints)
    tab.goto(f"{bad_site}/failing/", wait_until="networkidle")
    tab.evaluate("setTimeout(() => { throw new Error('in the page') })")
    tab.wait_for_timeout(200)
    assert f"{bad_site}/failing/ answered 500" in complaints
    assert any("exception: in the page" in complaint for complaint in complaints)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_picture_without_words_is_not_accessible(tab, bad_site, check_accessible):
    tab.goto(f"{bad_site}/bad/")
    with pytest.raises(AssertionError, match="image-alt"):
        check_accessible(tab)


def test_no_test_reaches_another_machine():
    with socket.socket() as dialling, pytest.raises(OSError, match="tests reach no other machine"):
        dialling.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_transactional_test_leaves_what_the_migrations_made(transactional_db, turn):
    """The second turn finds the tables as the first did, though the first wrote to one that is frozen."""
    assert (DutyRule.objects.exists(), Permission.objects.exists(), AuditEvent.objects.exists()) == (
        True,
        True,
        False,
    )
    AuditEvent.objects.create(at=clock.now(), verb="test", object_type="test", object_label=turn)


@pytest.mark.redis
def test_the_worker_listens_to_the_queue_of_this_test(worker, settings):
    name = settings.CELERY_TASK_DEFAULT_QUEUE
    queues = celery_app.control.inspect(destination=[f"{name}@here"], timeout=2).active_queues()
    assert [queue["name"] for queue in queues[f"{name}@here"]] == [name]
