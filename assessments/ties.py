"""By which link of the tie chain equal totals were parted (domain.md 8.3).

What parted them is found again in the lines themselves: scores and totals of a published line never change,
and neither does the edition that an improvement was measured against.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessments.explanation import score_words
from assessments.models import Edition, Entry, Item, Scheme, Section
from assessments.scheme_words import joined, link_words
from assessments.selectors import previous_edition
from assessments.standings import Board, board_of, lines_for
from core.templatetags.format import score2


@dataclass(frozen=True)
class Tie:
    """One line beside another one with the same total and another rank."""

    line: Entry
    other: Entry

    def before(self, board: Board) -> bool:
        return bool(getattr(self.line, board.rank_field) < getattr(self.other, board.rank_field))


def foot_words(scheme: Scheme, sections: Sequence[Section]) -> str:
    """What becomes of equal results on the boards of ``scheme``."""
    if not scheme.tie_chain:
        return _("Equal results share a rank; the next rank is skipped.")
    items = list(scheme.items.all()) if any(_kind(link) == "item" for link in scheme.tie_chain) else []
    links = joined(link_words(link, sections, items) for link in scheme.tie_chain)
    words = _(
        "Equal totals are parted, in this order, by: %(links)s. What is equal in all of it shares a rank; "
        "the next rank is skipped."
    )
    return words % {"links": links}


def _kind(link: str) -> str:
    return link.partition(":")[0]


def ties_among(lines: Iterable[Entry], board: Board) -> list[Tie]:
    """Of lines in the order of their ranks, who was parted from an equal total: from the last one that stands
    before it, or, at the head of its total, from the first one behind it."""
    ranked = [line for line in lines if getattr(line, board.rank_field) is not None]
    groups = [list(group) for _rank, group in groupby(ranked, lambda line: getattr(line, board.rank_field))]
    beside: dict[int, Entry] = {}
    for upper, lower in pairwise(groups):
        if upper[0].total == lower[0].total:
            beside |= {line.pk: upper[-1] for line in lower}
            beside = {line.pk: lower[0] for line in upper} | beside
    return [Tie(line, beside[line.pk]) for line in ranked if line.pk in beside]


def with_neighbours(lines: Sequence[Entry], board: Board, board_lines: QuerySet[Entry]) -> list[Entry]:
    """Lines in the order of their ranks, with the one before the first and the one behind the last."""
    ranks = [rank for line in lines if (rank := getattr(line, board.rank_field)) is not None]
    if not ranks:
        return list(lines)
    field, placed = board.rank_field, board_lines.order_by()
    above = placed.filter(**{f"{field}__lt": ranks[0]}).order_by(f"-{field}", "unit_code")[:1]
    below = placed.filter(**{f"{field}__gt": ranks[-1]}).order_by(field, "unit_code")[:1]
    return [*above, *lines, *below]


def words_of(entry: Entry, user: Any) -> str:
    """Of one line on the first board of its scheme; of a unit that the board hides from ``user`` neither
    name nor figure."""
    edition = entry.edition
    if not edition.scheme.tie_chain:
        return ""
    board = board_of(edition, entry)
    lines = with_neighbours([entry], board, board.of(edition.entries.all()))
    found = [tie for tie in ties_among(lines, board) if tie.line == entry]
    others = [tie.other.pk for tie in found]
    seen = lines_for(edition, user, board.scope).filter(pk__in=others).order_by().values_list("pk", flat=True)
    opened = edition.entries.filter(pk__in=others).allowed_to(user, "view").values_list("pk", flat=True)
    words = Parting(edition, board, {entry.pk, *opened}, set(seen)).words(found)
    return words.get(entry.pk, "")


class Parting:
    """Tells by what the lines of one edition were parted. ``opened``: the keys of the lines whose items the
    reader may see: of others an item is named, without its score. ``seen``: those that the board shows to
    him; None is all."""

    def __init__(
        self, edition: Edition, board: Board, opened: set[int], seen: set[int] | None = None
    ) -> None:
        self.edition, self.board, self.opened, self.seen = edition, board, opened, seen

    @cached_property
    def sections(self) -> list[Section]:
        return list(self.edition.scheme.sections.all())

    @cached_property
    def items(self) -> list[Item]:
        return list(self.edition.scheme.items.all())

    def words(self, ties: Sequence[Tie]) -> dict[int, str]:
        """By key of the line."""
        totals = self._earlier_totals(ties)
        return {tie.line.pk: words for tie in ties if (words := self._tie_words(tie, totals))}

    def _earlier_totals(self, ties: Sequence[Tie]) -> dict[int, int]:
        """Those that improvements were measured against when the edition was computed."""
        if not ties or "improvement" not in self.edition.scheme.tie_chain:
            return {}
        edition = previous_edition(
            self.edition.scheme_code, self.edition.period, known_at=self.edition.computed_at
        )
        units = {line.unit_id for tie in ties for line in (tie.line, tie.other)}
        entries = edition.entries.filter(unit__in=units) if edition else Entry.objects.none()
        totals = entries.values_list("unit_id", "total")
        return {unit: total for unit, total in totals if total is not None}

    def _tie_words(self, tie: Tie, totals: dict[int, int]) -> str:
        """Of the first link in which the two differ. Nothing where that does not agree with the ranks, which
        may be older than the scores of a trial."""
        for link in self.edition.scheme.tie_chain:
            own, others = (self._value(link, line, totals) for line in (tie.line, tie.other))
            if own != others:
                higher = others is None or (own is not None and own > others)
                return self._said(tie, link, own, others) if higher == tie.before(self.board) else ""
        return ""

    def _value(self, link: str, line: Entry, totals: dict[int, int]) -> int | None:
        kind, _colon, code = link.partition(":")
        if kind == "section":
            return line.section_scores[self._place(self.sections, code)]
        if kind == "item":
            return line.item_scores[self._place(self.items, code)]
        if kind == "improvement":
            before = totals.get(line.unit_id)
            return None if before is None or line.total is None else line.total - before
        return -int(line.has_veto)

    @staticmethod
    def _place(parts: Sequence[Any], code: str) -> int:
        return [part.code for part in parts].index(code)

    def _said(self, tie: Tie, link: str, own: int | None, others: int | None) -> str:
        what, kind, before = link_words(link, self.sections, self.items), _kind(link), tie.before(self.board)
        if self._shows_figures(kind, tie):
            what += f" ({_figure(kind, own)} {'>' if before else '<'} {_figure(kind, others)})"
        words = {"other": tie.other.unit_name if self._sees(tie) else _("another unit"), "what": what}
        if before:
            return _("Equal total with %(other)s, placed before it: %(what)s") % words
        return _("Equal total with %(other)s, placed behind it: %(what)s") % words

    def _sees(self, tie: Tie) -> bool:
        return self.seen is None or tie.other.pk in self.seen

    def _shows_figures(self, kind: str, tie: Tie) -> bool:
        """Section scores stand on the board itself; what is behind them is for who may open it."""
        if kind == "section":
            return self._sees(tie)
        return kind != "no_veto" and {tie.line.pk, tie.other.pk} <= self.opened


def _figure(kind: str, value: int | None) -> str:
    if value is None or kind != "improvement":
        return score_words(value)
    return f"{'+' if value > 0 else ''}{score2(value)}"
