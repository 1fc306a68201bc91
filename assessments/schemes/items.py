"""One item of a scheme file: where its figure comes from, and the rule that makes a score of it."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import Missing, RuleType, SourceType
from assessments.numbers import RAW_LIMIT, RAW_PLACES, WEIGHT_PLACES
from assessments.schemes.plan import ItemPlan
from assessments.schemes.reading import Reading
from core.measures import measures

HIGHEST_WEIGHT = 1000 * 10**WEIGHT_PLACES
SOURCE_KEYS: dict[str, tuple[list[str], list[str]]] = {
    SourceType.MEASURE: (["type", "code"], ["params", "reason"]),
    SourceType.REPORTED: (["type", "code"], ["per", "reason"]),
    SourceType.RATING: (["type"], ["code", "reason"]),
    SourceType.AWARDED: (["type"], ["code", "reason"]),
}
RULE_KEYS: dict[str, list[str]] = {
    RuleType.BAND: ["satisfactory", "unacceptable"],
    RuleType.DEDUCT: ["per_event"],
    RuleType.RATIO: ["target"],
    RuleType.STEPS: ["steps"],
    RuleType.PEER_MINMAX: ["direction"],
    RuleType.DIRECT: [],
    RuleType.AWARDED: [],
}


def read_item(reading: Reading, value: Any, path: str) -> ItemPlan:
    required = ["code", "name", "weight", "source", "rule", "missing"]
    data = reading.keys(value, path, required=required, optional=["group"])
    rule_type, rule = _rule(reading, data.get("rule"), f"{path}.rule")
    source = _source(reading, data.get("source"), f"{path}.source")
    if (source["source_type"] == SourceType.AWARDED) != (rule_type == RuleType.AWARDED):
        reading.refuse(
            f"{path}.rule.type", _("The rule AWARDED goes with the source AWARDED, and only with it.")
        )
    return ItemPlan(
        code=reading.code(data.get("code"), f"{path}.code"),
        name=reading.text(data.get("name"), f"{path}.name", 100),
        group=reading.text(data["group"], f"{path}.group", 100) if "group" in data else "",
        weight=reading.positive(data.get("weight"), f"{path}.weight", WEIGHT_PLACES, HIGHEST_WEIGHT) or 1,
        **source,
        rule_type=rule_type,
        rule=rule,
        missing=reading.choice(data.get("missing"), f"{path}.missing", Missing.values),
    )


def _type_of(reading: Reading, value: Any, path: str, types: list[str]) -> str:
    if not isinstance(value, dict):
        reading.refuse(path, _("An object is expected here."))
        return ""
    return reading.choice(value.get("type"), f"{path}.type", types)


def _source(reading: Reading, value: Any, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "source_type": _type_of(reading, value, path, SourceType.values),
        "source_code": "",
        "source_params": {},
        "source_reason": "",
        "source_per": None,
    }
    if not found["source_type"]:
        return found
    required, optional = SOURCE_KEYS[found["source_type"]]
    data = reading.keys(value, path, required=required, optional=optional)
    if "reason" in data:
        found["source_reason"] = reading.text(data["reason"], f"{path}.reason", 200)
    if found["source_type"] == SourceType.REPORTED:
        found["source_code"] = reading.code(data.get("code"), f"{path}.code")
        if "per" in data:
            found["source_per"] = reading.positive(data["per"], f"{path}.per", RAW_PLACES, RAW_LIMIT - 1)
    elif found["source_type"] == SourceType.MEASURE:
        found["source_code"] = reading.text(data.get("code"), f"{path}.code", 60)
        found["source_params"] = _measure(reading, data, path, found["source_code"])
    elif "code" in data:  # a mere name of the sheet: figures are found by the item's own code
        found["source_code"] = reading.code(data["code"], f"{path}.code")
    return found


def _measure(reading: Reading, data: dict, path: str, code: str) -> dict[str, Any]:
    """Checks the measure and gives its parameters."""
    params = data.get("params", {})
    if not isinstance(params, dict):
        reading.refuse(f"{path}.params", _("An object is expected here."))
        return {}
    if code and code not in measures:
        reading.refuse(f"{path}.code", _("There is no measure “%(code)s”.") % {"code": code})
    elif code:
        refusal = measures[code].check_params(params)
        if refusal:
            reading.refuse(f"{path}.params", str(refusal))
        if not measures[code].scoreable and "reason" not in data:
            reading.refuse(f"{path}.reason", _("This is a mere volume: say why it is scored."))
    return params


def _rule(reading: Reading, value: Any, path: str) -> tuple[str, dict[str, Any]]:
    rule_type = _type_of(reading, value, path, RuleType.values)
    if not rule_type:
        return "", {}
    data = reading.keys(value, path, required=["type", *RULE_KEYS[rule_type]])
    if rule_type == RuleType.STEPS:
        return rule_type, {"steps": _steps(reading, data.get("steps"), f"{path}.steps")}
    if rule_type == RuleType.PEER_MINMAX:
        direction = reading.choice(data.get("direction"), f"{path}.direction", ["HIGHER", "LOWER"])
        return rule_type, {"direction": direction}
    rule = {key: reading.number(data.get(key), f"{path}.{key}") for key in RULE_KEYS[rule_type]}
    _check_figures(reading, rule, path)
    return rule_type, rule


def _check_figures(reading: Reading, rule: dict[str, int | None], path: str) -> None:
    if rule.get("satisfactory") is not None and rule.get("satisfactory") == rule.get("unacceptable"):
        reading.refuse(path, _("Satisfactory and unacceptable are the same figure."))
    target, per_event = rule.get("target"), rule.get("per_event")
    if target is not None and target <= 0:
        reading.refuse(f"{path}.target", _("The target is above 0."))
    if per_event is not None and per_event < 0:
        reading.refuse(f"{path}.per_event", _("A deduction is not negative."))


def _steps(reading: Reading, value: Any, path: str) -> list[list[int]]:
    steps: list[list[int]] = []
    for index, step in enumerate(reading.listing(value, path)):
        here = f"{path}[{index}]"
        if not isinstance(step, list) or len(step) != 2:
            reading.refuse(here, _("A pair of minimum and score is expected here."))
            continue
        minimum, score = reading.number(step[0], f"{here}[0]"), reading.number(step[1], f"{here}[1]")
        if minimum is None or score is None:
            continue
        if steps and minimum <= steps[-1][0]:
            reading.refuse(f"{here}[0]", _("Minimums stand in ascending order."))
        steps.append([minimum, score])
    return steps
