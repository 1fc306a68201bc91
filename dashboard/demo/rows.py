"""The plain rows of the demo province: what a file of an import would hold, and a little more."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class OrganisationRow:
    code: str
    name: str
    kind: str
    parent_code: str
    staff_count: int = 0
    customer_count_mv: int = 0
    customer_count_lv: int = 0
    line_km: int = 0


@dataclass(slots=True)
class UnitRow:
    code: str
    name: str
    kind: str
    parent_code: str
    organisation_code: str
    category: str = ""
    established_on: date = date.min
    last_election_on: date = date.min


@dataclass(slots=True)
class MemberRow:
    staff_no: str
    name: str
    unit_code: str
    organisation_code: str
    is_full: bool
    full_since: date | None
    party_worker: str = "NONE"

    @property
    def status(self) -> str:
        return "FULL" if self.is_full else "PROBATIONARY"


@dataclass(slots=True)
class PostRow:
    staff_no: str
    unit_code: str
    position: str
    starts_on: date
    ends_on: date | None = None


@dataclass(slots=True)
class Group:
    """A Party group on a team, with what makes its months differ from those of the next."""

    code: str
    team: str
    members: list[MemberRow]


@dataclass(slots=True)
class Branch:
    """A branch as its secretary sees it: people, groups, the fixed Party day, and how well things run."""

    code: str
    name: str
    kind: str
    setting: str  # STATION, WORKS (second-tier and production) or OFFICE
    organisation_code: str
    committee_code: str
    bureau_code: str
    members: list[MemberRow]
    groups: list[Group] = field(default_factory=list)
    has_committee: bool = False
    fixed_day: int = 15
    diligence: float = 0.97
    attendance: float = 0.96

    @property
    def place(self) -> str:
        """The short name of where it stands."""
        return self.name.removesuffix("联合党支部").removesuffix("党支部")


@dataclass(slots=True)
class Committee:
    code: str
    name: str
    kind: str
    organisation_code: str
    quality: float


@dataclass(slots=True)
class SignIn:
    """``unit_code`` is where the role is held; a member's post may give the role instead (then it is "")."""

    username: str
    name: str
    staff_no: str
    role: str
    unit_code: str


@dataclass(slots=True)
class Province:
    """Everything that stands before anything happens."""

    organisations: list[OrganisationRow] = field(default_factory=list)
    units: list[UnitRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    posts: list[PostRow] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    committees: list[Committee] = field(default_factory=list)
    sign_ins: list[SignIn] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A unit's part in an activity. ``absences`` maps staff numbers to reasons where names are kept."""

    unit_code: str
    expected: int | None
    present: int | None
    excused: int = 0
    names: dict[str, str] | None = None


@dataclass(slots=True)
class ActivityRow:
    """A record. ``author`` and ``decider`` are sign-ins, or "" where the demo itself stands for them."""

    kind: str
    title: str
    held_on: date
    parts: list[Part]
    place: str = ""
    also: tuple[str, ...] = ()
    held_with: str = ""
    note: str = ""
    tag: str = ""
    outcomes: tuple[tuple[str, int, str], ...] = ()
    state: str = "CONFIRMED"
    submitted_on: date | None = None
    decided_on: date | None = None
    reason: str = ""
    author: str = ""
    decider: str = ""

    @property
    def unit_code(self) -> str:
        return self.parts[0].unit_code


@dataclass(slots=True)
class ValueRow:
    unit_code: str
    period: str
    indicator_code: str
    value: str
    denominator: str = ""


@dataclass(slots=True)
class AwardRow:
    unit_code: str
    period: str
    item_code: str
    points: str
    scheme: str = "group-appraisal"


@dataclass(slots=True)
class PastRow:
    scheme: str
    period: str
    unit_code: str
    total: str
    rank: int
