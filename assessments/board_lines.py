"""The lines of a board read so that a million of them cost what a hundred do: counted and sorted by the
database, turned over by rank."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Abs

from assessments.choices import BoardScope
from assessments.models import Edition, Entry
from assessments.standings import Board
from core.fields import ListElement


def grade_counts(lines: QuerySet[Entry]) -> dict[str, int]:
    return dict(lines.order_by().values_list("grade").annotate(Count("pk")))


def widest_gaps(lines: QuerySet[Entry], first: int, second: int) -> QuerySet[Entry]:
    """The lines with a gap between these two sections, the widest first."""
    apart = Abs(ListElement("section_scores", first) - ListElement("section_scores", second))
    return lines.filter(has_gap=True).annotate(gap=apart).order_by(F("gap").desc(), "unit_code")


class ByRank:
    """The lines of a whole board as a paginator reads them. A rank says how many lines stand before it, so
    the one at a place is looked up by its rank: page 1,000 costs what page 1 costs."""

    def __init__(self, lines: QuerySet[Entry], rank_field: str, length: int) -> None:
        self.lines, self.field, self.length = lines, rank_field, length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, wanted: slice) -> list[Entry]:
        start = wanted.start or 0
        count = (self.length if wanted.stop is None else wanted.stop) - start
        if count <= 0:
            return []
        ranks = self.lines.order_by().filter(**{f"{self.field}__lte": start + 1})
        rank = ranks.order_by(f"-{self.field}").values_list(self.field, flat=True).first()
        if rank is None:
            return list(self._unranked[start : start + count])
        skipped = start + 1 - rank  # of those that share the rank
        found = list(self.lines.filter(**{f"{self.field}__gte": rank})[skipped : skipped + count])
        if not found:
            skipped -= self.lines.filter(**{self.field: rank}).count()
            return list(self._unranked[skipped : skipped + count])
        return found + list(self._unranked[: count - len(found)])

    @property
    def _unranked(self) -> QuerySet[Entry]:
        return self.lines.filter(**{self.field: None})


def by_rank(edition: Edition, board: Board, lines: QuerySet[Entry], counts: Mapping[str, int]) -> Any:
    """``lines`` in order, for a paginator; looked up by rank where they are the whole company's board and its
    ranks are those of its scores."""
    length = sum(counts.values())
    whole = board.scope == BoardScope.COMPANY and length == edition.subject_count
    return ByRank(lines, board.rank_field, length) if whole and edition.digest else lines
