"""The filters of the provincial page and of the reports."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.rules import EARLIEST_YEAR
from core import clock

YEARS_AHEAD = 10


class ProvinceFilterForm(forms.Form):
    """Period and unit; the choices are what the reader may see, so that anything else is refused."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args, periods, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = periods
        self.fields["unit"].choices = units


class ReportFilterForm(forms.Form):
    """Unit and period, or unit and day; the choices are what the reader may ask about."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)
    on = forms.DateField(
        label=_("On the day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args, units, periods, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units
        self.fields["period"].choices = periods
        del self.fields["on" if periods else "period"]

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day and not EARLIEST_YEAR <= day.year <= clock.today().year + YEARS_AHEAD:
            raise ValidationError(_("Choose a day that is not so far away."))
        return day
