"""Every write to organisations, units, people and rights."""

from branches.operations.paths import rebuild_paths
from branches.operations.people import (
    appoint,
    create_member,
    end_post,
    link_user,
    move_member,
    update_member,
    update_post,
)
from branches.operations.refusals import BranchesRefused, delete_row
from branches.operations.rights import assign_role, end_assignment, sync_post_assignments, update_assignment
from branches.operations.units import (
    close_unit,
    create_organisation,
    create_unit,
    move_unit,
    update_organisation,
    update_unit,
)

__all__ = [
    "BranchesRefused",
    "appoint",
    "assign_role",
    "close_unit",
    "create_member",
    "create_organisation",
    "create_unit",
    "delete_row",
    "end_assignment",
    "end_post",
    "link_user",
    "move_member",
    "move_unit",
    "rebuild_paths",
    "sync_post_assignments",
    "update_assignment",
    "update_member",
    "update_organisation",
    "update_post",
    "update_unit",
]
