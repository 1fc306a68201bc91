"""A closure that is recorded late takes back what was never owed."""

from datetime import date

import pytest

from activities.models import Duty
from activities.operations import exempt_duty, generate_duties
from branches.choices import Position
from branches.operations import close_unit, merge_units
from core.periods import parse_period
from tests.factories.branches import PostFactory

H1 = parse_period("2026H1")


def months(unit, code):
    found = Duty.objects.filter(unit=unit, rule__code=code).order_by("first_day")
    return [duty.first_day.month for duty in found]


def test_past_windows_of_a_closed_unit_go_unless_exempt(units, people):
    group = units["C1-1-1"]
    generate_duties(H1)
    exempt_duty(Duty.objects.get(unit=group, first_day=date(2026, 5, 1)), by=people.secretary, reason="停产")
    group.closed_on = date(2026, 3, 10)
    group.save()
    generate_duties(H1)
    assert months(group, "group-meeting") == [1, 2, 5]
    assert months(units["C1-1-2"], "group-meeting") == [1, 2, 3, 4, 5, 6]


def test_past_windows_stay_when_only_a_post_changed(units):
    branch = units["C1-1"]
    post = PostFactory(member__unit=branch, position=Position.DISCIPLINE, starts_on=date(2026, 1, 1))
    generate_duties(H1)
    post.delete()
    generate_duties(H1)
    assert months(branch, "committee-meeting") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("merged", [False, True])
def test_a_closure_takes_back_at_once_what_the_unit_does_not_owe(units, people, announced, merged):
    group, other = units["C1-1-1"], units["C1-1-2"]
    generate_duties(H1)
    exempt_duty(Duty.objects.get(unit=group, first_day=date(2026, 6, 1)), by=people.secretary, reason="停产")
    announced.clear()
    if merged:
        merge_units(group, other, on=date(2026, 4, 10), by=None)
    else:
        close_unit(group, on=date(2026, 4, 10), by=None)
    assert months(group, "group-meeting") == [1, 2, 3, 6]
    assert months(other, "group-meeting") == [1, 2, 3, 4, 5, 6]
    assert announced == [({group.pk}, {date(2026, 4, 30), date(2026, 5, 31)})]
