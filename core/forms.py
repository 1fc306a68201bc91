"""Forms that are sent once and never overwrite a colleague's work."""

import uuid
from pathlib import PurePath
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from core.cells import narrowed
from core.spreadsheets.tables import MAX_FILE_BYTES


class SubmissionMixin:
    """For a Form or a ModelForm; the template draws ``<form>``, token and buttons itself.

    The hidden ``submission_key`` makes two equal posts one record; with the hidden ``version`` a change made
    meanwhile is noticed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        self.fields["submission_key"] = forms.UUIDField(
            widget=forms.HiddenInput, initial=uuid.uuid4, required=False
        )
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, initial=getattr(instance, "version", None)
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class CodeField(forms.CharField):
    """What a unit, an organisation or a person is known by."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return narrowed(text).strip() if text else text


class ImportForm(SubmissionMixin, forms.Form):
    """The file to be checked. What is in it is judged by the importer, row by row."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, up to 50 MB and 200,000 rows."),
        allow_empty_file=True,
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if PurePath(upload.name).suffix.casefold() not in (".xlsx", ".csv"):
            raise forms.ValidationError(_("Only .xlsx and .csv files can be read."))
        if not 0 < upload.size <= MAX_FILE_BYTES:
            raise forms.ValidationError(_("The file is empty or larger than 50 MB."))
        return upload


class FileRequestForm(forms.Form):
    """Asks for a file that a job makes. The key makes a second click find the first job."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def file_key(request: Any) -> str:
    """What two clicks on the same button have in common."""
    form = FileRequestForm(request.POST)
    return f"{request.user.pk}:{form.cleaned_data['submission_key'] if form.is_valid() else uuid.uuid4()}"
