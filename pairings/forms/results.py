"""Surveys, and figures before and after."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from pairings.choices import SurveyMethod
from pairings.forms.agreement import PastDay

MOST_PEOPLE = 10_000_000


class SurveyForm(forms.Form):
    held_on = PastDay(label=_("Day"))
    method = forms.ChoiceField(label=_("Method"), choices=[("", "—"), *SurveyMethod.choices])
    sample = forms.IntegerField(label=_("People asked"), min_value=1, max_value=MOST_PEOPLE)
    satisfied = forms.IntegerField(label=_("Of these satisfied"), min_value=0, max_value=MOST_PEOPLE)
    note = forms.CharField(label=_("Note on the survey"), max_length=200, required=False)

    def clean(self):
        cleaned = super().clean()
        sample, satisfied = cleaned.get("sample"), cleaned.get("satisfied")
        if sample is not None and satisfied is not None and satisfied > sample:
            self.add_error("satisfied", _("Not more people are satisfied than were asked."))
        return cleaned


SurveyFormSet = formset_factory(SurveyForm, extra=2, max_num=60, can_delete=True)


def amount(label, **kwargs):
    return forms.DecimalField(label=label, max_digits=13, decimal_places=3, **kwargs)


class FigureForm(forms.Form):
    name = forms.CharField(label=_("What is measured"), max_length=60)
    measure_unit = forms.CharField(
        label=_("Unit of measure"),
        max_length=20,
        help_text=_("Of a share write %: its change is told in percentage points."),
    )
    before = amount(_("Before"))
    before_on = PastDay(label=_("As of"))
    now = amount(_("Now"), required=False)
    now_on = PastDay(label=_("Now as of"), required=False)
    target = amount(_("Aim"), required=False)
    lower_is_better = forms.BooleanField(label=_("Less is better"), required=False)
    source = forms.CharField(label=_("Where the figures come from"), max_length=120)

    def clean(self):
        cleaned = super().clean()
        if "now" in self.errors or "now_on" in self.errors:
            return cleaned
        now, now_on = cleaned.get("now"), cleaned.get("now_on")
        if now is not None and now_on is None:
            self.add_error("now_on", _("Give the day of the new figure."))
        elif now is None and now_on:
            self.add_error("now", _("Give the figure of this day, or leave the day out."))
        return cleaned

    def clean_now_on(self):
        day, before = self.cleaned_data["now_on"], self.cleaned_data.get("before_on")
        if day and before and day < before:
            raise ValidationError(_("The new figure is not older than the one before."))
        return day


FigureFormSet = formset_factory(FigureForm, extra=2, max_num=30, can_delete=True)
