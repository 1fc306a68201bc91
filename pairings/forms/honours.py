"""Demonstration sites and the Support Award."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models import PartyUnit
from core import clock
from pairings.choices import PartnerType
from pairings.forms.agreement import PastDay
from pairings.forms.filters import EVERY, FilterForm
from pairings.forms.partners import PartnerField
from pairings.models import SiteCheck
from pairings.rules import PROGRAMME_START, SITE_CRITERIA

STANDING, WITHDRAWN = "standing", "withdrawn"


class SiteCheckForm(forms.ModelForm):
    checked_on = PastDay(label=_("Checked on"))

    class Meta:
        model = SiteCheck
        fields = ["checked_on", *SITE_CRITERIA, "note"]

    def _post_clean(self):
        """The operation writes the row; a second check of the same day takes the place of the first."""


class SiteNamingForm(forms.Form):
    batch = forms.IntegerField(label=_("Batch"), min_value=1, max_value=99)
    named_on = PastDay(label=_("Named on"))
    theme = forms.CharField(
        label=_("Theme"), max_length=120, required=False, help_text=_("What others can see there.")
    )


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class OutsideField(PartnerField):
    """A partner; who types an own unit is told why not."""

    def find(self, text):
        try:
            return super().find(text)
        except ValidationError:
            if not self.matches and PartyUnit.objects.filter(Q(name=text) | Q(code__iexact=text)).exists():
                raise ValidationError(
                    _("“%(text)s” is an own unit. The Support Award is for outside organisations only.")
                    % {"text": text}
                ) from None
            raise


class AwardForm(forms.Form):
    partner = OutsideField(label=_("Partner"))
    year = forms.IntegerField(label=_("Year"), min_value=PROGRAMME_START)
    batch = forms.IntegerField(label=_("Batch"), min_value=1, max_value=99, initial=1)
    reason = forms.CharField(label=_("For what"), max_length=200)
    document = forms.CharField(label=_("Document number"), max_length=60, required=False)
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("The document, as PDF or a photo, up to 20 MB.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year

    def clean_year(self):
        year, last = self.cleaned_data["year"], clock.today().year
        if year > last:
            raise ValidationError(
                _("Give a year from %(first)d to %(last)d.") % {"first": PROGRAMME_START, "last": last}
            )
        return year


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


def years():
    """The newest first."""
    return [EVERY, *((year, year) for year in range(clock.today().year, PROGRAMME_START - 1, -1))]


class YearFilterForm(FilterForm):
    batch = forms.IntegerField(label=_("Batch"), required=False, min_value=1, max_value=99)
    year = forms.TypedChoiceField(label=_("Year"), choices=years, coerce=int, required=False)


class SiteFilterForm(YearFilterForm):
    state = forms.ChoiceField(
        label=_("State"),
        choices=[EVERY, (STANDING, _("demonstration site")), (WITHDRAWN, _("withdrawn"))],
        required=False,
    )

    def condition(self, name, value):
        return {
            "q": Q(pairing__title__icontains=value) | Q(pairing__code__icontains=value),
            "batch": Q(batch=value),
            "year": Q(named_on__year=value),
            "state": Q(withdrawn_on__isnull=value == STANDING),
        }[name]


class AwardFilterForm(YearFilterForm):
    type = forms.ChoiceField(label=_("Type"), choices=[EVERY, *PartnerType.choices], required=False)

    def condition(self, name, value):
        if name == "q":
            return Q(partner__name__icontains=value) | Q(partner__code__icontains=value)
        return Q(**{"partner__type" if name == "type" else name: value})
