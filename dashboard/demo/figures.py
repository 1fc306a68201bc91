"""Business figures, appraisal sheets and earlier boards: plausible, varied, and nobody's real ones."""

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

from core.periods import Period, PeriodKind
from dashboard.demo.people import DEMO_BRANCH
from dashboard.demo.rhythm import Span
from dashboard.demo.rows import (
    ActivityRow,
    AwardRow,
    Branch,
    Committee,
    Group,
    PastRow,
    Province,
    ValueRow,
)

# the sheet of the group appraisal (domain.md 8.2): item and its points
SHEET = dict(zip([f"G{n}" for n in range(1, 13)], [8, 7, 5, 8, 7, 5, 8, 7, 8, 7, 15, 15], strict=True))
MEETINGS_ITEM, POINTS_A_MEETING = "G4", 2


class Figures:
    """Values, awards and past results for the closed half-year, and so far for the running one."""

    def __init__(self, province: Province, span: Span, seed: str) -> None:
        self.province = province
        self.span = span
        self.seed = seed
        self.organisations = {row.code: row for row in province.organisations}

    def stream(self, *names: str) -> Random:
        return Random(":".join((self.seed, "figures", *names)))  # noqa: S311 - demo data, and repeatable on purpose

    def periods(self) -> list[tuple[Period, float]]:
        """The half-years and how much of each has passed."""
        running = self.span.running
        passed = (self.span.until - running.first_day).days + 1
        return [
            (self.span.closed, 1.0),
            (running, passed / ((running.last_day - running.first_day).days + 1)),
        ]

    def values(self) -> Iterator[ValueRow]:
        bureaus = {code for code, row in self.organisations.items() if row.kind == "CITY_BUREAU"}
        for period, share in self.periods():
            for committee in self.province.committees:
                if committee.organisation_code in bureaus:
                    yield from self.of_bureau(committee, period, share)
            for branch in self.province.branches:
                yield from self.of_branch(branch, period, share)

    def of_bureau(self, committee: Committee, period: Period, share: float) -> Iterator[ValueRow]:
        rng = self.stream(committee.code, period.code)
        row = self.organisations[committee.organisation_code]
        customers = row.customer_count_mv + row.customer_count_lv
        weakness = (1 - committee.quality) * 10

        def value(code: str, number: str, denominator: int | str = "") -> ValueRow:
            return ValueRow(committee.code, period.code, code, number, str(denominator))

        hours = (5.2 + 9 * weakness + rng.uniform(0, 3.2)) * share
        yield value("OUTAGE_MV", f"{hours:.2f}")
        rate = (0.1 + weakness * 0.9 + rng.uniform(0, 0.3)) * share
        yield value("COMPLAINTS", str(round(customers / 10000 * rate)), customers)
        yield value("SAFETY_EVENTS", str(int(rng.random() < weakness * 0.5 * share)))
        yield value(
            "VIOLATIONS",
            str(round(row.staff_count / 100 * (weakness + rng.uniform(0, 0.6)) * share)),
            row.staff_count,
        )
        yield from self.party_values(committee.code, period, rng, (90, committee.quality))

    def of_branch(self, branch: Branch, period: Period, share: float) -> Iterator[ValueRow]:
        rng = self.stream(branch.code, period.code)
        row = self.organisations[branch.organisation_code]
        weakness = (1 - branch.diligence) * 8
        figures = {
            "TASK_ON_TIME": share_done(rng.randint(8, 16), 0.985 - weakness / 8, rng),
            "SAFETY_EVENTS": ("1" if rng.random() < 0.012 else "0", ""),
            "VIOLATIONS": (
                str(rng.choices([0, 1, 2], [10, 3 + weakness * 8, weakness * 3])[0]),
                str(row.staff_count),
            ),
        }
        customers = row.customer_count_mv + row.customer_count_lv
        if customers:
            complaints = rng.expovariate(1 / (0.35 + weakness)) * customers / 10000 * share
            figures["COMPLAINTS"] = (str(round(complaints)), str(customers))
            trips = (1.2 + weakness + rng.expovariate(1)) * row.line_km / 100 * share
            figures["LINE_TRIPS"] = (str(round(trips)), str(row.line_km))
        for code, (value, denominator) in figures.items():
            if self.is_in(branch, period, rng):
                yield ValueRow(branch.code, period.code, code, value, denominator)
        if self.is_in(branch, period, rng):
            yield from self.party_values(branch.code, period, rng, (4, branch.diligence))

    def is_in(self, branch: Branch, period: Period, rng: Random) -> bool:
        """Of the running half-year a few figures have not come in yet."""
        late = rng.random() < 0.015
        return period == self.span.closed or branch.code == DEMO_BRANCH or not late

    def party_values(
        self, unit_code: str, period: Period, rng: Random, size: tuple[int, float]
    ) -> Iterator[ValueRow]:
        count, quality = size
        projects = share_done(rng.randint(count, count * 2), quality + 0.012, rng)
        tests = share_done(rng.randint(count, count * 2), quality - 0.005, rng)
        yield ValueRow(unit_code, period.code, "PROJECT_ON_TIME", *projects)
        yield ValueRow(unit_code, period.code, "TEST_PASS", *tests)

    def awards(self, activities: Iterable[ActivityRow]) -> Iterator[AwardRow]:
        """The sheets: full points, less what was deducted; a missed group meeting costs two points."""
        held = Counter(
            (part.unit_code, row.held_on.year, row.held_on.month)
            for row in activities
            if row.kind == "GROUP_MEETING" and row.state in ("CONFIRMED", "SUBMITTED")
            for part in row.parts
        )
        for period, _ in self.periods():
            months = [m for m in period.parts(PeriodKind.MONTH) if m.last_day <= self.span.until]
            for branch in self.province.branches:
                for group in branch.groups:
                    missed = sum(not held[group.code, m.first_day.year, m.first_day.month] for m in months)
                    yield from self.sheet(branch, group, period, missed)

    def sheet(self, branch: Branch, group: Group, period: Period, missed: int) -> Iterator[AwardRow]:
        rng = self.stream(group.code, period.code)
        weak = rng.random() < 0.03 + (1 - branch.diligence) / 2
        for item, most in SHEET.items():
            lost = 0.0
            if item == MEETINGS_ITEM:
                lost = missed * POINTS_A_MEETING
            elif rng.random() < (0.9 if weak else 0.42):
                lost = (
                    rng.choice([0.5, 0.5, 1, 1, 1.5, 2]) * (1.8 if weak else 1) * (1.5 if most == 15 else 1)
                )
            points = max(0.0, most - round(lost * 2) / 2)
            yield AwardRow(group.code, period.code, item, f"{points:g}")

    def past(self) -> Iterator[PastRow]:
        """The boards of the half-year before, made on paper then."""
        period = self.span.closed.previous.code
        bureaus = {row.code for row in self.province.organisations if row.kind == "CITY_BUREAU"}
        committees = [c for c in self.province.committees if c.organisation_code in bureaus]
        yield from self.board("committee-vanguard", period, {c.code: c.quality - 0.003 for c in committees})
        by_parent: dict[str, dict[str, float]] = {}
        for branch in self.province.branches:
            by_parent.setdefault(branch.committee_code, {})[branch.code] = branch.diligence
        for board in by_parent.values():
            yield from self.board("branch-vanguard", period, board)
        for branch in self.province.branches:
            groups = {group.code: branch.diligence for group in branch.groups}
            yield from self.board("group-appraisal", period, groups)

    def board(self, scheme: str, period: str, quality: dict[str, float]) -> Iterator[PastRow]:
        totals = {}
        for code, level in quality.items():
            noise = self.stream(scheme, code, period).gauss(0, 2.2)
            totals[code] = round(min(98.5, max(52.0, 96.5 - (1 - level) * 260 + noise)), 2)
        for code, total in totals.items():
            rank = 1 + sum(other > total for other in totals.values())
            yield PastRow(scheme, period, code, f"{total:.2f}", rank)


def share_done(due: int, chance: float, rng: Random) -> tuple[str, str]:
    done = sum(rng.random() < chance for _ in range(due))
    return str(done), str(due)
