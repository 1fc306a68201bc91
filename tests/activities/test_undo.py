"""What was just done is offered to be taken back: once, by a move, against the version that was made."""

import re

import pytest

from activities.models import Activity
from activities.operations import (
    record_activity,
    return_activity,
    submit_activity,
    take_back_return,
    update_activity,
    withdraw_activity,
)
from activities.records import Change
from core.models import AuditEvent
from tests.factories.activities import ActivityFactory


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


def test_a_confirmation_has_no_way_back(enter, draft, people):
    submitted = submit_activity(draft, by=people.secretary)
    typed = {"version": submitted.version}
    assert offered(enter("county").post(f"/activities/{draft.pk}/confirm/", typed, follow=True)) is None


@pytest.fixture
def returned(draft, people):
    """Returned once for a reason and submitted again, then returned by mistake."""
    first = return_activity(submit_activity(draft, by=people.secretary), by=people.county, reason="请补充")
    again = submit_activity(first, by=people.secretary)
    return return_activity(again, by=people.county, reason="按错了")


def test_a_return_by_mistake_is_taken_back_at_once(enter, draft, people):
    submitted = submit_activity(draft, by=people.secretary)
    client = enter("county")
    typed = {"version": submitted.version, "reason": "按错了"}
    url, version = offered(client.post(f"/activities/{draft.pk}/return/", typed, follow=True))
    assert url == f"/activities/{draft.pk}/unreturn/"
    assert client.post(url, {"version": version}).status_code == 302
    now = Activity.objects.get()
    assert (now.state, now.returned_by, now.reason) == ("SUBMITTED", None, "")
    assert (now.submitted_by, now.submitted_at) == (people.secretary, submitted.submitted_at)
    assert list(AuditEvent.objects.values_list("verb", flat=True)[:2]) == ["unreturn", "return"]


def test_what_an_earlier_return_said_stays(returned, people):
    now = returned
    back = take_back_return(now, by=people.county, version=now.version)
    back.refresh_from_db()
    assert (back.state, back.reason) == ("SUBMITTED", "请补充")
    once_more = return_activity(back, by=people.county, reason="又按错了")
    assert take_back_return(once_more, by=people.county).reason == "请补充"


def test_a_return_is_taken_back_by_who_made_it_while_nobody_worked_on_it(enter, returned, people, data):
    now = returned
    url = f"/activities/{now.pk}/unreturn/"
    assert url in enter("county").get(f"/activities/{now.pk}/").content.decode()
    assert url not in enter("county_deputy").get(f"/activities/{now.pk}/").content.decode()
    for name, status in (("county_deputy", 422), ("secretary", 403), ("secretary2", 404)):
        assert enter(name).post(url, {"version": now.version}).status_code == status
    now = update_activity(now, data(place="会议室"), by=people.secretary, change=Change(now.version))
    assert url not in enter("county").get(f"/activities/{now.pk}/").content.decode()
    assert enter("county").post(url, {"version": now.version}).status_code == 422
    assert Activity.objects.get().state == "RETURNED"


def test_a_record_made_in_bulk_is_as_it_was_when_its_return_is_taken_back(people, units):
    submitted = ActivityFactory(unit=units["C1-1"], state="SUBMITTED", created_by=people.secretary)
    Activity.history.all().delete()
    returned = return_activity(submitted, by=people.county, reason="按错了")
    assert take_back_return(returned, by=people.county).reason == ""


def test_the_first_submission_stays_what_it_was(people, draft, monday_noon):
    first = submit_activity(draft, by=people.secretary)
    monday_noon.shift(86400)
    again = submit_activity(withdraw_activity(first, by=people.secretary), by=people.secretary)
    assert again.first_submitted_at == first.first_submitted_at
