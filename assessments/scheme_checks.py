"""Whether a document can become a scheme: the reader's judgement, and what only the other schemes tell."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import SourceType
from assessments.models import Indicator, Scheme
from assessments.schemes import ItemPlan, Problem, SchemePlan, inspect_scheme


def check_document(document: Any) -> tuple[SchemePlan, list[Problem]]:
    """The plan and every reason for which the document could not be imported."""
    plan, problems = inspect_scheme(document)
    known = {problem.path for problem in problems}
    more = [*other_rates(plan), *taken_number(plan)]
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
