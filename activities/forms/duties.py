"""The filter of what is owed, and what is decided on a duty."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import DutyState
from activities.models import Duty
from activities.owed import seen_units
from core import clock
from core.operations.drafts import storable
from core.periods import Period, PeriodKind, period_of

EVERY = ("", _("all"))
UNITS_OFFERED = 500
YEARS_BACK = 2
UNSEEN = "unseen"


class OwedFilterForm(forms.Form):
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False, empty_value=None)
    state = forms.ChoiceField(label=_("State"), choices=[EVERY, *DutyState.choices], required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        this_year = clock.today().year
        years = [(year, str(year)) for year in range(this_year + 1, this_year - YEARS_BACK - 1, -1)]
        self.fields["year"].choices = [("", _("this year")), *years]
        rows = list(seen_units(user).order_by("path").values_list("code", "name", "path")[:UNITS_OFFERED])
        if len(rows) < UNITS_OFFERED:
            top = min((len(path) for *_names, path in rows), default=0)
            choices = [(code, f"{'　' * ((len(path) - top) // 8)}{name}") for code, name, path in rows]
            self.fields["unit"].widget = forms.Select(choices=[("", _("my unit")), *choices])

    def clean_unit(self) -> Any:
        code = self.cleaned_data["unit"]
        if not code:
            return None
        unit = seen_units(self.user).filter(code=code).first() if storable(code) else None
        if unit is None:
            error = UNSEEN if storable(code) else "invalid"
            raise ValidationError(_("No unit has the code “%(code)s”."), code=error, params={"code": code})
        return unit

    @property
    def year_period(self) -> Period:
        day = clock.today()
        year = self.cleaned_data.get("year") or day.year
        return period_of(day.replace(year=year, month=1, day=1), PeriodKind.YEAR)


class ExemptForm(forms.Form):
    reason = forms.CharField(
        label=_("Why this unit does not owe it"),
        max_length=200,
        error_messages={"required": _("Give a reason.")},
    )

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("reason", duty.exempt_reason)


class DeadlineForm(forms.Form):
    until = forms.DateField(label=_("Open until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Why it is opened"), max_length=200, error_messages={"required": _("Give a reason.")}
    )

    def __init__(self, *args: Any, duty: Duty, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("until", duty.opened_until)
        self.initial.setdefault("reason", duty.opened_reason)
