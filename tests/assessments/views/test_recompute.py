"""Computing a board again from its page; and addresses that lead nowhere."""

import pytest
from django.test import Client

from branches.choices import Role
from core.models import Job
from tests.assessments.views.pages import BOARD, WHY, lines_of

pytestmark = pytest.mark.django_db


# --- computing again ------------------------------------------------------------------------------
KEY = "6f0b7a52-5d0c-4f1e-9f0a-0c1d2e3f4a5b"


def test_computing_again_is_a_job_that_leads_back_to_the_board(
    board, office, django_capture_on_commit_callbacks
):
    board()
    data = {"period": "2026H1", "scheme": "board", "submission_key": KEY}
    with django_capture_on_commit_callbacks(execute=True):
        response = office.post("/boards/recompute/", data)
    job = Job.objects.get()
    assert (response.status_code, response.url) == (302, f"/jobs/{job.pk}/")
    job.refresh_from_db()
    assert (job.state, job.result["url"].split("?")[0]) == ("DONE", BOARD)
    assert lines_of(office, BOARD)[0] == (1, "A1", 9250)
    assert office.post("/boards/recompute/", data).url == response.url
    assert Job.objects.count() == 1


def test_only_the_preparing_office_computes(published, office, secretary, sign_in):
    data = {"period": "2026H1", "scheme": "board", "submission_key": KEY}
    others = [secretary, sign_in(Role.BUREAU_OFFICE, "BA"), sign_in()]
    assert [client.post("/boards/recompute/", data).status_code for client in others] == [403, 403, 403]
    assert [client.get(BOARD).context["recompute_form"] for client in others[:2]] == [None, None]
    assert office.get("/boards/recompute/").status_code == 405
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"period": "2031H1"}, {"scheme": "nothing"}, {"submission_key": "x"}, {"period": "%00"}]
)
def test_a_board_that_does_not_exist_is_not_computed(published, office, wrong):
    data = {"period": "2026H1", "scheme": "board", "submission_key": KEY} | wrong
    assert office.post("/boards/recompute/", data).status_code == 404


# --- wrong addresses ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        f"{BOARD}?edition=abc",
        f"{BOARD}?edition=9",
        f"{BOARD}?board=???",
        f"{BOARD}?board=PARENT:XX",
        f"{BOARD}?format=pdf",
        "/boards/2026H1/nothing/",
        "/boards/xyz/board/",
        f"{BOARD}XX/",
        f"{WHY}?edition=abc",
        f"{WHY}evidence/XX/",
    ],
)
def test_what_does_not_exist_is_not_found(published, office, address):
    assert office.get(address).status_code == 404


def test_a_page_beyond_the_last_is_the_last(published, office):
    assert [office.get(f"{BOARD}?page={page}").status_code for page in ("9", "abc", "-1")] == [200, 200, 200]


def test_without_a_sign_in_boards_ask_for_one(published):
    for address in ("/boards/", BOARD, WHY):
        assert Client().get(address).status_code == 302
