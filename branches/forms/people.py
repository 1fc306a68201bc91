from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.choices import BRANCH_KINDS, UnitKind
from branches.forms.fields import DayField, NodeField, UnitActionForm
from branches.models import Member, Organisation
from branches.names import home_of
from branches.operations.transfers import out_of_reach_text
from branches.selectors import office_to_ask, units_for
from core import clock
from core.forms import CodeField


class MemberForm(forms.ModelForm):
    class Meta:
        model = Member
        fields = (
            "name",
            "staff_no",
            "organisation",
            "status",
            "full_since",
            "probation_ends_on",
            "is_team_leader",
            "party_worker",
            "joined_on",
            "left_on",
        )
        days = ("full_since", "probation_ends_on", "joined_on", "left_on")
        field_classes = dict.fromkeys(days, DayField) | {"staff_no": CodeField}
        help_texts = {
            "left_on": gettext_lazy(
                "The first day on which the person is no longer a member here. Posts end the day before."
            )
        }
        error_messages = {
            "staff_no": {
                "unique": gettext_lazy(
                    "A member has this staff number already. If it is the same person, ask for a transfer."
                )
            }
        }

    def __init__(self, *args, unit, user, member=None, **kwargs):
        super().__init__(*args, instance=member, **kwargs)
        kept = Organisation.objects.filter(pk=self.instance.organisation_id)
        self.fields["organisation"].queryset = organisations_of(unit) | kept
        if member is None:
            del self.fields["left_on"]
            self.initial["joined_on"] = clock.today()


def organisations_of(unit):
    """Where the people of a branch work: at the organisations that it covers and below them."""
    branch = home_of(unit)
    found = Organisation.objects.in_subtree(branch.organisation.path)
    for covered in branch.also_covers.all():
        found = found | Organisation.objects.in_subtree(covered.path)
    return found.order_by("path")


class TransferForm(UnitActionForm):
    to_unit = NodeField(label=gettext_lazy("New unit"))
    on = DayField(label=gettext_lazy("First day there"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def prepare(self):
        self.fields["on"].initial = clock.today()
        kept = units_for(self.user, "branches.change_member").open_on(clock.today())
        kept = kept.filter(kind__in=[*BRANCH_KINDS, UnitKind.GROUP]).exclude(pk=self.unit.pk).order_by("path")
        field = self.fields["to_unit"]
        office = office_to_ask(self.user, self.unit)
        if office:
            field.help_text = _(
                "If it is none that you keep, the office of “%(unit)s” makes the transfer."
            ) % {"unit": office}
        self.offer_nodes("to_unit", kept)
        self.fields["to_unit"].missing = lazystr(out_of_reach_text(self.user, self.unit))
