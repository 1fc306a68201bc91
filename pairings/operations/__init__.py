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
from pairings.operations.refusals import PairingRefused

__all__ = [
    "PairingRefused",
    "activate_pairing",
    "add_document",
    "attach_signed_copy",
    "change_pairing",
    "close_pairing",
    "confirm_signing",
    "create_pairing",
    "draft_renewal",
    "keep_pairing",
    "move_pairing",
    "note_report",
    "note_review",
    "remove_document",
    "renew_pairing",
    "resume_pairing",
    "return_agreement",
    "save_agreement",
    "set_key_projects",
    "set_parties",
    "terminate_pairing",
    "withdraw_pairing",
]
