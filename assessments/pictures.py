"""Pictures of a board, drawn from the rows of the table beside them: places in a drawing, no colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from assessments.models import Band, Entry
from assessments.movement import Stand
from assessments.numbers import mean
from core.periods import period_words
from core.templatetags.format import points, score2

FULL, FIVE = 100 * 10**4, 5 * 10**4
# The square of the quadrants: its size, and the field within.
SIDE, LOW_EDGE, HIGH_EDGE = 340, 46, 326
SHAPES = {
    (True, True): "circle",
    (True, False): "triangle",
    (False, True): "square",
    (False, False): "diamond",
}
NAMED_UP_TO, NUMBERED_UP_TO = 16, 40
# How large letters, Chinese signs, their lines and the dots are; how long a name may be.
LETTER, SIGN, LINE, DOT, LONGEST_NAME = 6.5, 11.5, 12, 11, 6
FEWEST_DRAWN = 2
# Where a label may stand, in steps right and down, and how wide these are.
BESIDE_BY, BELOW_BY = 8, 13
BESIDE = [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)]
HISTORY_WIDTH, HISTORY_HEIGHT = 340, 180
PERIODS_DRAWN = 6
BAR_FROM, BAR_TO, BAR_STEP = 92, 300, 32


@dataclass(frozen=True)
class Dot:
    """A unit in the drawing; ``shape`` says its quadrant without colour, ``number`` its row in the table."""

    x: float
    y: float
    shape: str
    number: int
    own: bool

    @property
    def corners(self) -> str:
        x, y = self.x, self.y
        marks = {
            "triangle": [(x, y - 6), (x + 6, y + 5), (x - 6, y + 5)],
            "square": [(x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5)],
            "diamond": [(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)],
        }
        return _line(marks.get(self.shape, []))


@dataclass(frozen=True)
class Label:
    """A word in the drawing by its middle; it takes ``width`` times ``LINE``."""

    x: float
    y: float
    text: str
    width: float

    @property
    def inside(self) -> bool:
        return self.width / 2 <= self.x <= SIDE - self.width / 2 and LINE / 2 <= self.y <= HIGH_EDGE - LINE

    def covers(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether it touches what is so large around this point."""
        return abs(self.x - x) * 2 < self.width + width and abs(self.y - y) * 2 < LINE + height


def labels_of(dots: Sequence[Dot], texts: Sequence[str]) -> list[Label]:
    """The text beside each dot, where it covers no other dot and no other text; else none."""
    found: list[Label] = []
    for dot, text in zip(dots, texts, strict=True):
        places = _places(dot, text) if text else []
        found += [label for label in places if label.inside and _is_free(label, dots, found)][:1]
    return found


def _places(dot: Dot, text: str) -> list[Label]:
    width = float(sum(LETTER if sign.isascii() else SIGN for sign in text))
    return [
        Label(round(dot.x + right * (width / 2 + BESIDE_BY), 1), dot.y + down * BELOW_BY, text, width)
        for right, down in BESIDE
    ]


def _is_free(label: Label, dots: Sequence[Dot], labels: Sequence[Label]) -> bool:
    return not any(label.covers(dot.x, dot.y, DOT, DOT) for dot in dots) and not any(
        label.covers(other.x, other.y, other.width, LINE) for other in labels
    )


def short_names(names: Sequence[str]) -> list[str]:
    """What tells units apart: without the words in which all names begin and end."""
    begin = _beginning(names)
    rests = [name.removeprefix(begin) for name in names]
    end = _beginning([rest[::-1] for rest in rests])[::-1]
    short = [rest.removesuffix(end) for rest in rests]
    kept = short if all(short) else list(names)
    return [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in kept]


def _beginning(names: Sequence[str]) -> str:
    """In order, the first and the last name differ where any two do."""
    first, last = min(names), max(names)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(sign for sign, _other in same)


@dataclass(frozen=True)
class Quadrants:
    """Both scores of every unit: ``rows`` is the table, everything else the drawing of it."""

    rows: list[tuple[Any, str, str]]
    dots: list[Dot]
    labels: list[Label]
    ticks: list[tuple[str, float, float]]
    mean_x: float
    mean_y: float
    mean_words: tuple[str, str]
    counts: dict[str, int]

    @property
    def numbered(self) -> bool:
        """Whether the labels are numbers that only the table explains."""
        return NAMED_UP_TO < len(self.dots) <= NUMBERED_UP_TO


