"""Public rules about the size, the term and the make-up of Party units (domain.md 3 and 11).

Pure functions of figures and days. What blocks gives the reason as text and an empty text where all is
well; sizes only warn, because a level above may approve of what is smaller or larger.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from branches.choices import BRANCH_KINDS, MemberStatus, UnitKind

# From so many members on, in an enterprise (以上 includes the number).
COMMITTEE_FROM, GENERAL_BRANCH_FROM = 100, 50
FULL_IN_BRANCH = 3
UNITS_IN_JOINT_BRANCH = 5
COMMITTEE_EXPECTED_FROM = 7  # full members
MOST_ON_COMMITTEE = 7
MEMBERS_IN_GROUP, FULL_IN_GROUP = 3, 1
TEAM_NEEDS_GROUP_FROM = 3  # full members
TERM_YEARS = {UnitKind.COMMITTEE: 5}
OTHER_TERM_YEARS = 3
ELECTION_STAGES = (6, 3, 1)  # months before
PROBATION_AHEAD_MONTHS = LAPSE_AHEAD_MONTHS = 1
ELECTING_KINDS = [
    UnitKind.COMMITTEE,
    UnitKind.GENERAL_BRANCH,
    UnitKind.BRANCH,
    UnitKind.JOINT_BRANCH,
]
KINDS_BY_SIZE = [UnitKind.BRANCH, UnitKind.GENERAL_BRANCH, UnitKind.COMMITTEE]


# --- days -------------------------------------------------------------------------------------------
def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later or earlier, or the last one that month has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def add_years(day: date, years: int) -> date:
    return add_months(day, 12 * years)


# --- terms and elections ----------------------------------------------------------------------------
def term_years(kind: str, own: int | None = None) -> int:
    return own or TERM_YEARS.get(UnitKind(kind), OTHER_TERM_YEARS)


def term_ends_on(kind: str, elected_on: date, own_years: int | None = None) -> date:
    return add_years(elected_on, term_years(kind, own_years))


def election_due_on(unit: Any) -> date | None:
    """By which day a unit elects again; None where it elects nobody or the last election is not on record."""
    if unit.kind not in ELECTING_KINDS or unit.last_election_on is None:
        return None
    return unit.extended_until or term_ends_on(unit.kind, unit.last_election_on, unit.term_years)


def longest_extension(kind: str, elected_on: date, own_years: int | None = None) -> date:
    return add_years(term_ends_on(kind, elected_on, own_years), 1)


def extension_refusal(kind: str, elected_on: date, own_years: int | None, until: date) -> str:
    """Why the term cannot be extended until that day."""
    ends_on = term_ends_on(kind, elected_on, own_years)
    if until <= ends_on:
        return _("The term runs until %(day)s anyway. Give a later day.") % {"day": ends_on.isoformat()}
    longest = longest_extension(kind, elected_on, own_years)
    if until > longest:
        return _("A term is extended by one year at most, until %(day)s.") % {"day": longest.isoformat()}
    return ""


# --- sizes: suggestions and warnings ----------------------------------------------------------------
def suggested_kind(members: int) -> UnitKind:
    """By members, full and probationary. A suggestion: smaller ones are allowed with approval above."""
    if members >= COMMITTEE_FROM:
        return UnitKind.COMMITTEE
    return UnitKind.GENERAL_BRANCH if members >= GENERAL_BRANCH_FROM else UnitKind.BRANCH


def outgrown_kind(kind: str, members: int) -> UnitKind | None:
    """The larger kind that a unit of this size would have; None where its kind will do."""
    size_kind = UnitKind.BRANCH if kind in BRANCH_KINDS else UnitKind(kind)
    suggested = suggested_kind(members)
    if size_kind not in KINDS_BY_SIZE or KINDS_BY_SIZE.index(suggested) <= KINDS_BY_SIZE.index(size_kind):
        return None
    return suggested


def branch_kind_suggested(full: int) -> UnitKind:
    """Below three full members a branch joins its neighbours."""
    return UnitKind.BRANCH if full >= FULL_IN_BRANCH else UnitKind.JOINT_BRANCH


def is_joint_branch_too_wide(units: int) -> bool:
    return units > UNITS_IN_JOINT_BRANCH


def expects_committee(full: int) -> bool:
    return full >= COMMITTEE_EXPECTED_FROM


def branch_refusal(kind: str, full: int) -> str:
    """Why a branch of this kind cannot be opened with so many full members."""
    if kind == UnitKind.BRANCH and full < FULL_IN_BRANCH:
        return _(
            "A branch needs at least %(count)d full members. With fewer, open a joint branch with neighbours."
        ) % {"count": FULL_IN_BRANCH}
    return ""


def lapse_refusal(opened_on: date, lapses_on: date) -> str:
    """Why a temporary branch opened on the one day cannot lapse on the other."""
    if lapses_on > opened_on:
        return ""
    return _("The branch opens on %(day)s. Give a later day.") % {"day": opened_on.isoformat()}


# --- groups -----------------------------------------------------------------------------------------
def group_refusal(statuses: Sequence[str]) -> str:
    """Why these members cannot form a group."""
    if len(statuses) < MEMBERS_IN_GROUP:
        return _("A group needs at least %(count)d members.") % {"count": MEMBERS_IN_GROUP}
    if sum(status == MemberStatus.FULL for status in statuses) < FULL_IN_GROUP:
        return _("A group needs at least one full member.")
    return ""


def leader_refusal(status: str) -> str:
    """Why somebody of this status cannot lead a group."""
    return "" if status == MemberStatus.FULL else _("A probationary member cannot lead a group.")


def needs_group(full: int) -> bool:
    """Whether a work team with so many full members has to form a group."""
    return full >= TEAM_NEEDS_GROUP_FROM


# --- the tree ---------------------------------------------------------------------------------------
def place_refusal(kind: str, parent_kind: str | None) -> str:
    """Why a unit of this kind cannot stand under one of the other kind."""
    if kind == UnitKind.GROUP:
        return "" if parent_kind in BRANCH_KINDS else _("A group stands under a branch.")
    if parent_kind == UnitKind.GROUP or parent_kind in BRANCH_KINDS:
        return _("Below a branch there are only groups.")
    return ""


def merge_refusal(kind: str, into_kind: str) -> str:
    """Why units of these kinds cannot become one."""
    one, other = (UnitKind.BRANCH if each in BRANCH_KINDS else each for each in (kind, into_kind))
    if one != other:
        return _("A %(kind)s cannot be merged into a %(into)s.") % {
            "kind": UnitKind(kind).label,
            "into": UnitKind(into_kind).label,
        }
    return ""
