from django import forms
from django.utils.translation import gettext_lazy as _

from branches.alerts import kept_units
from branches.choices import BRANCH_KINDS, AlertKind, UnitKind
from branches.forms.fields import indented
from core import clock

UNITS_OFFERED = 500
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
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False, widget=forms.Select)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = kept_units(user).exclude(kind=UnitKind.GROUP).order_by("path")
        if units[: UNITS_OFFERED + 1].count() > UNITS_OFFERED:
            units = units.exclude(kind__in=BRANCH_KINDS)
        self.fields["unit"].widget.choices = [("", _("all")), *indented(units[:UNITS_OFFERED])]
