"""Every write of this app."""

from pairings.operations.agreements import (
    add_document,
    attach_signed_copy,
    confirm_signing,
    draft_renewal,
    note_report,
    note_review,
    remove_document,
    save_agreement,
    set_key_projects,
)
from pairings.operations.founding import change_pairing, create_pairing, set_parties
from pairings.operations.help import add_help, end_help, mark_met
from pairings.operations.honours import check_site, give_award, name_site, take_back_award, withdraw_site
from pairings.operations.joint_work import link_activity, set_plan, unlink_activity
from pairings.operations.line_guards import add_hazard, add_line_guard, close_hazard, end_line_guard
from pairings.operations.moving import (
    activate_pairing,
    close_pairing,
    keep_pairing,
    move_pairing,
    renew_pairing,
    resume_pairing,
    return_agreement,
    terminate_pairing,
    withdraw_pairing,
)
from pairings.operations.partners import add_partner, change_partner, look_up_contact, merge_partners
from pairings.operations.refusals import PairingRefused
from pairings.operations.results import set_figures, set_surveys

__all__ = [
    "PairingRefused",
    "activate_pairing",
    "add_document",
    "add_hazard",
    "add_help",
    "add_line_guard",
    "add_partner",
    "attach_signed_copy",
    "change_pairing",
    "change_partner",
    "check_site",
    "close_hazard",
    "close_pairing",
    "confirm_signing",
    "create_pairing",
    "draft_renewal",
    "end_help",
    "end_line_guard",
    "give_award",
    "keep_pairing",
    "link_activity",
    "look_up_contact",
    "mark_met",
    "merge_partners",
    "move_pairing",
    "name_site",
    "note_report",
    "note_review",
    "remove_document",
    "renew_pairing",
    "resume_pairing",
    "return_agreement",
    "save_agreement",
    "set_figures",
    "set_key_projects",
    "set_parties",
    "set_plan",
    "set_surveys",
    "take_back_award",
    "terminate_pairing",
    "unlink_activity",
    "withdraw_pairing",
    "withdraw_site",
]
