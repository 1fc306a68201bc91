"""Whether a document can become a scheme: the reader's judgement, and what only the other schemes tell."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import Direction, RuleType, SourceType
from assessments.models import Indicator, Scheme
from assessments.schemes import ItemPlan, Problem, SchemePlan, inspect_scheme
from core import clock
from core.templatetags.format import day, raw_value


def check_document(document: Any) -> tuple[SchemePlan, list[Problem]]:
    """The plan and every reason for which the document could not be imported."""
    plan, problems = inspect_scheme(document)
    known = {problem.path for problem in problems}
    more = [*unknown_indicators(plan), *other_rates(plan), *taken_number(plan), *unexplained(plan)]
    return plan, [*problems, *(problem for problem in more if problem.path not in known)]


def taken_number(plan: SchemePlan) -> list[Problem]:
    if not Scheme.objects.filter(code=plan.code, version=plan.version).exists():
        return []
    reason = _("Version %(version)s of “%(code)s” exists with other content: give the change a new number.")
    return [Problem("$.version", reason % {"version": plan.version, "code": plan.code})]


def reported_items(plan: SchemePlan) -> list[tuple[str, ItemPlan]]:
    """The items that read a reported figure, with the path of their source."""
    return [
        (f"$.sections[{number}].items[{index}].source", item)
        for number, section in enumerate(plan.sections)
        for index, item in enumerate(section.items)
        if item.source_type == SourceType.REPORTED
    ]


def unknown_indicators(plan: SchemePlan) -> list[Problem]:
    """A slip of the pen would make an indicator without name, owner and unit."""
    reported = reported_items(plan)
    names = dict(Indicator.objects.values_list("code", "name"))
    return [
        Problem(f"{path}.code", _unknown_words(item.source_code, names))
        for path, item in reported
        if item.source_code not in names
    ]


def _unknown_words(code: str, names: Mapping[str, str]) -> str:
    by_name = {name: one for one, name in names.items()}
    meant = [by_name[name] for name in get_close_matches(code, by_name, n=2, cutoff=0.5)]
    near = dict.fromkeys([*get_close_matches(code.upper(), names, n=3, cutoff=0.5), *meant])
    if not near:
        return _("The library has no indicator “%(code)s”: add it there first.") % {"code": code}
    words = _(", ").join(f"{one} {names[one]}" for one in near)
    return _("The library has no indicator “%(code)s”. Near it: %(near)s.") % {"code": code, "near": words}


def other_rates(plan: SchemePlan) -> list[Problem]:
    """``per`` belongs to the indicator: every scheme that reads it states the same one."""
    reported = reported_items(plan)
    codes = [item.source_code for _path, item in reported]
    rates = dict(Indicator.objects.filter(code__in=codes).values_list("code", "per"))
    problems = []
    for path, item in reported:
        if rates.setdefault(item.source_code, item.source_per) != item.source_per:
            words = {"code": item.source_code, "per": raw_value(rates[item.source_code] or 0)}
            if rates[item.source_code]:
                reason = _("The indicator “%(code)s” is counted per %(per)s, in every scheme.") % words
            else:
                reason = _("The indicator “%(code)s” is no rate, in any scheme.") % words
            problems.append(Problem(f"{path}.per", reason))
    return problems


# --- against the library: asked of who writes on screen; a file is what contract.md says ------------
def unexplained(plan: SchemePlan) -> list[Problem]:
    """Rules against the direction of their indicator for which nobody says why."""
    against, what_to_do = against_direction(plan), _("Put it right, or say why it is scored so.")
    return [
        Problem(f"{path}.reason", f"{against[item.code]} {what_to_do}")
        for path, item in reported_items(plan)
        if item.code in against and not item.source_reason
    ]


def against_direction(plan: SchemePlan) -> dict[str, str]:
    """By item code in what way a rule gives more points for what the library calls worse."""
    items = [item for _path, item in reported_items(plan) if item.is_whole]
    codes = [item.source_code for item in items]
    wanted = dict(Indicator.objects.filter(code__in=codes).values_list("code", "direction"))
    found = {}
    for item in items:
        better = BETTER.get(wanted.get(item.source_code, ""), "")
        if better and rule_direction(item) not in (better, ""):
            found[item.code] = _against_words(item, better)
    return found


BETTER: dict[str, str] = {Direction.HIGHER: "HIGHER", Direction.LOWER: "LOWER", Direction.ZERO_BEST: "LOWER"}


def _against_words(item: ItemPlan, better: str) -> str:
    if better == "HIGHER":
        return _("More is better by the library, and this rule does not give more points for more.")
    if item.rule_type == RuleType.STEPS:
        return _(
            "Less is better by the library: steps then begin at 0 with the most points, like 0 100,"
            " next 0.2 80."
        )
    return _("Less is better by the library, and this rule does not give more points for less.")


def rule_direction(item: ItemPlan) -> str:
    """HIGHER or LOWER: where a rule gives more points; MIXED for steps up and down, nothing for no matter."""
    rule = item.rule
    if item.rule_type == RuleType.BAND:
        return "HIGHER" if rule["satisfactory"] > rule["unacceptable"] else "LOWER"
    if item.rule_type == RuleType.STEPS:
        return _steps_direction(rule["steps"])
    if item.rule_type == RuleType.PEER_MINMAX:
        return str(rule["direction"])
    if item.rule_type == RuleType.DEDUCT:
        return "LOWER" if rule["per_event"] else ""
    return "HIGHER"  # the figure itself, or a share of a target


def _steps_direction(steps: list[list[int]]) -> str:
    """Below the first step there is nothing; figures below 0 do not count here."""
    scores = [score for _minimum, score in steps]
    if steps[0][0] > 0:
        scores = [0, *scores]
    if scores == sorted(scores):
        return "HIGHER" if scores[0] < scores[-1] else ""
    return "LOWER" if scores == sorted(scores, reverse=True) else "MIXED"


def expired(plan: SchemePlan) -> dict[str, str]:
    """By item code until when an indicator was valid that is not in the scheme's first period."""
    first = plan.valid_from_day or clock.today()
    items = [item for _path, item in reported_items(plan)]
    ended = Indicator.objects.filter(code__in=[item.source_code for item in items], valid_to__lt=first)
    days = dict(ended.values_list("code", "valid_to"))
    reason = _("The indicator is valid until %(day)s only.")
    return {
        item.code: reason % {"day": day(days[item.source_code])} for item in items if item.source_code in days
    }


def cautions(plan: SchemePlan) -> dict[str, list[str]]:
    """What stands beside an item as a warning, by its code."""
    found: dict[str, list[str]] = {}
    for reasons in (against_direction(plan), expired(plan)):
        for code, reason in reasons.items():
            found.setdefault(code, []).append(reason)
    return found


def form_of(path: str) -> tuple[str, list[int]]:
    """The form that can put a problem right, and the place it is opened at."""
    item = re.match(r"\$\.sections\[(\d+)\]\.items\[(\d+)\]", path)
    section = re.match(r"\$\.sections\[(\d+)\]", path)
    if item:
        return "item", [int(item[1]), int(item[2])]
    if section:
        name = "new-item" if path.endswith(".items") else "section"
        return name, [int(section[1])]
    if path.startswith("$.sections"):
        return "new-section", []
    if path.startswith("$.bands"):
        return "bands", []
    is_board = path.startswith(("$.tie_chain", "$.publication", "$.gap", "$.size_classes"))
    return ("boards" if is_board else "head"), []
