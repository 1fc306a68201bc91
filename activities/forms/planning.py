"""A coming meeting in a few lines."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind
from activities.forms.attendance import PartFormSet
from activities.forms.entry import NOT_HELD
from activities.forms.minutes import NOBODY, TEXT_LENGTH
from activities.forms.partners import unit_text
from activities.forms.sheet import CO, with_management
from activities.models import Activity
from activities.partners import Partners
from activities.records import PLANNED_COLUMNS, ActivityData
from activities.rules import EARLIEST_YEAR, TEXTLESS_KINDS, first_kinds, kinds_held_by
from activities.selectors import before_begun
from branches.models import Member, PartyUnit
from core import clock
from core.forms import SubmissionMixin


class PlanForm(SubmissionMixin, forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind of activity"),
        error_messages={"required": _("Choose the kind of activity."), "invalid_choice": NOT_HELD},
    )
    title = forms.CharField(
        label=_("Topic"), max_length=200, error_messages={"required": _("Enter the topic.")}
    )
    held_on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the day on which it will be held."),
            "invalid": _("Enter the day as 2026-06-30."),
        },
    )
    starts_at = forms.TimeField(
        label=_("Begins at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Enter the time as 14:30.")},
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    chair = forms.ChoiceField(label=_("Chair"), required=False)
    agenda = forms.CharField(
        label=_("Agenda"),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("One item a line"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self, data=None, *, partners: Partners, members: list[Member], places: list[str] = (), **kwargs
    ):
        super().__init__(data, **kwargs)
        unit = partners.lead
        self.unit, self.places = unit, list(places)
        named = self.initial.get(CO, [])
        self.parts = PartFormSet(
            data if data is None else with_management(data),
            prefix=CO,
            partners=partners,  # type: ignore[call-arg] # ours takes it
            initial=[{"code": text} for text in named],
        )
        first = first_kinds(unit.kind)
        shown = {*kinds_held_by(unit.kind)} - TEXTLESS_KINDS
        kinds = [kind for kind in dict.fromkeys([*first, *ActivityKind]) if kind in shown]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        self.fields["chair"].choices = [NOBODY, *((str(member.pk), member.name) for member in members)]
        self.fields["place"].widget.attrs.update({"list": "places", "autocomplete": "off"})

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.parts.is_valid()])

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if not EARLIEST_YEAR <= day.year < 9000:
            raise ValidationError(_("Check the year."))
        if day < clock.today():
            raise ValidationError(_("This day is over. Record what was held instead of planning it."))
        if words := before_begun(self.unit, day):
            raise ValidationError(words)
        return day

    @property
    def data_of_plan(self) -> ActivityData:
        chair = self.cleaned_data["chair"]
        facts = {name: self.cleaned_data[name] for name in PLANNED_COLUMNS if name != "chair_id"}
        return ActivityData(
            unit_id=self.unit.pk,
            chair_id=int(chair) if chair else None,
            parts=tuple(self.parts.parts),
            **facts,
        )


def new_plan(unit: PartyUnit, kind: str, chair: int | None) -> dict[str, Any]:
    first = str(first_kinds(unit.kind)[0])
    known = kind in kinds_held_by(unit.kind) and kind not in TEXTLESS_KINDS
    return {"kind": kind if known else first, "chair": chair, "submission_key": uuid.uuid4()}


def plan_values(activity: Activity) -> dict[str, Any]:
    names = [*PLANNED_COLUMNS, "version"]
    others = activity.participations.filter(is_lead=False).select_related("unit").order_by("unit__path")
    return {name: getattr(activity, name) for name in names} | {
        "chair": activity.chair_id,
        CO: [unit_text(part.unit) for part in others],
    }
