"""Closed lists of the organisation and the Party tree (contract.md 4, domain.md 1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    PROVINCIAL = "PROVINCIAL", _("provincial company")
    CITY_BUREAU = "CITY_BUREAU", _("city power-supply bureau")
    COUNTY = "COUNTY", _("county power-supply enterprise")
    STATION = "STATION", _("supply station")
    DEPARTMENT = "DEPARTMENT", _("functional department")
    SECOND_TIER = "SECOND_TIER", _("second-tier institution")
    TEAM = "TEAM", _("work team")


class UnitKind(models.TextChoices):
    COMMITTEE = "COMMITTEE", _("Party committee")
    GENERAL_BRANCH = "GENERAL_BRANCH", _("general Party branch")
    BRANCH = "BRANCH", _("Party branch")
    JOINT_BRANCH = "JOINT_BRANCH", _("joint Party branch")
    TEMPORARY_BRANCH = "TEMPORARY_BRANCH", _("temporary Party branch")
    GROUP = "GROUP", _("Party group")


BRANCH_KINDS = [UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.TEMPORARY_BRANCH]


class MemberStatus(models.TextChoices):
    FULL = "FULL", _("full member")
    PROBATIONARY = "PROBATIONARY", _("probationary member")


class PartyWorker(models.TextChoices):
    NONE = "NONE", _("none")
    FULL_TIME = "FULL_TIME", _("full-time")
    PART_TIME = "PART_TIME", _("part-time")


class Position(models.TextChoices):
    SECRETARY = "SECRETARY", _("secretary")
    DEPUTY_SECRETARY = "DEPUTY_SECRETARY", _("deputy secretary")
    ORGANISATION = "ORGANISATION", _("committee member for organisation")
    PUBLICITY = "PUBLICITY", _("committee member for publicity")
    DISCIPLINE = "DISCIPLINE", _("committee member for discipline")
    YOUTH = "YOUTH", _("committee member for youth")
    COMMITTEE_MEMBER = "COMMITTEE_MEMBER", _("committee member")
    GROUP_LEADER = "GROUP_LEADER", _("Party group leader")
    LINKED_MEMBER = "LINKED_MEMBER", _("linked committee member")


# A branch has a committee when somebody besides its secretaries sits on it (domain.md 3, art. 10).
COMMITTEE_POSITIONS = [
    Position.ORGANISATION,
    Position.PUBLICITY,
    Position.DISCIPLINE,
    Position.YOUTH,
    Position.COMMITTEE_MEMBER,
]

# At which kinds of unit a position is held: a Party group has a leader and a link, and no committee.
OUTSIDE_GROUPS = [kind for kind in UnitKind if kind != UnitKind.GROUP]
POSITION_KINDS = dict.fromkeys(Position, OUTSIDE_GROUPS) | {
    Position.GROUP_LEADER: [UnitKind.GROUP],
    Position.LINKED_MEMBER: [UnitKind.GROUP],
}


class Role(models.TextChoices):
    MEMBER = "MEMBER", _("Party member")
    GROUP_LEADER = "GROUP_LEADER", _("Party group leader")
    BRANCH_SECRETARY = "BRANCH_SECRETARY", _("branch secretary")
    BRANCH_COMMITTEE = "BRANCH_COMMITTEE", _("branch committee member")
    COUNTY_OFFICE = "COUNTY_OFFICE", _("county Party office")
    BUREAU_OFFICE = "BUREAU_OFFICE", _("bureau Party office")
    PROVINCE_OFFICE = "PROVINCE_OFFICE", _("provincial Party office")
    DEPARTMENT_REVIEWER = "DEPARTMENT_REVIEWER", _("department reviewer")
    SUPERVISING_LEADER = "SUPERVISING_LEADER", _("supervising leader")
    COMMITTEE_RECORDER = "COMMITTEE_RECORDER", _("Party committee recorder")
    RURAL_POWER_DEPT = "RURAL_POWER_DEPT", _("rural power department")
    FIRST_SECRETARY = "FIRST_SECRETARY", _("first secretary")
    EVALUATOR = "EVALUATOR", _("evaluator")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("system administrator")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("security administrator")
    AUDITOR = "AUDITOR", _("auditor")


# Nobody holds two of these at once (architecture.md settled 3).
EXCLUSIVE_ROLES = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR]


class AlertKind(models.TextChoices):
    """What the keeper of a unit is told of; computed, never stored."""

    ELECTION = "ELECTION", _("election due")
    PROBATION = "PROBATION", _("probation ends")
    PROBATION_WITHOUT_END = "PROBATION_WITHOUT_END", _("probation without an end")
    BRANCH_WITHOUT_SECRETARY = "BRANCH_WITHOUT_SECRETARY", _("branch without a secretary")
    TEAM_WITHOUT_GROUP = "TEAM_WITHOUT_GROUP", _("team without a group")
    GROUP_WITHOUT_LEADER = "GROUP_WITHOUT_LEADER", _("group without a leader")
    GROUP_WITHOUT_LINK = "GROUP_WITHOUT_LINK", _("group without a linked committee member")
    COMMITTEE_WITHOUT_GROUP = "COMMITTEE_WITHOUT_GROUP", _("committee member without a group")
    GROUP_TOO_SMALL = "GROUP_TOO_SMALL", _("group too small")
    BRANCH_TOO_SMALL = "BRANCH_TOO_SMALL", _("branch too small")
    COMMITTEE_EXPECTED = "COMMITTEE_EXPECTED", _("committee expected")
    COMMITTEE_TOO_LARGE = "COMMITTEE_TOO_LARGE", _("committee too large")
    TEMPORARY_LAPSES = "TEMPORARY_LAPSES", _("temporary branch lapses")
    JOINT_TOO_WIDE = "JOINT_TOO_WIDE", _("joint branch too wide")
    KIND_OUTGROWN = "KIND_OUTGROWN", _("larger than its kind")
