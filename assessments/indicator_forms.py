"""Forms of the indicator pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments import numbers
from assessments.choices import ExclusionCause, Side
from assessments.models import Indicator
from assessments.operations.indicators import KEPT_FACTS, is_used
from assessments.owed import periods_offered
from branches.choices import OrganisationKind
from branches.forms.fields import NodeField
from branches.models import Organisation
from core.cells import CellRefused, is_no_number, parse_decimal
from core.forms import SubmissionMixin
from core.periods import period_words
from core.units import narrow_unit

OWNER_KINDS = [OrganisationKind.DEPARTMENT, OrganisationKind.SECOND_TIER]
VALIDITY = [("", gettext_lazy("valid today")), ("all", gettext_lazy("all"))]
LARGEST_PER = 10**6
parse_amount = parse_decimal(numbers.RAW_PLACES, numbers.BIG_LIMIT // 10**numbers.RAW_PLACES)


class NumberField(forms.CharField):
    """A decimal number as people write it, full-width digits and thousands included; below the limit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if is_no_number(text):
            return None
        try:
            return parse_amount(text)
        except CellRefused as error:
            raise ValidationError(error.args[0]) from error


class IndicatorFilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name or code"), max_length=60, required=False)
    side = forms.ChoiceField(
        label=pgettext_lazy("indicator", "Side"),
        choices=[("", gettext_lazy("all")), *Side.choices],
        required=False,
    )
    owner = forms.ChoiceField(label=gettext_lazy("Owner department"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("Validity"), choices=VALIDITY, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Organisation.objects.filter(indicators__isnull=False).distinct().values_list("code", "name")
        self.fields["owner"].choices = [("", _("all")), ("-", pgettext_lazy("choice", "none")), *owners]  # type: ignore[attr-defined]


class WaitingFilterForm(forms.Form):
    """What waits to be verified, by what of it there is."""

    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)

    def __init__(self, *args: Any, waiting: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicators = waiting.values_list("indicator__code", "indicator__name").distinct()
        periods = waiting.values_list("period__code", flat=True).distinct()
        named = [(code, period_words(code)) for code in sorted(periods, reverse=True)]
        self.fields["indicator"].choices = [("", _("all")), *sorted(indicators)]  # type: ignore[attr-defined]
        self.fields["period"].choices = [("", _("all")), *named]  # type: ignore[attr-defined]


class IndicatorForm(SubmissionMixin, forms.ModelForm):
    """The facts that may change at any time; code and ``per`` are said once, at the start."""

    reason = forms.CharField(
        label=gettext_lazy("Why its meaning changes"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Figures or schemes rest on it: a reason is required where direction, unit or denominator change."
            " Figures entered before a change of unit keep the old one and are not compared with later ones."
        ),
    )

    class Meta:
        model = Indicator
        fields: tuple[str, ...] = KEPT_FACTS
        widgets = {
            "meaning": forms.Textarea(attrs={"rows": 3}),
            "valid_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "valid_to": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Organisation.objects.filter(kind__in=OWNER_KINDS).order_by("path")  # type: ignore[attr-defined]
        self.fields["side"].label = pgettext_lazy("indicator", "Side")
        for name in ("side", "direction"):
            self.fields[name].required = True
        if self.instance.pk and not self.instance.is_rate:
            del self.fields["exposure"]
        if not self.instance.pk or not is_used(self.instance):
            self.fields.pop("reason", None)

    def clean_unit_of_measure(self) -> str:
        return narrow_unit(self.cleaned_data["unit_of_measure"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first."))
        return data

    def facts(self) -> dict[str, Any]:
        hidden = ("submission_key", "version", "reason")
        return {name: self.cleaned_data[name] for name in self.fields if name not in hidden}


class NewIndicatorForm(IndicatorForm):
    per = NumberField(
        label=gettext_lazy("A rate: per how many"),
        required=False,
        help_text=gettext_lazy(
            "For a rate such as complaints per 10,000 customers: 10000. Empty: the value itself counts."
        ),
    )

    class Meta(IndicatorForm.Meta):
        fields = ("code", *KEPT_FACTS)

    field_order = ["code", "name", "side", "direction", "unit_of_measure", "per", "exposure"]

    def clean_per(self) -> int | None:
        per = self.cleaned_data["per"]
        if per is None:
            return None
        if not 0 < per <= LARGEST_PER:
            raise ValidationError(_("Give a number above 0, up to 1,000,000."))
        return int(per.scaleb(numbers.RAW_PLACES))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("exposure") and data.get("per") is None and "per" not in self.errors:
            self.add_error("per", _("Say per how many, or leave the next field empty."))
        return data


class EntryChoiceForm(forms.Form):
    """Which grid: a period, and one indicator of all units or one unit with all its indicators."""

    period = forms.ChoiceField(label=gettext_lazy("Period"))
    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"), required=False)
    unit = NodeField(label=gettext_lazy("or a unit, by name or code"), required=False)

    def __init__(self, *args: Any, indicators: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.rows = field.searched = units
        field.missing = _("You enter figures for no unit of this name or code.")
        periods = [(period.code, period_words(period.code)) for period in periods_offered()]
        self.fields["period"].choices = periods  # type: ignore[attr-defined]
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((one.code, f"{one.name} {one.code}") for one in indicators),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        if bool(data.get("indicator")) == bool(data.get("unit")):
            raise ValidationError(_("Choose an indicator, or give a unit: one of the two."))
        return data


class ExclusionForm(SubmissionMixin, forms.Form):
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), choices=ExclusionCause.choices)
    because = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=200,
        help_text=gettext_lazy("With day and place, as in: typhoon of 9 September."),
    )
    amount = NumberField(
        label=gettext_lazy("How much of the value"),
        required=False,
        help_text=gettext_lazy("In the unit of the value."),
    )
    whole = forms.BooleanField(label=gettext_lazy("All of the value"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="exclusion_%s", **kwargs)

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise ValidationError(_("Give a number above 0."))
        return amount

    def clean(self) -> dict[str, Any]:
        """An amount left empty by mistake would leave out everything."""
        data: dict[str, Any] = super().clean() or {}
        if "amount" in data and (data["amount"] is None) != bool(data.get("whole")):
            self.add_error("amount", _("Say how much is left out, or tick that it is all of the value."))
        return data


class DocumentForm(forms.Form):
    version = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)
    document = forms.CharField(
        label=gettext_lazy("Document"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("The document the figure comes from: number or title, and page."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="document_%s", **kwargs)


class ReturnForm(forms.Form):
    """``decision`` is the button that was pressed; only a return needs words."""

    decision = forms.ChoiceField(choices=[("verify", ""), ("return", "")])
    version = forms.IntegerField(min_value=0, max_value=10**9)
    reason = forms.CharField(
        label=gettext_lazy("What is to be put right"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
