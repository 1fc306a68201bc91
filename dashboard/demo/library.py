"""What the demo's indicators mean: a scheme file brings only their codes and names."""

from typing import Any

from assessments.default_library import DEFAULT_LIBRARY
from assessments.models import Indicator
from assessments.operations import change_indicator
from branches.models import Organisation

MORE: dict[str, dict[str, Any]] = {
    "LINE_TRIPS": {
        "side": "BUSINESS",
        "direction": "LOWER",
        "unit_of_measure": "次",
        "exposure": "公里",
        "meaning": "10 千伏线路跳闸，按每百公里线路计算。",
        "source": "配网自动化系统",
    },
    "TASK_ON_TIME": {
        "side": "BUSINESS",
        "direction": "HIGHER",
        "unit_of_measure": "%",
        "exposure": "项",
        "meaning": "按期完成的重点任务占应完成的比例。",
        "source": "督办系统",
    },
}


def fill_library(by: Any, *, department: Organisation) -> None:
    """``department`` answers for the complaints; for the other figures the offices do."""
    known = DEFAULT_LIBRARY | MORE
    for indicator in Indicator.objects.filter(code__in=known):
        facts = {name: value for name, value in known[indicator.code].items() if name not in ("name", "per")}
        facts["exposure"] = facts["exposure"] if indicator.is_rate else ""
        facts["owner"] = department if indicator.code == "COMPLAINTS" else None
        change_indicator(indicator, by=by, version=indicator.version, **facts)
