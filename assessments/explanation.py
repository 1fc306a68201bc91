"""Why a score is what it is: each item with its share of the total, its loss, and words for both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.choices import ItemState, RuleType
from assessments.models import Band, Entry, Item, Section
from assessments.schemes import ItemPlan
from core.templatetags.format import raw_short, raw_value, rounded, trimmed, weight

FULL = 100 * 10**4
MILLION = 10**6


@dataclass
class ItemLine:
    """One item of an entry. Its points are points of the total: all losses add up to what is missing.

    ``behind`` is of what the figure was made, ``detail`` what else is known of it.
    """

    item: Item
    number: int
    state: int
    raw: int | None
    score: int | None
    share: Fraction
    evidence_count: int
    mean: int | None = None
    figure: str = ""
    behind: str = ""
    detail: str = ""
    cause: str = ""
    evidence_url: str = ""
    evidence_words: str = ""

    @property
    def counts(self) -> bool:
        return self.score is not None and self.state != ItemState.NOT_APPLICABLE

    @property
    def possible(self) -> Decimal | None:
        return rounded(self.share * 100, 2) if self.counts else None

    @property
    def gained(self) -> Decimal | None:
        return rounded(self.share * Fraction(self.score or 0, 10**4), 2) if self.counts else None

    @property
    def lost(self) -> Decimal:
        return rounded(self._lost, 2)

    @property
    def _lost(self) -> Fraction:
        return self.share * Fraction(FULL - (self.score or 0), 10**4) if self.counts else Fraction(0)

    @property
    def is_missing(self) -> bool:
        return self.state == ItemState.MISSING

    @property
    def formula(self) -> str:
        return formula_words(self.item)


@dataclass
class SectionLines:
    section: Section
    score: int | None
    share: Fraction
    lines: list[ItemLine] = field(default_factory=list)

    @property
    def groups(self) -> list[tuple[str, list[ItemLine]]]:
        """The lines under their display headings, in order; without a name where no item has one."""
        found: list[tuple[str, list[ItemLine]]] = []
        for line in self.lines:
            if not found or found[-1][0] != line.item.group:
                found.append((line.item.group, []))
            found[-1][1].append(line)
        return found

    @property
    def gained(self) -> Decimal | None:
        return None if self.score is None else rounded(self.share * Fraction(self.score, 10**4), 2)

    @property
    def score_words(self) -> str:
        return score_words(self.score)

    @property
    def share_words(self) -> str:
        """ "× 0.5", or "× 30/90" where the share does not end."""
        return share_words(self.share)

    @property
    def percent_words(self) -> str:
        return f"{trimmed(rounded(self.share * 100, 2))}%"


@dataclass
class Grade:
    """The band an entry is in, and how far the next one is."""

    band: Band | None
    upper: Band | None
    total: int | None

    @property
    def name(self) -> str:
        return self.band.name if self.band else ""

    @property
    def bounds(self) -> str:
        return band_bounds(self.band, self.upper)

    @property
    def distance(self) -> int | None:
        return self.upper.minimum - self.total if self.upper and self.total is not None else None


def explain(entry: Entry, sections: Sequence[Section], items: Sequence[Item]) -> list[SectionLines]:
    """The sections of ``entry`` with their items; what is not applicable has no share."""
    section_scores = dict(zip((one.pk for one in sections), entry.section_scores, strict=True))
    section_weight = sum(one.weight for one in sections if section_scores[one.pk] is not None)
    found = []
    for section in sections:
        score = section_scores[section.pk]
        share = Fraction(section.weight, section_weight) if score is not None else Fraction(0)
        places = [place for place, item in enumerate(items) if item.section_id == section.pk]
        found.append(SectionLines(section, score, share, _lines(entry, items, places, share)))
    return found


def _lines(
    entry: Entry, items: Sequence[Item], places: Sequence[int], section_share: Fraction
) -> list[ItemLine]:
    counting = sum(items[place].weight for place in places if entry.item_scores[place] is not None)
    return [
        ItemLine(
            item=items[place],
            number=place + 1,
            state=entry.item_states[place],
            raw=entry.raws[place],
            score=entry.item_scores[place],
            share=section_share * Fraction(items[place].weight, counting) if counting else Fraction(0),
            evidence_count=entry.evidence_counts[place] or 0,
        )
        for place in places
    ]


def biggest_losses(sections: Iterable[SectionLines], count: int = 3) -> list[ItemLine]:
    """The lines that cost most points of the total; none that costs nothing."""
    lines = [line for section in sections for line in section.lines if line.lost > 0]
    return sorted(lines, key=lambda line: (-line._lost, line.number))[:count]


def grade_of(entry: Entry, bands: Sequence[Band]) -> Grade:
    """``bands`` from the highest down."""
    codes = [band.code for band in bands]
    place = codes.index(entry.grade) if entry.grade in codes else None
    if place is None:
        return Grade(None, None, entry.total)
    return Grade(bands[place], bands[place - 1] if place else None, entry.total)


def band_bounds(band: Band | None, upper: Band | None) -> str:
    """ "80 to below 95": a band holds its lower bound, not its upper one."""
    if band is None:
        return ""
    low = trimmed(Decimal(band.minimum).scaleb(-2))
    if upper is None:
        return _("≥ %(low)s") % {"low": low}
    high = trimmed(Decimal(upper.minimum).scaleb(-2))
    return _("< %(high)s") % {"high": high} if not band.minimum else f"{low}–{high}"


def band_line(bands: Sequence[Band]) -> str:
    """Every band with its bounds, for the foot of a board."""
    uppers = [None, *bands[:-1]]
    words = [f"{band.name} {band_bounds(band, upper)}" for band, upper in zip(bands, uppers, strict=True)]
    return _(", ").join(words)


def score_words(score: int | None) -> str:
    """At least two decimals, all four where they matter: 92.35, 84.1665."""
    if score is None:
        return "—"
    four = f"{Decimal(score).scaleb(-4):.4f}"
    return four[:-2] if four.endswith("00") else four


def share_words(share: Fraction) -> str:
    as_decimal = rounded(share, 4)
    exact = Fraction(as_decimal) == share
    return f"× {trimmed(as_decimal) if exact else f'{share.numerator}/{share.denominator}'}"


# --- formulas in words ----------------------------------------------------------------------------
def formula_words(item: Item | ItemPlan) -> str:
    """The rule with its figures, as a person would write it; x is the figure."""
    return FORMULAS[RuleType(item.rule_type)](item)


def _band_formula(item: Item) -> str:
    good, bad = item.rule["satisfactory"], item.rule["unacceptable"]
    text = {"good": raw_value(good), "bad": raw_value(bad), "span": raw_value(good - bad)}
    return _("60 + 40 × (x − %(bad)s) ÷ (%(good)s − %(bad)s), from 0 to 100") % text


def _deduct_formula(item: Item) -> str:
    return _("100 − %(points)s × x, not below 0") % {"points": raw_value(item.rule["per_event"])}


def _ratio_formula(item: Item) -> str:
    return _("100 × x ÷ %(target)s, not above 100") % {"target": raw_value(item.rule["target"])}


def _steps_formula(item: Item) -> str:
    steps = [
        _("from %(least)s: %(score)s") % {"least": raw_value(least), "score": raw_value(score)}
        for least, score in reversed(item.rule["steps"])
    ]
    return _("; ").join([*steps, _("below: 0")])


def _peer_formula(item: Item) -> str:
    if item.rule["direction"] == "LOWER":
        return _("100 × (highest − x) ÷ (highest − lowest) on the board")
    return _("100 × (x − lowest) ÷ (highest − lowest) on the board")


FORMULAS: dict[RuleType, Any] = {
    RuleType.BAND: _band_formula,
    RuleType.DEDUCT: _deduct_formula,
    RuleType.RATIO: _ratio_formula,
    RuleType.STEPS: _steps_formula,
    RuleType.PEER_MINMAX: _peer_formula,
    RuleType.DIRECT: lambda item: _("x itself, from 0 to 100"),
    RuleType.AWARDED: lambda item: _("100 × points ÷ %(points)s") % {"points": weight(item.weight)},
}


# --- the cause of a loss, from the rule alone; ``assessments.figures`` knows the records behind it ---
def cause_words(line: ItemLine) -> str:
    """In one line why the item is not at 100."""
    if line.is_missing:
        return _("Not reported; counts 0")
    if line.raw is None:
        return _("Nothing recorded")
    causes = {RuleType.BAND: _band_cause, RuleType.DEDUCT: _deduct_cause, RuleType.RATIO: _ratio_cause}
    words = causes.get(RuleType(line.item.rule_type))
    return words(line) if words else _("%(figure)s; 100 points not reached") % {"figure": line.figure}


def _band_cause(line: ItemLine) -> str:
    good, raw = line.item.rule["satisfactory"], line.raw or 0
    text = {"figure": raw_short(raw), "good": raw_value(good), "by": raw_short(abs(raw - good))}
    if raw > good:
        return _("%(figure)s: %(by)s above the satisfactory %(good)s") % text
    return _("%(figure)s: %(by)s below the satisfactory %(good)s") % text


def _deduct_cause(line: ItemLine) -> str:
    text = {"count": raw_short(line.raw), "points": raw_value(line.item.rule["per_event"])}
    return _("%(count)s × %(points)s points taken off") % text


def _ratio_cause(line: ItemLine) -> str:
    text = {"figure": raw_short(line.raw), "target": raw_value(line.item.rule["target"])}
    return _("%(figure)s of the target %(target)s") % text


def counted(count: int) -> str:
    return ngettext("%(count)s record", "%(count)s records", count) % {"count": count}
