"""What a person may do to a unit: the links on its page."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.choices import OUTSIDE_GROUPS, UnitKind
from branches.operations.taking_back import closures_of_today, opened_today
from branches.rules import ELECTING_KINDS
from branches.selectors import keeping_rights

KEEPS_UNITS, KEEPS_GROUPS = "branches.change_partyunit", "branches.change_group"
HOLD_MEMBERS = [UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.GROUP]
HAVE_GROUPS = [UnitKind.BRANCH, UnitKind.JOINT_BRANCH]
HAVE_UNITS_BELOW = [UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH]


@dataclass(frozen=True)
class Deed:
    route: str
    label: Any
    permission: str
    kinds: Any


DEEDS = [
    Deed("member_add", _("Add a member"), "branches.add_member", HOLD_MEMBERS),
    Deed("group_add", _("Form a group"), "branches.add_group", HAVE_GROUPS),
    Deed("second", _("Second members to it"), "branches.change_member", [UnitKind.TEMPORARY_BRANCH]),
    Deed("second_end", _("End a secondment"), "branches.change_member", [UnitKind.TEMPORARY_BRANCH]),
    Deed("group_change", _("Leader and linked committee member"), "branches.change_group", [UnitKind.GROUP]),
    Deed("election", _("Record an election"), "branches.add_post", ELECTING_KINDS),
    Deed("extension", _("Extend the term"), "branches.change_post", ELECTING_KINDS),
    Deed("hand_over", _("Hand over to a new secretary"), "branches.add_post", OUTSIDE_GROUPS),
    Deed("post_add", _("Add a post"), "branches.add_post", list(UnitKind)),
    Deed("post_end", _("End a post"), "branches.change_post", list(UnitKind)),
    Deed("unit_open", _("Open a unit below this one"), "branches.add_partyunit", HAVE_UNITS_BELOW),
    Deed("unit_rename", _("Change the name"), "branches.change_partyunit", OUTSIDE_GROUPS),
    Deed("unit_rename", _("Change the name"), "branches.change_group", [UnitKind.GROUP]),
    Deed("unit_move", _("Move the unit"), "branches.change_partyunit", list(UnitKind)),
    Deed("unit_merge", _("Merge this unit into another"), "branches.change_partyunit", OUTSIDE_GROUPS),
    Deed("unit_merge", _("Merge this unit into another"), "branches.change_group", [UnitKind.GROUP]),
    Deed("unit_close", _("Close the unit"), "branches.change_partyunit", OUTSIDE_GROUPS),
    Deed("unit_close", _("Close the unit"), "branches.change_group", [UnitKind.GROUP]),
]


# What was done to the unit today by mistake.
TAKEN_BACK = [
    (opened_today, Deed("opening_take_back", _("Take back the opening"), KEEPS_UNITS, OUTSIDE_GROUPS)),
    (opened_today, Deed("opening_take_back", _("Take back the opening"), KEEPS_GROUPS, [UnitKind.GROUP])),
    (closures_of_today, Deed("closure_take_back", _("Take back the closure"), KEEPS_UNITS, OUTSIDE_GROUPS)),
    (
        closures_of_today,
        Deed("closure_take_back", _("Take back the closure"), KEEPS_GROUPS, [UnitKind.GROUP]),
    ),
]


def deeds_for(unit, user):
    """Links (url, label) for an open unit; a closed one only keeps what it was."""
    rights = keeping_rights(user, [unit])[unit.pk]

    def fits(deed):
        return unit.kind in deed.kinds and deed.permission in rights

    deeds = [] if unit.closed_on else [deed for deed in DEEDS if fits(deed)]
    deeds += [deed for is_fresh, deed in TAKEN_BACK if fits(deed) and is_fresh(unit)]
    return [
        {"url": reverse(f"branches:{deed.route}", args=[unit.code]), "label": deed.label} for deed in deeds
    ]
