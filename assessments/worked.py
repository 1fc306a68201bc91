"""A scheme worked through with example figures: item scores, section scores, a total and its grade.

Items are scored by the expressions that score the units, means by the same rounding (settled 9).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments import numbers
from assessments.choices import Missing, RuleType, SourceType
from assessments.plots import MILLION, Plot, draw, landmarks
from assessments.schemes import BandPlan, ItemPlan, SchemePlan, SectionPlan
from assessments.scoring.examples import Given, score_examples
from assessments.selectors import is_per_cent
from core.cells import NARROW, is_no_number, split_numbers, tidy_number
from core.measures import measures
from core.templatetags.format import rounded, trimmed

LONGEST_TEXT = 200
PEERS_AT_MOST = 20


class FigureRefused(Exception):
    """What was typed is no figure of this item; the message says why."""


@dataclass
class ItemExample:
    """One item with the figure tried. ``text`` is what was typed, ``score`` None where it leaves the mean;
    the last five are its words on the page."""

    item: ItemPlan
    number: int
    of_section: Fraction
    of_whole: Fraction
    text: str = ""
    error: str = ""
    score: int | None = None
    missing: bool = False
    plot: Plot | None = None
    source: str = ""
    rule: str = ""
    formula: str = ""
    when_missing: str = ""
    volume: bool = False

    @property
    def name(self) -> str:
        return field_name(self.item)

    @property
    def of_section_words(self) -> str:
        return percent_words(self.of_section)

    @property
    def of_whole_words(self) -> str:
        return percent_words(self.of_whole)


@dataclass
class SectionExample:
    section: SectionPlan
    share: Fraction
    items: list[ItemExample] = field(default_factory=list)
    score: int | None = None

    @property
    def weight_sum(self) -> int:
        return sum(item.weight for item in self.section.items)

    @property
    def share_words(self) -> str:
        return percent_words(self.share)


@dataclass
class Example:
    """``total`` has 2 decimals; ``exact`` says it before the last rounding where that differs."""

    sections: list[SectionExample]
    weight_sum: int
    total: int | None = None
    exact: str = ""
    band: BandPlan | None = None

    @property
    def items(self) -> list[ItemExample]:
        return [line for section in self.sections for line in section.items]

    @property
    def errors(self) -> list[ItemExample]:
        return [line for line in self.items if line.error]


def percent_words(share: Fraction) -> str:
    return f"{trimmed(rounded(share * 100, 2))}%"


def field_name(item: ItemPlan) -> str:
    return f"x.{item.code}"


def work_through(plan: SchemePlan, typed: Mapping[str, str] | None = None, *, plots: bool = True) -> Example:
    """The example with the figures of ``typed`` (by ``field_name``); an absent one is the usual one."""
    example = _frame(plan)
    asked: list[tuple[ItemPlan, list[Given]]] = []
    for line in example.items:
        if line.item.is_whole:
            line.text = (typed or {}).get(line.name, usual_figure(line.item)).strip()
            line.text = "" if is_no_number(line.text) else line.text
            asked.append((line.item, _tried(line)))
            asked.append((line.item, landmarks(line.item) if plots else []))
    scores = score_examples(asked)
    whole = [line for line in example.items if line.item.is_whole]
    for place, line in enumerate(whole):
        tried, drawn = scores[2 * place], scores[2 * place + 1]
        line.score = tried[0] if tried else line.score
        line.plot = draw(line.item, asked[2 * place + 1][1], drawn) if drawn else None
    if not example.errors and len(whole) == len(example.items):
        _add_up(example, plan.bands)
    return example


def _frame(plan: SchemePlan) -> Example:
    whole = sum(section.weight for section in plan.sections)
    example = Example([], whole)
    number = 0
    for section in plan.sections:
        share = Fraction(section.weight, whole)
        part = SectionExample(section, share)
        for item in section.items:
            number += 1
            of_section = Fraction(item.weight, part.weight_sum)
            part.items.append(ItemExample(item, number, of_section, of_section * share))
        example.sections.append(part)
    return example


def _tried(line: ItemExample) -> list[Given]:
    """The figure typed for an item; nothing where none was, or where it is none."""
    if not line.text:
        _leave_empty(line)
        return []
    try:
        return [read_figure(line.item, line.text)]
    except FigureRefused as error:
        line.error = str(error)
        return []


def _leave_empty(line: ItemExample) -> None:
    """As scoring does: a rate over nothing leaves the mean, a count without records is 0."""
    measure = measures[line.item.source_code] if line.item.source_code in measures else None
    if line.item.source_type == SourceType.MEASURE:
        if measure is not None and not measure.is_rate:
            line.text = "0"
            line.score = score_examples([(line.item, [Given(0)])])[0][0]
    elif line.item.missing == Missing.ZERO:
        line.score, line.missing = 0, True


def read_figure(item: ItemPlan, text: str) -> Given:
    """A raw value (x10^6) as it is typed: 9.9; 14/350000 for a rate; 9.9 8 12 among peers 8 and 12."""
    if len(text) > LONGEST_TEXT:
        raise FigureRefused(_("Enter a number, for example 9.9."))
    if item.rule_type == RuleType.PEER_MINMAX:
        typed = split_numbers(text)[: PEERS_AT_MOST + 1]
        if not typed:
            raise FigureRefused(_("Enter a number, for example 9.9."))
        raws = [_read_one(item, word) for word in typed]
        return Given(raws[0], min(raws), max(raws))
    raw = _read_one(item, text)
    if item.rule_type == RuleType.AWARDED and not 0 <= raw <= item.weight * 1000:
        words = {"low": 0, "high": numbers.to_short_text(item.weight, numbers.WEIGHT_PLACES)}
        raise FigureRefused(_("A number from %(low)s to %(high)s is expected here.") % words)
    return Given(raw)


def _read_one(item: ItemPlan, text: str) -> int:
    value, slash, below = text.translate(NARROW).partition("/")
    if not slash:
        return _number(text, percent="%" in value and is_per_cent(item.source_type, item.source_code))
    if item.source_per is None:
        raise FigureRefused(_("Enter a number, for example 9.9."))
    numerator, denominator = _number(value), _number(below)
    if denominator <= 0:
        raise FigureRefused(_("The number below the line is above 0."))
    return _in_limits(numbers.rate(numerator, denominator, item.source_per))


def _number(text: str, *, percent: bool = False) -> int:
    try:
        return _in_limits(numbers.to_scaled(tidy_number(text, percent=percent), numbers.RAW_PLACES))
    except numbers.TooManyDecimals as error:
        raise FigureRefused(_("At most %(count)s decimals.") % {"count": numbers.RAW_PLACES}) from error
    except ValueError as error:
        raise FigureRefused(_("Enter a number, for example 9.9.")) from error


def _in_limits(raw: int) -> int:
    if abs(raw) >= numbers.RAW_LIMIT:
        raise FigureRefused(_("Numbers stay below 10,000,000: choose a larger unit of measure."))
    return raw


def usual_figure(item: ItemPlan) -> str:
    """An example for who has typed none."""
    if item.rule_type == RuleType.PEER_MINMAX:
        return "2 1 3"
    return numbers.to_short_text(USUAL[RuleType(item.rule_type)](item), numbers.RAW_PLACES)


USUAL: dict[RuleType, Any] = {
    RuleType.BAND: lambda item: (item.rule["satisfactory"] + item.rule["unacceptable"]) // 2,
    RuleType.DEDUCT: lambda item: MILLION,
    RuleType.RATIO: lambda item: item.rule["target"] // 2,
    RuleType.STEPS: lambda item: item.rule["steps"][0][0],
    RuleType.DIRECT: lambda item: 80 * MILLION,
    RuleType.AWARDED: lambda item: item.weight * 800,
}


def _add_up(example: Example, bands: Sequence[BandPlan]) -> None:
    for part in example.sections:
        total, weight = _weighted([(line.item.weight, line.score) for line in part.items])
        part.score = numbers.divide(total, weight) if weight else None
    total, weight = _weighted([(part.section.weight, part.score) for part in example.sections])
    if not weight:
        return
    example.total = numbers.divide(total, 100 * weight)
    exact = Fraction(total, weight * 10**4)
    if exact != Fraction(example.total, 100):
        four = rounded(exact, 6)
        example.exact = trimmed(four) if Fraction(four) == exact else f"{trimmed(rounded(exact, 4))}…"
    example.band = next((band for band in bands if example.total >= band.minimum), None)


def _weighted(parts: Sequence[tuple[int, int | None]]) -> tuple[int, int]:
    """Sum of weight x score, and the weight that counts: what is not applicable leaves both."""
    counting = [(weight, score) for weight, score in parts if score is not None]
    return sum(weight * score for weight, score in counting), sum(weight for weight, _score in counting)
