"""The plan, and which records were joint work."""

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from branches.forms.fields import DayField
from pairings.choices import PlanHeading

OFFERED = 50


class PlanItemForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Planned work"), max_length=120)
    owner = forms.CharField(label=_("Who answers for it"), max_length=60)
    due_on = DayField(label=_("Due on"))
    heading = forms.ChoiceField(label=_("Heading"), choices=[("", "—"), *PlanHeading.choices], required=False)


PlanFormSet = formset_factory(PlanItemForm, extra=3, max_num=60, can_delete=True)


class LinkForm(forms.Form):
    """``records`` are those that can be linked, the newest first."""

    activity: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Record"), queryset=None, empty_label=None
    )
    plan_item: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Planned work"), queryset=None, required=False, empty_label=_("not on the plan")
    )

    def __init__(self, *args, pairing, records, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = records
        self.fields["activity"].label_from_instance = lambda record: f"{record.held_on} {record.title}"
        self.fields["plan_item"].queryset = pairing.plan_items.all()
