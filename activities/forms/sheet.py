"""The whole entry sheet: its forms, filled from one set of values, checked or not.

The values have the shape of a posted form wherever they come from (a new sheet, a record, a draft, the last
record, a POST), so that a conflict can be settled field by field and a draft restored as it was typed.
"""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import TopicClass
from activities.forms.attendance import OTHER_UNITS, AttendanceForm, PartFormSet
from activities.forms.decisions import (
    ITEMS,
    VOTES,
    ActionFormSet,
    VoteFormSet,
    decision_values,
    management_values,
)
from activities.forms.entry import ActivityForm
from activities.forms.minutes import MinutesForm, minutes_values
from activities.forms.outcomes import OutcomesForm
from activities.forms.partners import unit_text
from activities.forms.people import PEOPLE_OF, PeopleOfDay, filled_in
from activities.meetings import BELOW_QUORUM
from activities.models import Activity, Attendance
from activities.partners import Partners
from activities.records import ActivityData
from activities.rules import first_kinds, is_below_quorum, kinds_held_by
from activities.selectors import (
    expected_at,
    last_places,
    last_present,
    names_visible,
    people_expected,
    voters,
)
from branches.models import Member, PartyUnit
from core import clock

CO = "co"
PLAIN_FIELDS = ["kind", "held_on", "place", "title", "topic_class", "held_with", "note"]


class EntrySheet:
    """``check`` is False for a sheet that is only shown: nothing typed is judged before it is sent."""

    def __init__(
        self,
        user: User,
        unit: PartyUnit,
        values: Any,
        *,
        files: Any = None,
        activity: Activity | None = None,
        check: bool,
    ):
        by_name = names_visible(user, unit)
        self.people = PeopleOfDay(with_management(values), unit, by_name=by_name)
        values = self.people.values
        self.unit, self.activity = unit, activity
        members = people_expected(unit, self.people.day, activity) if by_name else None
        self.main = ActivityForm(values, files, unit=unit, places=last_places(unit), activity=activity)
        self.attendance = AttendanceForm(values, members=members, last=last_present(unit) if members else [])
        self.outcomes = OutcomesForm(values, kind=self.main.kind_value)
        self.parts: Any = PartFormSet(
            values,
            prefix=CO,
            partners=Partners(user, unit, activity),  # type: ignore[call-arg] # ours takes it
        )
        self.minutes = MinutesForm(values, unit=unit, members=members, activity=activity)
        eligible = voters(unit, self.main.kind_value, self.people.day)
        self.votes: Any = VoteFormSet(values, prefix=VOTES, eligible=eligible)  # type: ignore[call-arg]
        self.actions: Any = ActionFormSet(
            values,
            prefix=ITEMS,
            members=members,  # type: ignore[call-arg]
            activity=activity,
        )
        self.forms = [
            self.main, self.attendance, self.outcomes, self.minutes, self.parts, self.votes, self.actions
        ]  # fmt: skip
        if not check:
            for form in self.forms:
                _leave_unchecked(form)

    def is_valid(self) -> bool:
        valid = all([form.is_valid() for form in self.forms])
        if self.people.is_other:
            self.main.add_error("held_on", self._other_people())
        return valid and not self.people.is_other and self._fits_together()

    def _fits_together(self) -> bool:
        """What one part of the sheet says of another."""
        _expected, present, _excused = self.data.parts[0].figures
        self.votes.refuse_more_than(present)
        self.actions.refuse_due_before(self.main.cleaned_data["held_on"])
        return not (self.votes.total_error_count() or self.actions.total_error_count())

    def _other_people(self) -> str:
        """Nobody was asked about people whom the page did not show."""
        text = _("On this day other people belonged to the unit or could vote than the page showed.")
        told = [(_("New in the list: %(names)s."), self.people.came)]
        told += [(_("No longer in it: %(names)s."), self.people.left)]
        names = [words % {"names": "、".join(map(str, people))} for words, people in told if people]
        return " ".join([text, *names, _("Check the attendance and the votes, and send again.")])

    @property
    def is_below_quorum(self) -> bool:
        """Whether the attendance typed so far is too small for a meeting that resolves."""
        if not self.attendance.by_name:
            typed = [str(self.attendance[name].value() or "") for name in ("expected", "present")]
            return is_below_quorum(*(int(text) if text.isdecimal() else None for text in typed))
        present = sum(row["present"] for row in self.attendance.rows)
        expected = expected_at(self.unit, self.main.kind_value, self.people.day)
        return bool(present) and is_below_quorum(len(expected), present)

    @property
    def below_quorum_words(self) -> Any:
        return BELOW_QUORUM

    @property
    def has_errors(self) -> bool:
        return any(form.total_error_count() if hasattr(form, "forms") else form.errors for form in self.forms)

    @property
    def shows_minutes(self) -> bool:
        """Whether the folded part stands open: for what was typed, and for what is wrong in it."""
        wrong = self.votes.total_error_count() or self.actions.total_error_count()
        return bool(wrong or self.minutes.is_filled or self.votes.is_filled or self.actions.is_filled)

    @property
    def data(self) -> ActivityData:
        cleaned = self.main.cleaned_data
        kinds = [cleaned["kind"], *cleaned["also_counts"]]
        return ActivityData(
            unit_id=self.unit.pk,
            kind=cleaned["kind"],
            title=cleaned["title"],
            held_on=cleaned["held_on"],
            place=cleaned["place"],
            held_with=cleaned["held_with"],
            topic_class=cleaned["topic_class"],
            note=cleaned["note"],
            also_counts=tuple(kind for kind in cleaned["also_counts"] if kind != cleaned["kind"]),
            tags=cleaned["tags"],
            parts=(self.attendance.part(self.unit.pk, kinds), *self.parts.parts),
            outcomes=self.outcomes.outcomes,
            votes=self.votes.votes,
            action_items=self.actions.actions,
            **self.minutes.facts,
        )


