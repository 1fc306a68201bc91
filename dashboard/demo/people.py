"""Members, groups and posts of the invented province."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from dashboard.demo.names import CAST, new_person
from dashboard.demo.rows import Branch, Group, MemberRow, OrganisationRow, PostRow, SignIn, UnitRow

if TYPE_CHECKING:
    from dashboard.demo.tree import Builder

SIZES = {"STATION": (12, 28), "WORKS": (15, 33), "OFFICE": (8, 20)}
LEAST_IN_DEMO_COUNTY = 20
DEMO_BRANCH, DEMO_COUNTY, DEMO_COMMITTEE = "ZB-QJ01-02", "DW-QJ01", "DW-QJ"
COUNTY_OFFICE, BUREAU_OFFICE, HEADQUARTERS = "ZB-QJ01-01", "ZB-QJ-01", "ZB-LH-01"
MARKETING = "ZB-LH-05"  # a small province has no such department: there its headquarters' only one


def fill_branch(builder: Builder, branch: Branch, unit: UnitRow, number: int, rng: Random) -> None:
    """Draw the members, put them into groups, and give the posts."""
    least, most = SIZES[branch.setting]
    size = rng.randint(least, most)
    if branch.committee_code == DEMO_COUNTY:
        size = max(size, LEAST_IN_DEMO_COUNTY)
    taken: set[str] = set(CAST.values())
    people = [new_member(builder, branch, number, taken, rng) for _ in range(size)]
    branch.members = people
    group_count = (
        min(5, max(2, round(size / 7.8))) if size >= 13 and branch.setting != "OFFICE" else size // 15 * 2
    )
    if branch.code == DEMO_BRANCH:
        branch.fixed_day, branch.diligence, branch.attendance = 20, 0.985, 0.955
    add_groups(builder, branch, people, group_count)
    for member in people[:3]:
        make_full(member, builder.until, rng)
    if branch.kind == "JOINT_BRANCH":
        for member in people[-3:]:
            member.organisation_code = f"{branch.organisation_code}L"
    give_posts(builder, branch, unit, rng)
    builder.province.members.extend(people)
    team_staff(builder, branch, rng)


def new_member(builder: Builder, branch: Branch, number: int, taken: set[str], rng: Random) -> MemberRow:
    serial = sum(len(other.members) for other in builder.province.branches) + len(taken) - len(CAST) + 1
    is_full = rng.random() >= 0.045
    row = MemberRow(
        staff_no=f"{number:02}{serial:06}",
        name=new_person(rng, taken),
        unit_code=branch.code,
        organisation_code=branch.organisation_code,
        is_full=is_full,
        full_since=None,
    )
    if is_full:
        make_full(row, builder.until, rng)
    return row


def make_full(member: MemberRow, until: date, rng: Random) -> None:
    member.is_full = True
    years_ago = min(38, int(rng.expovariate(1 / 11)) + 1)
    member.full_since = date(until.year - years_ago, rng.randint(1, 12), rng.randint(1, 28))


def add_groups(builder: Builder, branch: Branch, people: list[MemberRow], count: int) -> None:
    """Groups stand on teams; whoever leads a group is a full member."""
    teams = builder.teams(branch)
    for index in range(count):
        code, team = f"XZ-{branch.code[3:]}-{index + 1}", teams[index % len(teams)]
        members = people[index::count]
        stands_at = branch.organisation_code
        if branch.setting != "OFFICE":
            row = OrganisationRow(f"{stands_at}-{index + 1}", f"{branch.place}{team}", "TEAM", stands_at)
            builder.province.organisations.append(row)
            stands_at = row.code
        builder.unit(
            UnitRow(code, f"{branch.place}{team}党小组", "GROUP", branch.code, stands_at),
            builder.stream("unit", code),
        )
        for member in members:
            member.unit_code, member.organisation_code = code, stands_at
        make_full(members[0], builder.until, builder.stream("leader", code))
        branch.groups.append(Group(code, team, members))


def team_staff(builder: Builder, branch: Branch, rng: Random) -> None:
    """Some two of five in a team are members."""
    at = branch.organisation_code
    own = {at, f"{at}L", *(f"{at}-{n}" for n in range(1, 6))}
    for row in builder.province.organisations[-8:]:
        if row.code in own:
            members = sum(member.organisation_code == row.code for member in branch.members)
            row.staff_count = int(members * rng.uniform(2.1, 3.2)) + 3


def give_posts(builder: Builder, branch: Branch, unit: UnitRow, rng: Random) -> None:
    """A secretary; a committee from seven full members on; a leader and a linked member for every group."""
    full = [member for member in branch.members if member.is_full]
    branch.has_committee = len(full) >= 7
    leaders = [group.members[0] for group in branch.groups]
    free = [member for member in full if member not in leaders] or full
    positions = ["SECRETARY"]
    if branch.has_committee:
        positions += ["ORGANISATION", "DISCIPLINE"]
        positions += ["PUBLICITY"] if len(full) >= 13 else []
        positions += ["DEPUTY_SECRETARY"] if len(full) >= 22 else []
    since = unit.last_election_on
    holders = dict(zip(positions, free, strict=False))
    for position, member in holders.items():
        appoint(builder, branch, member, position, since)
        member.party_worker = (
            "PART_TIME" if position in ("SECRETARY", "ORGANISATION") else member.party_worker
        )
    hand_over(builder, branch, holders["SECRETARY"], free[len(holders) :], rng)
    committee = [member for position, member in holders.items() if position != "SECRETARY"]
    for index, group in enumerate(branch.groups):
        appoint(builder, branch, leaders[index], "GROUP_LEADER", since, unit_code=group.code)
        if committee:
            linked = committee[index % len(committee)]
            appoint(builder, branch, linked, "LINKED_MEMBER", since, unit_code=group.code)


def appoint(
    builder: Builder, branch: Branch, member: MemberRow, position: str, since: date, *, unit_code: str = ""
) -> None:
    """The post; a leader whom the demo's story does not need is now and then a new one since the summer."""
    builder.province.posts.append(PostRow(member.staff_no, unit_code or branch.code, position, since))


