from datetime import date

from activities.models import Activity, ActivityCount, Duty
from core.rows import CHUNK, insert_rows, next_keys
from tests.factories.activities import ActivityFactory, DutyFactory, DutyRuleFactory

FIELDS = [str(field.column) for field in Activity._meta.concrete_fields]


def test_fresh_keys_are_never_used_twice(units):
    first = ActivityFactory(unit=units["C1-1"])
    keys = list(next_keys(Activity, 3))
    assert len(set(keys)) == 3
    assert min(keys) > first.pk


def test_any_text_arrives_as_it_is(units):
    text = "tab\t line\n feed\r back\\slash \\N \\. \"quote\" '引号' 100% {0}"
    stated = {name: getattr(ActivityFactory(unit=units["C1-1"]), name) for name in FIELDS} | {"note": text}
    Activity.objects.all().delete()
    insert_rows(Activity, FIELDS, [list(stated.values())])
    found = Activity.objects.get()
    assert {name: getattr(found, name) for name in FIELDS} == stated


def test_no_keys_and_no_rows_are_fine(units):
    assert list(next_keys(Activity, 0)) == []
    insert_rows(ActivityCount, ["activity_id", "kind"], [])
    assert not ActivityCount.objects.exists()


def test_more_rows_than_one_statement_takes_arrive_whole(units):
    rule = DutyRuleFactory()
    days = [date.fromordinal(736_000 + number) for number in range(CHUNK + 1)]
    rows = [(rule.pk, units["C1-1"].pk, day, day, day, day, "", "") for day in days]
    days_of_duty = ["first_day", "last_day", "counts_from", "counts_until"]
    columns = ["rule_id", "unit_id", *days_of_duty, "exempt_reason", "opened_reason"]
    insert_rows(Duty, columns, rows)
    assert list(Duty.objects.order_by("first_day").values_list("first_day", flat=True)) == days
    assert (
        DutyFactory(unit=units["C1-1"]).pk
        > max(Duty.objects.exclude(rule__kind="").values_list("pk", flat=True)) - 1
    )
