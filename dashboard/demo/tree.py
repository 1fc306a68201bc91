"""The administrative tree and the Party tree of the invented province."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dashboard.demo import people
from dashboard.demo.names import BUREAUS, PROVINCE, Places
from dashboard.demo.rows import Branch, Committee, OrganisationRow, Province, UnitRow

LEAST_BRANCHES = 20
DEMO_BUREAU, DEMO_STATION = "青江", "城西"

HEADQUARTERS = [
    ("党建人事部", "OFFICE"),
    ("办公室", "OFFICE"),
    ("生产技术部", "OFFICE"),
    ("电力调度控制中心", "WORKS"),
    ("市场营销部", "OFFICE"),
    ("安全监管部", "OFFICE"),
    ("电网规划研究中心", "WORKS"),
    ("财务部", "OFFICE"),
    ("数字化部", "OFFICE"),
    ("计量中心", "WORKS"),
]
BUREAU_PARTS = [
    ("党建人事部", "OFFICE"),
    ("变电管理一所", "WORKS"),
    ("市场营销部", "OFFICE"),
    ("输电管理一所", "WORKS"),
    ("办公室", "OFFICE"),
    ("电力调度控制中心", "WORKS"),
    ("生产技术部", "OFFICE"),
    ("供电服务中心", "WORKS"),
    ("规划建设部", "OFFICE"),
    ("城区供电分局", "WORKS"),
    ("安全监管部", "OFFICE"),
    ("变电管理二所", "WORKS"),
    ("财务部", "OFFICE"),
    ("计量中心", "WORKS"),
    ("供应链管理部", "OFFICE"),
    ("输电管理二所", "WORKS"),
    ("审计部", "OFFICE"),
    ("电缆管理所", "WORKS"),
    ("数字化部", "OFFICE"),
    ("带电作业中心", "WORKS"),
    ("法规部", "OFFICE"),
    ("试验研究所", "WORKS"),
    ("工会办公室", "OFFICE"),
    ("物流服务中心", "WORKS"),
    ("纪检监督部", "OFFICE"),
    ("工程建设中心", "WORKS"),
    ("培训与评价中心", "WORKS"),
    ("新能源服务中心", "WORKS"),
]
COUNTY_PARTS = {
    0: ("机关", "OFFICE"),
    2: ("输配电管理所", "WORKS"),
    5: ("客户服务中心", "WORKS"),
    9: ("变电运维中心", "WORKS"),
}
TEAMS = {
    "STATION": ["配电运维班", "营业班", "抢修班", "综合班", "用电检查班"],
    "变电": ["运行一班", "运行二班", "检修班", "继保班", "高压试验班"],
    "输电": ["线路一班", "线路二班", "带电班", "检修班", "巡视班"],
    "电缆": ["电缆运行班", "电缆检修班", "试验班", "监控班", "综合班"],
    "调度": ["调度班", "方式班", "自动化班", "通信班", "继保班"],
    "计量": ["装表一班", "装表二班", "检定班", "采集班", "资产班"],
    "WORKS": ["一班", "二班", "三班", "技术班", "综合班"],
    "OFFICE": ["第一", "第二", "第三"],
}
SMALL_DEPARTMENTS = [
    "离退休服务部",
    "后勤服务部",
    "档案室",
    "新闻中心",
    "保卫部",
    "综合服务部",
    "车辆管理部",
    "招标中心",
    "史志办公室",
    "信访办公室",
    "企业管理部",
    "对外联络部",
    "采购服务部",
    "人才评价部",
]
CATEGORIES = {"STATION": "供电所", "WORKS": "生产单位", "OFFICE": "机关部门"}


@dataclass(frozen=True)
class Plan:
    """Where the next branch comes to stand."""

    code: str
    name: str
    setting: str
    over: OrganisationRow
    committee: UnitRow
    bureau_code: str
    number: int
    quality: float


class Builder:
    """Grows the tree from the root down; every branch draws from a stream of its own."""

    def __init__(self, seed: str, until: date, handover_on: date) -> None:
        self.seed = seed
        self.until = until
        self.handover_on = handover_on
        self.province = Province()
        self.places = Places.shuffled(self.stream("places"))

    def stream(self, *names: str) -> Random:
        return Random(":".join((self.seed, *names)))  # noqa: S311 - demo data, and repeatable on purpose

    def build(self, count: int) -> Province:
        root = self.organisation("LH", f"{PROVINCE}电网公司", "PROVINCIAL", "")
        top = self.committee("DW-LH", f"{root.name}党委", "COMMITTEE", root, "", 0.98)
        at_headquarters = min(len(HEADQUARTERS), max(1, round(count / 50)))
        shares = share_out(count - at_headquarters)
        self.headquarters(root, top, at_headquarters)
        for number, ((name, code, _, thousands), branches) in enumerate(zip(BUREAUS, shares, strict=True), 1):
            self.bureau(root, top, Bureau(name, code, number, branches, thousands))
        people.appoint_committees(self)
        people.cast_sign_ins(self)
        add_up_staff(self.province)
        return self.province

    def organisation(self, code: str, name: str, kind: str, parent_code: str) -> OrganisationRow:
        row = OrganisationRow(code, name, kind, parent_code)
        self.province.organisations.append(row)
        return row

    def unit(self, row: UnitRow, rng: Random) -> UnitRow:
        row.established_on = date(
            rng.randint(1996, self.until.year - 4), rng.randint(1, 12), rng.randint(1, 28)
        )
        row.last_election_on = self.until - timedelta(days=rng.randint(220, 1000))
        self.province.units.append(row)
        return row

    def committee(
        self, code: str, name: str, kind: str, organisation: OrganisationRow, parent: str, quality: float
    ) -> UnitRow:
        self.province.committees.append(Committee(code, name, kind, organisation.code, quality))
        row = UnitRow(code, name, kind, parent, organisation.code)
        return self.unit(row, self.stream("unit", code))

    def headquarters(self, root: OrganisationRow, top: UnitRow, count: int) -> None:
        office = self.committee("DW-LHBB", f"{root.name}直属机关党委", "COMMITTEE", root, top.code, 0.985)
        for number in range(1, count + 1):
            name, setting = HEADQUARTERS[number - 1]
            self.branch(Plan(f"LH-{number:02}", f"省公司{name}", setting, root, office, "LH", 0, 0.98))

    def bureau(self, root: OrganisationRow, top: UnitRow, bureau: "Bureau") -> None:
        rng = self.stream("bureau", bureau.code)
        quality = 0.99 if bureau.name == DEMO_BUREAU else rng.uniform(0.945, 0.998)
        over = self.organisation(bureau.code, f"{bureau.name}供电局", "CITY_BUREAU", root.code)
        set_customers(over, int(bureau.thousands * 1000 * rng.uniform(0.97, 1.03)), rng)
        committee = self.committee(
            f"DW-{bureau.code}", f"{over.name}党委", "COMMITTEE", over, top.code, quality
        )
        own = max(1, min(round(bureau.branches * 0.33), bureau.branches - 5, len(BUREAU_PARTS)))
        for number in range(1, own + 1):
            name, setting = BUREAU_PARTS[number - 1]
            code = f"{bureau.code}-{number:02}"
            plan = Plan(code, over.name + name, setting, over, committee, bureau.code, bureau.number, quality)
            self.branch(plan)
        self.counties(over, committee, bureau, quality, bureau.branches - own)

    def counties(
        self, over: OrganisationRow, above: UnitRow, bureau: "Bureau", quality: float, branches: int
    ) -> None:
        rng = self.stream("counties", bureau.code)
        count = max(1, round(branches / 5.5)) if branches else 0
        customers = over.customer_count_mv + over.customer_count_lv
        for index in range(count):
            code = f"{bureau.code}{index + 1:02}"
            size = branches // count + (index < branches % count)
            own = self.organisation(code, f"{next(self.places.counties)}县供电局", "COUNTY", over.code)
            set_customers(own, int(customers * 0.7 / count * rng.uniform(0.8, 1.2)), rng)
            level = min(0.999, quality + rng.gauss(0, 0.008))
            unit = self.committee(f"DW-{code}", f"{own.name}党委", "COMMITTEE", own, above.code, level)
            self.county(own, unit, bureau, level, size)

    def county(
        self, over: OrganisationRow, unit: UnitRow, bureau: "Bureau", quality: float, size: int
    ) -> None:
        before = len(self.province.members)
        stations = []
        for index in range(size):
            code, (name, setting) = f"{over.code}-{index + 1:02}", COUNTY_PARTS.get(index, ("", "STATION"))
            if setting == "STATION":
                name = f"{self.town(over.code, index)}供电所"
            else:
                name = over.name + name
            branch = self.branch(Plan(code, name, setting, over, unit, bureau.code, bureau.number, quality))
            if setting == "STATION":
                stations.append(branch)
        share_customers(self.province, over, stations, self.stream("stations", over.code))
        if len(self.province.members) - before < 100 and over.code != "QJ01":
            self.make_general_branch(unit, over)

    def town(self, county: str, index: int) -> str:
        return DEMO_STATION if (county, index) == ("QJ01", 1) else next(self.places.towns)

    def make_general_branch(self, unit: UnitRow, over: OrganisationRow) -> None:
        """Below 100 members a county has a general branch, no committee (domain.md 3)."""
        unit.kind, unit.name = "GENERAL_BRANCH", f"{over.name}党总支"
        entry = next(entry for entry in self.province.committees if entry.code == unit.code)
        entry.kind, entry.name = unit.kind, unit.name

    def branch(self, plan: Plan) -> Branch:
        rng = self.stream("branch", plan.code)
        kind = {"STATION": "STATION", "WORKS": "SECOND_TIER", "OFFICE": "DEPARTMENT"}[plan.setting]
        stands_at = self.organisation(plan.code, plan.name, kind, plan.over.code)
        unit = UnitRow(
            f"ZB-{plan.code}",
            f"{plan.name}党支部",
            "BRANCH",
            plan.committee.code,
            stands_at.code,
            CATEGORIES[plan.setting],
        )
        if plan.setting == "OFFICE" and plan.over.kind == "CITY_BUREAU" and rng.random() < 0.2:
            self.make_joint(unit, plan)
        self.unit(unit, rng)
        branch = Branch(
            unit.code,
            unit.name,
            unit.kind,
            plan.setting,
            stands_at.code,
            plan.committee.code,
            plan.bureau_code,
            [],
            fixed_day=rng.randint(5, 25),
            diligence=min(1.0, max(0.8, plan.quality + rng.gauss(0.003, 0.018))),
            attendance=min(0.995, max(0.86, plan.quality - 0.015 + rng.gauss(0, 0.015))),
        )
        people.fill_branch(self, branch, unit, plan.number, rng)
        self.province.branches.append(branch)
        return branch

    def make_joint(self, unit: UnitRow, plan: Plan) -> None:
        """A department too small for a branch of its own joins its neighbour."""
        name = SMALL_DEPARTMENTS[int(plan.code[-2:]) // 2 % len(SMALL_DEPARTMENTS)]
        self.organisation(f"{plan.code}L", plan.over.name + name, "DEPARTMENT", plan.over.code)
        unit.kind, unit.name = "JOINT_BRANCH", f"{plan.name}联合党支部"

    def teams(self, branch: Branch) -> list[str]:
        keyword = next((key for key in TEAMS if key in branch.name), branch.setting)
        return TEAMS[keyword]


@dataclass(frozen=True)
class Bureau:
    name: str
    code: str
    number: int
    branches: int
    thousands: int


def share_out(branches: int) -> list[int]:
    """Branches to bureaus by weight: each has one at least, and the demo's own bureau six."""
    least = [6 if name == DEMO_BUREAU else 1 for name, _, _, _ in BUREAUS]
    left = branches - sum(least)
    weights = [weight for _, _, weight, _ in BUREAUS]
    shares = [left * weight // sum(weights) for weight in weights]
    for index in range(left - sum(shares)):
        shares[index] += 1
    return [share + own for share, own in zip(shares, least, strict=True)]


def set_customers(row: OrganisationRow, customers: int, rng: Random) -> None:
    row.customer_count_mv = int(customers * rng.uniform(0.005, 0.009))
    row.customer_count_lv = customers - row.customer_count_mv
    row.line_km = int(customers * rng.uniform(0.011, 0.017))


def share_customers(province: Province, county: OrganisationRow, stations: list[Branch], rng: Random) -> None:
    """The stations serve most of the county's customers; the county town's counters serve the rest."""
    own = {row.code: row for row in province.organisations[-len(stations) * 8 - 40 :]}
    weights = [rng.uniform(0.6, 1.4) for _ in stations]
    for station, weight in zip(stations, weights, strict=True):
        row, share = own[station.organisation_code], 0.9 * weight / sum(weights)
        row.customer_count_mv = int(county.customer_count_mv * share)
        row.customer_count_lv = int(county.customer_count_lv * share)
        row.line_km = int(county.line_km * share)


def add_up_staff(province: Province) -> None:
    """Whoever has organisations below has their staff, and some of its own."""
    rows = {row.code: row for row in province.organisations}
    for row in reversed(province.organisations):
        if row.parent_code:
            rows[row.parent_code].staff_count += row.staff_count
        for field in ("customer_count_mv", "customer_count_lv", "line_km"):
            if row.kind == "CITY_BUREAU":
                setattr(rows["LH"], field, getattr(rows["LH"], field) + getattr(row, field))
