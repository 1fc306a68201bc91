"""By which paper a version is adopted; on which period a draft is tried."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.forms.schemes.base import PartForm, text_field
from assessments.models import AssessmentPeriod
from assessments.operations import Adoption
from core import clock
from core.forms import SubmissionMixin
from core.periods import period_words

PERIODS_OFFERED = 12


class TrialForm(SubmissionMixin, forms.Form):
    """Periods that have begun; the last one that has ended is offered first."""

    period = forms.ModelChoiceField(
        label=_("Period"), queryset=AssessmentPeriod.objects.none(), to_field_name="code", empty_label=None
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = clock.today()
        begun = AssessmentPeriod.objects.filter(first_day__lte=today, editions__isnull=False)
        codes = list(begun.order_by("-last_day").values_list("pk", flat=True).distinct()[:PERIODS_OFFERED])
        field = self.fields["period"]
        field.queryset = AssessmentPeriod.objects.filter(pk__in=codes).order_by("-last_day")
        field.label_from_instance = lambda period: period_words(period.code)
        ended = field.queryset.filter(last_day__lt=today).first()
        self.initial.setdefault("period", ended.code if ended else None)


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
        help_text=_(
            "Needed when the first period has begun by that day, or by today. It stands on the board."
        ),
    )

    @property
    def adoption(self) -> Adoption:
        typed = self.cleaned_data
        return Adoption(typed["adopted_on"], typed["document"], typed["late_reason"])

    def concerns(self):
        return ["$.adopted"]

    def show(self, problems):
        """What the draft lacks is said on its page."""
        mine = [problem for problem in problems if self.field_of(problem.path)]
        super().show(mine)
        if len(mine) < len(problems):
            self.add_error(None, _("The draft is not complete yet: look at what stands in its way."))

    def field_of(self, path):
        return "late_reason" if path == "late_reason" else super().field_of(path)
