"""The agreement and its way: text, signed copy, report, answer."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import DayField
from core import clock
from pairings.choices import ReviewResult
from pairings.models import PairingAgreement


class AgreementForm(forms.ModelForm):
    term_from = DayField(label=_("Term from"), required=False)
    term_to = DayField(label=_("Term to"), required=False)

    class Meta:
        model = PairingAgreement
        fields = [
            "number",
            "rights_own",
            "duties_own",
            "rights_partner",
            "duties_partner",
            "term_from",
            "term_to",
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 4})
            for name in ("rights_own", "duties_own", "rights_partner", "duties_partner")
        }

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("term_from"), cleaned.get("term_to")
        if first and last and last <= first:
            self.add_error("term_to", _("The term ends before it begins."))
        return cleaned


class KeyProjectForm(forms.Form):
    title = forms.CharField(label=_("Key project"), max_length=120)
    owner = forms.CharField(label=_("Who answers for it"), max_length=60)
    due_on = DayField(label=_("Due on"), required=False)
    done_on = DayField(label=_("Done on"), required=False)


KeyProjectFormSet = formset_factory(KeyProjectForm, extra=3, max_num=20, can_delete=True)


class PastDay(DayField):
    def validate(self, value):
        super().validate(value)
        if value and value > clock.today():
            raise ValidationError(_("This day lies ahead."))


class SignedCopyForm(forms.Form):
    signed_on = PastDay(label=_("Signed on"))
    file = forms.FileField(
        label=_("Signed copy"), required=False, help_text=_("PDF or a photo, up to 20 MB.")
    )

    def __init__(self, *args, has_file=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not has_file
        if has_file:
            self.fields["file"].help_text = _("Empty: the copy that is there stays.")


class ReportForm(forms.Form):
    reviewing_dept = forms.CharField(
        label=_("Organisation department"),
        max_length=100,
        help_text=_("Of the county, city or township to which the agreement was reported."),
    )
    reported_on = PastDay(label=_("Reported on"))


class ReviewForm(forms.Form):
    result = forms.ChoiceField(
        label=_("Answer of the organisation department"),
        choices=[(choice.value, choice.label) for choice in (ReviewResult.APPROVED, ReviewResult.RETURNED)],
        widget=forms.RadioSelect,
    )
    reviewed_on = PastDay(label=_("Answered on"))
    note = forms.CharField(
        label=_("Words of the answer"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it is returned: the branch reads it."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("result") == ReviewResult.RETURNED and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what is to be put right."))
        return cleaned
