"""A rule as a small picture, and the table of points from which it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import RuleType
from assessments.numbers import FULL_SCORE, RAW_LIMIT
from assessments.scoring.examples import Given, Rule
from core.templatetags.format import points, raw_value

MILLION = 10**6
EVENTS_SHOWN = 6
# The drawing: its size, and the field within in which the line runs.
WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 40, 308, 14, 122


@dataclass(frozen=True)
class Plot:
    """``points`` are (figure, score) in words; ``line``, ``xs`` and ``ys`` are places in the drawing."""

    points: list[tuple[str, str]]
    line: str
    marks: list[tuple[str, str]]
    xs: list[tuple[str, str, str]]
    ys: list[tuple[str, str]]


def landmarks(rule: Rule) -> list[Given]:
    """The figures at which the rule bends, ascending."""
    found = LANDMARKS[RuleType(rule.rule_type)](rule)
    if rule.rule_type == RuleType.PEER_MINMAX:
        return [Given(raw, 0, 100 * MILLION) for raw in found]
    return [Given(raw) for raw in sorted({_kept(raw) for raw in found})]


def _kept(raw: int) -> int:
    return max(1 - RAW_LIMIT, min(RAW_LIMIT - 1, raw))


def _band(rule: Rule) -> list[int]:
    good, bad = rule.rule["satisfactory"], rule.rule["unacceptable"]
    beyond = -(-3 * abs(bad - good) // 2)  # so far behind unacceptable nothing is left
    return [good, (good + bad) // 2, bad, bad + beyond if bad > good else bad - beyond]


def _deduct(rule: Rule) -> list[int]:
    per_event = rule.rule["per_event"]
    if not per_event:
        return [0, MILLION]
    events = -(-100 * MILLION // per_event)  # take everything off
    shown = range(events + 1) if events <= EVENTS_SHOWN else [events * part // 4 for part in range(5)]
    return [count * MILLION for count in shown]


def _ratio(rule: Rule) -> list[int]:
    target = rule.rule["target"]
    return [0, target // 2, target, target * 5 // 4]


def _steps(rule: Rule) -> list[int]:
    return [minimum for minimum, _score in rule.rule["steps"]]


LANDMARKS: dict[RuleType, Callable[[Any], list[int]]] = {
    RuleType.BAND: _band,
    RuleType.DEDUCT: _deduct,
    RuleType.RATIO: _ratio,
    RuleType.STEPS: _steps,
    RuleType.PEER_MINMAX: lambda rule: [0, 50 * MILLION, 100 * MILLION],
    RuleType.DIRECT: lambda rule: [0, 50 * MILLION, 100 * MILLION],
    RuleType.AWARDED: lambda rule: [0, rule.weight * 500, rule.weight * 1000],
}


def draw(rule: Rule, figures: Sequence[Given], scores: Sequence[int]) -> Plot:
    """The plot of ``scores`` at ``figures``, which are those of ``landmarks``."""
    raws = [given.raw for given in figures]
    words = _figure_words(rule, raws)
    table = [(word, points(score)) for word, score in zip(words, scores, strict=True)]
    places = [(_x(raw, raws), _y(score)) for raw, score in zip(raws, scores, strict=True)]
    if rule.rule_type == RuleType.STEPS:
        table.insert(0, (_("below %(figure)s") % {"figure": words[0]}, points(0)))
        line = _stairs(places)
    else:
        line = places
    levels = sorted({0, 60 * 10**4, FULL_SCORE})
    return Plot(
        points=table,
        line=" ".join(f"{x:.1f},{y:.1f}" for x, y in line),
        marks=[(f"{x:.1f}", f"{y:.1f}") for x, y in places],
        xs=_ticks(words, [x for x, _place in places]),
        ys=[(str(level // 10**4), f"{_y(level):.1f}") for level in levels],
    )


def _figure_words(rule: Rule, raws: Sequence[int]) -> list[str]:
    if rule.rule_type == RuleType.PEER_MINMAX:
        return [_("lowest on the board"), _("half-way between"), _("highest on the board")]
    return [raw_value(raw) for raw in raws]


def _x(raw: int, raws: Sequence[int]) -> float:
    """A step needs room before its first and after its last minimum; a single one stands in the middle."""
    low, high = min(raws), max(raws)
    if low == high:
        return (LEFT + RIGHT) / 2
    return LEFT + 16 + (RIGHT - LEFT - 32) * (raw - low) / (high - low)


def _y(score: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * score / FULL_SCORE


def _stairs(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    line = [(float(LEFT), _y(0))]
    for x, y in places:
        line += [(x, line[-1][1]), (x, y)]
    return [*line, (float(RIGHT), line[-1][1])]


def _ticks(words: Sequence[str], xs: Sequence[float]) -> list[tuple[str, str, str]]:
    """Words under the axis where they have room: the first, the last, and what stands far enough apart."""
    if len(xs) == 1:
        return [(words[0], f"{xs[0]:.1f}", "middle")]
    last = len(xs) - 1
    kept = [0]
    for place in range(1, last):
        room = 5 * (len(words[place]) + max(len(words[kept[-1]]), len(words[last])))
        if xs[place] - xs[kept[-1]] > room and xs[last] - xs[place] > room:
            kept.append(place)
    return [(words[place], f"{xs[place]:.1f}", _anchor(place, last)) for place in [*kept, last]]


def _anchor(place: int, last: int) -> str:
    return "start" if place == 0 else "end" if place == last else "middle"
