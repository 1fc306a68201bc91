"""What holds up a board: due figures that are missing, and those whose correction is not verified yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.choices import ItemState, SourceType
from assessments.models import Edition, Entry, IndicatorValue, Item
from assessments.querysets import EntryQuerySet


@dataclass(frozen=True)
class Lacking:
    """A figure of a line that is missing or in doubt; ``place`` is that of the item in the scheme."""

    entry: Entry
    item: Item
    place: int
    is_missing: bool

    @property
    def why(self) -> str:
        return _("missing") if self.is_missing else _("correction waits")


def lacking_lines(edition: Edition, entries: EntryQuerySet) -> EntryQuerySet:
    """The lines among ``entries`` to which something is lacking."""
    doubted = _doubted(edition).order_by().values("unit")
    lines: EntryQuerySet = entries.filter(Q(has_missing=True) | Q(unit__in=doubted))
    return lines


def lacking_figures(edition: Edition, entries: EntryQuerySet) -> Iterator[Lacking]:
    """What is lacking to ``entries``, along the tree and the scheme."""
    items = list(edition.scheme.items.all())
    doubted = set(_doubted(edition).values_list("unit", "indicator__code"))
    for entry in lacking_lines(edition, entries).order_by("path", "pk").iterator(chunk_size=500):
        for place, (item, state) in enumerate(zip(items, entry.item_states, strict=True), start=1):
            is_missing = state == ItemState.MISSING
            reported = item.source_type == SourceType.REPORTED
            if is_missing or (reported and (entry.unit_id, item.source_code) in doubted):
                yield Lacking(entry, item, place, is_missing)


def _doubted(edition: Edition) -> QuerySet[IndicatorValue]:
    codes = edition.scheme.items.filter(source_type=SourceType.REPORTED).order_by().values("source_code")
    return IndicatorValue.objects.with_waiting_correction().filter(
        period=edition.period, indicator__code__in=codes
    )
