"""Two half-years of records: each unit's habits, the season's topics, and what was forgotten or came late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from core.periods import Period, PeriodKind, period_of
from dashboard.demo import topics
from dashboard.demo.names import TOWN_FIRST, TOWN_SECOND, village
from dashboard.demo.people import DEMO_BRANCH, DEMO_COUNTY
from dashboard.demo.rows import ActivityRow, Branch, Committee, Group, MemberRow, Part, Province

EXCUSES = ["DUTY", "DUTY", "TRAVEL", "LEAVE", "ILLNESS"]
# the days on which meetings are held in the months with long holidays
HOLIDAY_MONTHS = {2: [*range(5, 13), 25, 26, 27], 5: range(8, 28), 10: range(10, 28)}
# how often a month brings one of these to a branch, by what it does
EXTRAS = {
    "STATION": {"SERVICE_VISIT": 0.6, "LINE_PATROL": 0.3, "TRAINING": 0.12},
    "WORKS": {"SERVICE_VISIT": 0.15, "LINE_PATROL": 0.35, "TRAINING": 0.2},
    "OFFICE": {"SERVICE_VISIT": 0.22, "LINE_PATROL": 0.0, "TRAINING": 0.12},
}


@dataclass(frozen=True)
class Span:
    """The half-year that is closed and the one that runs up to ``until``."""

    closed: Period
    running: Period
    until: date

    @classmethod
    def ending(cls, until: date) -> "Span":
        running = period_of(until, PeriodKind.HALF_YEAR)
        return cls(running.previous, running, until)

    @property
    def months(self) -> list[Period]:
        found = self.closed.parts(PeriodKind.MONTH) + self.running.parts(PeriodKind.MONTH)
        return [month for month in found if month.first_day <= self.until]


class Rhythm:
    """Makes the records of the whole province, branch by branch, each from a stream of its own."""

    def __init__(self, province: Province, span: Span, seed: str) -> None:
        self.province = province
        self.span = span
        self.seed = seed
        self.joined: set[tuple[str, date]] = set()

    def rows(self) -> Iterator[ActivityRow]:
        for made in self.attempts():
            if made.held_on <= self.span.until:
                yield made

    def attempts(self) -> Iterator[ActivityRow]:
        branches = self.province.branches
        for branch, following in zip(branches, [*branches[1:], None], strict=True):
            neighbour = following if following and following.committee_code == branch.committee_code else None
            rng = self.stream(branch.code)
            for month in self.span.months:
                yield from self.month_of(branch, neighbour, month, rng)
        for committee in self.province.committees:
            rng = self.stream(committee.code)
            for month in self.span.months:
                yield from self.committee_month(committee, month, rng)

    def stream(self, code: str) -> Random:
        return Random(f"{self.seed}:rhythm:{code}")  # noqa: S311 - demo data, and repeatable on purpose

    def month_of(
        self, branch: Branch, neighbour: Branch | None, month: Period, rng: Random
    ) -> Iterator[ActivityRow]:
        yield from filter(None, self.owed(branch, neighbour, month, rng))
        yield from filter(None, (self.besides(branch, kind, month, rng) for kind in EXTRAS[branch.setting]))
        for group in branch.groups:
            if rng.random() < branch.diligence:
                row = self.group_meeting(branch, group, month, rng)
                if row:
                    yield row

    def owed(
        self, branch: Branch, neighbour: Branch | None, month: Period, rng: Random
    ) -> Iterator[ActivityRow | None]:
        """What the rules ask for: Party day, committee meeting, by quarter general meeting and lecture."""
        lectures = False
        if self.holds_party_day(branch, month) and rng.random() < branch.diligence + 0.01:
            lectures = month.first_day.month % 3 == 2 and rng.random() < 0.3
            yield self.party_day(branch, neighbour, month, rng, lectures=lectures)
        if branch.has_committee and rng.random() < branch.diligence:
            yield self.meeting(
                branch, "COMMITTEE_MEETING", "支委会", rng.choice(topics.COMMITTEE_MEETING), month, rng
            )
        if month.first_day.month % 3 == quarter_month(branch) and rng.random() < branch.diligence:
            topic = rng.choice(topics.GENERAL_MEETING[(month.first_day.month + 2) // 3])
            yield self.meeting(branch, "GENERAL_MEETING", "党员大会", topic, month, rng)
        if month.first_day.month % 3 == 2 and not lectures and rng.random() < branch.diligence:
            yield self.meeting(branch, "PARTY_LECTURE", "党课", rng.choice(topics.LECTURE), month, rng)
        if month.first_day.month == 1 and rng.random() < 0.97:
            title = f"{month.first_day.year - 1}{topics.ORG_LIFE}"
            yield self.meeting(branch, "ORG_LIFE_MEETING", "组织生活会", title, month, rng)

    def holds_party_day(self, branch: Branch, month: Period) -> bool:
        """The demo's secretary still owes the running month's, so that there is one to record."""
        if branch.code == DEMO_BRANCH:
            return self.span.until not in month
        return (branch.code, month.first_day) not in self.joined

    def party_day(
        self, branch: Branch, neighbour: Branch | None, month: Period, rng: Random, *, lectures: bool
    ) -> ActivityRow | None:
        outdoors = rng.random() < 0.4
        number = month.first_day.month
        row = ActivityRow(
            "THEMED_PARTY_DAY",
            f"{number}月主题党日：{rng.choice(topics.PARTY_DAY[number])}",
            working_day(
                month.first_day.replace(day=branch.fixed_day)
                + timedelta(days=rng.choice([0, 0, 0, 0, 1, -1]))
            ),
            [attendance(branch.code, branch.members, branch, rng)],
            place=outdoor_place(branch, rng) if outdoors else meeting_place(branch, rng),
            also=("PARTY_LECTURE",) if lectures else (),
            held_with="TEAM_INNOVATION" if rng.random() < 0.1 else "",
            tag=topics.TAGS.get(number, "") if rng.random() < 0.5 else "",
        )
        if neighbour and DEMO_BRANCH not in (branch.code, neighbour.code) and rng.random() < 0.05:
            self.joined.add((neighbour.code, month.first_day))
            row.parts.append(attendance(neighbour.code, neighbour.members, neighbour, rng))
            row.title = row.title.replace("主题党日", "联合主题党日")
        if outdoors and branch.setting == "STATION" and rng.random() < 0.5:
            row.outcomes = visit_outcomes(rng)
        return self.settle(row, branch, rng)

    def meeting(
        self, branch: Branch, kind: str, word: str, topic: str, month: Period, rng: Random
    ) -> ActivityRow | None:
        people = (
            branch.members if kind != "COMMITTEE_MEETING" else branch.members[: 3 + len(branch.members) // 9]
        )
        row = ActivityRow(
            kind,
            f"{word}：{topic}",
            some_working_day(month, rng),
            [attendance(branch.code, people, branch, rng)],
            place=meeting_place(branch, rng),
            note=rng.choice(topics.NOTES) if rng.random() < 0.3 else "",
        )
        return self.settle(row, branch, rng)

    def group_meeting(self, branch: Branch, group: Group, month: Period, rng: Random) -> ActivityRow | None:
        if branch.code == DEMO_BRANCH and group is branch.groups[1] and self.span.until in month:
            return None  # the demo's leader still owes this one
        row = ActivityRow(
            "GROUP_MEETING",
            f"{month.first_day.month}月党小组会：{rng.choice(topics.GROUP_MEETING[branch.setting])}",
            some_working_day(month, rng),
            [attendance(group.code, group.members, branch, rng)],
            place=rng.choice(topics.TEAM_PLACES),
            held_with=rng.choice(["SAFETY_ANALYSIS", "SAFETY_ANALYSIS", "BUSINESS_TRAINING", "", "", ""]),
        )
        return self.settle(row, branch, rng)

    def besides(self, branch: Branch, kind: str, month: Period, rng: Random) -> ActivityRow | None:
        if rng.random() >= EXTRAS[branch.setting][kind]:
            return None
        number = month.first_day.month
        people = rng.sample(branch.members, min(len(branch.members), rng.randint(3, 8)))
        title, place, outcomes = EXTRA_WORDS[kind](branch, number, rng)
        row = ActivityRow(
            kind,
            title,
            some_working_day(month, rng),
            [attendance(branch.code, people, branch, rng)],
            place=place,
            outcomes=outcomes,
            note=rng.choice(topics.NOTES) if rng.random() < 0.4 else "",
            tag=topics.TAGS.get(number, "") if rng.random() < 0.3 else "",
        )
        return self.settle(row, branch, rng)

    def committee_month(self, committee: Committee, month: Period, rng: Random) -> Iterator[ActivityRow]:
        meetings = [("PARTY_COMMITTEE_MEETING", "党委会", topics.COMMITTEE_SITTING)]
        if month.first_day.month % 3 == 0:
            meetings.append(("LEADING_GROUP_MEETING", "领导小组会", topics.LEADING_GROUP))
        if rng.random() < 0.5:
            meetings.append(("RESEARCH_VISIT", "调研", topics.RESEARCH_VISIT))
        for kind, word, words in meetings:
            if committee.kind == "GENERAL_BRANCH" and kind != "RESEARCH_VISIT":
                continue
            people = rng.randint(6, 11)
            absent = int(rng.random() < 0.4)
            row = ActivityRow(
                kind,
                f"{word}：{rng.choice(words)}",
                some_working_day(month, rng),
                [Part(committee.code, people, people - absent, absent)],
                place="党委会议室" if kind != "RESEARCH_VISIT" else "联系点",
            )
            settled = self.settle(row, None, rng)
            if settled:
                yield settled

    def settle(self, row: ActivityRow, branch: Branch | None, rng: Random) -> ActivityRow | None:
        """How far the record has come by the last day; None when nobody has written it yet."""
        until = self.span.until
        careless = 1.0 - (branch.diligence if branch else 0.98)
        lag = rng.randint(8, 16) if rng.random() < careless else min(7, int(rng.expovariate(0.5)))
        row.submitted_on = row.held_on + timedelta(days=lag)
        row.decided_on = row.submitted_on + timedelta(days=rng.randint(1, 7))
        sloppy = sloppiness(branch, rng)
        if row.held_on <= self.span.closed.last_day:
            row.submitted_on = max(row.held_on, min(row.submitted_on, until - timedelta(days=2)))
            row.decided_on = max(row.submitted_on, min(row.decided_on, until - timedelta(days=1)))
        elif row.submitted_on >= until:
            row.submitted_on = min(row.held_on, until - timedelta(days=1))
            row.state, row.decided_on = "DRAFT", None
            if sloppy > 0.4:
                return None
        elif row.decided_on >= until:
            row.state, row.decided_on = "SUBMITTED", None
        elif sloppy < 0.06 and row.held_on > until - timedelta(days=35):
            row.state, row.reason = "RETURNED", rng.choice(topics.RETURN_REASONS)
        if branch:
            sign(row, branch)
        return row


def sloppiness(branch: Branch | None, rng: Random) -> float:
    """From 0, unfinished or faulty, to 1; what the demo's own branch left undone is in ``story``."""
    return 1.0 if branch and branch.code == DEMO_BRANCH else rng.random()


