"""Who watches a line, what was found on it, and how that ended."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import DayField, text_of
from core import clock
from pairings.choices import HazardKind
from pairings.forms.agreement import PastDay
from pairings.forms.joint_work import OFFERED
from pairings.selectors import guard_members, joint_works


class LineGuardForm(forms.Form):
    section = forms.CharField(
        label=_("Line and section"), max_length=120, help_text=_("Such as 10 kV Tanhe line, poles 12 to 38.")
    )
    member: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Party member of ours"),
        queryset=None,
        required=False,
        empty_label=_("a volunteer of the partner"),
    )
    name = forms.CharField(
        label=_("Volunteer of the partner"),
        max_length=60,
        required=False,
        help_text=_("The name only; it is shown to those who see this pairing."),
    )
    starts_on = DayField(label=_("From"))

    def __init__(self, *args, pairing, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = guard_members(pairing, user)
        self.fields["member"].label_from_instance = text_of
        self.fields["starts_on"].initial = clock.today

    def clean(self):
        cleaned = super().clean()
        if "member" in self.errors or "name" in self.errors:
            return cleaned
        if cleaned["member"] and cleaned["name"]:
            self.add_error("name", _("Either a member of ours or a volunteer of the partner: one of both."))
        elif not cleaned["member"] and not cleaned["name"]:
            self.add_error("name", _("Choose a member of ours above, or write the volunteer's name."))
        return cleaned


class EndGuardForm(forms.Form):
    ends_on = DayField(label=_("Last day"))

    def __init__(self, *args, guard, **kwargs):
        super().__init__(*args, **kwargs)
        self.guard = guard
        self.fields["ends_on"].initial = guard.ends_on or clock.today

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day < self.guard.starts_on:
            raise ValidationError(
                _("The guard began on %(day)s; the last day is not before it."),
                params={"day": self.guard.starts_on.isoformat()},
            )
        return day


class HazardForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=HazardKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What was found, and where"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )
    found_on = PastDay(label=_("Found on"))
    guard: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Found by"), queryset=None, required=False, empty_label=_("nobody of the list")
    )
    activity: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("On the joint work"), queryset=None, required=False, empty_label=_("on no record")
    )

    def __init__(self, *args, pairing, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.pairing = pairing
        self.fields["guard"].queryset = pairing.line_guards.all()
        links = list(joint_works(pairing, user)[:OFFERED])
        field = self.fields["activity"]
        field.queryset = pairing.joint_works.filter(pk__in=[link.pk for link in links])
        field.choices = [("", field.empty_label), *((link.pk, record_text(link)) for link in links)]
        self.fields["found_on"].initial = clock.today


def record_text(link):
    return f"{link.activity.held_on} {link.activity.title}"


class CloseHazardForm(forms.Form):
    closed_on = PastDay(label=_("Closed on"))
    solution = forms.CharField(
        label=_("How it was solved"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )

    def __init__(self, *args, hazard, **kwargs):
        super().__init__(*args, **kwargs)
        self.hazard = hazard
        self.fields["closed_on"].initial = hazard.closed_on or clock.today
        self.fields["solution"].initial = hazard.solution

    def clean_closed_on(self):
        day = self.cleaned_data["closed_on"]
        if day < self.hazard.found_on:
            raise ValidationError(
                _("It was found on %(day)s; it is not closed before."),
                params={"day": self.hazard.found_on.isoformat()},
            )
        return day
