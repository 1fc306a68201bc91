"""By which paper a version is adopted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.forms.schemes.base import PartForm, text_field
from assessments.operations import Adoption


class AdoptionForm(PartForm):
    FIELDS = {".on": "adopted_on", ".document": "document"}
    adopted_on = forms.DateField(
        label=_("Adopted on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("A day like 2026-06-30 is expected here."),
            "invalid": _("A day like 2026-06-30 is expected here."),
        },
    )
    document = text_field(_("Document number"), help_text=_("The paper by which it was adopted."))
    late_reason = text_field(
        _("Reason for a late adoption"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when the first period has begun by then. It stands on the board."),
    )

    @property
    def adoption(self) -> Adoption:
        typed = self.cleaned_data
        return Adoption(typed["adopted_on"], typed["document"], typed["late_reason"])

    def concerns(self):
        return ["$.adopted"]

    def field_of(self, path):
        return "late_reason" if path == "late_reason" else super().field_of(path)
