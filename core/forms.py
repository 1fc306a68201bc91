"""Forms that are sent once and never overwrite a colleague's work."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


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
