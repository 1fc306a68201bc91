from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from assessments import numbers
from assessments.importers.figures import FigureImporter, parse_share
from assessments.models import PastResult
from core.cells import parse_integer
from core.importing import Cells, Counts
from core.spreadsheets import Column


@dataclass(frozen=True)
class Line:
    unit: int
    period: str
    scheme: str
    total: int
    rank: int | None


class PastResultImporter(FigureImporter[Line]):
    verb = "import_past_results"
    object_type = "assessments.pastresult"
    model = PastResult
    columns = (
        Column("scheme", gettext_lazy("scheme"), required=True),
        Column("period", gettext_lazy("period"), required=True),
        Column("unit_code", gettext_lazy("unit code"), required=True),
        Column("total", gettext_lazy("total"), required=True),
        Column("rank", gettext_lazy("rank")),
    )

    def check_row(self, cells: Cells) -> Line | None:
        scheme = self.scheme(cells)
        unit, period = self.unit(cells), self.period(cells)
        total = cells("total", parse_share(numbers.TOTAL_PLACES, 100))
        rank = cells("rank", lambda text: parse_integer(text, minimum=1))
        if unit is None or scheme is None or total is None:
            return None
        return Line(unit, period, scheme, total, rank)

    def key(self, item: Line) -> Hashable:
        return item.unit, item.period, item.scheme

    def write(self, items: Sequence[Line], *, by: Any) -> Counts:
        periods = self.periods(item.period for item in items)

        def values(item: Line) -> dict[str, Any]:
            stated: dict[str, Any] = {
                "unit_id": item.unit,
                "period": periods[item.period],
                "scheme_code": item.scheme,
                "total": item.total,
            }
            return stated | {"rank": item.rank} if "rank" in self.present else stated

        return self.upsert(
            items,
            existing=self.existing(periods, ["scheme_code"]),
            key=lambda item: (item.unit, periods[item.period].pk, item.scheme),
            values=values,
        )
