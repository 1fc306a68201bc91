"""Two people, or one person twice, at the same moment: on real connections."""

import uuid

import pytest

from activities.models import Activity, Duty, Participation
from activities.operations import confirm_activity, generate_duties, record_activity, update_activity
from activities.records import Change
from core.models import AuditEvent
from core.periods import parse_period
from core.workflow import MoveRefused, VersionConflict
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
KEY = uuid.UUID("22222222-2222-4222-8222-222222222222")


def test_two_equal_submissions_at_once_make_one_record(people, data):
    def send():
        return record_activity(data(), by=people.secretary, submission_key=KEY)

    for _round in range(3):
        Activity.objects.all().delete()
        results = at_once(*[send] * 4)
        assert sorted(created for _activity, created in results) == [False, False, False, True]
        assert len({activity.pk for activity, _created in results}) == 1
        assert (Activity.objects.count(), Participation.objects.count()) == (1, 1)


def test_of_two_editors_at_once_one_gets_the_conflict(people, data):
    activity, _created = record_activity(data(), by=people.secretary)

    def edit(who, title):
        change = Change(version=activity.version)
        return lambda: update_activity(activity, data(title=title), by=who, change=change)

    results = at_once(edit(people.secretary, "甲"), edit(people.deputy, "乙"))
    conflicts = [result for result in results if isinstance(result, VersionConflict)]
    winners = [result for result in results if isinstance(result, Activity)]
    assert (len(conflicts), len(winners)) == (1, 1)
    assert Activity.objects.get().title == winners[0].title


def test_two_confirmations_at_once_confirm_once(people, data):
    activity, _created = record_activity(data(), by=people.secretary)
    results = at_once(
        lambda: confirm_activity(activity, by=people.county),
        lambda: confirm_activity(activity, by=people.county_deputy),
    )
    assert sum(isinstance(result, MoveRefused) for result in results) == 1
    assert AuditEvent.objects.filter(verb="confirm").count() == 1


def test_duties_generated_twice_at_once_are_there_once(units):
    period = parse_period("2026H1")
    results = at_once(lambda: generate_duties(period), lambda: generate_duties(period))
    assert all(isinstance(result, int) for result in results), results
    keys = list(Duty.objects.values_list("rule", "unit", "first_day"))
    assert len(keys) == len(set(keys)) == sum(results)