def with_management(values: Any) -> Any:
    """``values`` with the counts that a formset needs, for values that come from elsewhere than our page."""
    needed = {f"{CO}-TOTAL_FORMS": str(OTHER_UNITS), f"{CO}-INITIAL_FORMS": "0"} | management_values()
    missing = {name: text for name, text in needed.items() if name not in values}
    if not missing:
        return values
    completed = MultiValueDict(values)
    for name, text in missing.items():
        completed[name] = text
    return completed


def _leave_unchecked(form: Any) -> None:
    if hasattr(form, "forms"):
        form._errors, form._non_form_errors = [], ErrorList()
        for part in form.forms:
            part._errors = ErrorDict()
    else:
        form._errors = ErrorDict()


# --- where the values come from -------------------------------------------------------------------
def blank_values(unit: PartyUnit, *, members: Iterable[Member] = (), kind: str = "") -> MultiValueDict:
    """A new sheet: today, everybody there."""
    return _new_values(unit, kind, clock.today(), list(members))


def _new_values(unit: PartyUnit, kind: str, day: date, members: list[Member]) -> MultiValueDict:
    kind = kind if kind in kinds_held_by(unit.kind) else str(first_kinds(unit.kind)[0])
    values = QueryDict(mutable=True)
    values["submission_key"] = str(uuid.uuid4())
    values["kind"] = kind
    values["held_on"] = values[PEOPLE_OF] = day.isoformat()
    values.update(management_values())
    values.update(filled_in(unit, kind, day, members))
    return values


def next_values(unit: PartyUnit, previous: Activity) -> MultiValueDict:
    """The sheet after "save and add next": kind, place and attendance stay."""
    values = _new_values(unit, previous.kind, previous.held_on, [])
    values["place"] = previous.place
    values.update(_attendance_values(previous))
    return values


def record_values(activity: Activity) -> MultiValueDict:
    """What the record says, as the form would send it."""
    values = QueryDict(mutable=True)
    values["version"] = str(activity.version)
    for name in PLAIN_FIELDS:
        values[name] = str(getattr(activity, name))
    if activity.topic_class == TopicClass.OTHER:
        values["topic_class"] = ""  # what "not stated" is kept as
    values.setlist("also_counts", [row.kind for row in activity.counts.all() if row.kind != activity.kind])
    values["tags"] = "、".join(tag.name for tag in activity.tags.all())
    for outcome in activity.outcomes.all():
        values[f"outcome_{outcome.kind}"] = str(outcome.quantity)
        values[f"precision_{outcome.kind}"] = outcome.precision
    values.update(minutes_values(activity))
    values.update(decision_values(activity, voters(activity.unit, activity.kind, activity.held_on)))
    values.update(_attendance_values(activity))
    values.update(_part_values(activity))
    return values


def _attendance_values(activity: Activity) -> MultiValueDict:
    values = QueryDict(mutable=True)
    entries = Attendance.objects.filter(participation__activity=activity, participation__is_lead=True)
    for entry in entries.order_by("member_id"):
        if entry.present:
            values.appendlist("present", str(entry.member_id))
        else:
            values[f"present_reason_{entry.member_id}"] = entry.absence
    return values


def _figures(row: Any) -> dict[str, str]:
    figures = {"expected": row.expected_count, "present": row.present_count, "excused": row.excused_count}
    return {name: "" if row.expected_count is None else str(figure) for name, figure in figures.items()}


def _part_values(activity: Activity) -> MultiValueDict:
    values = QueryDict(mutable=True)
    rows = list(activity.participations.select_related("unit").order_by("-is_lead", "unit__path"))
    if rows and not Attendance.objects.filter(participation=rows[0]).exists():
        values.update({name: figure for name, figure in _figures(rows[0]).items() if figure})
    for place, row in enumerate(rows[1:]):
        values[f"{CO}-{place}-code"] = unit_text(row.unit)
        for name, figure in _figures(row).items():
            values[f"{CO}-{place}-{name}"] = figure
    values[f"{CO}-TOTAL_FORMS"], values[f"{CO}-INITIAL_FORMS"] = str(len(rows[1:]) + OTHER_UNITS), "0"
    return values
