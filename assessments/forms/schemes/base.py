"""What the forms of a draft share."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext

from assessments.schemes import Problem
from core.cells import tidy_number
from core.forms import SubmissionMixin

LONGEST = 2000


class TypedField(forms.CharField):
    """Demands nothing itself: the reader says what is missing, in the words it has for files."""

    def validate(self, value):
        pass


class TypedNumberField(TypedField):
    """A number as people write it goes into the document as the reader of files wants it. ``percent``: it
    may say %."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, percent: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.percent = percent

    def to_python(self, value):
        return tidy_number(super().to_python(value), percent=self.percent)


class ChosenField(forms.ChoiceField):
    def validate(self, value):
        if value:
            super().validate(value)


def text_field(label: Any, **more: Any) -> forms.CharField:
    return TypedField(label=label, max_length=LONGEST, **more)


def number_field(label: Any, **more: Any) -> forms.CharField:
    return TypedNumberField(label=label, max_length=LONGEST, **more)


def choice_field(label: Any, choices: Iterable[Any], **more: Any) -> forms.ChoiceField:
    return ChosenField(label=label, choices=list(choices), **more)


class PartForm(SubmissionMixin, forms.Form):
    """``FIELDS`` names the field of a path below the part; a place in a list stands there as ``[]``."""

    FIELDS: dict[str, str] = {}
    # the codes by which an open form knows its place in the draft again
    part = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def concerns(self) -> list[str]:
        """The JSON paths this form answers for."""
        raise NotImplementedError

    def applied(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with what was typed."""
        raise NotImplementedError

    def show(self, problems: Iterable[Problem]) -> None:
        """Each reason at its field; twice the same is said once."""
        found = [(self.field_of(problem.path), problem.reason) for problem in problems]
        nothing_chosen = {
            name
            for name, field in self.fields.items()
            if isinstance(field, forms.ChoiceField) and not self.cleaned_data.get(name)
        }
        for name, reason in dict.fromkeys(found):
            words = gettext("Choose what is meant.") if name in nothing_chosen else reason
            self.add_error(name, words)  # which takes the value out of cleaned_data

    def field_of(self, path: str) -> str | None:
        """The field of a path, or of the nearest one above it."""
        for prefix in self.concerns():
            below = re.sub(r"\[\d+\]", "[]", path.removeprefix(prefix)) if path.startswith(prefix) else None
            while below:
                if below in self.FIELDS:
                    return self.FIELDS[below]
                below = below.rpartition("[]" if below.endswith("[]") else ".")[0]
        return None


def text_of(value: Any) -> str:
    """A value of a document as it is typed."""
    return "" if value is None else str(value)


def given(values: dict[str, Any]) -> dict[str, Any]:
    """Without what was left empty."""
    return {key: value for key, value in values.items() if value not in ("", None, [])}
