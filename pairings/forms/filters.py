"""What the lists are narrowed to; it stands in the address."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.selectors import units_for
from pairings.choices import PairingState, PartnerType, SelectionReason
from pairings.models import PairingParty

EVERY = ("", _("All"))


class FilterForm(forms.Form):
    q = forms.CharField(
        label=_("Name or code"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @property
    def is_filtered(self):
        return any(self.data.get(name) for name in self.fields)

    def narrow(self, rows):
        if not self.is_valid():
            return rows.none()
        for name, value in self.cleaned_data.items():
            if value:
                rows = rows.filter(self.condition(name, value))
        return rows

    def condition(self, name, value):
        return Q(**{name: value})


class PairingFilterForm(FilterForm):
    state = forms.ChoiceField(label=_("State"), choices=[EVERY, *PairingState.choices], required=False)
    type = forms.ChoiceField(
        label=_("Type of partner"), choices=[EVERY, *PartnerType.choices], required=False
    )
    selection_reason = forms.ChoiceField(
        label=_("Why this partner"), choices=[EVERY, *SelectionReason.choices], required=False
    )
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def condition(self, name, value):
        if name == "q":
            return (
                Q(title__icontains=value)
                | Q(code__icontains=value)
                | Q(pk__in=self.parties().filter(partner__name__icontains=value).values("pairing_id"))
            )
        if name == "type":
            return Q(pk__in=self.parties().filter(partner__type=value).values("pairing_id"))
        if name == "unit":
            unit = units_for(self.user, "pairings.view_pairing").filter(code=value).first()
            below = self.parties().in_subtree(unit.path) if unit else self.parties().none()
            return Q(pk__in=below.values("pairing_id"))
        return super().condition(name, value)

    def parties(self):
        return PairingParty.objects.order_by()


class PartnerFilterForm(FilterForm):
    type = forms.ChoiceField(label=_("Type"), choices=[EVERY, *PartnerType.choices], required=False)
    region = forms.CharField(label=_("Region"), max_length=60, required=False)

    def condition(self, name, value):
        if name == "q":
            return Q(name__icontains=value) | Q(code__icontains=value)
        if name == "region":
            return Q(region__icontains=value)
        return super().condition(name, value)
