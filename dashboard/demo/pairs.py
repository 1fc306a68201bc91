"""Invented partners and pairings: one goes its way by the steps of the pages, the others come from a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.models import User
from activities.models import Activity
from branches.models import PartyUnit
from dashboard.demo.names import person, village
from dashboard.demo.people import DEMO_BRANCH
from dashboard.demo.rhythm import Span
from dashboard.demo.rows import Branch, Province
from pairings import operations
from pairings.choices import DocumentKind, ReviewResult, SelectionReason
from pairings.models import Pairing, Partner, PlanItem

EVERY = 4  # one station in four has a pairing
LINKED = 3  # records of it that were joint work
JOINT_KINDS = ["SERVICE_VISIT", "LINE_PATROL", "TRAINING"]
OWN_PARTNER = "LJ-SHUANGTANG"
TEXTS: dict[str, Any] = {
    "number": "青电联建〔2026〕3 号",
    "rights_own": "参加村里的联席会议\n优先使用村级活动室",
    "rights_partner": "用电困难优先上门处理\n每年一次安全用电讲座",
    "duties_own": "每季度巡查村内线路\n登记并跟踪用电困难",
    "duties_partner": "组织义务护线员巡线\n协调线下砍青和占地",
}


@dataclass(frozen=True)
class PartnerRow:
    code: str
    name: str
    level: str
    type: str
    region: str
    member_count: int


@dataclass(frozen=True)
class PairingRow:
    code: str
    title: str
    reason: str
    internal_codes: str
    partner_codes: str
    state: str
    signed_on: date | None
    term_from: date | None
    term_to: date | None


class Pairs:
    """From the same seed the same villages, enterprises and plants."""

    def __init__(self, province: Province, span: Span, seed: str) -> None:
        self.span = span
        self.rng = Random(f"{seed} pairings")  # noqa: S311 - invented data
        stations = [branch for branch in province.branches if branch.setting == "STATION"]
        self.paired = [branch for branch in stations[::EVERY] if branch.code != DEMO_BRANCH]
        self.names = {unit.code: unit.name for unit in province.units}
        self.rows = [self._pairing(number, branch) for number, branch in enumerate(self.paired)]

    def partners(self) -> Iterator[PartnerRow]:
        yield PartnerRow(OWN_PARTNER, "双塘村党支部", "BRANCH", "TOWNSHIP_VILLAGE", "双塘镇", 38)
        for number, branch in enumerate(self.paired):
            for place in range(2 if number % 7 == 3 else 1):
                yield self._partner(number, place, branch)

    def pairings(self) -> Iterator[PairingRow]:
        return iter(self.rows)

    def _partner(self, number: int, place: int, branch: Branch) -> PartnerRow:
        kinds = ["TOWNSHIP_VILLAGE", "TOWNSHIP_VILLAGE", "COMMUNITY", "CUSTOMER_ENTERPRISE", "INSTITUTION"]
        kind = "POWER_PLANT" if number % 11 == 5 else kinds[number % len(kinds)]
        place_name = village(self.rng)
        words = {
            "COMMUNITY": f"{place_name[:2]}社区党支部",
            "CUSTOMER_ENTERPRISE": f"{place_name[:2]}糖业公司党支部",
            "INSTITUTION": f"{place_name[:2]}中心小学党支部",
            "POWER_PLANT": f"{place_name[:2]}水电厂党委",
        }
        level = "COMMITTEE" if kind == "POWER_PLANT" else "GENERAL_BRANCH" if number % 6 == 4 else "BRANCH"
        name = words.get(kind, f"{place_name}党支部")
        region = self.names[branch.committee_code].removesuffix("党委")
        return PartnerRow(
            f"LJ-{branch.code}-{place + 1}", name, level, kind, region, self.rng.randint(12, 60)
        )

    def _pairing(self, number: int, branch: Branch) -> PairingRow:
        reasons = list(SelectionReason.values)
        state = "INTENT" if number % 9 == 8 else "CLOSED" if number % 10 == 9 else "ACTIVE"
        begun = self.span.closed.first_day - timedelta(days=40 + 13 * (number % 30))
        ends = self.span.closed.last_day if state == "CLOSED" else begun + timedelta(days=730)
        dated = state != "INTENT"
        partners = [f"LJ-{branch.code}-{place + 1}" for place in range(2 if number % 7 == 3 else 1)]
        return PairingRow(
            f"LJ-{begun.year}-{number + 1:04d}",
            f"{branch.name.removesuffix('党支部')}联建",
            reasons[number % 3],
            branch.code,
            ";".join(partners),
            state,
            begun - timedelta(days=12) if dated else None,
            begun if dated else None,
            ends if dated else None,
        )

    # --- what came of it ------------------------------------------------------------------------------
    def link(self) -> int:
        """Records of the paired branches were joint work: some of them on the plan."""
        running = Pairing.objects.filter(state="ACTIVE", unit__code__in=[b.code for b in self.paired])
        return sum(self._link(pairing) for pairing in running.select_related("unit").order_by("pk"))

    def _link(self, pairing: Pairing) -> int:
        records = Activity.objects.confirmed().filter(unit=pairing.unit_id, kind__in=JOINT_KINDS)
        chosen = list(records.order_by("-held_on", "-pk")[:LINKED])
        items = self._plan(pairing, chosen)
        for record, planned in zip(chosen, [*items, None, None], strict=False):
            operations.link_activity(pairing, record, by=None, plan_item=planned)
        return len(chosen)

    def _plan(self, pairing: Pairing, records: Sequence[Activity]) -> list[PlanItem]:
        """The first record was planned and came in time; a second work is still to come."""
        owner = person(self.rng)
        due = [record.held_on + timedelta(days=5) for record in records[:1]]
        ahead = self.span.until + timedelta(days=20)
        planned = [("用电安全入户检查", "SERVICE", day) for day in due] + [("义务护线员培训", "TEAM", ahead)]
        operations.set_plan(
            pairing,
            [
                {"title": title, "heading": heading, "owner": owner, "due_on": day}
                for title, heading, day in planned
            ],
            by=None,
        )
        return list(pairing.plan_items.filter(due_on__in=due))

    def tell_the_story(self, users: dict[str, User]) -> None:
        """The secretary's own pairing with the village next door, by the steps that people take."""
        secretary, office = users["secretary"], users["bureau"]
        unit = PartyUnit.objects.get(code=DEMO_BRANCH)
        partner = Partner.objects.get(code=OWN_PARTNER)
        operations.change_partner(partner, by=office, contact_name="覃小华", contact_phone="18600001402")
        first_day = self.span.closed.first_day + timedelta(days=60)
        pairing = operations.create_pairing(
            unit,
            [partner],
            by=secretary,
            title="城西供电所 × 双塘村",
            selection_reason=SelectionReason.POWER_SUPPLY,
            talks="春耕灌溉季电压偏低，村里愿意组织护线员。",
        )
        pairing = operations.move_pairing(pairing, "reach_intent", by=secretary)
        operations.save_agreement(
            pairing,
            by=secretary,
            term_from=first_day,
            term_to=first_day + timedelta(days=730),
            **TEXTS,
        )
        projects = [{"title": "灌溉用电保障", "owner": "周明"}, {"title": "义务护线", "owner": "韦国华"}]
        operations.set_key_projects(pairing, projects, by=secretary)
        pairing = operations.move_pairing(pairing, "draft", by=secretary)
        self._sign(pairing, secretary, office, first_day)

    def _sign(self, pairing: Pairing, secretary: User, office: User, first_day: date) -> None:
        signed_on = first_day - timedelta(days=10)
        operations.attach_signed_copy(pairing, scan("支部联建协议书"), signed_on=signed_on, by=secretary)
        pairing = operations.move_pairing(pairing, "sign", by=secretary)
        operations.note_report(
            pairing, reviewing_dept="枫坪县委组织部", reported_on=signed_on + timedelta(days=1), by=secretary
        )
        pairing = operations.move_pairing(pairing, "report", by=secretary)
        for kind in (DocumentKind.PLAN, DocumentKind.BRANCH_DUTIES, DocumentKind.LINE_GUARD_DUTIES):
            operations.add_document(pairing, scan(str(kind.label)), kind=kind, by=secretary)
        operations.note_review(
            pairing,
            result=ReviewResult.APPROVED,
            reviewed_on=signed_on + timedelta(days=5),
            note="同意。",
            by=office,
        )
        self._link(operations.activate_pairing(pairing, by=office))


def scan(name: str) -> ContentFile:
    """A blank page with lines, as a scan of a paper that nobody wrote."""
    page = Image.new("RGB", (620, 877), "white")
    lines = ImageDraw.Draw(page)
    for height in range(120, 800, 34):
        lines.line((70, height, 550, height), fill="lightgray")
    content = BytesIO()
    page.save(content, "PNG")
    return ContentFile(content.getvalue(), name=f"{name}.png")
