"""Nobody decides on another version than the one he saw."""

import pytest
from django.test import Client

from activities.models import Activity
from activities.operations import confirm_activity, record_activity, return_activity
from core.workflow import MoveRefused


@pytest.fixture
def submitted(people, data):
    return record_activity(data(), by=people.secretary)[0]


def test_a_decision_on_another_version_is_refused(submitted, people):
    stale = submitted.version
    Activity.objects.filter(pk=submitted.pk).update(version=stale + 1)
    with pytest.raises(MoveRefused):
        confirm_activity(submitted, by=people.county, version=stale)
    with pytest.raises(MoveRefused):
        return_activity(submitted, by=people.county, reason="补充", version=stale)
    assert confirm_activity(submitted, by=people.county, version=stale + 1).state == "CONFIRMED"


@pytest.mark.parametrize("page", ["confirm", "return"])
@pytest.mark.parametrize("typed", [{}, {"version": ""}, {"version": "x"}, {"version": "9" * 30}])
def test_a_decision_without_a_version_is_refused(submitted, people, page, typed):
    client = Client()
    client.force_login(people.county)
    response = client.post(f"/activities/{submitted.pk}/{page}/", {"reason": "补充", **typed})
    assert (response.status_code, Activity.objects.get().state) == (422, "SUBMITTED")
