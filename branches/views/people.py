"""The members of a unit: added, changed, transferred; and the page of one of them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from branches import operations
from branches.access import ScopedMixin
from branches.choices import BRANCH_KINDS, UnitKind
from branches.forms import MemberForm, TransferForm
from branches.models import Member, Transfer
from branches.operations.taking_back import may_go_back, transfer_of_today
from branches.selectors import has_permission
from branches.views.base import UnitActionView, trail
from branches.views.effects import transfer_rows


class MemberAddView(UnitActionView):
    permission = "branches.add_member"
    form_class = MemberForm
    heading, button = gettext_lazy("Add a member"), gettext_lazy("Add")
    done = gettext_lazy("The member is added.")

    def refusal(self):
        if self.unit.kind == UnitKind.TEMPORARY_BRANCH:
            return _("Membership is not transferred to a temporary branch; it stays where it is.")
        if self.unit.kind not in [*BRANCH_KINDS, UnitKind.GROUP]:
            return _("Members belong to branches and groups. Open the page of one of these.")
        return _("This unit is closed.") if self.unit.closed_on else ""

    def run(self, form):
        operations.create_member(by=self.request.user, unit=self.unit, **form.cleaned_data)


class MemberActionView(UnitActionView):
    permission = "branches.change_member"

    @cached_property
    def member(self):
        members = Member.objects.allowed_to(self.request.user, "view")
        members = members.select_related("unit__parent", "organisation", "user")
        return get_object_or_404(members, pk=self.kwargs["pk"], unit=self.unit)

    def find_unit(self):
        """A member of another unit is missing here whatever the rights."""
        self.unit = get_object_or_404(
            self.get_queryset().select_related("parent", "organisation"), code=self.kwargs["code"]
        )
        self.member  # noqa: B018 - answers 404
        return super().find_unit()

    def form_facts(self):
        return super().form_facts() | {"member": self.member}

    def page(self):
        return super().page() | {"person": self.member}

    def back_url(self):
        return reverse("branches:member_detail", args=[self.unit.code, self.member.pk])


def member_url(member):
    return reverse("branches:member_detail", args=[member.unit.code, member.pk])


class MemberChangeView(MemberActionView):
    form_class = MemberForm
    heading, button = gettext_lazy("Change the member"), gettext_lazy("Save")
    done = gettext_lazy("Saved.")

    def run(self, form):
        operations.update_member(self.member, by=self.request.user, **form.cleaned_data)


class TransferView(MemberActionView):
    form_class = TransferForm
    asks_first = True
    heading, button = gettext_lazy("Transfer the member"), gettext_lazy("Transfer")
    done = gettext_lazy("Transferred. Posts in a branch that was left ended the day before.")

    def run(self, form):
        facts = form.cleaned_data
        self.moved = operations.transfer_member(
            self.member, facts["to_unit"], on=facts["on"], reason=facts["reason"], by=self.request.user
        )

    def effects(self, form):
        return transfer_rows(self.member, form.cleaned_data["to_unit"], form.cleaned_data["on"])

    def submit_text(self):
        return _("Transfer “%(member)s”") % {"member": self.member}

    def get_success_url(self):
        return member_url(self.moved)


class MemberDetailView(ScopedMixin, DetailView):
    """Where somebody was a member, and which posts he held."""

    model = Member
    action = "view"
    context_object_name = "person"

    def get_queryset(self):
        members = super().get_queryset().filter(unit__code=self.kwargs["code"])
        return members.select_related("unit__parent", "organisation")

    def get_context_data(self, **kwargs):
        member, user = self.object, self.request.user
        unit_url = reverse("branches:unit_detail", args=[member.unit.code])
        may_change = has_permission(user, "branches.change_member", member.unit)
        return super().get_context_data(
            fresh_transfer=self.fresh_transfer() if may_change else None,
            parents=[*trail(member.unit, user), (member.unit.name, unit_url)],
            posts=member.posts.select_related("unit").order_by("-starts_on", "-pk"),
            transfers=self.transfers(member, user),
            may_change=may_change,
            **kwargs,
        )

    def fresh_transfer(self):
        """By which the member came today, if it is for the reader to take it back."""
        transfer = transfer_of_today(self.object)
        return transfer if transfer and may_go_back(transfer, self.request.user) else None

    def transfers(self, member, user):
        rows = Transfer.objects.allowed_to(user, "view").filter(member=member)
        return rows.select_related("from_unit", "to_unit").order_by("-moved_on")


def tell_without_sign_in(request, members):
    """Rights follow the post as soon as there is a sign-in."""
    names = "、".join(member.name for member in members if member.user_id is None)
    if names:
        messages.warning(
            request,
            _("%(names)s: no sign-in yet. The rights come with it; ask the system administrator.")
            % {"names": names},
        )
