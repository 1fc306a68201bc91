"""What was just done is offered to be taken back: once, by a move, against the version that was made."""

import re

import pytest

from activities.models import Activity
from activities.operations import record_activity, submit_activity, update_activity, withdraw_activity
from activities.records import Change
from core.models import AuditEvent


@pytest.fixture
def draft(people, data):
    return record_activity(data(), by=people.secretary, submit=False)[0]


@pytest.fixture
def enter(client, people):
    def sign_in(name="secretary"):
        client.force_login(getattr(people, name), backend="accounts.backends.SignInBackend")
        return client

    return sign_in


def offered(response):
    """The address and the version of the toast on the page, if there is one."""
    toast = re.search(
        r'data-toast>.*?action="([^"]+)".*?name="version" value="(\d+)"', response.content.decode(), re.DOTALL
    )
    return toast and toast.groups()


def test_a_submission_is_taken_back_at_once(enter, draft):
    client = enter()
    page = client.post(f"/activities/{draft.pk}/submit/", {"version": draft.version}, follow=True)
    url, version = offered(page)
    assert url == f"/activities/{draft.pk}/withdraw/"
    back = client.post(url, {"version": version}, follow=True)
    assert Activity.objects.get().state == "DRAFT"
    assert AuditEvent.objects.first().verb == "withdraw"
    assert offered(back) == (f"/activities/{draft.pk}/submit/", str(int(version) + 1))


def test_it_is_offered_once(enter, draft):
    client = enter()
    assert offered(client.post(f"/activities/{draft.pk}/submit/", {"version": draft.version}, follow=True))
    assert offered(client.get(f"/activities/{draft.pk}/")) is None


def test_what_somebody_changed_meanwhile_is_not_taken_back(enter, people, draft, data):
    client = enter()
    page = client.post(f"/activities/{draft.pk}/submit/", {"version": draft.version}, follow=True)
    url, version = offered(page)
    now = Activity.objects.get()
    update_activity(now, data(place="会议室"), by=people.deputy, change=Change(version=now.version))
    assert client.post(url, {"version": version}).status_code == 422
    assert Activity.objects.get().state == "SUBMITTED"


def test_a_new_record_is_taken_back_too(enter, members):
    typed = {
        "unit": "C1-1",
        "submission_key": "11111111-1111-4111-8111-111111111111",
        "kind": "THEMED_PARTY_DAY",
        "held_on": "2026-06-12",
        "title": "入户检查",
        "core_task": "none",
        "no_core_task": "本月没有中心任务",
        "co-TOTAL_FORMS": "2",
        "co-INITIAL_FORMS": "0",
    }
    page = enter().post("/activities/new/", typed, follow=True)
    activity = Activity.objects.get()
    assert offered(page) == (f"/activities/{activity.pk}/withdraw/", str(activity.version))


def test_taking_back_what_another_submitted_is_not_undone_by_submitting_it_oneself(enter, people, draft):
    submitted = submit_activity(draft, by=people.deputy)
    url = f"/activities/{draft.pk}/withdraw/"
    assert offered(enter().post(url, {"version": submitted.version}, follow=True)) is None


@pytest.mark.parametrize("move", ["confirm", "return"])
def test_a_decision_of_the_office_has_no_way_back(enter, draft, people, move):
    submitted = submit_activity(draft, by=people.secretary)
    typed = {"version": submitted.version, "reason": "请补充"}
    assert offered(enter("county").post(f"/activities/{draft.pk}/{move}/", typed, follow=True)) is None


def test_the_first_submission_stays_what_it_was(people, draft, monday_noon):
    first = submit_activity(draft, by=people.secretary)
    monday_noon.shift(86400)
    again = submit_activity(withdraw_activity(first, by=people.secretary), by=people.secretary)
    assert again.first_submitted_at == first.first_submitted_at
