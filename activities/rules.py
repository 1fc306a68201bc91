"""Figures of the rules that the records follow, each in this one place (domain.md 6.6, settled 5)."""

from calendar import isleap
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from activities.choices import ActivityKind, VoteResult
from branches.choices import BRANCH_KINDS, UnitKind
from core import clock
from core.periods import PeriodKind, period_of

# A record first submitted more than so many days after the day held is marked late, never refused.
LATE_AFTER_DAYS = 7
# A submitted record that nobody answers for so many working days is confirmed by lapse.
LAPSE_WORKING_DAYS = 10
# The workbench shows what falls due within so many days.
DUE_AHEAD_DAYS = 30
# What was missed is asked for until its half-year is over and so many days more: then the board is closed.
MISSED_SHOWN_DAYS = 31
# One record states no more than this of anything: beyond it somebody mistyped.
MAX_QUANTITY = 999_999_999
MAX_ATTENDANCE = 100_000
# Nothing in this system happened before the Party did.
EARLIEST_YEAR = 1921

# At most this part of the members appraised is rated excellent (domain.md 3, article 18).
EXCELLENT_AT_MOST_ONE_IN = 3
# The appraisal of a year may be held until so many days into the next one: until the end of March.
APPRAISAL_GRACE_DAYS = 90
# Of fewer people than these no counts are told where no names are (settled 13).
FEWEST_PEOPLE_COUNTED = 5
# Hours of study in a year: a member, and whoever was secretary or on a committee in it (domain.md 3, P16).
STUDY_HOURS, COMMITTEE_STUDY_HOURS = 32, 56
# From this month on the secretary is told whose hours are short.
SHORTFALLS_TOLD_FROM_MONTH = 10
# One form of talks names so many people at most.
MAX_TALKS_AT_ONCE = 40
# A member has so many requests for a correction open at most.
MAX_OPEN_CORRECTIONS = 10

# Kinds of which no text and no file is kept.
TEXTLESS_KINDS = frozenset({ActivityKind.HEART_TALK})

# What these submit says which core task they spoke of, or why of none this time (domain.md B13).
CORE_TASK_KINDS = frozenset(
    {
        ActivityKind.GENERAL_MEETING,
        ActivityKind.COMMITTEE_MEETING,
        ActivityKind.GROUP_MEETING,
        ActivityKind.THEMED_PARTY_DAY,
        ActivityKind.ORG_LIFE_MEETING,
        ActivityKind.DEMOCRATIC_APPRAISAL,
    }
)
# At these the self-check is spoken of, and at an appraisal the branch's own year too: the core task
# has its place in both. The sixth place, the secretary's project, is a record of its own and not a meeting's.
SELF_CHECK_KINDS = frozenset({ActivityKind.ORG_LIFE_MEETING, ActivityKind.DEMOCRATIC_APPRAISAL})
YEARLY_APPRAISAL_KINDS = frozenset({ActivityKind.DEMOCRATIC_APPRAISAL})
# Kinds that keep minutes: who chaired, what was decided, what is to be done.
MEETING_KINDS = CORE_TASK_KINDS | {
    ActivityKind.PARTY_LECTURE,
    ActivityKind.JOINT_CONFERENCE,
    ActivityKind.PARTY_COMMITTEE_MEETING,
    ActivityKind.LEADING_GROUP_MEETING,
    ActivityKind.GROUP_LEADERS_MEETING,
}
# Of these fewer than half of those who should attend resolve nothing (domain.md 3, 8.9).
QUORUM_KINDS = frozenset({ActivityKind.GENERAL_MEETING, ActivityKind.COMMITTEE_MEETING})
# Kinds of which the form asks for hours of study; any other may also count as one of these.
STUDY_KINDS = frozenset({ActivityKind.PARTY_LECTURE, ActivityKind.TRAINING})

# At these everybody is expected; at others who came is written down and nobody is missing.
EVERYBODY_EXPECTED = frozenset(
    {
        ActivityKind.GENERAL_MEETING,
        ActivityKind.GROUP_MEETING,
        ActivityKind.PARTY_LECTURE,
        ActivityKind.THEMED_PARTY_DAY,
        ActivityKind.ORG_LIFE_MEETING,
    }
)

# Meetings that are none of the unit's: each body holds its own (domain.md 2.5, 3, 5.1; B12).
_OF_BRANCHES = frozenset({ActivityKind.GENERAL_MEETING, ActivityKind.COMMITTEE_MEETING})
_OF_COMMITTEES = frozenset({ActivityKind.PARTY_COMMITTEE_MEETING, ActivityKind.LEADING_GROUP_MEETING})
_OF_GROUPS = frozenset({ActivityKind.GROUP_MEETING})
KINDS_OF_OTHERS = {
    UnitKind.COMMITTEE: _OF_BRANCHES | _OF_GROUPS,
    UnitKind.GENERAL_BRANCH: _OF_GROUPS | {ActivityKind.PARTY_COMMITTEE_MEETING},
    UnitKind.GROUP: _OF_BRANCHES | _OF_COMMITTEES | {ActivityKind.GROUP_LEADERS_MEETING},
} | dict.fromkeys(BRANCH_KINDS, _OF_GROUPS | _OF_COMMITTEES)
KINDS_BELOW = {
    UnitKind.COMMITTEE: list(UnitKind),
    UnitKind.GENERAL_BRANCH: [*BRANCH_KINDS, UnitKind.GROUP],
} | {kind: [UnitKind.GROUP] for kind in BRANCH_KINDS}

