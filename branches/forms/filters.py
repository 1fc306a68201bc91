from django import forms
from django.utils.translation import gettext_lazy as _

from branches.choices import AlertKind
from core import clock

STATES = [("open", _("open")), ("closed", _("closed")), ("all", _("all"))]


class UnitFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or code"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)

    def clean_q(self):
        return self.cleaned_data["q"].strip()


class DayForm(forms.Form):
    on = forms.DateField(
        label=_("On the day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean_on(self):
        if self.cleaned_data["on"] > clock.today():
            raise forms.ValidationError(_("This day has not come yet. What follows is today."))
        return self.cleaned_data["on"]


class AlertFilterForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("all")), *AlertKind.choices], required=False)
    unit = forms.CharField(label=_("Code of the unit"), max_length=40, required=False)
