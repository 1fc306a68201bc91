"""The frame of every import: read, check all, write in sets, all or nothing (contract.md 2).

A kind of import is a subclass of ``Importer``: its columns, how a row becomes a checked item, how items are
written. The frame does what is the same for all: reasons collected, double keys found, one audit event.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit
from core.cells import CellRefused, narrowed
from core.spreadsheets import Column, Row, RowError, Table, TableRefused, read_table

Item = TypeVar("Item")
Value = TypeVar("Value")
BATCH = 1000
MISSING: Any = object()
NO_COLUMNS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do. ``errors`` are in the order of the rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def written(self) -> int:
        return self.created + self.updated + self.unchanged


class Cells:
    """The cells of one row, read one by one; every reason to refuse the row is kept.

    ``cells("held_on", parse_date)`` gives the value, or ``default`` where the column is absent, the cell is
    empty, or its text was refused. ``"held_on" in cells`` says whether the file has the column at all.
    """

    def __init__(self, row: Row) -> None:
        self.number = row.number
        self.errors: list[RowError] = list(row.faults)
        self._values = row.values
        self._faulty = {fault.column for fault in row.faults} if row.faults else NO_COLUMNS

    def __contains__(self, column: str) -> bool:
        return column in self._values

    def __call__(self, column: str, parse: Callable[[str], Value], default: Any = None) -> Value | Any:
        text = self._values.get(column)
        if text is None or column in self._faulty:
            return default
        try:
            return parse(text)
        except CellRefused as error:
            self.refuse(column, error.args[0])
            return default

    def lookup(self, column: str, known: Mapping[str, Value], reason: Any = None) -> Value | None:
        """The value in ``known`` under the code in the cell; ``reason`` replaces "there is no …" """
        return self(column, lambda text: find(known, text, reason))

    def refuse(self, column: str, reason: Any) -> None:
        self.errors.append(RowError(self.number, column, str(reason)))

    def check_required(self, columns: Iterable[Column]) -> None:
        for column in columns:
            if self._values.get(column.name) is None and column.required and column.name not in self._faulty:
                self.refuse(column.name, _("“%(label)s” is empty.") % {"label": column.label})


def find(known: Mapping[str, Value], text: str, reason: Any = None) -> Value:
    code = text if text in known else narrowed(text)
    if code not in known:
        raise CellRefused(reason or _("There is no “%(text)s”.") % {"text": text})
    return known[code]


class Importer(Generic[Item]):
    """One kind of import.

    ``verb`` names the event in the audit trail, ``object_type`` the model's label there.
    Order of calls: ``prepare`` once; ``check_row`` for each row; ``key`` for each item; ``check_all`` until
    it finds no more; ``write`` once, in the transaction.
    """

    verb: ClassVar[str]
    object_type: ClassVar[str]
    columns: ClassVar[Sequence[Column]]

    def __init__(self) -> None:
        self.errors: list[RowError] = []
        self.present: frozenset[str] = frozenset()

    def prepare(self) -> None:
        """Read once what the rows refer to. ``self.present`` names the columns that the file has."""

    def check_row(self, cells: Cells) -> Item | None:
        """The item that a row states; what is wrong goes to ``cells.refuse``.

        It is called for faulty rows too, so that all reasons are told: any value may be its default.
        """
        raise NotImplementedError

    def key(self, item: Item) -> Hashable:
        """What must not stand twice in a file; None: anything may."""
        return None

    def check_all(self, items: Mapping[int, Item]) -> None:
        """Check the rows (by number) against each other; what is wrong goes to ``self.refuse``."""

    def write(self, items: Sequence[Item], *, by: Any) -> Counts:
        raise NotImplementedError

    def refuse(self, row: int, column: str, reason: Any) -> None:
        self.errors.append(RowError(row, column, str(reason)))

    def check_table(self, table: Table) -> dict[int, Item]:
        """The items of the good rows, by row number. Every reason against the others is in ``errors``."""
        self.present = table.present
        self._required = [column for column in self.columns if column.required]
        self.prepare()
        items: dict[int, Item] = {}
        for row in table.rows:
            item = self._checked(row)
            if item is not None:
                items[row.number] = item
        self._refuse_double_keys(items)
        return self._settle(items)

    def _checked(self, row: Row) -> Item | None:
        cells = Cells(row)
        cells.check_required(self._required)
        item = self.check_row(cells)
        self.errors += cells.errors
        return None if cells.errors else item

    def _refuse_double_keys(self, items: dict[int, Item]) -> None:
        first_rows: dict[Hashable, int] = {}
        for number, item in items.items():
            key = self.key(item)
            first = first_rows.setdefault(key, number)
            if key is not None and first != number:
                self.refuse(number, "", _("This stands in row %(row)d already.") % {"row": first})

    def _settle(self, items: dict[int, Item]) -> dict[int, Item]:
        """Check across rows until no more falls out: a row may rely on one that was just refused."""
        while True:
            bad = {error.row for error in self.errors}
            items = {number: item for number, item in items.items() if number not in bad}
            before = len(self.errors)
            self.check_all(items)
            if len(self.errors) == before:
                return items


def run_import(
    importer: Importer[Any],
    source: str | Path | IO[bytes],
    *,
    by: Any,
    dry_run: bool = False,
    keep_good: bool = False,
    name: str = "",
) -> ImportReport:
    """With errors nothing is written, unless ``keep_good``; a dry run does it all and undoes it."""
    try:
        table = read_table(source, columns=importer.columns, name=name)
        with transaction.atomic():
            items = importer.check_table(table)
            errors = sorted(importer.errors)
            if not items or (errors and not keep_good):
                return ImportReport(errors=errors)
            counts = importer.write(list(items.values()), by=by)
            report = ImportReport(counts.created, counts.updated, counts.unchanged, errors)
            record_import(importer, report, name=name or file_name(source), checksum=checksum(source), by=by)
            transaction.set_rollback(dry_run)
            return report
    except TableRefused as error:
        return ImportReport(errors=sorted([*importer.errors, *error.errors]))


def record_import(
    importer: Importer[Any], report: ImportReport, *, name: str, checksum: str, by: Any
) -> None:
    audit.record_about(
        importer.verb,
        importer.object_type,
        by=by,
        label=name,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        refused=len({error.row for error in report.errors}),
        sha256=checksum,
    )


def file_name(source: str | Path | IO[bytes]) -> str:
    return Path(str(source if isinstance(source, str | Path) else getattr(source, "name", ""))).name


def checksum(source: str | Path | IO[bytes]) -> str:
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    source.seek(0)
    return hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]


@dataclass(frozen=True)
class Upserted:
    """The objects of an upsert, each with its key in the database."""

    created: list[Any]
    updated: list[Any]
    unchanged: list[Any]

    @property
    def counts(self) -> Counts:
        return Counts(len(self.created), len(self.updated), len(self.unchanged))


def upsert(
    model: type[models.Model],
    items: Sequence[Item],
    *,
    existing: Mapping[Hashable, Any],
    key: Callable[[Item], Hashable],
    values: Callable[[Item], Mapping[str, Any]],
) -> Upserted:
    """Create what is new, change what differs, in batches. ``values`` names only the fields the file states.

    Every item has to name the same fields. ``existing`` holds the objects by key; they are changed in place.
    """
    result = Upserted([], [], [])
    fields: set[str] = set()
    for item in items:
        stated = values(item)
        fields.update(stated)
        obj = existing.get(key(item))
        if obj is None:
            result.created.append(model(**stated))
        elif apply(obj, stated):
            result.updated.append(obj)
        else:
            result.unchanged.append(obj)
    manager = model._default_manager
    manager.bulk_create(result.created, batch_size=BATCH)
    if result.updated:  # an upsert by primary key: many times faster than bulk_update
        manager.bulk_create(
            result.updated,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["pk"],
            update_fields=sorted(fields),
        )
    return result


def apply(obj: Any, stated: Mapping[str, Any]) -> bool:
    """Set the stated fields; whether any of them differed."""
    differs = False
    for name, value in stated.items():
        attribute = obj._meta.get_field(name).attname if isinstance(value, models.Model) else name
        new = value.pk if isinstance(value, models.Model) else value
        if getattr(obj, attribute) != new:
            differs = True
            setattr(obj, name, value)
    return differs
