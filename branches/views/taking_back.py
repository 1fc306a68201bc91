"""A transfer, an opening or a closure of today that was a mistake: what will be as before, then the deed."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches import operations
from branches.forms import TakeBackForm
from branches.names import names_visible
from branches.operations.taking_back import (
    arrivals,
    came_from_elsewhere_text,
    closures_of_today,
    may_go_back,
    opened_today,
    posts_closed,
    posts_that_resume,
    transfer_of_today,
)
from branches.views.base import row
from branches.views.changes import GroupToo
from branches.views.effects import listed, posts_text
from branches.views.people import MemberActionView, member_url


def resumed_row(ended, named):
    """Each post with its unit; with who holds it where names are seen."""
    posts = [f"{post if named else post.get_position_display()} ({post.unit})" for post, _ends_on in ended]
    return row(_("Posts that run on again"), listed(posts))


class TransferTakeBackView(MemberActionView):
    form_class = TakeBackForm
    asks_first = True
    heading = button = gettext_lazy("Take back the transfer")
    done = gettext_lazy("The transfer is taken back.")

    def refusal(self):
        transfer, user = transfer_of_today(self.member), self.request.user
        if transfer is None:
            return _("No transfer of this member was entered today. Make a new one instead.")
        return "" if may_go_back(transfer, user) else came_from_elsewhere_text(user, transfer.to_unit)

    def effects(self, form):
        transfer = transfer_of_today(self.member)
        return [
            row(_("Member"), self.member.name),
            row(_("Leaves"), transfer.to_unit.name),
            row(_("Is back in"), _("%(unit)s, as if never gone") % {"unit": transfer.from_unit}),
            resumed_row(posts_that_resume(transfer), named=True),
        ]

    def run(self, form):
        self.moved = operations.cancel_transfer(self.member, by=self.request.user)

    def get_success_url(self):
        return member_url(self.moved)


class OpeningTakeBackView(GroupToo):
    form_class = TakeBackForm
    danger = True
    heading = button = gettext_lazy("Take back the opening")
    done = gettext_lazy("The opening is taken back. There is no such unit.")

    def refusal(self):
        return "" if opened_today(self.unit) else _("This unit was not opened today. Close it instead.")

    def submit_text(self):
        return _("Take back “%(unit)s”") % {"unit": self.unit}

    def effects(self, form):
        named = names_visible(self.request.user, self.unit)
        coming = arrivals(self.unit)
        ended = [pair for transfer in coming for pair in posts_that_resume(transfer)]
        back = listed(f"{transfer.member} → {transfer.from_unit}" for transfer in coming)
        return [
            row(_("Unit that never was"), f"{self.unit} ({self.unit.code})"),
            row(_("Members who go back"), back if named else len(coming)),
            row(_("Posts struck out"), posts_text(self.request.user, self.unit, self.unit.opened_on)),
            resumed_row(ended, named),
        ]

    def run(self, form):
        operations.take_back_opening(self.unit, by=self.request.user)

    def get_success_url(self):
        above = self.unit.parent
        return reverse("branches:unit_detail", args=[above.code]) if above else reverse("branches:unit_list")


class ClosureTakeBackView(GroupToo):
    form_class = TakeBackForm
    heading = button = gettext_lazy("Take back the closure")
    done = gettext_lazy("The unit is open as before. What it owes is listed again from the next night on.")

    def refusal(self):
        if closures_of_today(self.unit):
            return ""
        return _("This unit was not closed today. Open a new one instead.")

    def effects(self, form):
        named = names_visible(self.request.user, self.unit)
        return [
            row(_("Open as before"), self.unit.name),
            resumed_row(posts_closed(self.unit), named),
            row(_("Members and units that went elsewhere"), _("Stay where they are.")),
        ]

    def run(self, form):
        operations.take_back_closure(self.unit, by=self.request.user)
