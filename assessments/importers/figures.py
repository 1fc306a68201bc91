"""What the rows of all these files share: a unit, a period, and numbers with a fixed number of decimals."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from assessments.models import AssessmentPeriod, Scheme
from assessments.numbers import BIG_LIMIT, RAW_PLACES
from assessments.operations import ensure_period
from branches.models import PartyUnit
from core.cells import CellRefused, parse_decimal, shorten
from core.importing import Cells, Counts, Importer, upsert
from core.periods import parse_period

Item = TypeVar("Item")
BEYOND_ALL = BIG_LIMIT // 10**RAW_PLACES


def parse_period_code(text: str) -> str:
    try:
        return parse_period(text).code
    except ValueError as error:
        raise CellRefused(
            _("“%(code)s” is not a period. Write it like 2026H1.") % {"code": shorten(text)}
        ) from error


def parse_scaled(places: int, limit: int) -> Callable[[str], int]:
    """An integer with ``places`` decimals, rounded half up; below ``limit``, which is unscaled."""
    parse = parse_decimal(places, limit)
    return lambda text: scaled(parse(text), places)


def parse_share(places: int, most: int) -> Callable[[str], int]:
    """The same from 0 to ``most``, and whoever goes beyond is told so."""
    parse = parse_decimal(places, BEYOND_ALL)

    def parse_bounded(text: str) -> int:
        number = parse(text)
        if not 0 <= number <= most:
            raise CellRefused(
                _("The number has to be from %(least)s to %(most)s.") % {"least": 0, "most": most}
            )
        return scaled(number, places)

    return parse_bounded


def scaled(number: Decimal, places: int) -> int:
    return int(number.scaleb(places))


class FigureImporter(Importer[Item], Generic[Item]):
    """Rows of a unit and a period. A period named for the first time is created when rows are written."""

    model: type[Model]

    def prepare(self) -> None:
        self.units = dict(PartyUnit.objects.values_list("code", "pk"))
        self.scheme_codes = set(Scheme.objects.values_list("code", flat=True))

    def unit(self, cells: Cells) -> int | None:
        return cells.lookup("unit_code", self.units)

    def scheme(self, cells: Cells) -> str | None:
        return cells("scheme", self._known_scheme)

    def _known_scheme(self, text: str) -> str:
        if text not in self.scheme_codes:
            raise CellRefused(_("There is no scheme “%(code)s”.") % {"code": shorten(text)})
        return text

    def period(self, cells: Cells) -> str:
        return cells("period", parse_period_code, "")

    def periods(self, codes: Iterable[str]) -> dict[str, AssessmentPeriod]:
        return {code: ensure_period(code) for code in sorted(set(codes))}

    def existing(self, periods: Mapping[str, AssessmentPeriod], fields: Sequence[str]) -> dict[Hashable, Any]:
        """The rows of these periods by unit, period and ``fields``."""
        rows = self.model._default_manager.filter(period__in=list(periods.values()))
        return {
            (row.unit_id, row.period_id, *(getattr(row, name) for name in fields)): row  # type: ignore[attr-defined]
            for row in rows
        }

    def upsert(
        self,
        items: Sequence[Item],
        *,
        existing: Mapping[Hashable, Any],
        key: Callable[[Item], Hashable],
        values: Callable[[Item], Mapping[str, Any]],
    ) -> Counts:
        return upsert(self.model, items, existing=existing, key=key, values=values).counts
