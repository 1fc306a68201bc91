from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.forms.fields import DayField, LinesField, UnitActionForm, find_member
from branches.models import Member, Secondment
from branches.selectors import units_for
from core import clock


def people_kept_by(user):
    """Whom ``user`` may second or name as first members."""
    kept = units_for(user, "branches.change_member")
    return Member.objects.current().filter(unit__in=kept.values("pk"))


class SecondForm(UnitActionForm):
    members = LinesField(
        label=gettext_lazy("Members"), help_text=gettext_lazy("Staff numbers or names, one a line.")
    )
    on = DayField(label=gettext_lazy("First day there"))

    def prepare(self):
        self.fields["on"].initial = clock.today()

    def clean_members(self):
        people = people_kept_by(self.user)
        return list(dict.fromkeys(find_member(people, text) for text in self.cleaned_data["members"]))


class EndSecondmentForm(UnitActionForm):
    secondment = forms.ModelChoiceField(label=gettext_lazy("Member"), queryset=Secondment.objects.none())
    ends_on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("A day before the first one strikes it out, as if it had never begun."),
    )

    def prepare(self):
        rows = self.unit.secondments.exclude(ends_on__lt=clock.today()).select_related("member")
        self.fields["secondment"].queryset = rows.order_by("member__name", "pk")
        self.fields["secondment"].label_from_instance = lambda row: (
            _("%(member)s, from %(day)s")
            % {
                "member": row.member,
                "day": row.starts_on.isoformat(),
            }
        )
        self.fields["ends_on"].initial = clock.today()
