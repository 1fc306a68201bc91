"""Core tasks are entered and ended."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.models import CoreTask
from core import clock

DAY = {"invalid": _("Enter the day as 2026-06-30.")}


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class CoreTaskForm(forms.Form):
    name = forms.CharField(
        label=_("Core task"),
        max_length=100,
        help_text=_("In a few words: it is chosen with one tap"),
        error_messages={"required": _("Say what the core task is.")},
    )
    starts_on = forms.DateField(label=_("From"), widget=day_input(), initial=clock.today, error_messages=DAY)
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=day_input(), error_messages=DAY)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        return cleaned


class EndCoreTaskForm(forms.Form):
    ends_on = forms.DateField(
        label=_("Last day"), widget=day_input(), initial=clock.today, error_messages=DAY
    )

    def __init__(self, *args, task: CoreTask, **kwargs):
        super().__init__(*args, **kwargs)
        self.task = task

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day < self.task.starts_on:
            raise ValidationError(_("The last day lies before the first."))
        return day
