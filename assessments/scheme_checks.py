"""Whether a document can become a scheme: the reader's judgement, and what only the other schemes tell."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import SourceType
from assessments.models import Indicator, Scheme
from assessments.schemes import ItemPlan, Problem, SchemePlan, inspect_scheme


def check_document(document: Any) -> tuple[SchemePlan, list[Problem]]:
    """The plan and every reason for which the document could not be imported."""
    plan, problems = inspect_scheme(document)
    known = {problem.path for problem in problems}
    more = [*unknown_indicators(plan), *other_rates(plan), *taken_number(plan)]
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
            reason = _("The indicator “%(code)s” has another “per” already.") % {"code": item.source_code}
            problems.append(Problem(f"{path}.per", reason))
    return problems
