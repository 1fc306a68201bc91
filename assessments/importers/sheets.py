"""Points of the appraisal sheet, and evaluators' ratings: rows that name an item of a scheme."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import numbers
from assessments.choices import SourceType
from assessments.importers.figures import FigureImporter, parse_share
from assessments.models import Award, Item, Rating
from assessments.selectors import scheme_for
from core import clock
from core.cells import CellRefused, parse_text, shorten
from core.importing import Cells, Counts
from core.periods import parse_period
from core.spreadsheets import Column

UNIT = Column("unit_code", gettext_lazy("unit code"), required=True)
PERIOD = Column("period", gettext_lazy("period"), required=True)
SCHEME = Column("scheme", gettext_lazy("scheme"), required=True)
ITEM = Column("item_code", gettext_lazy("item code"), required=True)
HIGHEST_POINTS = 1000


@dataclass(frozen=True)
class Given:
    """A number given to a unit for an item; ``rater`` is empty for awards."""

    unit: int
    period: str
    scheme: str
    item: str
    rater: str
    number: int


class SheetImporter(FigureImporter[Given]):
    """The item must be one of the scheme version that applies to the period, with the fitting source."""

    source_type: SourceType

    def prepare(self) -> None:
        super().prepare()
        self.items: dict[tuple[str, str], dict[str, Item]] = {}

    def item(self, cells: Cells, period: str) -> Item | None:
        scheme = self.scheme(cells)
        if not scheme or not period:
            return None
        return cells("item_code", lambda text: self._known_item(scheme, period, text))

    def _known_item(self, scheme: str, period: str, text: str) -> Item:
        items = self.items.get((scheme, period))
        if items is None:
            version = scheme_for(scheme, parse_period(period))
            items = {item.code: item for item in version.items.all()} if version else {}
            self.items[scheme, period] = items
        if text not in items:
            raise CellRefused(
                _("The scheme of %(period)s has no item “%(code)s”.")
                % {"period": period, "code": shorten(text)}
            )
        if items[text].source_type != self.source_type:
            raise CellRefused(
                _("“%(code)s” is not an item of this kind: %(source)s.")
                % {"code": text, "source": items[text].get_source_type_display()}
            )
        return items[text]

    def key(self, item: Given) -> Hashable:
        return item.unit, item.period, item.scheme, item.item, item.rater

    def write_numbers(
        self,
        items: Sequence[Given],
        number_field: str,
        fields: Sequence[str],
        *,
        more: Callable[[Given, Any], dict[str, Any]] = lambda item, known: {},
    ) -> Counts:
        """``more`` gives what else a row keeps, of an item and the row that is there already."""
        periods = self.periods(item.period for item in items)
        existing = self.existing(periods, fields)

        def names(item: Given) -> dict[str, str]:
            named = {"scheme_code": item.scheme, "item_code": item.item, "rater": item.rater}
            return {name: named[name] for name in fields}

        def key(item: Given) -> Hashable:
            return item.unit, periods[item.period].pk, *names(item).values()

        return self.upsert(
            items,
            existing=existing,
            key=key,
            values=lambda item: {
                "unit_id": item.unit,
                "period": periods[item.period],
                **names(item),
                number_field: item.number,
                **more(item, existing.get(key(item))),
            },
        )


class AwardImporter(SheetImporter):
    verb = "import_awards"
    object_type = "assessments.award"
    model = Award
    source_type = SourceType.AWARDED
    columns = (UNIT, PERIOD, SCHEME, ITEM, Column("points", gettext_lazy("points"), required=True))

    def check_row(self, cells: Cells) -> Given | None:
        unit, period = self.unit(cells), self.period(cells)
        item = self.item(cells, period)
        points = cells("points", parse_share(numbers.RAW_PLACES, HIGHEST_POINTS))
        if item is not None and points is not None and points > item.weight * 1000:
            most = numbers.to_short_text(item.weight, numbers.WEIGHT_PLACES)
            cells.refuse("points", _("At most %(points)s points for this item.") % {"points": most})
        if unit is None or item is None or points is None:
            return None
        return Given(unit, period, item.scheme.code, item.code, "", points)

    def write(self, items: Sequence[Given], *, by: Any) -> Counts:
        now = clock.now()

        def author(item: Given, known: Award | None) -> dict[str, Any]:
            """Who gave these points, and when; of the same points again, who gave them first."""
            if known is not None and known.points == item.number:
                return {"entered_by": known.entered_by, "entered_at": known.entered_at}
            return {"entered_by": by, "entered_at": now}

        return self.write_numbers(items, "points", ["scheme_code", "item_code"], more=author)


class RatingImporter(SheetImporter):
    verb = "import_ratings"
    object_type = "assessments.rating"
    model = Rating
    source_type = SourceType.RATING
    columns = (
        UNIT,
        PERIOD,
        SCHEME,
        ITEM,
        Column("rater", gettext_lazy("evaluator"), required=True),
        Column("score", gettext_lazy("score"), required=True),
    )

    def check_row(self, cells: Cells) -> Given | None:
        unit, period = self.unit(cells), self.period(cells)
        item = self.item(cells, period)
        rater = cells("rater", parse_text(60), "")
        score = cells("score", parse_share(numbers.RAW_PLACES, 100))
        if unit is None or item is None or score is None:
            return None
        return Given(unit, period, item.scheme.code, item.code, rater, score)

    def write(self, items: Sequence[Given], *, by: Any) -> Counts:
        return self.write_numbers(items, "score", ["scheme_code", "item_code", "rater"])
