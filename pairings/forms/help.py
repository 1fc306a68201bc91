"""Needs and offers."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityState
from activities.models import Activity
from branches.forms.fields import DayField, NodeField
from branches.models import PartyUnit
from branches.selectors import primary_assignment, units_for
from core import clock
from pairings.choices import HelpDirection, PartnerType
from pairings.forms.agreement import PastDay
from pairings.forms.filters import EVERY, FilterForm
from pairings.forms.partners import PartnerField
from pairings.models import HelpTopic
from pairings.rules import PAIRING_KINDS

RECORDS_OFFERED = 50
OPEN, MET, ENDED = "open", "met", "ended"


class HelpItemForm(forms.Form):
    direction = forms.ChoiceField(
        label=_("Need or offer"),
        choices=HelpDirection.choices,
        widget=forms.RadioSelect,
        initial=HelpDirection.NEED,
    )
    unit = NodeField(label=_("Own branch"))
    partner = PartnerField(
        label=_("Partner"), required=False, help_text=_("Name or code. Empty: it is the branch's own.")
    )
    topic: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Kind of help"), queryset=HelpTopic.objects.filter(is_offered=True), empty_label="—"
    )
    note = forms.CharField(
        label=_("In words"), max_length=200, required=False, help_text=_("What, how much, by when.")
    )
    since = DayField(label=_("Since"))
    until = DayField(label=_("Until"), required=False, help_text=_("Empty: until it is met or ended."))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        open_units = units_for(user, "pairings.add_helpitem").open_on(clock.today())
        units = open_units.filter(kind__in=PAIRING_KINDS).order_by("path")
        field, own = self.fields["unit"], primary_assignment(user)
        field.rows = field.searched = units
        field.offer_in_a_select(list(units[:50]))
        field.initial = own.unit.code if own else None
        self.fields["since"].initial = clock.today()

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("since"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", _("It ends before it begins."))
        return cleaned


class MetForm(forms.Form):
    met_on = PastDay(label=_("Met on"))
    met_by = forms.CharField(label=_("How it was met"), max_length=200)
    activity: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Record of the activity"),
        queryset=None,
        required=False,
        empty_label=_("none"),
        help_text=_("The newest records of the branch and its groups."),
    )

    def __init__(self, *args, item, user, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["activity"]
        field.queryset = records_of(item.unit, user)
        field.label_from_instance = lambda record: f"{record.held_on} {record.title}"
        self.fields["met_on"].initial = clock.today()


def records_of(unit, user):
    parts = PartyUnit.objects.filter(Q(pk=unit.pk) | Q(parent=unit.pk))
    rows = Activity.objects.allowed_to(user, "view").with_part_of(parts.values("pk"))
    newest = rows.exclude(state=ActivityState.VOID).newest_first()
    keys = list(newest.values_list("pk", flat=True)[:RECORDS_OFFERED])
    return Activity.objects.filter(pk__in=keys).newest_first()


class EndForm(forms.Form):
    until = DayField(label=_("Last day"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today()


def topics():
    return [EVERY, *HelpTopic.objects.values_list("pk", "name")]


class NeedFilterForm(FilterForm):
    """``regions`` are those that have needs, with how many."""

    region = forms.ChoiceField(label=_("Region"), required=False)
    topic = forms.TypedChoiceField(label=_("Kind of help"), choices=topics, coerce=int, required=False)
    type = forms.ChoiceField(
        label=_("Type of partner"), choices=[EVERY, *PartnerType.choices], required=False
    )

    def __init__(self, *args, regions, **kwargs):
        super().__init__(*args, **kwargs)
        named = [(name, f"{name} ({number})") for name, number in regions if name]
        self.fields["region"].choices = [EVERY, *named]

    def condition(self, name, value):
        if name == "q":
            return named_so(value)
        return Q(**{"partner__type" if name == "type" else name: value})


def named_so(text):
    own = Q(partner=None) & (Q(unit__name__icontains=text) | Q(unit__code__icontains=text))
    return own | Q(partner__name__icontains=text) | Q(partner__code__icontains=text)


class HelpFilterForm(FilterForm):
    direction = forms.ChoiceField(
        label=_("Need or offer"), choices=[EVERY, *HelpDirection.choices], required=False
    )
    topic = forms.TypedChoiceField(label=_("Kind of help"), choices=topics, coerce=int, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[EVERY, (OPEN, _("open")), (MET, _("met")), (ENDED, _("ended"))],
        required=False,
    )

    def condition(self, name, value):
        if name == "q":
            return named_so(value)
        if name != "state":
            return Q(**{name: value})
        over = Q(met_on=None, until__lt=clock.today())
        return {OPEN: Q(met_on=None) & ~over, MET: Q(met_on__isnull=False), ENDED: over}[value]
