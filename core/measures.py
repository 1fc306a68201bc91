"""Measures: figures that an app states for every unit, for scoring and for dashboards.

An app registers its measures in ``AppConfig.ready`` (docs/extending.md shows how).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.periods import Period
from core.registry import Registry


@dataclass(frozen=True)
class Measure:
    """A named figure: a rate in per cent when ``is_rate``, else a count.

    ``values(period, params, as_of)`` gives a queryset of dicts ``unit_id, numerator, denominator,
    evidence_count``: each unit's **own** figure, at most one row a unit, not pooled; units without a row have
    nothing. All four are integers; a count has denominator 1. Only what counts by ``as_of`` is counted.
    ``evidence(unit_ids, period, params, as_of)`` gives the records behind the figure of these units together.
    ``check_params(params)`` returns a reason to refuse, or None.

    A filter on the units of ``values`` has to spare the database the other units' records. Where it can not,
    ``narrowed(period, params, as_of, among)`` gives the values of the units that the lookups ``among`` on
    ``unit_id`` name. ``evidence_is_numerator`` spares scoring to count twice.
    """

    code: str
    name: Any
    unit: Any
    is_rate: bool
    scoreable: bool
    values: Callable[[Period, Mapping[str, Any], Any], QuerySet]
    evidence: Callable[[Any, Period, Mapping[str, Any], Any], QuerySet]
    check_params: Callable[[Mapping[str, Any]], str | None]
    narrowed: Callable[[Period, Mapping[str, Any], Any, Mapping[str, Any]], QuerySet] | None = None
    evidence_is_numerator: bool = False


measures: Registry[Measure] = Registry()
