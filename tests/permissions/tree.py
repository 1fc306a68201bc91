"""A small province and the people who walk through it, as plain data."""

from dataclasses import dataclass
from datetime import date, timedelta

TODAY = date(2026, 6, 10)
NOON = "2026-06-10 12:00+08:00"
DAY = timedelta(days=1)
LONG_AGO = date(2020, 1, 1)

# code: (kind, parent, kind of the organisation at which it stands)
TREE = {
    "P": ("COMMITTEE", None, "PROVINCIAL"),
    "B1": ("COMMITTEE", "P", "CITY_BUREAU"),
    "D1": ("BRANCH", "B1", "DEPARTMENT"),
    "C11": ("COMMITTEE", "B1", "COUNTY"),
    "N111": ("BRANCH", "C11", "STATION"),
    "N111G1": ("GROUP", "N111", "TEAM"),
    "N111G2": ("GROUP", "N111", "TEAM"),
    "N112": ("BRANCH", "C11", "STATION"),
    "N112G1": ("GROUP", "N112", "TEAM"),
    "C12": ("COMMITTEE", "B1", "COUNTY"),
    "N121": ("BRANCH", "C12", "STATION"),
    "B2": ("COMMITTEE", "P", "CITY_BUREAU"),
    "Q2": ("GENERAL_BRANCH", "B2", "DEPARTMENT"),
    "C21": ("COMMITTEE", "B2", "COUNTY"),
    "C22": ("COMMITTEE", "B2", "COUNTY"),
    "N211": ("BRANCH", "C21", "STATION"),
    "N211G1": ("GROUP", "N211", "TEAM"),
}
UNITS = list(TREE)
BRANCHES = [code for code, (kind, *_rest) in TREE.items() if kind == "BRANCH"]
CLOSED = {"C22": date(2025, 12, 1)}  # in the period that is published: a board says why it is left out
# The first unit leads the record, the second took part in it: each sees it.
JOINT = ("N111", "N121")
# Where to look for the like of a unit in another bureau.
ELSEWHERE = {
    "B1": "B2",
    "D1": "Q2",
    "C11": "C21",
    "C12": "C21",
    "N111": "N211",
    "N111G1": "N211G1",
    "N111G2": "N211G1",
    "N112": "N211",
    "N112G1": "N211G1",
    "N121": "N211",
}


def parent_of(code):
    return TREE[code][1]


def is_group(code):
    return TREE[code][0] == "GROUP"


def above(code):
    """The units above, the nearest first."""
    found = []
    while (code := parent_of(code)) is not None:
        found.append(code)
    return found


def subtree(code):
    return {unit for unit in UNITS if unit == code or code in above(unit)}


def with_groups(code):
    return {code} | {unit for unit in UNITS if is_group(unit) and parent_of(unit) == code}


@dataclass(frozen=True)
class Held:
    role: str
    unit: str
    first: date = LONG_AGO
    last: date | None = None

    def on(self, day):
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Person:
    name: str
    held: tuple[Held, ...] = ()
    signs_in: bool = True
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False

    @property
    def home(self):
        """The unit from which sibling, parent and the others are reckoned."""
        return self.held[0].unit if self.held else "N111"


PEOPLE = [
    Person("anonymous", signs_in=False),
    Person("inactive", (Held("BRANCH_SECRETARY", "N111"),), is_active=False),
    Person("unassigned"),
    Person("member", (Held("MEMBER", "N111"),)),
    Person("leader", (Held("GROUP_LEADER", "N111G1"),)),
    Person("committee", (Held("BRANCH_COMMITTEE", "N111"),)),
    Person("secretary", (Held("BRANCH_SECRETARY", "N111"),)),
    Person("deputy", (Held("BRANCH_SECRETARY", "N111", last=TODAY - DAY),)),
    Person("both", (Held("BRANCH_SECRETARY", "N112"), Held("BRANCH_SECRETARY", "N121"))),
    Person("county", (Held("COUNTY_OFFICE", "C11"),)),
    Person("bureau", (Held("BUREAU_OFFICE", "B1"),)),
    Person("province", (Held("PROVINCE_OFFICE", "P"),)),
    Person("reviewer", (Held("DEPARTMENT_REVIEWER", "D1"),)),
    Person("evaluator", (Held("EVALUATOR", "P"),)),
    Person("supervising", (Held("SUPERVISING_LEADER", "B1"),)),
    Person("sysadmin", (Held("SYSTEM_ADMIN", "P"),)),
    Person("security", (Held("SECURITY_ADMIN", "P"),)),
    Person("auditor", (Held("AUDITOR", "P"),)),
    Person("staff", is_staff=True),
    Person("superuser", is_staff=True, is_superuser=True),
]
# Those who only have to be there, so that each record has somebody who decides on it.
OTHERS = [
    Person("province2", (Held("PROVINCE_OFFICE", "P"),)),
    Person("bureau2", (Held("BUREAU_OFFICE", "B2"),)),
    Person("county21", (Held("COUNTY_OFFICE", "C21"),)),
    Person("far", (Held("BRANCH_SECRETARY", "N211"),)),
    Person("successor", (Held("BRANCH_SECRETARY", "N111", first=TODAY + DAY),)),
]
BY_NAME = {person.name: person for person in [*PEOPLE, *OTHERS]}
