"""What the demo's indicators mean: a scheme file brings only their codes and names."""

from typing import Any

from assessments.models import Indicator
from assessments.operations import change_indicator
from branches.models import Organisation

PARTY, BUSINESS = "PARTY", "BUSINESS"
HIGHER, LOWER, ZERO_BEST = "HIGHER", "LOWER", "ZERO_BEST"
# code: side, direction, unit of measure, per how many of what, meaning, source
FACTS = {
    "OUTAGE_MV": (
        BUSINESS,
        LOWER,
        "小时/户",
        "",
        "中压客户一个周期内平均停电多少小时。",
        "供电可靠性管理系统",
    ),
    "COMPLAINTS": (BUSINESS, LOWER, "件", "户", "95598 受理的属实投诉，按每万户计算。", "95598 客户服务系统"),
    "SAFETY_EVENTS": (BUSINESS, ZERO_BEST, "起", "", "五级及以上、负有责任的安全事件。", "安全监管系统"),
    "VIOLATIONS": (BUSINESS, LOWER, "起", "人", "现场查实的违章，按每百名员工计算。", "安全监管系统"),
    "LINE_TRIPS": (BUSINESS, LOWER, "次", "公里", "10 千伏线路跳闸，按每百公里线路计算。", "配网自动化系统"),
    "TASK_ON_TIME": (BUSINESS, HIGHER, "%", "项", "按期完成的重点任务占应完成的比例。", "督办系统"),
    "PROJECT_ON_TIME": (
        PARTY,
        HIGHER,
        "%",
        "个节点",
        "按期完成的书记项目节点占到期节点的比例。",
        "书记项目台账",
    ),
    "TEST_PASS": (PARTY, HIGHER, "%", "人", "每季一考合格人数占应考人数的比例。", "每季一考成绩册"),
}


def fill_library(by: Any, *, department: Organisation) -> None:
    """``department`` answers for the complaints; for the other figures the offices do."""
    for indicator in Indicator.objects.filter(code__in=FACTS):
        side, direction, unit, exposure, meaning, source = FACTS[indicator.code]
        change_indicator(
            indicator,
            by=by,
            version=indicator.version,
            side=side,
            direction=direction,
            unit_of_measure=unit,
            exposure=exposure if indicator.is_rate else "",
            meaning=meaning,
            source=source,
            owner=department if indicator.code == "COMPLAINTS" else None,
        )
