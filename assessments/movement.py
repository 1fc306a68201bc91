"""Why a unit moved between two periods: item by item, in points of the total.

An item gives ``share x score`` points, as exact fractions: they add up to the total before it is rounded.
What the rounding of lines and totals leaves over is shown as a line of its own, so that the column adds up
to the difference of the two totals exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.explanation import ItemLine, SectionLines, explain
from assessments.models import AssessmentPeriod, Entry, PastResult
from core.periods import period_words
from core.templatetags.format import rounded, trimmed

RULE = ("source_type", "source_code", "source_params", "source_per", "rule_type", "rule", "missing")


@dataclass
class MovedLine:
    """One item in both periods, or in one of them."""

    before: ItemLine | None
    now: ItemLine | None
    notes: list[str] = field(default_factory=list)

    @property
    def item(self) -> Any:
        line = self.now or self.before
        return line.item if line else None

    @property
    def exact(self) -> Fraction:
        return _points(self.now) - _points(self.before)

    @property
    def change(self) -> Decimal:
        return rounded(self.exact, 2)

    @property
    def change_words(self) -> str:
        return signed(self.change)


@dataclass
class Movement:
    """``lines`` by size of their change; ``rest`` is what rounding leaves of the difference of the totals."""

    before: Entry
    now: Entry
    lines: list[MovedLine]

    @property
    def difference(self) -> Decimal | None:
        if self.before.total is None or self.now.total is None:
            return None
        return Decimal(self.now.total - self.before.total).scaleb(-2)

    @property
    def explained(self) -> Decimal:
        return sum((line.change for line in self.lines), Decimal("0.00"))

    @property
    def rest(self) -> Decimal | None:
        return None if self.difference is None else self.difference - self.explained

    @property
    def difference_words(self) -> str:
        return signed(self.difference)

    @property
    def rest_words(self) -> str:
        return signed(self.rest)

    @property
    def other_version(self) -> bool:
        return self.before.edition.scheme_id != self.now.edition.scheme_id


def compare(before: Entry, now: Entry) -> Movement:
    """The lines of both entries side by side by the code of the item, the largest change first."""
    then, today = _lines_of(before), _lines_of(now)
    codes = dict.fromkeys([*today, *then])
    lines = [MovedLine(then.get(code), today.get(code)) for code in codes]
    for line in lines:
        line.notes = _notes(line)
    return Movement(before, now, sorted(lines, key=lambda line: -abs(line.exact)))


def _lines_of(entry: Entry) -> dict[str, ItemLine]:
    scheme = entry.edition.scheme
    sections: Sequence[SectionLines] = explain(entry, list(scheme.sections.all()), list(scheme.items.all()))
    return {line.item.code: line for section in sections for line in section.lines}


def _points(line: ItemLine | None) -> Fraction:
    if line is None or not line.counts:
        return Fraction(0)
    return line.share * Fraction(line.score or 0, 10**4)


def _notes(line: MovedLine) -> list[str]:
    """What is not comparable, and what else than the score changed."""
    before, now = line.before, line.now
    if now is None:
        return [_("no longer in the scheme: not comparable")]
    if before is None:
        return [_("new in the scheme: not comparable")]
    notes = []
    if any(getattr(before.item, name) != getattr(now.item, name) for name in RULE):
        notes.append(_("rule or source changed: scores not comparable"))
    if before.counts != now.counts:
        notes.append(_("did not apply before") if now.counts else _("no longer applies"))
    elif before.share != now.share:
        words = {"before": percent(before.share), "now": percent(now.share)}
        notes.append(_("share of the total %(before)s → %(now)s") % words)
    return notes


def percent(share: Fraction) -> str:
    return f"{trimmed(rounded(share * 100, 2))}%"


def signed(value: Decimal | None) -> str:
    """ "+0.70", "−1.25", "0.00"; "—" for nothing."""
    if value is None:
        return "—"
    return f"{value:+.2f}".replace("-", "−") if value else "0.00"


# --- with what to compare ---------------------------------------------------------------------------
def earlier_entries(entry: Entry, user: Any) -> list[Entry]:
    """The unit's lines in the latest published edition of each earlier period of the same kind, newest first.
    Periods of different kinds are never compared (X-08)."""
    period = entry.edition.period
    found: dict[int, Entry] = {}
    lines = Entry.objects.published_to(user).filter(
        unit=entry.unit_id,
        edition__scheme_code=entry.edition.scheme_code,
        edition__period__kind=period.kind,
        edition__period__last_day__lt=period.first_day,
    )
    lines = lines.select_related("edition__period", "edition__scheme")
    for line in lines.order_by("-edition__period__last_day", "-edition__number"):
        found.setdefault(line.edition.period_id, line)
    return list(found.values())


def earlier_editions(entry: Entry, user: Any) -> list[Entry]:
    """The unit's lines in the published editions of this period that came before, the newest first; before a
    trial came all of them."""
    edition = entry.edition
    lines = Entry.objects.published_to(user).filter(
        unit=entry.unit_id, edition__scheme_code=edition.scheme_code, edition__period=edition.period_id
    )
    if edition.number:
        lines = lines.filter(edition__number__lt=edition.number)
    return list(lines.select_related("edition__period", "edition__scheme").order_by("-edition__number"))


@dataclass(frozen=True)
class Stand:
    """How a unit stood in a period; ``rank`` only where it was published."""

    period: AssessmentPeriod
    total: int | None
    rank: int | None
    imported: bool = False
    trial: bool = False

    @property
    def name(self) -> str:
        return period_words(self.period.code)


def history(entry: Entry, user: Any, rank_field: str) -> list[Stand]:
    """The unit's totals over the periods up to this one, oldest first; boards of before this system, too."""
    period = entry.edition.period
    mine = Stand(period, entry.total, _rank(entry, rank_field), trial=entry.edition.published_at is None)
    earlier = earlier_entries(entry, user)
    stands = [mine, *(Stand(one.edition.period, one.total, _rank(one, rank_field)) for one in earlier)]
    known = {stand.period.pk for stand in stands}
    past = PastResult.objects.filter(
        unit=entry.unit_id,
        scheme_code=entry.edition.scheme_code,
        period__kind=period.kind,
        period__last_day__lt=period.first_day,
    ).exclude(period__in=known)
    stands += [Stand(one.period, one.total, one.rank, imported=True) for one in past.select_related("period")]
    return sorted(stands, key=lambda stand: stand.period.last_day)


def _rank(entry: Entry, rank_field: str) -> int | None:
    rank: int | None = getattr(entry, rank_field) if entry.edition.published_at else None
    return rank
