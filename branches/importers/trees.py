"""Organisations and Party units: trees whose parents may follow their children in the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.choices import OrganisationKind, UnitKind
from branches.models import Organisation, PartyUnit, code_validator
from branches.operations.paths import rebuild_paths
from branches.operations.units import SINCE_EVER, latest_starts, write_places
from branches.querysets import DEEPEST
from core import clock
from core.cells import (
    CellRefused,
    parse_choice,
    parse_code,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_text,
)
from core.importing import Cells, Counts, Importer, upsert
from core.spreadsheets import Column, RowError, TableRefused
from core.spreadsheets.tables import HEADER_ROW

parse_known_code = parse_code(40)


def parse_new_code(text: str) -> str:
    code = parse_known_code(text)
    try:
        code_validator(code)
    except ValidationError as error:
        raise CellRefused(error.messages[0]) from error
    return code


@dataclass(frozen=True)
class Node:
    """One row of a tree. ``facts`` are the model's fields that the file states, without the parent."""

    code: str
    parent_code: str | None
    facts: dict[str, Any] = field(default_factory=dict)


class TreeImporter(Importer[Node]):
    """``known`` holds what the database has, by code; a row may hang itself under a row of the same file."""

    model: ClassVar[type[Organisation] | type[PartyUnit]]

    def prepare(self) -> None:
        if "parent_code" not in self.present:  # required, but empty at a root
            reason = _("The column “%(name)s” (%(label)s) is missing.")
            names = {"name": "parent_code", "label": PARENT_CODE.label}
            raise TableRefused([RowError(HEADER_ROW, "parent_code", reason % names)])
        roots = self.model.objects.filter(parent=None).select_for_update().order_by("pk")
        list(roots.values_list("pk"))  # a move made by hand waits until the file is through
        self.known: dict[Any, Any] = {node.code: node for node in self.model.objects.order_by("pk")}

    def key(self, item: Node) -> str:
        return item.code

    def check_all(self, items: Mapping[int, Node]) -> None:
        parents = self.parents_by_code(items)
        depths: dict[str, int] = {}
        for number, item in items.items():
            if item.parent_code and item.parent_code not in parents:
                self.refuse(number, "parent_code", _("There is no “%(text)s”.") % {"text": item.parent_code})
                continue
            depth = depth_of(item.code, parents, depths)
            if depth is None:
                self.refuse(number, "parent_code", _("This hangs under itself, directly or over others."))
            elif depth > DEEPEST:
                self.refuse(
                    number,
                    "parent_code",
                    _("The tree would have more than %(levels)d levels.") % {"levels": DEEPEST},
                )

    def parents_by_code(self, items: Mapping[int, Node]) -> dict[str, str | None]:
        """The tree as it will be: parent's code by code, the database's rows overridden by the file's."""
        codes = {node.pk: code for code, node in self.known.items()}
        parents: dict[str, str | None] = {
            code: codes.get(node.parent_id) for code, node in self.known.items()
        }
        return parents | {item.code: item.parent_code for item in items.values()}

    def write(self, items: Sequence[Node], *, by: Any) -> Counts:
        new = [item for item in items if item.code not in self.known]
        rows: list[Any] = [self.model(code=item.code, **item.facts) for item in new]
        made = self.model.objects.bulk_create(rows, batch_size=1000)
        self.known |= {node.code: node for node in made}
        result = upsert(self.model, items, existing=self.known, key=self.key, values=self.stated)
        changed = len({node.pk for node in result.updated} - {node.pk for node in made})
        rebuild_paths(self.model)
        return Counts(len(made), changed, len(items) - len(made) - changed)

    def stated(self, item: Node) -> dict[str, Any]:
        parent = self.known[item.parent_code] if item.parent_code else None
        return {"code": item.code, "parent": parent, **item.facts}


def depth_of(code: str, parents: Mapping[str, str | None], depths: dict[str, int]) -> int | None:
    """How many levels deep ``code`` will stand, or None where the way up comes back to ``code``.

    A row that merely hangs below somebody else's circle is not at fault: it counts from there.
    """
    way: list[str] = []
    at: str | None = code
    while at is not None and at not in depths:
        if at in way:
            return None if at == code else len(way)
        way.append(at)
        at = parents.get(at)
    depth = depths[at] if at is not None else 0
    for step in reversed(way):
        depth += 1
        depths[step] = depth
    return depth


