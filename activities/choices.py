"""Closed lists of the activity record (contract.md 4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityKind(models.TextChoices):
    GENERAL_MEETING = "GENERAL_MEETING", _("branch general meeting")
    COMMITTEE_MEETING = "COMMITTEE_MEETING", _("branch committee meeting")
    GROUP_MEETING = "GROUP_MEETING", _("Party group meeting")
    PARTY_LECTURE = "PARTY_LECTURE", _("Party lecture")
    THEMED_PARTY_DAY = "THEMED_PARTY_DAY", _("themed Party day")
    ORG_LIFE_MEETING = "ORG_LIFE_MEETING", _("organisational life meeting")
    DEMOCRATIC_APPRAISAL = "DEMOCRATIC_APPRAISAL", _("democratic appraisal of Party members")
    HEART_TALK = "HEART_TALK", _("heart-to-heart talk")
    JOINT_CONFERENCE = "JOINT_CONFERENCE", _("joint conference")
    SERVICE_VISIT = "SERVICE_VISIT", _("service visit")
    TRAINING = "TRAINING", _("training")
    LINE_PATROL = "LINE_PATROL", _("line patrol")
    MODEL_DAY = "MODEL_DAY", _("model day")
    RESEARCH_VISIT = "RESEARCH_VISIT", _("field study")
    PARTY_COMMITTEE_MEETING = "PARTY_COMMITTEE_MEETING", _("Party committee meeting")
    LEADING_GROUP_MEETING = "LEADING_GROUP_MEETING", _("leading group meeting")
    GROUP_LEADERS_MEETING = "GROUP_LEADERS_MEETING", _("group leaders' meeting")
    OTHER = "OTHER", _("other activity")


class OutcomeKind(models.TextChoices):
    SERVICE_VISIT = "SERVICE_VISIT", _("service visits")
    PROBLEM_SOLVED = "PROBLEM_SOLVED", _("power problems solved")
    ENERGY_SAVING = "ENERGY_SAVING", _("energy-saving services")
    MUTUAL_LECTURE = "MUTUAL_LECTURE", _("mutual lectures")
    THEMED_DAY = "THEMED_DAY", _("themed days")
    TRAINING_SESSION = "TRAINING_SESSION", _("training sessions")
    TRAINEE = "TRAINEE", _("person-times trained")
    ROOM_BUILT = "ROOM_BUILT", _("activity rooms built")
    BOOK_DONATED = "BOOK_DONATED", _("books donated")
    LINE_PATROL = "LINE_PATROL", _("person-times on patrol")
    HAZARD_FOUND = "HAZARD_FOUND", _("hazards found")
    CONFLICT_SOLVED = "CONFLICT_SOLVED", _("conflicts solved")
    JOINT_CONFERENCE = "JOINT_CONFERENCE", _("joint conferences held")
    EXCHANGE_VISIT = "EXCHANGE_VISIT", _("exchange visits")
    HOUSEHOLD_VISITED = "HOUSEHOLD_VISITED", _("households visited")
    PERSON_REACHED = "PERSON_REACHED", _("person-times reached")
    MONEY_SAVED_YUAN = "MONEY_SAVED_YUAN", _("yuan saved")


class Precision(models.TextChoices):
    EXACT = "EXACT", _("exactly")
    AT_LEAST = "AT_LEAST", _("at least")
    ABOUT = "ABOUT", _("about")


class ActivityState(models.TextChoices):
    PLANNED = "PLANNED", _("planned")
    DRAFT = "DRAFT", _("draft")
    SUBMITTED = "SUBMITTED", _("awaiting confirmation")
    RETURNED = "RETURNED", _("returned")
    CONFIRMED = "CONFIRMED", _("confirmed")
    VOID = "VOID", _("void")


class Source(models.TextChoices):
    TYPED = "TYPED", _("typed")
    IMPORTED = "IMPORTED", _("imported")
    DEMO = "DEMO", _("demo data")


class AbsenceReason(models.TextChoices):
    """The first four excuse: no detail is asked (settled 7)."""

    DUTY = "DUTY", _("on duty")
    TRAVEL = "TRAVEL", _("travelling")
    LEAVE = "LEAVE", _("on leave")
    ILLNESS = "ILLNESS", _("ill")
    UNEXCUSED = "UNEXCUSED", _("without excuse")


EXCUSED = [AbsenceReason.DUTY, AbsenceReason.TRAVEL, AbsenceReason.LEAVE, AbsenceReason.ILLNESS]


class HeldWith(models.TextChoices):
    SAFETY_ANALYSIS = "SAFETY_ANALYSIS", _("safety analysis")
    BUSINESS_TRAINING = "BUSINESS_TRAINING", _("business training")
    TEAM_INNOVATION = "TEAM_INNOVATION", _("team innovation")


class Cadence(models.TextChoices):
    MONTH = "MONTH", _("monthly")
    QUARTER = "QUARTER", _("quarterly")
    HALF_YEAR = "HALF_YEAR", _("half-yearly")
    YEAR = "YEAR", _("yearly")


class TopicClass(models.TextChoices):
    """What a heart-to-heart talk was about, in one word: nothing else of it is kept (settled 14)."""

    THOUGHT = "THOUGHT", _("thinking and study")
    WORK = "WORK", _("work")
    LIFE = "LIFE", _("life and family")
    CONDUCT = "CONDUCT", _("conduct")
    POSITION = "POSITION", _("change of post")
    OTHER = "OTHER", _("heart-to-heart talk")


class TalkKind(models.TextChoices):
    """Who speaks with whom (domain.md 3, article 19; B8)."""

    COMMITTEE_MUTUAL = "COMMITTEE_MUTUAL", _("between committee members")
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER", _("committee member with member")
    MEMBER_MUTUAL = "MEMBER_MUTUAL", _("between members")
    LEADER_STAFF = "LEADER_STAFF", _("group leader with staff of the team")
    INCIDENT = "INCIDENT", _("around an incident")


class SpecialTopic(models.TextChoices):
    """What a special organisational life meeting was about (domain.md B9)."""

    SAFETY = "SAFETY", _("safety")
    INTEGRITY = "INTEGRITY", _("integrity")
    INSPECTION = "INSPECTION", _("inspection")
    OTHER = "OTHER", _("another topic")


class VoteResult(models.TextChoices):
    """Read from the figures of a vote, never stored."""

    NOT_VALID = "NOT_VALID", _("not valid: too few were there")
    NOT_PASSED = "NOT_PASSED", _("not passed")
    PASSED = "PASSED", _("passed")


class AppraisalGrade(models.TextChoices):
    EXCELLENT = "EXCELLENT", _("excellent")
    QUALIFIED = "QUALIFIED", _("qualified")
    BASIC = "BASIC", _("basically qualified")
    UNQUALIFIED = "UNQUALIFIED", _("unqualified")


class ReminderStage(models.TextChoices):
    AHEAD = "AHEAD", _("due soon")
    OVERDUE = "OVERDUE", _("overdue")
    ESCALATED = "ESCALATED", _("overdue for a week")


class DutyState(models.TextChoices):
    """Read from the records on a day, never stored."""

    EXEMPT = "EXEMPT", _("exempt")
    DONE = "DONE", _("done")
    LATE = "LATE", _("done late")
    WAITING = "WAITING", _("awaiting confirmation")
    RETURNED = "RETURNED", _("returned")
    MISSING = "MISSING", _("not done")
    OWED = "OWED", _("owed")


class CorrectionOutcome(models.TextChoices):
    CORRECTED = "CORRECTED", _("corrected")
    NOT_CORRECTED = "NOT_CORRECTED", _("left as it is")
