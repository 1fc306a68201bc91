"""A pairing is begun: own branch, partner, reason; and its facts are changed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import LinesField, NodeField, matching
from branches.models import PartyUnit
from branches.selectors import primary_assignment
from core import clock
from pairings.choices import SelectionReason
from pairings.forms.partners import PartnerField, one_partner
from pairings.models import Pairing
from pairings.rules import MANY_TO_MANY, PAIRING_KINDS, mode_of
from pairings.selectors import pairing_units, partners_of, units_of


def one_unit(text):
    units = PartyUnit.objects.open_on(clock.today()).filter(kind__in=PAIRING_KINDS)
    whole, part = matching(units, text)
    found = whole if len(whole) == 1 else whole or part
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(f"{unit.name} ({unit.code})" for unit in found)
        raise ValidationError(_("Which one is “%(text)s”: %(names)s?"), params={"text": text, "names": names})
    raise ValidationError(_("There is no own branch “%(text)s”."), params={"text": text})


class PartiesMixin:
    """Further parties, by name or code, one a line."""

    def clean_further_partners(self):
        return [one_partner(text) for text in self.cleaned_data["further_partners"]]

    def clean_further_units(self):
        return [one_unit(text) for text in self.cleaned_data["further_units"]]


def further_partners():
    return LinesField(label=_("Further partners"), required=False, help_text=_("Names or codes, one a line."))


def further_units():
    return LinesField(
        label=_("Further own branches"),
        required=False,
        help_text=_("Names or codes, one a line. Several own branches pair with one partner only."),
    )


class PairingForm(PartiesMixin, forms.Form):
    unit = NodeField(label=_("Own branch"))
    partner = PartnerField(label=_("Partner"))
    further_partners = further_partners()
    further_units = further_units()
    selection_reason = forms.ChoiceField(
        label=_("Why this partner"), choices=SelectionReason.choices, widget=forms.RadioSelect
    )
    talks = forms.CharField(
        label=_("What was talked over"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed before the intent is recorded; it can be written later."),
    )
    title = forms.CharField(
        label=_("Title"), required=False, max_length=120, help_text=_("Empty: made from both names.")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = pairing_units(user).order_by("path")
        field = self.fields["unit"]
        field.rows = field.searched = units
        field.offer_in_a_select(list(units[:50]))
        own = primary_assignment(user)
        field.initial = own.unit.code if own else None

    def clean(self):
        cleaned = super().clean()
        own = {cleaned.get("unit"), *cleaned.get("further_units", [])} - {None}
        outside = {cleaned.get("partner"), *cleaned.get("further_partners", [])} - {None}
        if own and outside and mode_of(own, outside) is None:
            raise ValidationError(MANY_TO_MANY)
        return cleaned


class PairingChangeForm(PartiesMixin, forms.ModelForm):
    further_partners = further_partners()
    further_units = further_units()

    class Meta:
        model = Pairing
        fields = ["title", "selection_reason", "talks", "closing_summary"]
        widgets = {
            "selection_reason": forms.RadioSelect,
            "talks": forms.Textarea(attrs={"rows": 4}),
            "closing_summary": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["selection_reason"].choices = SelectionReason.choices
        partners, units = partners_of(self.instance), units_of(self.instance)
        self.fields["further_partners"].label = _("Partners")
        self.fields["further_partners"].required = True
        self.initial |= {
            "further_partners": "\n".join(partner.code for partner in partners),
            "further_units": "\n".join(unit.code for unit in units if unit.pk != self.instance.unit_id),
        }
        names = "、".join(f"{partner.code} {partner.name}" for partner in partners)
        self.fields["further_partners"].help_text = _("Names or codes, one a line. Now: %(names)s") % {
            "names": names
        }
