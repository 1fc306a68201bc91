"""One record of something that happened; what it adds as a meeting; and what is owed."""

from activities.models.core_tasks import CoreTask
from activities.models.corrections import CorrectionRequest
from activities.models.duties import Duty, DutyRule, Reminder
from activities.models.meetings import ActionItem, Appraisal, Talk, Vote
from activities.models.records import (
    Activity,
    ActivityCount,
    Attachment,
    Attendance,
    Outcome,
    Participation,
    Tag,
)

__all__ = [
    "ActionItem",
    "Activity",
    "ActivityCount",
    "Appraisal",
    "Attachment",
    "Attendance",
    "CoreTask",
    "CorrectionRequest",
    "Duty",
    "DutyRule",
    "Outcome",
    "Participation",
    "Reminder",
    "Tag",
    "Talk",
    "Vote",
]
