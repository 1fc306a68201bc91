"""Every write to organisations, units, people and rights."""

from branches.operations.changes import (
    close_unit,
    correct_unit,
    found_unit,
    merge_units,
    open_unit,
    relocate_unit,
)
from branches.operations.groups import GroupPlan, change_group, form_group
from branches.operations.members import link_user, move_member, update_member
from branches.operations.paths import rebuild_paths
from branches.operations.people import (
    appoint,
    create_member,
    end_post,
    strike_out_post,
    update_post,
)
from branches.operations.refusals import BranchesRefused, delete_row
from branches.operations.rights import assign_role, end_assignment, sync_post_assignments, update_assignment
from branches.operations.secondments import end_secondment, second_members
from branches.operations.taking_back import cancel_transfer, take_back_closure, take_back_opening
from branches.operations.terms import extend_term, hand_over, record_election
from branches.operations.transfers import transfer_member
from branches.operations.units import (
    create_organisation,
    create_unit,
    move_unit,
    update_organisation,
    update_unit,
)

__all__ = [
    "BranchesRefused",
    "GroupPlan",
    "appoint",
    "assign_role",
    "cancel_transfer",
    "change_group",
    "close_unit",
    "correct_unit",
    "create_member",
    "create_organisation",
    "create_unit",
    "delete_row",
    "end_assignment",
    "end_post",
    "end_secondment",
    "extend_term",
    "form_group",
    "found_unit",
    "hand_over",
    "link_user",
    "merge_units",
    "move_member",
    "move_unit",
    "open_unit",
    "rebuild_paths",
    "record_election",
    "relocate_unit",
    "second_members",
    "strike_out_post",
    "sync_post_assignments",
    "take_back_closure",
    "take_back_opening",
    "transfer_member",
    "update_assignment",
    "update_member",
    "update_organisation",
    "update_post",
    "update_unit",
]
