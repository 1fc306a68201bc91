"""Who may see what, worked out from the tree and the words of the design alone.

Nothing here asks the application: its querysets and its table of roles are what is tested.
"""

from functools import cached_property

from tests.permissions.tree import (
    JOINT,
    OTHERS,
    PEOPLE,
    TODAY,
    UNITS,
    above,
    is_group,
    parent_of,
    subtree,
    with_groups,
)

INSIDE = {"MEMBER", "GROUP_LEADER", "BRANCH_COMMITTEE", "BRANCH_SECRETARY"}
OFFICES = {"COUNTY_OFFICE", "BUREAU_OFFICE", "PROVINCE_OFFICE"}
RECORDERS = {"GROUP_LEADER", "BRANCH_COMMITTEE", "BRANCH_SECRETARY", "COUNTY_OFFICE", "BUREAU_OFFICE"}
READERS = RECORDERS | {"PROVINCE_OFFICE"}
DECIDERS = OFFICES | {"BRANCH_SECRETARY"}
DASHBOARDS = OFFICES | {"SUPERVISING_LEADER"}
PREPARERS = {"PROVINCE_OFFICE"}
ENTERERS = OFFICES | {"BRANCH_SECRETARY"}
VERIFIERS = {"BUREAU_OFFICE", "PROVINCE_OFFICE"}
HONOURERS = {"PROVINCE_OFFICE"}
PARTNER_KEEPERS = {"BUREAU_OFFICE", "PROVINCE_OFFICE"}
# The department that answers for the business comments on gaps between it and Party work (domain.md 8.3).
DEPARTMENTS = {"DEPARTMENT_REVIEWER"}
SCORE_READERS = READERS | DEPARTMENTS
EVERY_ROLE = {held.role for person in [*PEOPLE, *OTHERS] for held in person.held}

SCHEMES = {
    # code: (subjects, published to)
    "company": (["D1", "N111", "N112", "N121", "N211"], "COMPANY"),
    "county": (["C11", "C12", "C21"], "COMMITTEE"),
    "far": (["Q2"], "COMMITTEE"),
}


def committee_of(code):
    """The nearest committee at or above."""
    return code if code.startswith(("P", "B", "C")) else committee_of(parent_of(code))


def holders(day):
    """(person, role, unit) of everybody who can sign in."""
    return [
        (person.name, held.role, held.unit)
        for person in [*PEOPLE, *OTHERS]
        if person.is_active
        for held in person.held
        if held.on(day)
    ]


