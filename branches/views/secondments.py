"""Who works in a temporary branch."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches import operations
from branches.choices import UnitKind
from branches.forms import EndSecondmentForm, SecondForm
from branches.views.base import UnitActionView


class SecondmentView(UnitActionView):
    permission = "branches.change_member"

    def refusal(self):
        if self.unit.kind != UnitKind.TEMPORARY_BRANCH:
            return _("Members are seconded to temporary branches, to others transferred.")
        return _("This unit is closed.") if self.unit.closed_on else ""


class SecondView(SecondmentView):
    form_class = SecondForm
    heading, button = gettext_lazy("Second members to this branch"), gettext_lazy("Second")
    done = gettext_lazy("Seconded. They stay members, and are counted, where they are.")

    def run(self, form):
        facts = form.cleaned_data
        operations.second_members(self.unit, facts["members"], on=facts["on"], by=self.request.user)


class EndSecondmentView(SecondmentView):
    form_class = EndSecondmentForm
    heading, button = gettext_lazy("End a secondment"), gettext_lazy("End")
    done = gettext_lazy("Ended. What was recorded until then stays.")

    def run(self, form):
        facts = form.cleaned_data
        operations.end_secondment(facts["secondment"], ends_on=facts["ends_on"], by=self.request.user)
