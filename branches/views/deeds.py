"""What a person may do to a unit: the links on its page."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.choices import BRANCH_KINDS, OUTSIDE_GROUPS, UnitKind
from branches.rules import ELECTING_KINDS
from branches.selectors import keeping_rights

HOLD_MEMBERS = [UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.GROUP]
HAVE_UNITS_BELOW = [UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH]


@dataclass(frozen=True)
class Deed:
    route: str
    label: Any
    permission: str
    kinds: Any


DEEDS = [
    Deed("member_add", _("Add a member"), "branches.add_member", HOLD_MEMBERS),
    Deed("group_add", _("Form a group"), "branches.add_group", BRANCH_KINDS),
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


def deeds_for(unit, user):
    """Links (url, label) for an open unit; a closed one only keeps what it was."""
    if unit.closed_on:
        return []
    rights = keeping_rights(user, [unit])[unit.pk]
    return [
        {"url": reverse(f"branches:{deed.route}", args=[unit.code]), "label": deed.label}
        for deed in DEEDS
        if unit.kind in deed.kinds and deed.permission in rights
    ]
