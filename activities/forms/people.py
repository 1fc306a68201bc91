"""Whom the sheet offers follows the day held: who belonged to the unit, sat on its committee, could vote.

What the sheet filled in by itself for one day is filled in anew for another; what somebody chose stays.
"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from activities.choices import ActivityKind
from activities.forms.decisions import VOTES, VOTES_AT_MOST, vote_is_blank
from activities.forms.minutes import officer_values
from activities.rules import EARLIEST_YEAR, kinds_held_by
from activities.selectors import expected_at, people_expected, usual_officers, voters
from branches.history import day_in_life
from branches.models import Member, PartyUnit
from core import clock

PEOPLE_OF = "people_of"  # the day of which the page showed the people


def typed_day(text: str) -> date | None:
    """A year that is still being typed is none yet."""
    try:
        day = forms.DateField().clean(text)
    except ValidationError:
        return None
    return day if day.year >= EARLIEST_YEAR else None


def day_of(values: Any, unit: PartyUnit) -> date:
    """The day held, as far as there was such a unit then; while none is typed, the day that was shown."""
    day = typed_day(values.get("held_on", "")) or typed_day(values.get(PEOPLE_OF, ""))
    return day_in_life(unit, day or clock.today())


def filled_in(unit: PartyUnit, kind: str, day: date, members: list[Member]) -> MultiValueDict:
    """What a new sheet says by itself: all were there, those who usually do it led and wrote."""
    values = QueryDict(mutable=True)
    values.setlist("present", [str(member.pk) for member in members])
    values.update(officer_values(*usual_officers(unit, day), members))
    eligible = str(voters(unit, kind, day))
    for place in range(VOTES_AT_MOST):
        values[f"{VOTES}-{place}-eligible"] = eligible
    return values


class PeopleOfDay:
    """``values`` as they are for the people of the day held. ``came`` and ``left``: who is offered now and
    was not on the page, and the other way round; ``votes_change``: a vote was typed with another base."""

    def __init__(self, values: Any, unit: PartyUnit, *, by_name: bool):
        self.unit, self.by_name, self.values = unit, by_name, values
        self.day = day_of(values, unit)
        self.came: list[Member] = []
        self.left: list[Member] = []
        self.votes_change = False
        shown = typed_day(values.get(PEOPLE_OF, ""))
        if shown and day_in_life(unit, shown) != self.day:
            self._follow(day_in_life(unit, shown))

    @property
    def is_other(self) -> bool:
        return bool(self.came or self.left or self.votes_change)

    def _follow(self, shown: date) -> None:
        kind = self.values.get("kind", "")
        kind = kind if kind in kinds_held_by(self.unit.kind) else ""
        before, now = (self._offered(day) for day in (shown, self.day))
        self.came = [member for member in now if member not in before]
        self.left = [member for member in before if member not in now]
        old, new = (self._filled_in(kind, day) for day in (shown, self.day))
        values = self.values.copy()
        for name in {*old, *new}:
            if name.startswith(f"{VOTES}-"):
                self._follow_vote(values, name, old[name], new[name])
            elif sorted(values.getlist(name)) == sorted(old.getlist(name)):
                values.setlist(name, new.getlist(name))
        if self.by_name:
            gone = {str(member.pk) for member in self.left}
            values.setlist("present", [pk for pk in values.getlist("present") if pk not in gone])
        self.values = values

    def _follow_vote(self, values: Any, name: str, old: str, new: str) -> None:
        blank = vote_is_blank(values, name.removesuffix("-eligible"))
        if blank or values.get(name) == old:
            values[name] = new
            self.votes_change |= not blank and old != new

    def _offered(self, day: date) -> list[Member]:
        return people_expected(self.unit, day) if self.by_name else []

    def _filled_in(self, kind: str, day: date) -> MultiValueDict:
        members = expected_at(self.unit, kind, day) if self.by_name else []
        return filled_in(self.unit, kind, day, members)

    @property
    def committee_keys(self) -> str:
        """The members whom the page ticks when a committee meeting is chosen."""
        found = expected_at(self.unit, ActivityKind.COMMITTEE_MEETING, self.day)
        return ",".join(str(member.pk) for member in found)
