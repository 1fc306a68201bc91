"""Every write of this app."""

from activities.operations.appraising import grade_members
from activities.operations.bulk import BulkReport, import_confirmed, refused_updates
from activities.operations.corrections import answer_correction, ask_correction
from activities.operations.duties import (
    exempt_duty,
    generate_duties,
    generate_running_duties,
    open_deadline,
    take_back_of_closed,
    take_back_of_rules_off,
)
from activities.operations.minutes import add_core_task, end_core_task, reopen_action_item
from activities.operations.recording import (
    change_plan,
    plan_meeting,
    record_activity,
    update_activity,
)
from activities.operations.reminding import RemindReport, mark_reminders_seen, remind, tell_due
from activities.operations.reviewing import (
    amend_activity,
    confirm_activity,
    confirm_lapsed,
    confirm_many,
    return_activity,
    submit_activity,
    take_back_return,
    void_activity,
    withdraw_activity,
)
from activities.operations.talks import record_talks

__all__ = [
    "BulkReport",
    "RemindReport",
    "add_core_task",
    "amend_activity",
    "answer_correction",
    "ask_correction",
    "change_plan",
    "confirm_activity",
    "confirm_lapsed",
    "confirm_many",
    "end_core_task",
    "exempt_duty",
    "generate_duties",
    "generate_running_duties",
    "grade_members",
    "import_confirmed",
    "mark_reminders_seen",
    "open_deadline",
    "plan_meeting",
    "record_activity",
    "record_talks",
    "refused_updates",
    "remind",
    "reopen_action_item",
    "return_activity",
    "submit_activity",
    "take_back_of_closed",
    "take_back_of_rules_off",
    "take_back_return",
    "tell_due",
    "update_activity",
    "void_activity",
    "withdraw_activity",
]
