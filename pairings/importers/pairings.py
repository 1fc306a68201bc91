"""Pairings that exist already, with their parties and the days of their agreement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import Source
from branches.models import PartyUnit
from core import clock
from core.cells import CellRefused, narrowed, parse_choice, parse_date, parse_text
from core.importing import Cells, Counts, Importer, find, upsert
from core.spreadsheets import Column
from pairings.choices import EVER_ACTIVE, PairingState, ReviewResult, SelectionReason
from pairings.importers.codes import code_under
from pairings.models import Pairing, PairingAgreement, PairingParty, Partner
from pairings.operations.moving import tell_changed
from pairings.rules import MANY_TO_MANY, PAIRING_KINDS, PROGRAMME_START, mode_of

parse_code = code_under("pairings")
parse_reason, parse_state = parse_choice(SelectionReason), parse_choice(PairingState)
DAYS = ("signed_on", "term_from", "term_to")


@dataclass(frozen=True)
class PairingRow:
    """``days`` holds those of ``DAYS`` that the file has a column for."""

    code: str
    title: str
    reason: str
    state: str
    units: tuple[PartyUnit, ...]
    partners: tuple[Partner, ...]
    days: dict[str, date | None] = field(default_factory=dict)


class PairingImporter(Importer[PairingRow]):
    """The first own branch of a row leads. A pairing that was entered on screen keeps its state: it moves by
    its steps."""

    verb = "import_pairings"
    object_type = "pairings.pairing"
    columns = (
        Column("code", gettext_lazy("code"), required=True),
        Column("title", gettext_lazy("title"), required=True),
        Column("reason", gettext_lazy("why this partner"), required=True),
        Column("internal_codes", gettext_lazy("codes of the own branches"), required=True),
        Column("partner_codes", gettext_lazy("codes of the partners"), required=True),
        Column("state", gettext_lazy("state"), required=True),
        Column("signed_on", gettext_lazy("signed on")),
        Column("term_from", gettext_lazy("term from")),
        Column("term_to", gettext_lazy("term to")),
    )

    def prepare(self) -> None:
        self.units = {unit.code: unit for unit in PartyUnit.objects.order_by("pk")}
        self.partners = {partner.code: partner for partner in Partner.objects.current().order_by("pk")}
        rows = Pairing.objects.select_for_update().order_by("pk")
        self.known: dict[Any, Pairing] = {pairing.code: pairing for pairing in rows}
        newest = PairingAgreement.objects.order_by("pk")
        self.agreements = {agreement.pairing_id: agreement for agreement in newest}

    def check_row(self, cells: Cells) -> PairingRow:
        row = PairingRow(
            code=cells("code", parse_code),
            title=cells("title", parse_text(120)),
            reason=cells("reason", parse_reason),
            state=cells("state", parse_state),
            units=cells("internal_codes", lambda text: listed(text, self.units), ()),
            partners=cells("partner_codes", lambda text: listed(text, self.partners), ()),
            days={name: cells(name, parse_date) for name in DAYS if name in cells},
        )
        self._check_parties(row, cells)
        self._check_days(row, cells)
        known = self.known.get(row.code)
        if known and known.source == Source.TYPED and row.state and known.state != row.state:
            cells.refuse(
                "state",
                _("This pairing was entered on screen and is “%(state)s”; it moves by its steps.")
                % {"state": known.get_state_display()},
            )
        return row

    def _check_parties(self, row: PairingRow, cells: Cells) -> None:
        if row.units and row.partners and mode_of(row.units, row.partners) is None:
            cells.refuse("partner_codes", MANY_TO_MANY)
        for unit in row.units:
            if unit.kind not in PAIRING_KINDS:
                cells.refuse(
                    "internal_codes",
                    _("%(unit)s is no branch: a Party group takes part through its branch.") % {"unit": unit},
                )

    def _check_days(self, row: PairingRow, cells: Cells) -> None:
        signed_on, term_from, term_to = (self._day(row, name) for name in DAYS)
        if term_from and term_to and term_to <= term_from:
            cells.refuse("term_to", _("The term ends before it begins."))
        if signed_on and signed_on > clock.today():
            cells.refuse("signed_on", _("The day of signing lies ahead."))

    def _day(self, row: PairingRow, name: str) -> date | None:
        """As the file says; an absent column leaves the day on record."""
        if name in row.days:
            return row.days[name]
        known = self.known.get(row.code)
        agreement = self.agreements.get(known.pk) if known else None
        return getattr(agreement, name) if agreement else None

    def key(self, item: PairingRow) -> str:
        return item.code

    def write(self, items: Sequence[PairingRow], *, by: Any) -> Counts:
        new = {item.code for item in items if item.code not in self.known}
        affected = self._parties_of(self.known[item.code].pk for item in items if item.code not in new)
        result = upsert(Pairing, items, existing=self.known, key=self.key, values=self._stated(by))
        rows: dict[str, Pairing] = {pairing.code: pairing for pairing in result.created} | self.known
        moved = self._write_parties(items, rows, affected) | self._write_agreements(items, rows)
        changed = {pairing.code for pairing in result.updated} | (moved - new)
        self._announce(items, rows, affected)
        return Counts(len(new), len(changed), len(items) - len(new) - len(changed))

    def _announce(
        self,
        items: Sequence[PairingRow],
        rows: dict[str, Pairing],
        before: dict[int, set[tuple[int, int]]],
    ) -> None:
        """Of a pairing without a first day nobody can say since when: it may be since the programme began."""
        units = {unit.pk for item in items for unit in item.units}
        units |= {unit for edges in before.values() for unit, _partner in edges}
        first_days = [rows[item.code].active_from or date(PROGRAMME_START, 1, 1) for item in items]
        tell_changed(units, min([clock.today(), *first_days]))

    def _stated(self, by: Any) -> Any:
        def values(item: PairingRow) -> dict[str, Any]:
            known = self.known.get(item.code)
            return {
                "code": item.code,
                "title": item.title,
                "unit": item.units[0],
                "selection_reason": item.reason,
                "state": item.state,
                **self._in_force(item),
                "source": known.source if known else Source.IMPORTED,
                "created_by": known.created_by if known else by,
                "created_at": known.created_at if known else clock.now(),
            }

        return values

    def _in_force(self, item: PairingRow) -> dict[str, date | None]:
        """From when to when; of what was entered on screen its steps have said it."""
        known = self.known.get(item.code)
        if known and known.source == Source.TYPED:
            return {"active_from": known.active_from, "active_until": known.active_until}
        if item.state not in EVER_ACTIVE:
            return {"active_from": None, "active_until": None}
        signed_on, term_from, term_to = (self._day(item, name) for name in DAYS)
        return {"active_from": term_from or signed_on, "active_until": term_to}

    def _parties_of(self, keys: Any) -> dict[int, set[tuple[int, int]]]:
        found: dict[int, set[tuple[int, int]]] = defaultdict(set)
        edges = PairingParty.objects.filter(pairing__in=list(keys))
        for pairing, unit, partner in edges.values_list("pairing_id", "unit_id", "partner_id"):
            found[pairing].add((unit, partner))
        return found

    def _write_parties(
        self,
        items: Sequence[PairingRow],
        rows: dict[str, Pairing],
        there: dict[int, set[tuple[int, int]]],
    ) -> set[str]:
        added, changed = [], set()
        for item in items:
            pk = rows[item.code].pk
            wanted = {(unit.pk, partner.pk) for unit in item.units for partner in item.partners}
            gone, new = there.get(pk, set()) - wanted, wanted - there.get(pk, set())
            for unit, partner in gone:
                PairingParty.objects.filter(pairing=pk, unit=unit, partner=partner).delete()
            added += [PairingParty(pairing_id=pk, unit_id=unit, partner_id=partner) for unit, partner in new]
            if gone or new:
                changed.add(item.code)
        PairingParty.objects.bulk_create(added, batch_size=1000)
        return changed

    def _write_agreements(self, items: Sequence[PairingRow], rows: dict[str, Pairing]) -> set[str]:
        made, altered, changed = [], [], set()
        for item in items:
            pk = rows[item.code].pk
            agreement = self.agreements.get(pk)
            if agreement is None and any(item.days.values()):
                approved = item.state in EVER_ACTIVE
                result = ReviewResult.APPROVED if approved else ReviewResult.PENDING
                made.append(PairingAgreement(pairing_id=pk, review_result=result, **item.days))
            elif agreement and any(getattr(agreement, name) != day for name, day in item.days.items()):
                for name, day in item.days.items():
                    setattr(agreement, name, day)
                altered.append(agreement)
                changed.add(item.code)
        PairingAgreement.objects.bulk_create(made, batch_size=1000)
        PairingAgreement.objects.bulk_update(altered, list(DAYS), batch_size=500)
        return changed


def listed(text: str, known: dict[str, Any]) -> tuple[Any, ...]:
    """The codes of a cell, parted by semicolons, each once, in their order."""
    codes = [code for part in text.replace("；", ";").split(";") if (code := narrowed(part.strip()))]
    if not codes:
        raise CellRefused(_("Give at least one code."))
    return tuple(find(known, code) for code in dict.fromkeys(codes))