CODE = Column("code", gettext_lazy("code"), required=True)
NAME = Column("name", gettext_lazy("name"), required=True)
KIND = Column("kind", gettext_lazy("kind"), required=True)
PARENT_CODE = Column("parent_code", gettext_lazy("code of the parent"))


class OrganisationImporter(TreeImporter):
    verb = "import_organisations"
    object_type = "branches.organisation"
    model = Organisation
    figures: ClassVar[dict[str, Any]] = {
        "staff_count": parse_integer,
        "customer_count_mv": parse_integer,
        "customer_count_lv": parse_integer,
        "line_km": parse_decimal(2, 100_000_000),
    }
    columns = (
        CODE,
        NAME,
        KIND,
        PARENT_CODE,
        Column("staff_count", gettext_lazy("staff")),
        Column("customer_count_mv", gettext_lazy("medium-voltage customers")),
        Column("customer_count_lv", gettext_lazy("low-voltage customers")),
        Column("line_km", gettext_lazy("lines (km)")),
    )
    parse_kind = staticmethod(parse_choice(OrganisationKind))

    def check_row(self, cells: Cells) -> Node:
        facts: dict[str, Any] = {
            "name": cells("name", parse_text(100)),
            "kind": cells("kind", self.parse_kind),
        }
        facts |= {name: cells(name, parse) for name, parse in self.figures.items() if name in cells}
        if facts.get("line_km") is not None and facts["line_km"] < 0:
            cells.refuse("line_km", _("The number can't be below 0."))
        return Node(cells("code", parse_new_code), cells("parent_code", parse_known_code), facts)


class UnitImporter(TreeImporter):
    """A unit that comes back under another parent, organisation or category stands there from today."""

    verb = "import_units"
    object_type = "branches.partyunit"
    model = PartyUnit
    dates = ("established_on", "last_election_on", "opened_on", "closed_on")
    columns = (
        CODE,
        NAME,
        KIND,
        PARENT_CODE,
        Column("organisation_code", gettext_lazy("code of the organisation"), required=True),
        Column("category", gettext_lazy("category")),
        Column("established_on", gettext_lazy("established on")),
        Column("last_election_on", gettext_lazy("last election on")),
        Column("opened_on", gettext_lazy("opened on")),
        Column("closed_on", gettext_lazy("closed on")),
    )
    parse_kind = staticmethod(parse_choice(UnitKind))

    def prepare(self) -> None:
        super().prepare()
        self.organisations = {row.code: row for row in Organisation.objects.order_by("pk")}
        self.places = {unit.pk: place_of(unit) for unit in self.known.values()}

    def check_row(self, cells: Cells) -> Node:
        facts = {
            "name": cells("name", parse_text(100)),
            "kind": cells("kind", self.parse_kind),
            "organisation": cells.lookup("organisation_code", self.organisations),
        }
        if "category" in cells:
            facts["category"] = cells("category", parse_text(60), "")
        facts |= {name: cells(name, parse_date) for name in self.dates if name in cells}
        node = Node(cells("code", parse_new_code), cells("parent_code", parse_known_code), facts)
        self.check_dates(node, cells)
        return node

    def check_dates(self, node: Node, cells: Cells) -> None:
        """Closing comes after opening, whichever of the two the file states."""
        known = self.known.get(node.code)
        opened, closed = (
            node.facts[name] if name in node.facts else getattr(known, name, None)
            for name in ("opened_on", "closed_on")
        )
        if opened and closed and closed <= opened:
            column = "closed_on" if "closed_on" in cells else "opened_on"
            cells.refuse(column, _("It has to close after the day on which it opened."))

    def write(self, items: Sequence[Node], *, by: Any) -> Counts:
        counts = super().write(items, by=by)
        write_first_places()
        moved = [unit for unit in PartyUnit.objects.order_by("pk") if self.has_moved(unit)]
        write_places(moved, latest_starts([unit.pk for unit in moved]), clock.today())
        return counts

    def has_moved(self, unit: PartyUnit) -> bool:
        return self.places.get(unit.pk, place_of(unit)) != place_of(unit)


def place_of(unit: PartyUnit) -> tuple[Any, ...]:
    return unit.parent_id, unit.organisation_id, unit.path, unit.category


def write_first_places() -> None:
    """Every unit has a placement: the first one holds since it opened."""
    without: dict[date, list[PartyUnit]] = {}
    for unit in PartyUnit.objects.filter(placements=None):
        without.setdefault(unit.opened_on or SINCE_EVER, []).append(unit)
    for starts_on, units in without.items():
        write_places(units, {}, starts_on)