@dataclass(frozen=True)
class Field:
    """Where scores stand in the square: axes begin at ``low``, ``means`` are those of the two sections."""

    low: int
    means: tuple[int, int]

    def across(self, score: int) -> float:
        return round(LOW_EDGE + (HIGH_EDGE - LOW_EDGE) * (score - self.low) / (FULL - self.low), 1)

    def up(self, score: int) -> float:
        return round(SIDE - self.across(score), 1)

    @property
    def levels(self) -> list[int]:
        """Every five points where that leaves room for the words, else every ten or twenty."""
        span = FULL - self.low
        step = next(step for step in (5, 10, 20) if span <= step * 6 * 10**4) * 10**4
        return list(range(FULL, self.low - 1, -step))

    def dot(self, first: int, second: int, number: int, *, own: bool) -> Dot:
        shape = SHAPES[first >= self.means[0], second >= self.means[1]]
        return Dot(self.across(second), self.up(first), shape, number, own)


def quadrants(entries: Sequence[Entry], first: int, second: int, own: set[int]) -> Quadrants | None:
    """The section at place ``first`` upwards, the one at ``second`` to the right; lines at their means."""
    drawn = [(entry, entry.section_scores[first], entry.section_scores[second]) for entry in entries]
    drawn = [(entry, up, across) for entry, up, across in drawn if None not in (up, across)]
    if len(drawn) < FEWEST_DRAWN:
        return None
    ups, acrosses = [up for _entry, up, _across in drawn], [across for _entry, _up, across in drawn]
    low = min(min(ups + acrosses) // FIVE * FIVE, FULL - 2 * FIVE)
    field = Field(low, (mean(ups) or 0, mean(acrosses) or 0))
    dots = [
        field.dot(up, across, number, own=entry.unit_id in own)
        for number, (entry, up, across) in enumerate(drawn, 1)
    ]
    shapes = [dot.shape for dot in dots]
    return Quadrants(
        rows=[(entry, points(up), points(across)) for entry, up, across in drawn],
        dots=dots,
        labels=labels_of(dots, _texts([entry.unit_name for entry, _up, _across in drawn])),
        ticks=[(str(level // 10**4), field.across(level), field.up(level)) for level in field.levels],
        mean_x=field.across(field.means[1]),
        mean_y=field.up(field.means[0]),
        mean_words=(points(field.means[0]), points(field.means[1])),
        counts={shape: shapes.count(shape) for shape in SHAPES.values()},
    )


def _texts(names: Sequence[str]) -> list[str]:
    """Of few units their names, of some their numbers in the table, of many nothing."""
    if len(names) <= NAMED_UP_TO:
        return short_names(names)
    return [str(number) if len(names) <= NUMBERED_UP_TO else "" for number in range(1, len(names) + 1)]


@dataclass(frozen=True)
class Bar:
    """A grade with the number of its units; ``width`` is its length in the drawing."""

    name: str
    count: int
    share: str
    y: int
    width: float

    @property
    def end(self) -> float:
        return BAR_FROM + self.width + 8


def distribution(bands: Sequence[Band], units: Mapping[str, int]) -> list[Bar]:
    """How many ``units`` have each grade, from the highest; who has no grade is left out."""
    counts = [units.get(band.code, 0) for band in bands]
    graded = sum(counts)
    most = max(counts, default=0)
    if not most:
        return []
    return [
        Bar(
            band.name,
            count,
            f"{count * 100 / graded:.1f}%",
            place * BAR_STEP,
            round((BAR_TO - BAR_FROM) * count / most, 1),
        )
        for place, (band, count) in enumerate(zip(bands, counts, strict=True))
    ]


@dataclass(frozen=True)
class HistoryPlot:
    line: str
    marks: list[tuple[float, float, str, str]]
    ticks: list[tuple[str, float]]


def history_plot(stands: Sequence[Stand]) -> HistoryPlot | None:
    """The totals of ``stands``, the oldest at the left; nothing where there is only one."""
    known = [stand for stand in stands if stand.total is not None][-PERIODS_DRAWN:]
    if len(known) < FEWEST_DRAWN:
        return None
    low = min(stand.total or 0 for stand in known) // 1000 * 1000
    low = min(low, 9000)
    places = [
        (
            round(56 + (HISTORY_WIDTH - 96) * place / (len(known) - 1), 1),
            _height(stand.total or 0, low),
            score2(stand.total),
            stand.period.code,
        )
        for place, stand in enumerate(known)
    ]
    middle = (low + 10_000) // 2
    return HistoryPlot(
        line=_line([(x, y) for x, y, *_words in places]),
        marks=places,
        ticks=[(f"{level / 100:g}", _height(level, low)) for level in (low, middle, 10_000)],
    )


def _height(total: int, low: int) -> float:
    return round(HISTORY_HEIGHT - 34 - (HISTORY_HEIGHT - 62) * (total - low) / (10_000 - low), 1)


def history_words(stands: Sequence[Stand]) -> str:
    """The picture in a sentence."""
    return ", ".join(f"{period_words(stand.period.code)} {score2(stand.total)}" for stand in stands)


def _line(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)
