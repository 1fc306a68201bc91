"""A record that stands still says why, until when and who can help."""

import pytest

from activities.locks import lock_words
from activities.views.deciding import open_moves
from tests.factories.activities import ActivityFactory


def words(user, activity):
    return lock_words(activity, user, open_moves(activity, user))


@pytest.fixture
def record(units, people):
    def make(state):
        return ActivityFactory(unit=units["C1-1"], created_by=people.secretary, state=state)

    return make


def test_a_confirmed_record_says_who_confirms_it_again(people, record):
    text = words(people.secretary, record("CONFIRMED"))
    assert all(part in text for part in ("2026-05-13", "单位C1-1", "county、county_deputy"))


def test_a_void_record_is_so_for_good(people, record):
    assert "单位C1-1" in words(people.secretary, record("VOID"))


def test_a_waiting_record_says_for_whom_and_until_when(people, record):
    waiting = record("SUBMITTED")
    for user in (people.secretary, people.deputy):
        text = words(user, waiting)
        assert all(part in text for part in ("2026-05-13", "2026-05-27", "county、county_deputy"))
    assert words(people.county, waiting) == ""
    assert "county" not in words(people.bureau, waiting)


@pytest.mark.parametrize("state", ["DRAFT", "RETURNED"])
def test_what_is_in_the_hands_of_the_unit_says_so_to_others(people, record, state):
    begun = record(state)
    assert words(people.secretary, begun) == ""
    assert "secretary" in words(people.county, begun)


def test_the_form_of_a_void_record_leads_to_the_page_that_says_so(people, record, client):
    void = record("VOID")
    client.force_login(people.secretary, backend="accounts.backends.SignInBackend")
    page = client.get(f"/activities/{void.pk}/edit/", follow=True)
    assert page.redirect_chain == [(f"/activities/{void.pk}/", 302)]
    assert page.context["lock"] == words(people.secretary, void)
