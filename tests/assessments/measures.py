"""Measures for tests: real queries over reported figures, whose stored integers are taken as counts."""

from contextlib import contextmanager

from django.db.models import F, Value

from assessments.models import IndicatorValue
from core.measures import Measure, measures


def figures(period, params, as_of):
    rows = IndicatorValue.objects.filter(period__code=period.code, indicator__code=params["from"])
    return rows.values("unit_id", "denominator", numerator=F("value"), evidence_count=Value(2))


def evidence(unit_ids, period, params, as_of):
    return IndicatorValue.objects.filter(
        period__code=period.code, indicator__code=params["from"], unit__in=unit_ids
    )


def check_params(params):
    return None if set(params) == {"from"} else "from is needed"


RATE = Measure("tests.rate", "rate", "%", True, True, figures, evidence, check_params)
COUNT = Measure("tests.count", "count", "", False, True, figures, evidence, check_params)
VOLUME = Measure("tests.volume", "volume", "", False, False, figures, evidence, check_params)


@contextmanager
def registered():
    for measure in (RATE, COUNT, VOLUME):
        measures.register(measure.code, measure)
    try:
        yield
    finally:
        for measure in (RATE, COUNT, VOLUME):
            del measures._things[measure.code]
