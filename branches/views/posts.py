"""Posts at a unit: elections, extensions, hand-over, groups and single posts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches import operations, rules
from branches.choices import BRANCH_KINDS, UnitKind
from branches.forms import (
    ElectionForm,
    EndPostForm,
    ExtensionForm,
    GroupChangeForm,
    GroupForm,
    HandOverForm,
    PostForm,
)
from branches.operations.people import held_from
from branches.operations.terms import election_refusal, extension_refusal
from branches.views.base import FoundingView, UnitActionView, row
from branches.views.effects import end_row, ending_by_move, hand_over_rows, moving_in_rows
from branches.views.people import tell_without_sign_in
from core import clock
from core.operations.drafts import storable


class ElectionView(UnitActionView):
    permission = "branches.add_post"
    form_class = ElectionForm
    heading, button = gettext_lazy("Record an election"), gettext_lazy("Record")
    done = gettext_lazy("The election is recorded. The new committee holds its posts from that day.")

    def refusal(self):
        return election_refusal(self.unit)

    def run(self, form):
        committee = form.committee()
        on = form.cleaned_data["on"]
        operations.record_election(self.unit, committee, on=on, by=self.request.user)
        tell_without_sign_in(self.request, [member for member, _position in committee])


class ExtensionView(UnitActionView):
    permission = "branches.change_post"
    form_class = ExtensionForm
    heading, button = gettext_lazy("Extend the term"), gettext_lazy("Extend")
    done = gettext_lazy("The term is extended.")

    def refusal(self):
        return extension_refusal(self.unit)

    def run(self, form):
        operations.extend_term(self.unit, by=self.request.user, **form.cleaned_data)


class HandOverView(UnitActionView):
    permission = "branches.add_post"
    form_class = HandOverForm
    asks_first = True
    heading, button = gettext_lazy("Hand over to a new secretary"), gettext_lazy("Hand over")
    done = gettext_lazy("Handed over. Posts and access change on that day.")

    def refusal(self):
        if self.unit.kind == UnitKind.GROUP:
            return _("A group has a leader, no secretary. Change its leader instead.")
        return _("This unit is closed.") if self.unit.closed_on else ""

    def run(self, form):
        to_member, on = form.cleaned_data["to_member"], form.cleaned_data["on"]
        operations.hand_over(self.unit, to_member, on=on, by=self.request.user)

    def tell(self, form):
        tell_without_sign_in(self.request, [form.cleaned_data["to_member"]])

    def effects(self, form):
        return hand_over_rows(self.unit, form.cleaned_data["to_member"], form.cleaned_data["on"])

    def submit_text(self):
        return _("Hand over “%(unit)s”") % {"unit": self.unit}


class PostAddView(UnitActionView):
    permission = "branches.add_post"
    form_class = PostForm
    heading, button = gettext_lazy("Add a post"), gettext_lazy("Add")
    done = gettext_lazy("The post is added.")

    def run(self, form):
        facts = form.cleaned_data
        dates = {name: facts[name] for name in ("starts_on", "ends_on")}
        operations.appoint(facts["person"], self.unit, facts["position"], by=self.request.user, **dates)
        tell_without_sign_in(self.request, [facts["person"]])


class EndPostView(UnitActionView):
    permission = "branches.change_post"
    form_class = EndPostForm
    danger = True  # where it asks: a post struck out is gone
    heading, button = gettext_lazy("End a post"), gettext_lazy("End the post")
    done = gettext_lazy("The post ends on that day, and its rights with it.")

    def refusal(self):
        held = held_from(self.unit.posts.all(), clock.today())
        return "" if held.exists() else _("Nobody holds a post here today.")

    def asks(self, form):
        return form.strikes_out

    def effects(self, form):
        return [end_row(form.cleaned_data["post"], form.cleaned_data["post"].starts_on)]

    def submit_text(self):
        return _("Strike out the post")

    def run(self, form):
        post, on = form.cleaned_data["post"], form.cleaned_data["on"]
        if form.strikes_out:
            operations.strike_out_post(post, by=self.request.user)
            self.done = _("The post is struck out, as if it had never begun.")
        else:
            operations.end_post(post, on=on, by=self.request.user)


class GroupAddView(FoundingView):
    permission = "branches.add_group"
    form_class = GroupForm
    heading, button = gettext_lazy("Form a group"), gettext_lazy("Form the group")
    done = gettext_lazy("The group is formed.")

    def refusal(self):
        if self.unit.kind not in BRANCH_KINDS:
            return rules.place_refusal(UnitKind.GROUP, self.unit.kind)
        return _("This unit is closed.") if self.unit.closed_on else ""

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if not form.is_bound:
            team = self.request.GET.get("team", "")
            form.propose(team if storable(team) else "")
        return form

    def asks(self, form):
        """A group is formed in one step, unless somebody's post ends by it."""
        members, on = form.cleaned_data["members"], form.cleaned_data["on"]
        return bool(ending_by_move(members, form.new_unit(), on))

    def effects(self, form):
        facts = form.cleaned_data
        return [
            row(_("Party group"), facts["name"]),
            row(_("Under"), self.unit.name),
            row(_("Formed on"), facts["on"].isoformat()),
            row(_("Members who move into it"), "、".join(map(str, facts["members"]))),
            *moving_in_rows(facts["members"], form.new_unit(), facts["on"]),
        ]

    def run(self, form):
        on = form.cleaned_data["on"]
        self.made = operations.form_group(self.unit, form.plan(), on=on, by=self.request.user)


class GroupChangeView(UnitActionView):
    permission = "branches.change_group"
    form_class = GroupChangeForm
    heading, button = gettext_lazy("Leader and linked committee member"), gettext_lazy("Save")
    done = gettext_lazy("Saved.")

    def refusal(self):
        return "" if self.unit.kind == UnitKind.GROUP else _("Only a group has a leader and a link.")

    def run(self, form):
        operations.change_group(self.unit, by=self.request.user, **form.cleaned_data)
