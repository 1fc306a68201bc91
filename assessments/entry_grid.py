"""The grid in which figures are typed: cells, pasted lines, and what was wrong with each of them.

Cells are named ``value-UNIT-INDICATOR``, ``denominator-…`` and ``version-…`` by their keys. Nothing that was
typed is lost: a refused grid is shown again with every text, and why it was refused beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Indicator, IndicatorValue
from assessments.numbers import BIG_LIMIT, RAW_PLACES, to_short_text
from assessments.operations import FiguresRefused, TypedFigure, changed_meanwhile
from branches.models import PartyUnit
from core.cells import CellRefused, fold, is_no_number, parse_decimal, parse_number, shorten
from core.operations.drafts import storable

LONGEST_LINES, MOST_LINES = 100_000, 2_000
check_size = parse_decimal(RAW_PLACES, BIG_LIMIT // 10**RAW_PLACES)


@dataclass
class GridRow:
    """One line of the grid: a unit and an indicator; ``label`` and ``code`` are those of what varies."""

    unit: PartyUnit
    indicator: Indicator
    known: IndicatorValue | None
    label: str
    code: str
    value: str = ""
    denominator: str = ""
    version: str = "0"
    column: str = ""
    error: str = ""
    last: int | None = None  # what counts of the period before

    @property
    def name(self) -> str:
        return f"{self.unit.pk}-{self.indicator.pk}"

    @property
    def key(self) -> tuple[int, int]:
        return self.unit.pk, self.indicator.pk

    @property
    def is_changed(self) -> bool:
        """Whether something else is typed than stood in the database."""
        return (self.value, self.denominator) != _texts_of(self.known)

    @property
    def seen_version(self) -> int:
        """Of the figure that stood on the page when this was typed."""
        number = int(self.version) if self.version.isascii() and self.version.isdigit() else 0
        return min(number, 10**9)

    def renew(self) -> None:
        """The page shows what stands there now: saving again replaces it knowingly."""
        self.version = str(self.known.version if self.known else 0)

    @property
    def value_error(self) -> str:
        return self.error if self.column == "value" else ""

    @property
    def denominator_error(self) -> str:
        return self.error if self.column == "denominator" else ""


@dataclass
class Grid:
    rows: list[GridRow]
    lines: str = ""
    line_errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # lines that were skipped, and why
    reason: str = ""
    reason_error: str = ""

    @property
    def has_errors(self) -> bool:
        return bool(self.line_errors or self.reason_error) or any(row.error for row in self.rows)

    @property
    def has_rates(self) -> bool:
        return any(row.indicator.is_rate for row in self.rows)


def make_grid(
    pairs: Sequence[tuple[PartyUnit, Indicator]],
    known: Mapping[tuple[int, int], IndicatorValue],
    *,
    by_unit: bool,
    last: Mapping[tuple[int, int], int] | None = None,
) -> Grid:
    """The rows with what stands in the database."""
    rows = []
    for unit, indicator in pairs:
        varying: Any = indicator if by_unit else unit
        value = known.get((unit.pk, indicator.pk))
        row = GridRow(unit, indicator, value, varying.name, varying.code)
        row.value, row.denominator = _texts_of(value)
        row.last = (last or {}).get((unit.pk, indicator.pk))
        row.renew()
        rows.append(row)
    return Grid(rows)


def _texts_of(value: IndicatorValue | None) -> tuple[str, str]:
    if value is None:
        return "", ""
    return to_short_text(value.value, RAW_PLACES), to_short_text(value.denominator, RAW_PLACES)


def fill(grid: Grid, data: Mapping[str, Any]) -> None:
    """The texts of a request or a draft instead of what stands in the database."""
    for row in grid.rows:
        if f"value-{row.name}" in data:
            row.value = _text(data, f"value-{row.name}")
            row.denominator = _text(data, f"denominator-{row.name}")
            row.version = _text(data, f"version-{row.name}")
    grid.lines = str(data.get("lines", ""))[:LONGEST_LINES]
    grid.reason = _text(data, "reason", 500)


def renew(grid: Grid) -> None:
    """A draft was typed on figures that others may have changed since: that is said beside them."""
    for row in grid.rows:
        is_stale = row.seen_version != (row.known.version if row.known else 0)
        if is_stale and (row.value, row.denominator) != _texts_of(row.known):
            row.column, row.error = "value", changed_meanwhile(row.known)
        row.renew()


def _text(data: Mapping[str, Any], name: str, longest: int = 60) -> str:
    text = str(data.get(name, "")).strip()
    return text[:longest] if storable(text) else "\ufffd"


def read(grid: Grid, find: Any) -> list[TypedFigure]:
    """What the grid says, errors noted where they stand. ``find(texts)`` gives (unit, indicator) by the names
    and codes of the lines; what a line says goes before the cell."""
    figures = {}
    for row in grid.rows:
        figure = _read_row(row)
        if figure is not None:
            figures[figure.key] = figure
    for figure in _read_lines(grid, find):
        figures[figure.key] = figure
    return list(figures.values())


def _read_row(row: GridRow) -> TypedFigure | None:
    if not row.value and not row.denominator and row.known is None:
        return None
    percent = row.indicator.is_per_cent and not row.indicator.is_rate  # of a rate the two counts are typed
    value = _number(row, "value", row.value, percent=percent)
    denominator = _number(row, "denominator", row.denominator)
    if row.error:
        return None
    return TypedFigure(row.unit.pk, row.indicator.pk, value, denominator, row.seen_version)


def _number(row: GridRow, column: str, text: str, *, percent: bool = False) -> Decimal | None:
    try:
        return parse(text, percent=percent)
    except CellRefused as error:
        if not row.error:
            row.column, row.error = column, str(error.args[0])
        return None


def parse(text: str, *, percent: bool = False) -> Decimal | None:
    if is_no_number(text):
        return None
    number = parse_number(text, percent=percent)
    check_size(f"{number:f}")
    return number


# --- pasted lines ---------------------------------------------------------------------------------
HEADINGS = frozenset(
    "序号 编号 编码 代码 名称 党组织 党组织名称 单位 单位名称 单位编码 单位代码 指标 指标名称 指标编码"
    " 数值 值 完成值 分母 no no. code name unit unitname indicator value denominator".split()
)
TOTALS = ("合计", "总计", "小计", "总和", "total", "subtotal", "sum")
COMMAS = re.compile("[,，;；、]")
THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:[,，]\d{3})+$")


@dataclass(frozen=True)
class Line:
    """The cells of a line; ``start`` is where the name stands, behind a column that only counts the lines."""

    number: int
    parts: list[str]
    start: int = 0
    is_doubtful: bool = False  # whether its commas part columns or thousands

    @property
    def name(self) -> str:
        return self.parts[self.start] if self.start < len(self.parts) else ""

    @property
    def figures(self) -> tuple[str, str]:
        value, denominator, *_more = [*self.parts[self.start + 1 :], "", ""]
        return value, denominator

    @property
    def is_heading(self) -> bool:
        filled = [fold(part) for part in self.parts if part]
        return any(word in HEADINGS for word in filled) and not any(map(_is_number, filled))

    @property
    def is_total(self) -> bool:
        return any(fold(part).startswith(TOTALS) for part in self.parts[:2] if part)

    def found(self, pairs: Mapping[str, tuple[int, int]]) -> "Line":
        """With the name where it is known, and without a second name (code and name) behind it."""
        start = next(
            (place for place in (0, 1) if self.parts[place : place + 1] and self.parts[place] in pairs), 0
        )
        if start == 0 and self.name not in pairs and _counts_lines(self.parts):
            start = 1
        parts = list(self.parts)
        pair = pairs.get(parts[start])
        if pair is not None and start + 1 < len(parts) and pairs.get(parts[start + 1]) == pair:
            del parts[start + 1]
        return replace(self, parts=parts, start=start)


def _counts_lines(parts: list[str]) -> bool:
    return len(parts) > 1 and parts[0].isdecimal() and bool(parts[1]) and not _is_number(parts[1])


def split_line(number: int, text: str) -> Line:
    """``code or name TAB value [TAB denominator]``; without a tab, commas part it, or the
    numbers at its end."""
    if "\t" in text:
        return Line(number, [part.strip() for part in text.split("\t")])
    words = text.split()
    commas = [part.strip() for part in COMMAS.split(text)]
    if len(commas) > 1 and (len(words) == 1 or not _is_number(words[-1])):
        return Line(number, commas, is_doubtful=THOUSANDS.search(text.strip()) is not None)
    count = 2 if len(words) > 2 and _is_number(words[-2]) else 1
    return Line(number, [" ".join(words[:-count]), *words[-count:]])


def _is_number(text: str) -> bool:
    try:
        parse_number(text, percent=True)
    except CellRefused:
        return False
    return True


def _read_lines(grid: Grid, find: Any) -> list[TypedFigure]:
    texts = grid.lines.splitlines()
    if len(texts) > MOST_LINES:
        grid.line_errors.append(
            _("At most %(most)s lines at once; these are %(count)s.")
            % {"most": f"{MOST_LINES:,}", "count": f"{len(texts):,}"}
        )
        return []
    lines = [split_line(number, text) for number, text in enumerate(texts, 1) if text.strip()]
    pairs = find(sorted({part for line in lines for part in line.parts[:3] if part and storable(part)}))
    figures: dict[tuple[int, int], tuple[TypedFigure, Line]] = {}
    for line in (line.found(pairs) for line in lines):
        figure = _read_line(grid, line, pairs)
        if figure is None:
            continue
        if figure.key in figures:
            _refuse(
                grid,
                line,
                _("This stands in line %(line)s already.") % {"line": figures[figure.key][1].number},
            )
            continue
        figures[figure.key] = figure, line
    return [figure for figure, _line in figures.values()]


def _read_line(grid: Grid, line: Line, pairs: Mapping[str, tuple[int, int]]) -> TypedFigure | None:
    pair = pairs.get(line.name)
    if pair is None:
        _skip_or_refuse(grid, line)
        return None
    if line.is_doubtful:
        _refuse(grid, line, _("The commas may part columns or thousands. Part the columns by tabs."))
        return None
    value_text, denominator_text = line.figures
    indicators = {row.indicator.pk: row.indicator for row in grid.rows}
    indicator = indicators.get(pair[1])
    percent = indicator is not None and indicator.is_per_cent and not indicator.is_rate
    try:
        value, denominator = parse(value_text, percent=percent), parse(denominator_text)
    except CellRefused as error:
        _refuse(grid, line, str(error.args[0]))
        return None
    return None if value is None else TypedFigure(*pair, value, denominator)


def _skip_or_refuse(grid: Grid, line: Line) -> None:
    """What tables have beside their lines is left out, and that is said."""
    if line.is_heading:
        grid.notes.append(_("Line %(line)s was skipped: it holds the headings.") % {"line": line.number})
    elif line.is_total:
        grid.notes.append(_("Line %(line)s was skipped: it holds the total.") % {"line": line.number})
    elif not line.name:
        _refuse(grid, line, _("No name or code stands before the figures. Part the columns by tabs."))
    else:
        _refuse(grid, line, _("“%(name)s” is not known here.") % {"name": shorten(line.name)})


def _refuse(grid: Grid, line: Line, reason: str) -> None:
    grid.line_errors.append(_("Line %(line)s: %(reason)s") % {"line": line.number, "reason": reason})


def note(grid: Grid, error: FiguresRefused, names: Mapping[tuple[int, int], str]) -> None:
    """Why the operation refused, beside the cells; of lines about other rows, above the grid."""
    rows = {(row.unit.pk, row.indicator.pk): row for row in grid.rows}
    for key, (column, reason) in error.errors.items():
        row = rows.get(key)
        if row is not None:
            row.column, row.error = column, reason
            row.renew()
        else:
            words = {"name": names.get(key, ""), "reason": reason}
            grid.line_errors.append(_("%(name)s: %(reason)s") % words)
