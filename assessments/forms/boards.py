"""Forms of the board pages."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import AssessmentPeriod, Scheme


class BoardFilterForm(forms.Form):
    """The switchers above a board; the choices are what the reader may see."""

    board = forms.ChoiceField(label=_("Board"), required=False)
    find = forms.CharField(label=_("Board by name or code"), required=False, max_length=60)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    q = forms.CharField(label=_("Unit"), required=False, max_length=60)

    def __init__(self, *args, boards, editions, finds=False, **kwargs):
        """``finds``: there are more boards than can be offered."""
        super().__init__(*args, **kwargs)
        if not finds:
            del self.fields["find"]
        self.fields["board"].choices = boards
        self.fields["edition"].choices = editions


class RecomputeForm(forms.Form):
    """Asks for a board to be computed again. The key makes a second click find the first job."""

    period = forms.SlugField(max_length=8, widget=forms.HiddenInput)
    scheme = forms.CharField(max_length=60, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        known = AssessmentPeriod.objects.filter(code=data["period"]).exists()
        if not known or not Scheme.objects.filter(code=data["scheme"]).exists():
            raise forms.ValidationError(_("There is no such board."))
        return data
