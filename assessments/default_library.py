"""The indicators that a province begins with (domain.md 8.4): what is reported for the default board, and the
usual ones beside it. Two of its eight, meetings held and Party-day attendance, are counted from records."""

from typing import Any

from assessments.choices import Direction, Side
from assessments.numbers import RAW_PLACES

PARTY, BUSINESS = Side.PARTY, Side.BUSINESS
HIGHER, LOWER, ZERO_BEST = Direction.HIGHER, Direction.LOWER, Direction.ZERO_BEST
FIELDS = ("name", "side", "direction", "unit_of_measure", "per", "exposure", "meaning", "source")
# code: name, side, direction, unit of measure, per how many, of what
FIGURES = {
    "PROJECT_ON_TIME": ("书记项目按期率", PARTY, HIGHER, "%", 100, "个节点"),
    "TEST_PASS": ("每季一考合格率", PARTY, HIGHER, "%", 100, "人"),
    "OUTAGE_MV": ("中压客户平均停电时间", BUSINESS, LOWER, "小时/户", None, ""),
    "COMPLAINTS": ("万户投诉", BUSINESS, LOWER, "件", 10_000, "户"),
    "SAFETY_EVENTS": ("五级及以上安全事件", BUSINESS, ZERO_BEST, "起", None, ""),
    "VIOLATIONS": ("百人违章", BUSINESS, LOWER, "起", 100, "人"),
    "RELIABILITY": ("供电可靠率", BUSINESS, HIGHER, "%", None, ""),
    "VOLTAGE": ("电压合格率", BUSINESS, HIGHER, "%", None, ""),
    "LINE_LOSS": ("综合线损率", BUSINESS, LOWER, "%", None, ""),
    "FAULT_TRIPS": ("故障跳闸", BUSINESS, LOWER, "次", None, ""),
    "CONNECTION_DAYS": ("获得电力时长", BUSINESS, LOWER, "天", None, ""),
    "FEE_RECOVERY": ("电费回收率", BUSINESS, HIGHER, "%", None, ""),
    "COMMISSIONING": ("工程投产率", BUSINESS, HIGHER, "%", None, ""),
    "SATISFACTION": ("客户满意度", BUSINESS, HIGHER, "%", None, ""),
}
# code: meaning in plain words, where the figure comes from
WORDS = {
    "PROJECT_ON_TIME": ("按期完成的书记项目节点占到期节点的比例。", "书记项目台账"),
    "TEST_PASS": ("每季一考合格人数占应考人数的比例。", "每季一考成绩册"),
    "OUTAGE_MV": ("中压客户一个周期内平均停电多少小时。", "供电可靠性管理系统"),
    "COMPLAINTS": ("95598 受理的属实投诉，按每万户计算。", "95598 客户服务系统"),
    "SAFETY_EVENTS": ("五级及以上、负有责任的安全事件。", "安全监管系统"),
    "VIOLATIONS": ("现场查实的违章，按每百名员工计算。", "安全监管系统"),
    "RELIABILITY": ("用户得到供电的时间占周期总时间的比例。", "供电可靠性管理系统"),
    "VOLTAGE": ("电压在允许范围内的时间所占比例。", "电压监测系统"),
    "LINE_LOSS": ("供电量与售电量之差占供电量的比例。", "线损管理系统"),
    "FAULT_TRIPS": ("10 千伏线路故障跳闸次数。", "配网自动化系统"),
    "CONNECTION_DAYS": ("从受理用电申请到装表接电的平均天数。", "营销系统"),
    "FEE_RECOVERY": ("实收电费占应收电费的比例。", "营销系统"),
    "COMMISSIONING": ("按计划投产的工程占应投产工程的比例。", "工程管理系统"),
    "SATISFACTION": ("第三方或回访测评的满意度。", "客户服务系统"),
}


def _facts(code: str) -> dict[str, Any]:
    facts: dict[str, Any] = dict(zip(FIELDS, FIGURES[code] + WORDS[code], strict=True))
    if facts["per"] is not None:
        facts["per"] *= 10**RAW_PLACES
    return facts


DEFAULT_LIBRARY: dict[str, dict[str, Any]] = {code: _facts(code) for code in FIGURES}
