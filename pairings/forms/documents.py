from django import forms
from django.utils.translation import gettext_lazy as _

from pairings.choices import DocumentKind


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    title = forms.CharField(label=_("Title"), required=False, max_length=120)
    covers_to = forms.DateField(
        label=_("Covers the time to"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Of a summary."),
    )
    file = forms.FileField(label=_("File"), help_text=_("PDF, Word, Excel or a photo, up to 20 MB."))