class Oracle:
    """What one person may see on one day."""

    def __init__(self, person, day=TODAY):
        self.person, self.day = person, day
        self.signed_in = person.signs_in and person.is_active
        live = person.held if self.signed_in else ()
        self.held = [(held.role, held.unit) for held in live if held.on(day)]

    def __repr__(self):
        return self.person.name

    def reach(self, roles):
        """The units of the roles held: the own unit with its groups, or the subtree of an office."""
        return {
            code
            for role, unit in self.held
            if role in roles
            for code in (with_groups(unit) if role in INSIDE else subtree(unit))
        }

    def has(self, roles):
        return any(role in roles for role, _unit in self.held)

    # --- units and records -------------------------------------------------------------------------
    @cached_property
    def units(self):
        return self.reach(EVERY_ROLE)

    @cached_property
    def reads(self):
        return self.reach(READERS)

    @cached_property
    def writes(self):
        """Records are written where one belongs; an office decides on those below."""
        return {code for role, unit in self.held if role in RECORDERS for code in with_groups(unit)}

    @cached_property
    def lost(self):
        """Units for which the person recorded until his office ended -> where he held it."""
        over = [held for held in self.person.held if held.role in RECORDERS and not held.on(self.day)]
        over = [held for held in over if held.last and held.last < self.day] if self.signed_in else []
        return {code: held.unit for held in over for code in with_groups(held.unit)}

    @cached_property
    def keeps_people(self):
        """Members and groups: the secretary's own, and those below an office."""
        return self.reach({"BRANCH_SECRETARY", "COUNTY_OFFICE", "BUREAU_OFFICE"})

    @cached_property
    def keeps_posts(self):
        return self.reach({"COUNTY_OFFICE", "BUREAU_OFFICE"})

    @cached_property
    def keeps_units(self):
        return self.reach({"BUREAU_OFFICE"})

    @cached_property
    def inside(self):
        """Where pairs of talks and grades are seen: the secretary's and the committee's own branch."""
        return self.reach({"BRANCH_SECRETARY", "BRANCH_COMMITTEE"})

    @cached_property
    def answers(self):
        """Whose requests for a correction come here; to the office where the branch has no secretary."""
        led = {unit for _who, role, unit in holders(self.day) if role == "BRANCH_SECRETARY"}
        left = {code for code in UNITS if not led & {code, home_of(code)} and home_of(code) in self.decides}
        return self.reach({"BRANCH_SECRETARY"}) | left

    @cached_property
    def reads_joint(self):
        return bool(self.reads & set(JOINT))

    @cached_property
    def decides(self):
        return (
            {code for code in UNITS if self.person.name in deciders(code, self.day)} if self.held else set()
        )

    @cached_property
    def named(self):
        """The units whose people's attendance is seen by name: the own branch, and the office above it."""
        at = {unit for role, unit in self.held if role in READERS} | self.decides
        return {code for code in UNITS if at & {code, home_of(code)}}

    @cached_property
    def known_by_name(self):
        """Whose members these are: a branch's meeting expects the members of its groups too."""
        return {member for code in self.named & self.reads for member in with_groups(code)}

    @cached_property
    def pairs(self):
        """Whose pairings are written by the person: those of the branch whose secretary he is."""
        return self.reach({"BRANCH_SECRETARY"})

    @cached_property
    def opens_pairings(self):
        """Approved by the nearest office above that can, never by who belongs to the unit."""
        return {
            code
            for code in UNITS
            if self.person.name in deciders(code, self.day, {"BUREAU_OFFICE", "PROVINCE_OFFICE"})
        }

    @cached_property
    def dashboards(self):
        return self.reach(DASHBOARDS)

    # --- boards ------------------------------------------------------------------------------------
    @cached_property
    def scores(self):
        return self.reach(SCORE_READERS)

    @cached_property
    def objects(self):
        """Whose score one may object to: that of the unit for which one answers, not of those below."""
        speakers = {"BRANCH_SECRETARY", "COUNTY_OFFICE", "BUREAU_OFFICE"}
        return {code for role, unit in self.held if role in speakers for code in with_groups(unit)}

    @cached_property
    def enters(self):
        return self.reach(ENTERERS)

    @cached_property
    def verifies(self):
        """Nobody owns the indicator of this world: the offices verify."""
        return self.reach(VERIFIERS)

    def lines(self, scheme):
        """The published lines that may be read."""
        subjects, to = SCHEMES[scheme]
        return {code for code in subjects if self.reads_line(code, to)} if self.signed_in else set()

    def reads_line(self, subject, to):
        stands_at = {unit for _role, unit in self.held}
        if subject in self.scores or stands_at & subtree(subject) or to == "COMPANY":
            return True
        return bool(stands_at & (subtree(committee_of(subject)) | set(above(subject))))

    def trial_lines(self, scheme):
        return self.reach(PREPARERS) & set(SCHEMES[scheme][0])

    def knows_scheme(self, scheme):
        own = self.scores & {unit for _role, unit in self.held} & set(SCHEMES[scheme][0])
        return bool(self.lines(scheme) or self.trial_lines(scheme) or own)


def home_of(code):
    return parent_of(code) if is_group(code) else code


def deciders(code, day, offices=OFFICES):
    """Who decides on the records of a unit: a group's branch secretary, else the nearest office above."""
    everybody = holders(day)
    if is_group(code) and offices == OFFICES:
        found = {
            who for who, role, unit in everybody if role == "BRANCH_SECRETARY" and unit == parent_of(code)
        }
        if found:
            return found
    for unit_above in above(code):
        found = {who for who, role, unit in everybody if role in offices and unit == unit_above}
        if found:
            return found
    return set()
