"""Where the units of a board stood before: in the last period of the same kind, published here or imported.

Places are compared within one board only. What was not ranked as this board ranks, is ranked here by its
totals, among the units that stand on the board now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Rank
from django.utils.translation import gettext as _

from assessments.choices import BoardScope
from assessments.models import Edition, PastResult
from assessments.selectors import previous_edition
from assessments.standings import Board
from core.periods import period_words


@dataclass(frozen=True)
class Before:
    """The period before and where the units stood then, by unit; or in a line why nobody can say."""

    period: str = ""
    ranks: dict[int, int] = field(default_factory=dict)
    unknown_because: str = ""

    def __bool__(self) -> bool:
        return not self.unknown_because

    @property
    def period_name(self) -> str:
        return period_words(self.period) if self.period else ""

    def movement(self, unit_id: int, rank: int | None) -> int | None:
        """Places gained (above 0) or lost; None for who is new or has no rank."""
        was = self.ranks.get(unit_id)
        return was - rank if was and rank else None


def ranks_before(edition: Edition, board: Board, unit_ids: Sequence[int] | None = None) -> Before:
    """Of some units, or of all that stand on the board."""
    published = previous_edition(edition.scheme_code, edition.period)
    imported = _imported(edition, after=published)
    if imported is not None:
        [code] = imported.values_list("period__code", flat=True)[:1]
        places = _places_then(edition, board, imported)
    elif published is not None:
        code, places = published.period.code, _places_in(published, board, edition)
    else:
        return Before(unknown_because=_("No movement is shown: no earlier board of this scheme is known."))
    if not places.exists():
        words = _("No movement is shown: the board of %(period)s has no ranks to compare these units by.")
        return Before(code, unknown_because=words % {"period": period_words(code)})
    return Before(code, _found(places, unit_ids))


def _found(places: QuerySet, unit_ids: Sequence[int] | None) -> dict[int, int]:
    """An order is made of all its lines: which of them are asked for is told afterwards."""
    if unit_ids is not None and not places.query.annotations["place"].contains_over_clause:
        places = places.filter(unit__in=unit_ids)
    wanted = None if unit_ids is None else set(unit_ids)
    rows = places.order_by().values_list("unit_id", "place")
    return {unit: place for unit, place in rows if wanted is None or unit in wanted}


def _imported(edition: Edition, *, after: Edition | None) -> QuerySet[PastResult] | None:
    """The imported board of the last period before ``edition``, if it is later than the edition ``after``."""
    earlier = PastResult.objects.filter(
        scheme_code=edition.scheme_code,
        period__kind=edition.period.kind,
        period__last_day__lt=edition.period.first_day,
    )
    if after is not None:
        earlier = earlier.filter(period__last_day__gt=after.period.last_day)
    latest = earlier.order_by("-period__last_day").values_list("period", flat=True).first()
    return earlier.filter(period=latest) if latest is not None else None


def _places_then(edition: Edition, board: Board, imported: QuerySet[PastResult]) -> QuerySet:
    """An imported rank is one on the first board of the scheme. Of the whole company it is taken as it is;
    on every other board the units are put in order, of equal totals by rank where that is one of this board.
    """
    ranked = imported.exclude(rank=None)
    first = edition.scheme.board_scopes[0]
    if board.scope == first == BoardScope.COMPANY:
        return ranked.annotate(place=F("rank"))
    order: list[Any] = [F("total").desc()]
    if first in (BoardScope.COMPANY, board.scope):
        order.append(F("rank").asc())
    return _in_order(ranked.filter(unit__in=_units_on(edition, board)), order)


def _places_in(published: Edition, board: Board, edition: Edition) -> QuerySet:
    """The ranks of the same board; those who stood on another one then are new on it."""
    if board.scope in published.scheme.board_scopes:
        lines = published.entries.exclude(**{board.rank_field: None})
        return board.of(lines).annotate(place=F(board.rank_field))
    lines = published.entries.exclude(total=None).exclude(has_veto=True)
    return _in_order(lines.filter(unit__in=_units_on(edition, board)), [F("total").desc()])


def _units_on(edition: Edition, board: Board) -> QuerySet:
    return board.of(edition.entries.all()).order_by().values("unit")


def _in_order(rows: QuerySet, order: list[Any]) -> QuerySet:
    return rows.annotate(place=Window(Rank(), order_by=order))
