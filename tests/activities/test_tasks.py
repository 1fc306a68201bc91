from activities import tasks
from activities.models import Activity, Duty
from activities.operations import record_activity


def test_the_night_makes_what_is_owed_and_confirms_what_lapsed(people, data, monday_noon):
    record_activity(data(), by=people.secretary)
    monday_noon.move_to("2026-07-15T17:10:00Z")
    made = tasks.generate_duties()
    assert (made, Duty.objects.count(), tasks.generate_duties()) == (made, made, 0)
    assert made > 0
    assert (tasks.confirm_lapsed(), tasks.confirm_lapsed()) == (1, 0)
    assert Activity.objects.get().by_lapse


def test_the_morning_reminds_once(people, monday_noon):
    people.secretary.email = "secretary@example.org"
    people.secretary.save()
    monday_noon.move_to("2026-06-23T00:00:00Z")
    assert (tasks.remind(), tasks.remind()) == (1, 0)
