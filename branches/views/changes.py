"""Units open, merge, move, change their name and close; each says first what will happen."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches import mergers, operations, rules
from branches.choices import BRANCH_KINDS, UnitKind
from branches.forms import CloseForm, MergeForm, MoveForm, OpenUnitForm, RenameForm
from branches.models import PartyUnit
from branches.operations.changes import effects_on, members_after_merger
from branches.views.base import FoundingView, UnitActionView, row
from branches.views.effects import moving_in_rows, namesake_notes, note, posts_text, size_notes


class UnitChangeView(UnitActionView):
    asks_first = True

    def refusal(self):
        if not self.unit.closed_on:
            return ""
        return _("This unit is closed from %(day)s. What it was stays on record.") % {
            "day": self.unit.closed_on.isoformat()
        }


class GroupToo(UnitChangeView):
    """A branch decides on its groups itself."""

    def needed_for(self, unit):
        return "branches.change_group" if unit.kind == UnitKind.GROUP else self.permission


class OpenUnitView(FoundingView, UnitChangeView):
    permission = "branches.add_partyunit"
    form_class = OpenUnitForm
    heading, button = gettext_lazy("Open a unit below this one"), gettext_lazy("Open the unit")
    done = gettext_lazy("The unit is open.")

    def refusal(self):
        below_branch = self.unit.kind in [*BRANCH_KINDS, UnitKind.GROUP]
        return rules.place_refusal(UnitKind.BRANCH, self.unit.kind) if below_branch else super().refusal()

    def run(self, form):
        facts = form.cleaned_data
        self.made = operations.open_unit(
            form.new_unit(), members=facts["members"], also_covers=facts["also_covers"], by=self.request.user
        )

    def effects(self, form):
        facts = form.cleaned_data
        rows = [
            row(_("Unit"), f"{facts['name']} ({facts['code']})"),
            row(_("Kind"), UnitKind(facts["kind"]).label),
            row(_("Under"), self.unit.name),
            row(
                _("Stands at"),
                "、".join(str(place) for place in [facts["organisation"], *facts["also_covers"]]),
            ),
            row(_("Open from"), facts["opened_on"].isoformat()),
            *([row(_("Lapses on"), facts["lapses_on"].isoformat())] if facts["lapses_on"] else []),
        ]
        people = "、".join(map(str, facts["members"])) or "0"
        if facts["kind"] == UnitKind.TEMPORARY_BRANCH:
            rows += [
                row(_("Project"), facts["project_name"]),
                row(_("Approval document"), facts["approval_no"]),
            ]
            rows.append(row(_("Members who are seconded to it"), people))
        else:
            rows.append(row(_("Members who move into it"), people))
        if facts["members"] and facts["kind"] != UnitKind.TEMPORARY_BRANCH:
            rows += moving_in_rows(facts["members"], form.new_unit(), facts["opened_on"])
        rows += namesake_notes(self.request.user, facts["name"], facts["kind"], self.unit, facts["opened_on"])
        wide = rules.is_joint_branch_too_wide(len(facts["also_covers"]) + 1)
        if facts["kind"] == UnitKind.JOINT_BRANCH and wide:
            rows.append(note(_("A joint branch generally covers five organisations at most.")))
        return rows


class MergeView(GroupToo):
    form_class = MergeForm
    danger = True
    heading, button = gettext_lazy("Merge this unit into another"), gettext_lazy("Merge")
    done = gettext_lazy("Merged. Old records and boards keep the unit and its name.")

    def submit_text(self):
        return _("Merge “%(unit)s”") % {"unit": self.unit}

    def members_text(self, found):
        if not found.units_below:
            return found.members
        counts = {
            "all": found.members + found.members_below,
            "own": found.members,
            "below": found.members_below,
        }
        if self.unit.kind in BRANCH_KINDS:
            return _("%(all)d: %(own)d directly, %(below)d in its groups") % counts
        return _("%(all)d: %(own)d directly, %(below)d in the units below") % counts

    def run(self, form):
        operations.merge_units(
            self.unit, form.cleaned_data["into"], on=form.cleaned_data["on"], by=self.request.user
        )

    def effects(self, form):
        on, into = form.cleaned_data["on"], form.cleaned_data["into"]
        found = effects_on(self.unit, on)
        return [
            row(_("Closed from %(day)s") % {"day": on.isoformat()}, self.unit.name),
            row(_("Goes on"), into.name),
            row(_("Members who go along"), self.members_text(found)),
            row(
                _("Groups that go along") if self.unit.kind in BRANCH_KINDS else _("Units that go along"),
                found.units_below,
            ),
            row(_("Posts that end"), posts_text(self.request.user, self.unit, on)),
            row(_("Other rights that end"), found.rights),
            row(_("Duties"), _("What was still to come is no longer owed from the next night on.")),
            row(
                _("Records and boards"),
                _("Stay as they are, under the old name; the unit that goes on reads them."),
            ),
            *(row(term, value) for term, value in mergers.lines_for(self.unit, into, on)),
            *size_notes(into, members_after_merger(self.unit, into, on)),
            note(
                _("A merger cannot be undone. To part again, open a unit and transfer its members into it.")
            ),
        ]


class RenameView(GroupToo):
    form_class = RenameForm
    heading, button = gettext_lazy("Change the name"), gettext_lazy("Change the name")
    done = gettext_lazy("The new name holds from that day.")

    def run(self, form):
        operations.update_unit(self.unit, by=self.request.user, **form.cleaned_data)

    def effects(self, form):
        name, on, unit = form.cleaned_data["name"], form.cleaned_data["on"], self.unit
        return [
            row(_("Name until then"), unit.name),
            row(_("Name from %(day)s") % {"day": on.isoformat()}, name),
            row(_("Records and boards"), _("Published boards keep the old name.")),
            *namesake_notes(self.request.user, name, unit.kind, unit.parent, on),
        ]


class MoveView(UnitChangeView):
    form_class = MoveForm
    heading, button = gettext_lazy("Move the unit"), gettext_lazy("Move")
    done = gettext_lazy("The new place holds from that day.")

    def run(self, form):
        operations.relocate_unit(self.unit, by=self.request.user, **form.cleaned_data)

    def effects(self, form):
        facts = form.cleaned_data
        below = PartyUnit.objects.in_subtree(self.unit.path).exclude(pk=self.unit.pk)
        return [
            row(_("Unit"), self.unit.name),
            row(_("Under until then"), self.unit.parent or "—"),
            row(_("Under from %(day)s") % {"day": facts["on"].isoformat()}, facts["parent"].name),
            row(_("Stands at"), facts["organisation"] or self.unit.organisation),
            row(_("Units that go along"), below.count()),
            row(_("Records and boards"), _("Earlier days keep the old place; the offices above change.")),
        ]


class CloseView(GroupToo):
    form_class = CloseForm
    danger = True
    heading, button = gettext_lazy("Close the unit"), gettext_lazy("Close the unit")
    done = gettext_lazy("Closed. Its records stay.")

    def submit_text(self):
        return _("Close “%(unit)s”") % {"unit": self.unit}

    def run(self, form):
        operations.close_unit(self.unit, on=form.cleaned_data["on"], by=self.request.user)

    def effects(self, form):
        on = form.cleaned_data["on"]
        found = effects_on(self.unit, on)
        return [
            row(_("Closed from %(day)s") % {"day": on.isoformat()}, self.unit.name),
            row(_("Posts that end"), posts_text(self.request.user, self.unit, on)),
            row(_("Other rights that end"), found.rights),
            row(_("Duties"), _("What was still to come is no longer owed from the next night on.")),
            row(_("Records and boards"), _("Stay as they are.")),
        ]
