from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import numbers
from assessments.importers.figures import FigureImporter, parse_scaled
from assessments.models import Indicator, IndicatorValue
from core import clock
from core.cells import parse_number
from core.importing import Cells, Counts
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

    def check_row(self, cells: Cells) -> Value | None:
        unit, period = self.unit(cells), self.period(cells)
        indicator = cells.lookup("indicator_code", self.indicators)
        value = cells("value", parse_figure)
        denominator = cells("denominator", parse_figure)
        if indicator is None or value is None:
            return None
        raw = self._raw(cells, indicator, value, denominator)
        if unit is None or raw is None or cells.errors:
            return None
        below = denominator.stored if denominator else None
        return Value(unit, period, indicator.pk, value.stored, below, raw)

    def _raw(
        self, cells: Cells, indicator: Indicator, value: Figure, denominator: Figure | None
    ) -> int | None:
        """value / denominator x per with 6 decimals; refused without a denominator, or beyond the limits."""
        if indicator.per is None:
            if denominator is not None:
                cells.refuse("denominator", _("This indicator is not a rate: leave the denominator empty."))
                return None
            raw = value.stored
        else:
            if denominator is None or denominator.stored <= 0:
                cells.refuse("denominator", _("This indicator is a rate: give a denominator above 0."))
                return None
            raw = numbers.rate(value.exact, denominator.exact, indicator.per)
        if abs(raw) >= numbers.RAW_LIMIT:
            cells.refuse("value", _("Figures stay below 10,000,000: choose a larger unit of measure."))
            return None
        return raw

    def key(self, item: Value) -> Hashable:
        return item.unit, item.period, item.indicator

    def write(self, items: Sequence[Value], *, by: Any) -> Counts:
        periods = self.periods(item.period for item in items)
        existing = self.existing(periods, ["indicator_id"])
        now = clock.now()

        def key(item: Value) -> Hashable:
            return item.unit, periods[item.period].pk, item.indicator

        def values(item: Value) -> dict[str, Any]:
            known = existing.get(key(item))
            figures = (item.value, item.denominator, item.raw)
            same = known is not None and (known.value, known.denominator, known.raw) == figures
            return {
                "unit_id": item.unit,
                "period": periods[item.period],
                "indicator_id": item.indicator,
                "value": item.value,
                "denominator": item.denominator,
                "raw": item.raw,
                # who entered the figure that stands: the same figure again changes nothing
                "entered_by": known.entered_by if same and known else by,
                "entered_at": known.entered_at if same and known else now,
            }

        return self.upsert(items, existing=existing, key=key, values=values)
