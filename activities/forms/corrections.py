"""Asking for a correction of one's own record, and the answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import CorrectionOutcome
from core.forms import SubmissionMixin


class AskForm(SubmissionMixin, forms.Form):
    text = forms.CharField(
        label=_("What is wrong"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say what stands there and what is right."),
        error_messages={"required": _("Say what is wrong.")},
    )


class AnswerForm(SubmissionMixin, forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=CorrectionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it was corrected.")},
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what was done, or why nothing is changed.")},
    )
