"""What people did on the way to the boards of the closed half-year (architecture.md settled 11): a veto, one
board whose figures the bureaus still look over, objections with and without an answer, a correction."""

from collections.abc import Iterator
from datetime import timedelta

from accounts.models import User
from assessments.choices import GapSide, VetoKind
from assessments.models import Edition, Entry, IndicatorValue
from assessments.operations import (
    Decision,
    answer_objection,
    comment_on_gap,
    ensure_period,
    enter_veto,
    move_period,
    publish,
    raise_objection,
    recompute,
)
from branches.models import PartyUnit
from dashboard.demo.people import DEMO_BRANCH, DEMO_COMMITTEE
from dashboard.demo.rhythm import Span
from dashboard.demo.rows import Province, ValueRow

PUBLISHED = ["committee-vanguard", "branch-vanguard", "group-appraisal"]
PREVIEWED = "service-review"
COUNTED_TWICE = 2  # complaints


class Way:
    """Each step once, in their order."""

    def __init__(self, province: Province, users: dict[str, User], span: Span) -> None:
        self.province, self.users, self.span = province, users, span
        self.period = ensure_period(span.closed.code)
        self.year = span.running.first_day.year

    def bar_one_bureau(self) -> None:
        """The one that does worst has an event behind it."""
        bureaus = [row for row in self.province.organisations if row.kind == "CITY_BUREAU"]
        codes = {row.code for row in bureaus}
        committees = [row for row in self.province.committees if row.organisation_code in codes]
        worst = min(committees, key=lambda row: row.quality)
        enter_veto(
            PartyUnit.objects.get(code=worst.code),
            self.period,
            VetoKind.EVENT,
            found_on=self.span.closed.last_day - timedelta(days=40),
            basis=f"安监通报〔{self.span.closed.first_day.year}〕5号",
            by=self.users["province"],
        )

    def open_preview(self) -> None:
        recompute(self.period.code, PREVIEWED, by=self.users["province"])
        for step in ("verify", "preview"):
            move_period(self.period, step, by=self.users["province"])

    def publish(self) -> None:
        """Province prepares, province2 approves."""
        for code in PUBLISHED:
            publish(self.period.code, code, self.decision(21))

    def decision(self, number: int, reason: str = "") -> Decision:
        return Decision(
            prepared_by=self.users["province"],
            approved_by=self.users["province2"],
            minutes=f"党委会纪要〔{self.year}〕{number}号",
            reason=reason,
        )

    def hear(self) -> None:
        """One objection is upheld, one waits; of a wide gap one side has spoken."""
        bureau = self.line("committee-vanguard", DEMO_COMMITTEE)
        upheld = raise_objection(bureau, "B2", "6月有2件投诉被重复统计。", by=self.users["bureau"])
        answer_objection(upheld, upheld=True, answer="情况属实，更正后重新发布。", by=self.users["province"])
        branch = self.line("branch-vanguard", DEMO_BRANCH)
        raise_objection(branch, "P3", "一名同志当天抢修，已补考合格，请核对。", by=self.users["secretary"])
        wide = Entry.objects.filter(edition=branch.edition, has_gap=True).order_by("path").first()
        if wide is not None:
            said = "组织生活经常，与中心工作结合不够。"
            comment_on_gap(wide, GapSide.PARTY, said, by=self.users["province"])

    def line(self, scheme: str, unit_code: str) -> Entry:
        edition = Edition.objects.published().get(period=self.period, scheme_code=scheme)
        return edition.entries.select_related("edition__period").get(unit_code=unit_code)

    def corrected_values(self) -> Iterator[ValueRow]:
        of_bureau = IndicatorValue.objects.filter(period=self.period, unit__code=DEMO_COMMITTEE)
        value, denominator = of_bureau.values_list("value", "denominator").get(indicator__code="COMPLAINTS")
        right = max(0, value // 10**6 - COUNTED_TWICE)
        customers = str((denominator or 0) // 10**6)
        yield ValueRow(DEMO_COMMITTEE, self.period.code, "COMPLAINTS", str(right), customers)

    def correct(self) -> None:
        reason = f"核减重复统计的{COUNTED_TWICE}件投诉。"
        publish(self.period.code, "committee-vanguard", self.decision(24, reason))