def hand_over(
    builder: Builder, branch: Branch, secretary: MemberRow, others: list[MemberRow], rng: Random
) -> None:
    """One secretary in twelve handed over early in the running half-year."""
    on = builder.handover_on
    if branch.code == DEMO_BRANCH or not others or on > builder.until or rng.random() > 1 / 12:
        return
    post = next(
        post
        for post in reversed(builder.province.posts)
        if post.position == "SECRETARY" and post.staff_no == secretary.staff_no
    )
    builder.province.posts.append(
        PostRow(others[0].staff_no, branch.code, "SECRETARY", post.starts_on, on - timedelta(days=1))
    )
    post.starts_on = on


def appoint_committees(builder: Builder) -> None:
    """Secretary, deputy and members of the committees sit in the branches that stand at their offices."""
    elections = {unit.code: unit.last_election_on for unit in builder.province.units}
    for committee in builder.province.committees:
        candidates = [
            member
            for branch in builder.province.branches
            if branch.committee_code == committee.code or committee.code == "DW-LH" == branch.bureau_code
            for member in branch.members[4:]
            if member.is_full
        ]
        positions = ["SECRETARY", "DEPUTY_SECRETARY", "DISCIPLINE", "COMMITTEE_MEMBER", "COMMITTEE_MEMBER"]
        for position, member in zip(positions, candidates, strict=False):
            builder.province.posts.append(
                PostRow(member.staff_no, committee.code, position, elections[committee.code])
            )


def cast_sign_ins(builder: Builder) -> None:
    """The people of the demo's story stand in one chain (contract.md 1)."""
    branches = {branch.code: branch for branch in builder.province.branches}
    own = branches[DEMO_BRANCH]
    secretary = holder(builder, own.code, "SECRETARY")
    department = branches.get(MARKETING, branches[HEADQUARTERS])
    seats = [
        ("leader", own.groups[1].members[0], "", ""),
        ("secretary", secretary, "", ""),
        ("county", branches[COUNTY_OFFICE].members[-1], "COUNTY_OFFICE", DEMO_COUNTY),
        ("bureau", branches[BUREAU_OFFICE].members[-1], "BUREAU_OFFICE", DEMO_COMMITTEE),
        ("province", branches[HEADQUARTERS].members[-1], "PROVINCE_OFFICE", "DW-LH"),
        ("province2", branches[HEADQUARTERS].members[-2], "PROVINCE_OFFICE", "DW-LH"),
        ("evaluator", branches[BUREAU_OFFICE].members[-2], "EVALUATOR", DEMO_COMMITTEE),
        ("reviewer", department.members[-3], "DEPARTMENT_REVIEWER", department.code),
    ]
    for username, member, role, unit_code in seats:
        make_full(member, builder.until, builder.stream("cast", username))
        member.name = CAST[username]
        member.party_worker = "FULL_TIME" if role.endswith("OFFICE") else member.party_worker
        builder.province.sign_ins.append(SignIn(username, member.name, member.staff_no, role, unit_code))
    for username, role in (("auditor", "AUDITOR"), ("admin", "SYSTEM_ADMIN")):
        builder.province.sign_ins.append(SignIn(username, CAST[username], "", role, "DW-LH"))


def holder(builder: Builder, unit_code: str, position: str) -> MemberRow:
    post = next(
        post for post in builder.province.posts if (post.unit_code, post.position) == (unit_code, position)
    )
    return next(member for member in builder.province.members if member.staff_no == post.staff_no)
