"""What a table is, whatever file it came in: named columns, numbered rows, and the reasons to refuse it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.cells import fold, shorten, spellings

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 40
HEADER_ROW = 1


@dataclass(frozen=True)
class Column:
    """``label`` is the lazily translated name; a required column has to be there, and is never empty."""

    name: str
    label: Any
    required: bool = False


@dataclass(frozen=True, order=True)
class RowError:
    """Why a row is refused. The header is row 1; what is wrong with the whole file is told there, too."""

    row: int
    column: str
    reason: str


class TableRefused(Exception):
    """The file as a whole can't be used; ``errors`` holds every reason."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__("\n".join(error.reason for error in errors))
        self.errors = list(errors)


def refused(reason: Any, *, row: int = HEADER_ROW, column: str = "") -> TableRefused:
    return TableRefused([RowError(row, column, str(reason))])


@dataclass(slots=True)
class Row:
    """One row: a column that the file does not have is no key, an empty cell is None.

    ``faults`` are cells that hold no usable value at all: a formula, an error, text under no heading.
    """

    number: int
    values: dict[str, str | None]
    faults: tuple[RowError, ...] = ()


@dataclass(frozen=True)
class CellFault:
    """What is wrong with a cell, found before its value was read. ``place`` counts columns from 0."""

    row: int
    place: int
    reason: str


@dataclass(frozen=True)
class Content:
    """What a file yields: (number, cells) of each row from row 1 on, and the cells that hold no value."""

    records: Iterator[tuple[int, Sequence[str]]]
    faults: Sequence[CellFault] = ()


class Table:
    """The rows of a file under known names. ``present`` are the columns that the file has."""

    def __init__(self, content: Content, columns: Sequence[Column]) -> None:
        number, header = next(content.records, (HEADER_ROW, []))
        if number != HEADER_ROW or not any(header):
            raise refused(_("The first row has to hold the names of the columns; it is empty."))
        self._names = match_header(header, columns)
        self._empty: dict[str, str | None] = {name: None for name in self._names if name}
        self._records = content.records
        self._faults: dict[int, list[CellFault]] = {}
        for fault in content.faults:
            self._faults.setdefault(fault.row, []).append(fault)
        self.present = frozenset(name for name in self._names if name)

    @property
    def rows(self) -> Iterator[Row]:
        """The rows that are not empty, once. Raises TableRefused when there are too many."""
        count = 0
        for number, cells in self._records:
            faults = self._faults.get(number, [])
            if not any(cells) and not faults:
                continue
            count += 1
            if count > MAX_ROWS:
                raise refused(
                    _("More than %(limit)s rows. Divide the file.") % {"limit": f"{MAX_ROWS:,}"}, row=number
                )
            yield self._row(number, cells, faults)

    def _row(self, number: int, cells: Sequence[str], faults: Sequence[CellFault]) -> Row:
        values = self._empty.copy()
        found = [RowError(number, self._name_at(fault.place), fault.reason) for fault in faults]
        names = self._names
        for place, text in enumerate(cells):
            name = names[place] if place < len(names) else ""
            if name:
                values[name] = text or None
            elif text:
                reason = _("“%(text)s” stands under no heading.") % {"text": shorten(text)}
                found.append(RowError(number, column_letters(place), reason))
        return Row(number, values, tuple(found))

    def _name_at(self, place: int) -> str:
        return self._names[place] if place < len(self._names) else ""


def match_header(header: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """The column's name for each place of the header, "" where there is none. All faults are told at once."""
    known = {spelling: column.name for column in columns for spelling in spellings(column.label)}
    known.update((fold(column.name), column.name) for column in columns)
    names = [known.get(fold(text.strip().rstrip("*＊")), "") for text in header]
    errors = _header_faults(header, names, columns)
    if errors:
        raise TableRefused(errors)
    return names


def _header_faults(header: Sequence[str], names: list[str], columns: Sequence[Column]) -> list[RowError]:
    unknown = [
        RowError(
            HEADER_ROW,
            shorten(text),
            _("There is no column “%(name)s” in this kind of file.") % {"name": shorten(text)},
        )
        for text, name in zip(header, names, strict=True)
        if text.strip() and not name
    ]
    double = [
        RowError(HEADER_ROW, name, _("The column “%(name)s” is there twice.") % {"name": name})
        for place, name in enumerate(names)
        if name and name in names[:place]
    ]
    missing = [
        RowError(
            HEADER_ROW,
            column.name,
            _("The column “%(name)s” (%(label)s) is missing.") % {"name": column.name, "label": column.label},
        )
        for column in columns
        if column.required and column.name not in names
    ]
    return unknown + double + missing


def column_letters(place: int) -> str:
    """A, B, … Z, AA for 0, 1, … 25, 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
