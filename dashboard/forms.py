"""The filter of the provincial page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProvinceFilterForm(forms.Form):
    """Period and unit; the choices are what the reader may see, so that anything else is refused."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args, periods, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = periods
        self.fields["unit"].choices = units