def sign(row: ActivityRow, branch: Branch) -> None:
    """Where the demo's people have a hand in it, they stand in the record."""
    if branch.code == DEMO_BRANCH:
        if row.unit_code == branch.groups[1].code:
            row.author, row.decider = "leader", "secretary"
        elif row.unit_code == branch.code:
            row.author, row.decider = "secretary", "county"
        else:
            row.decider = "secretary"
    elif branch.committee_code == DEMO_COUNTY and row.unit_code == branch.code:
        row.decider = "county"
    if row.state not in ("CONFIRMED", "RETURNED"):
        row.decider = ""


def attendance(unit_code: str, people: list[MemberRow], branch: Branch, rng: Random) -> Part:
    """Who came. Names are kept where the demo's people look: in their own branch."""
    absences = {}
    for member in people:
        draw = rng.random()
        if draw < 1 - branch.attendance:
            absences[member.staff_no] = "UNEXCUSED"
        elif draw > 0.95:
            absences[member.staff_no] = rng.choice(EXCUSES)
    excused = sum(reason != "UNEXCUSED" for reason in absences.values())
    names = {member.staff_no: absences.get(member.staff_no, "") for member in people}
    return Part(
        unit_code,
        len(people),
        len(people) - len(absences),
        excused,
        names if branch.code == DEMO_BRANCH else None,
    )