# The kinds a unit records most come first on the form; all others follow.
FIRST_KINDS = {
    "COMMITTEE": [
        ActivityKind.PARTY_COMMITTEE_MEETING,
        ActivityKind.LEADING_GROUP_MEETING,
        ActivityKind.RESEARCH_VISIT,
        ActivityKind.JOINT_CONFERENCE,
        ActivityKind.TRAINING,
    ],
    "GROUP": [
        ActivityKind.GROUP_MEETING,
        ActivityKind.SERVICE_VISIT,
        ActivityKind.LINE_PATROL,
        ActivityKind.MODEL_DAY,
        ActivityKind.TRAINING,
    ],
    "": [
        ActivityKind.THEMED_PARTY_DAY,
        ActivityKind.COMMITTEE_MEETING,
        ActivityKind.GENERAL_MEETING,
        ActivityKind.PARTY_LECTURE,
        ActivityKind.SERVICE_VISIT,
        ActivityKind.HEART_TALK,
    ],
}

# The outcomes the form offers first for a kind.
FIRST_OUTCOMES = {
    ActivityKind.THEMED_PARTY_DAY: ["THEMED_DAY", "SERVICE_VISIT", "HOUSEHOLD_VISITED", "PROBLEM_SOLVED"],
    ActivityKind.SERVICE_VISIT: ["SERVICE_VISIT", "HOUSEHOLD_VISITED", "PROBLEM_SOLVED", "ENERGY_SAVING"],
    ActivityKind.LINE_PATROL: ["LINE_PATROL", "HAZARD_FOUND", "CONFLICT_SOLVED"],
    ActivityKind.TRAINING: ["TRAINING_SESSION", "TRAINEE"],
    ActivityKind.PARTY_LECTURE: ["MUTUAL_LECTURE", "TRAINEE"],
    ActivityKind.JOINT_CONFERENCE: ["JOINT_CONFERENCE", "EXCHANGE_VISIT"],
    ActivityKind.MODEL_DAY: ["SERVICE_VISIT", "PROBLEM_SOLVED", "PERSON_REACHED"],
    ActivityKind.RESEARCH_VISIT: ["EXCHANGE_VISIT", "PROBLEM_SOLVED"],
}


def first_kinds(unit_kind: str) -> list[ActivityKind]:
    return FIRST_KINDS.get(unit_kind, FIRST_KINDS[""])


def is_held_by(kind: str, unit_kind: str) -> bool:
    """Whether a unit of this kind holds such an activity itself."""
    return kind not in KINDS_OF_OTHERS[UnitKind(unit_kind)]


def kinds_held_by(unit_kind: str) -> list[ActivityKind]:
    return [kind for kind in ActivityKind if is_held_by(kind, unit_kind)]


def kinds_counted_with(unit_kind: str) -> list[ActivityKind]:
    """As what its activity may also count: its own kinds, and those of units below it that take part."""
    below = KINDS_BELOW.get(UnitKind(unit_kind), [])
    return [kind for kind in ActivityKind if any(is_held_by(kind, at) for at in [unit_kind, *below])]


def needs_core_task(kinds: Iterable[str], core_task: Any, no_core_task: str) -> bool:
    """Whether a record of these kinds still has to say which core task it spoke of, or why of none."""
    return not CORE_TASK_KINDS.isdisjoint(kinds) and not core_task and not no_core_task.strip()


def quorum(eligible: int) -> int:
    """How many of those entitled to vote have to be there: half of them, rounded up (domain.md 8.9)."""
    return (eligible + 1) // 2


def is_below_quorum(expected: int | None, present: int | None) -> bool:
    """Whether fewer than half of those who should attend were there; unknown figures say nothing."""
    return expected is not None and present is not None and present < quorum(expected)


def votes_needed(eligible: int) -> int:
    """More than half of those entitled to vote, whoever came."""
    return eligible // 2 + 1


def vote_result(eligible: int, present: int, in_favour: int) -> VoteResult:
    if present < quorum(eligible):
        return VoteResult.NOT_VALID
    return VoteResult.PASSED if in_favour >= votes_needed(eligible) else VoteResult.NOT_PASSED


def earliest_missed(day: date) -> date:
    """The first due day of which the workbench still speaks on ``day``."""
    return period_of(day - timedelta(days=MISSED_SHOWN_DAYS), PeriodKind.HALF_YEAR).first_day


def is_late(held_on: date, first_submitted_at: datetime) -> bool:
    return clock.day_of(first_submitted_at) > held_on + timedelta(days=LATE_AFTER_DAYS)


def excellent_cap(appraised: int) -> int:
    """How many of so many members appraised may be rated excellent."""
    return appraised // EXCELLENT_AT_MOST_ONE_IN


def appraisal_year(held_on: date) -> int:
    """The year for which an appraisal held on this day is."""
    until = after_grace(date(held_on.year - 1, 12, 31), APPRAISAL_GRACE_DAYS)
    return held_on.year - 1 if held_on <= until else held_on.year


def after_grace(day: date, days: int) -> date:
    """So many days of grace after ``day``, without 29 February: 90 days end with March in any year."""
    end = day + timedelta(days=days)
    leap = any(isleap(year) and day < date(year, 2, 29) <= end for year in {day.year, end.year})
    return end + timedelta(days=leap)


def study_target(on_committee: bool) -> int:
    return COMMITTEE_STUDY_HOURS if on_committee else STUDY_HOURS


def hours_short(hours: Decimal, on_committee: bool) -> Decimal:
    """By how much the hours of study fall short of the target; 0 where they reach it."""
    return max(study_target(on_committee) - hours, Decimal(0))
