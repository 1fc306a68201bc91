"""A form whose token is lost: what its page kept as a draft is not said to be lost."""

import uuid

import pytest
from django.test import Client

from tests.factories.core import DraftFactory

pytestmark = pytest.mark.django_db
ENTRY = "/activities/new/"


@pytest.fixture
def strict():
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    return client


def test_what_was_kept_as_a_draft_is_not_said_to_be_lost(strict):
    draft = DraftFactory(form="activity", key=str(uuid.uuid4()))
    answer = strict.post(ENTRY, {"submission_key": draft.key.upper(), "title": "x"})
    assert answer.status_code == 403
    assert "is kept as a draft on the server" in answer.text
    assert 'href="/activities/drafts/"' in answer.text
    assert "Nothing was saved" not in answer.text


@pytest.mark.parametrize("key", ["", "change-12", "\0", "6d9a3f0e-6a0a-4f4e-9c59-6a7f9f0b3c11"])
def test_where_no_draft_was_kept_nothing_was_saved(strict, key):
    DraftFactory(form="activity", key="change-12")
    answer = strict.post(ENTRY, {"submission_key": key})
    assert (answer.status_code, "Nothing was saved" in answer.text) == (403, True)


def test_the_sign_in_page_tells_whoever_was_filling_in_a_record_of_the_draft(strict):
    answer = strict.get(f"/accounts/login/?next={ENTRY}%3Fkind%3DOTHER")
    assert "kept as a draft on the server" in answer.text
    assert "kept as a draft on the server" not in strict.get("/accounts/login/?next=/units/").text
