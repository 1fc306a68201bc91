"""Forms on the way of a period: preparing a board, vetoes, objections, comments on a gap."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.choices import GapSide, VetoKind
from assessments.models import Item
from branches.models import PartyUnit
from core.forms import SubmissionMixin
from core.templatetags.format import day as shown_day


def paragraph(limit: int, label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": 4}), **more)


class PrepareForm(SubmissionMixin, forms.Form):
    """``published``: a correction has to say why; ``gaps``: so has who publishes without these figures."""

    minutes = forms.CharField(
        label=_("Number of the minutes"),
        max_length=200,
        help_text=_("Of the meeting that agreed to the results."),
        error_messages={"required": _("Give the number of the minutes.")},
    )

    def __init__(self, *args, published: bool, gaps: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if published:
            self.fields["correction"] = paragraph(2000, _("Reason of the correction"))
        if gaps:
            needed = {"required": _("Due figures are missing. Say why they do not matter.")}
            label = _("Why what is missing or in doubt does not matter")
            self.fields["waiver"] = paragraph(2000, label, error_messages=needed)


class VetoForm(SubmissionMixin, forms.Form):
    unit = forms.CharField(label=_("Unit code"), max_length=40)
    kind = forms.ChoiceField(
        label=_("What bars the unit"), choices=VetoKind.choices, widget=forms.RadioSelect
    )
    found_on = forms.DateField(
        label=_("Day of the finding"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("Document and number, or the finding.")
    )
    outside = forms.BooleanField(
        label=_("The veto is meant for this period, although the day lies outside it"), required=False
    )

    def __init__(self, *args, units, period, **kwargs):
        """``units`` are those to which the reader may give a veto."""
        super().__init__(*args, **kwargs)
        self.units, self.period = units, period
        if not self.is_bound:
            del self.fields["outside"]  # asked only of who names such a day

    def clean_unit(self) -> PartyUnit:
        unit = self.units.filter(code=self.cleaned_data["unit"].strip()).first()
        if unit is None:
            raise forms.ValidationError(_("There is no such unit."))
        return unit

    def clean(self):
        data = super().clean()
        day, period = data.get("found_on"), self.period
        if day is None or period.first_day <= day <= period.last_day:
            del self.fields["outside"]
        elif not data.get("outside"):
            words = {"first": shown_day(period.first_day), "last": shown_day(period.last_day)}
            reason = _("The period runs from %(first)s to %(last)s: correct the day, or confirm it here.")
            self.add_error("outside", reason % words)
        return data


class ReasonForm(SubmissionMixin, forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ObjectionForm(SubmissionMixin, forms.Form):
    item = forms.ChoiceField(label=_("Item"), required=False)
    text = paragraph(
        500,
        _("What is wrong"),
        help_text=_("Say what stands there, what is right, and where it is recorded."),
    )

    def __init__(self, *args, items: list[Item], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [
            ("", _("The score as a whole")),
            *((one.code, one.name) for one in items),
        ]


class AnswerForm(SubmissionMixin, forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("uphold", _("Upheld: the figure is corrected")), ("reject", _("Not upheld"))],
        widget=forms.RadioSelect,
    )
    answer = paragraph(500, _("Answer"))


class GapCommentForm(SubmissionMixin, forms.Form):
    side = forms.ChoiceField(label=_("Side"), widget=forms.RadioSelect)
    text = paragraph(500, _("Comment"))

    def __init__(self, *args, sides: list[GapSide], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [(side.value, side.label) for side in sides]
        if len(sides) == 1:
            self.fields["side"].initial = sides[0].value
