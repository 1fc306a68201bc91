from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from assessments import numbers
from assessments.choices import ValueOrigin, ValueState
from assessments.importers.figures import FigureImporter, parse_scaled
from assessments.models import AssessmentPeriod, Indicator, IndicatorValue
from assessments.operations.values import changes_between, summary
from assessments.reporting import FigureRefused, raw_of, raw_without
from assessments.selectors import excluded_by_key
from assessments.value_moves import NOTHING_STANDS
from core import audit, clock
from core.cells import parse_number
from core.importing import Cells, Counts, upsert
from core.spreadsheets import Column

LIMIT = numbers.BIG_LIMIT // 10**numbers.RAW_PLACES
parse_stored = parse_scaled(numbers.RAW_PLACES, LIMIT)


@dataclass(frozen=True)
class Figure:
    """A number of the file: as written, which rates are made of, and as it is kept."""

    exact: Decimal
    stored: int


def parse_figure(text: str) -> Figure:
    return Figure(stored=parse_stored(text), exact=parse_number(text))


@dataclass(frozen=True)
class Value:
    unit: int
    period: str
    indicator: int
    value: int
    denominator: int | None
    raw: int


class ValueImporter(FigureImporter[Value]):
    """Reported figures. For a rate the file states value and denominator; what rules see is made here."""

    verb = "import_values"
    object_type = "assessments.indicatorvalue"
    model = IndicatorValue
    columns = (
        Column("unit_code", gettext_lazy("unit code"), required=True),
        Column("period", gettext_lazy("period"), required=True),
        Column("indicator_code", gettext_lazy("indicator code"), required=True),
        Column("value", gettext_lazy("value"), required=True),
        Column("denominator", gettext_lazy("denominator")),
    )

    def prepare(self) -> None:
        super().prepare()
        self.indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
        self.excluded = excluded_by_key()

    def check_row(self, cells: Cells) -> Value | None:
        unit, period = self.unit(cells), self.period(cells)
        indicator = cells.lookup("indicator_code", self.indicators)
        value = cells("value", parse_figure)
        denominator = cells("denominator", parse_figure)
        if indicator is None or value is None:
            return None
        below = denominator.stored if denominator else None
        amounts = self.excluded.get((unit or 0, period, indicator.pk), [])
        try:
            raw = raw_of(indicator, value.exact, denominator.exact if denominator else None)
            raw = raw_without(indicator, value.stored, below, amounts) if amounts else raw
        except FigureRefused as error:
            cells.refuse(error.column, error.args[0])
            return None
        if unit is None or cells.errors:
            return None
        return Value(unit, period, indicator.pk, value.stored, below, raw)

    def key(self, item: Value) -> Hashable:
        return item.unit, item.period, item.indicator

    def write(self, items: Sequence[Value], *, by: Any) -> Counts:
        """What is imported counts at once; what was excluded of a figure stays excluded."""
        periods = self.periods(item.period for item in items)
        existing = self.existing(periods, ["indicator_id"])
        before = {value.pk: summary(value) for value in existing.values()}
        now = clock.now()

        def key(item: Value) -> Hashable:
            return item.unit, periods[item.period].pk, item.indicator

        def values(item: Value) -> dict[str, Any]:
            return stated(item, periods[item.period], existing.get(key(item)), by=by, now=now)

        result = upsert(self.model, items, existing=existing, key=key, values=values)
        record_changes(result.updated, before, by=by)
        return result.counts


def stated(
    item: Value, period: AssessmentPeriod, known: IndicatorValue | None, *, by: Any, now: datetime
) -> dict[str, Any]:
    """The fields of a figure after the import. The same figure again changes nothing but that it counts."""
    same = known is not None and (known.value, known.denominator) == (item.value, item.denominator)
    stays = same and known is not None and known.state == ValueState.VERIFIED
    return {
        "unit_id": item.unit,
        "period": period,
        "indicator_id": item.indicator,
        "value": item.value,
        "denominator": item.denominator,
        "raw": item.raw,
        "entered_by": known.entered_by if same and known else by,
        "entered_at": known.entered_at if same and known else now,
        "state": ValueState.VERIFIED,
        "origin": known.origin if stays and known else ValueOrigin.IMPORTED,
        "reason": "",
        **NOTHING_STANDS,
        "decided_by": known.decided_by if stays and known else None,
        "decided_at": known.decided_at if stays and known else None,
        "version": (known.version if known else 0) + (0 if stays and known else 1),
    }


def record_changes(
    updated: Sequence[IndicatorValue], before: Mapping[int, Mapping[str, str]], *, by: Any
) -> None:
    """One event for each figure that an import changed: its history shows what it was before."""
    changes = [(value, changes_between(before[value.pk], summary(value))) for value in updated]
    audit.record_many([audit.build_event("import_value", value, by=by, **pair) for value, pair in changes])