def quarter_month(branch: Branch) -> int:
    """The month of the quarter in which the branch likes to hold its general meeting."""
    return branch.fixed_day % 3


def working_day(day: date) -> date:
    """``day``, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def some_working_day(month: Period, rng: Random) -> date:
    """Not in the week of the spring, May or October holidays."""
    day = month.first_day.replace(day=rng.choice(HOLIDAY_MONTHS.get(month.first_day.month, range(5, 28))))
    return working_day(day)


def meeting_place(branch: Branch, rng: Random) -> str:
    return rng.choice(topics.MEETING_PLACES[branch.setting])


def outdoor_place(branch: Branch, rng: Random) -> str:
    town = rng.choice(TOWN_FIRST) + rng.choice(TOWN_SECOND)
    return rng.choice(topics.OUTDOOR_PLACES[branch.setting]).format(village=village(rng), town=town)


def visit_outcomes(rng: Random) -> tuple[tuple[str, int, str], ...]:
    visits = rng.randint(2, 18)
    outcomes = [("SERVICE_VISIT", visits, "EXACT")]
    if rng.random() < 0.7:
        outcomes.append(("PROBLEM_SOLVED", rng.randint(1, max(2, visits // 3)), "EXACT"))
    if rng.random() < 0.5:
        outcomes.append(("HOUSEHOLD_VISITED", rng.randint(8, 40), "EXACT"))
    if rng.random() < 0.25:
        outcomes.append(("ENERGY_SAVING", rng.randint(1, 3), "EXACT"))
    if rng.random() < 0.25:
        outcomes.append(("PERSON_REACHED", rng.randint(3, 20) * 10, rng.choice(["ABOUT", "AT_LEAST"])))
    return tuple(outcomes)


def visit_words(branch: Branch, month: int, rng: Random) -> tuple:
    place = village(rng) if branch.setting == "STATION" else outdoor_place(branch, rng)
    return f"{rng.choice(topics.SERVICE_VISIT[month])}（{place}）", place, visit_outcomes(rng)


def patrol_words(branch: Branch, month: int, rng: Random) -> tuple:
    town = rng.choice(TOWN_FIRST) + rng.choice(TOWN_SECOND)
    voltage = "10千伏" if branch.setting == "STATION" else rng.choice(["110千伏", "220千伏"])
    outcomes = [("LINE_PATROL", rng.randint(4, 26), "EXACT")]
    if rng.random() < 0.6:
        outcomes.append(("HAZARD_FOUND", rng.randint(1, 5), "EXACT"))
    if rng.random() < 0.15:
        outcomes.append(("CONFLICT_SOLVED", 1, "EXACT"))
    return f"{topics.PATROL[month]}（{voltage}{town}线）", f"{voltage}{town}线", tuple(outcomes)


def training_words(branch: Branch, month: int, rng: Random) -> tuple:
    trainees = ("TRAINEE", rng.randint(8, 45), rng.choice(["EXACT", "EXACT", "ABOUT"]))
    outcomes = (("TRAINING_SESSION", 1, "EXACT"), trainees)
    return rng.choice(topics.TRAINING), meeting_place(branch, rng), outcomes


EXTRA_WORDS = {"SERVICE_VISIT": visit_words, "LINE_PATROL": patrol_words, "TRAINING": training_words}
