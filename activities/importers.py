"""Records of activities from a file (contract.md 2): finished ones, that count at once."""

import re
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.choices import ActivityKind, ActivityState, OutcomeKind, Precision, Source, TopicClass
from activities.models import Activity
from activities.operations import import_confirmed, refused_updates
from activities.records import ActivityData, FinishedRecord, OutcomeData, PartData
from activities.rules import EARLIEST_YEAR, MAX_ATTENDANCE, MAX_QUANTITY
from branches.models import PartyUnit
from core import clock, imports
from core.cells import CellRefused, parse_choice, parse_date, parse_integer, parse_text
from core.importing import BATCH, Cells, Counts, Importer
from core.spreadsheets import Column

STATES = [(state.value, state.label) for state in (ActivityState.CONFIRMED, ActivityState.SUBMITTED)]
OUTCOME = re.compile(
    r"(?P<kind>[^:：]+)[:：]\s*(?P<about>[~～约]?)\s*(?P<number>[^+＋]+?)\s*(?P<least>[+＋]?)"
)
KEPT_WITHOUT_COLUMN = {
    "place": ["place"],
    "figures": ["expected_count", "present_count"],
    "outcomes": ["outcomes"],
    "state": ["state"],
}
parse_outcome_kind = parse_choice(OutcomeKind)
parse_quantity = partial(parse_integer, maximum=MAX_QUANTITY)
parse_people = partial(parse_integer, maximum=MAX_ATTENDANCE)


def parse_outcomes(text: str) -> tuple[OutcomeData, ...]:
    """``KIND:number``, ``KIND:number+`` at least, ``KIND:~number`` about; joined by ``;``."""
    parts = [part.strip() for part in re.split("[;；]", text)]
    outcomes = [parse_outcome(part) for part in parts if part]
    kinds = [outcome.kind for outcome in outcomes]
    if len(kinds) != len(set(kinds)):
        raise CellRefused(_("An outcome stands here twice."))
    return tuple(outcomes)


def parse_outcome(text: str) -> OutcomeData:
    found = OUTCOME.fullmatch(text)
    if not found or (found["about"] and found["least"]):
        raise CellRefused(_("“%(text)s” is not an outcome. Write KIND:number.") % {"text": text[:40]})
    precision = (
        Precision.ABOUT if found["about"] else Precision.AT_LEAST if found["least"] else Precision.EXACT
    )
    return OutcomeData(parse_outcome_kind(found["kind"]), parse_quantity(found["number"]), precision)


def parse_past_day(text: str) -> date:
    day = parse_date(text)
    if day > clock.today():
        raise CellRefused(_("The day held can't be later than today (%(today)s).") % {"today": clock.today()})
    if day.year < EARLIEST_YEAR:
        raise CellRefused(_("Check the year."))
    return day


class ActivityImporter(Importer[FinishedRecord]):
    verb = "import_activities"
    object_type = "activities.activity"
    columns = [
        Column("ref", gettext_lazy("reference")),
        Column("unit_code", gettext_lazy("unit code"), required=True),
        Column("kind", gettext_lazy("kind"), required=True),
        Column("held_on", gettext_lazy("day held"), required=True),
        Column("title", gettext_lazy("topic"), required=True),
        Column("place", gettext_lazy("place")),
        Column("expected_count", gettext_lazy("expected")),
        Column("present_count", gettext_lazy("present")),
        Column("outcomes", gettext_lazy("outcomes")),
        Column("state", gettext_lazy("state")),
    ]

    def __init__(self, *, operator: User, units: Any = None) -> None:
        """``units`` limits for whom may be imported: those in the scope of who uploads in the browser."""
        super().__init__()
        self.operator, self.units = operator, PartyUnit.objects.all() if units is None else units

    def prepare(self) -> None:
        self.unit_ids = dict(self.units.values_list("code", "pk"))
        self.keeps = frozenset(
            name for name, columns in KEPT_WITHOUT_COLUMN.items() if self.present.isdisjoint(columns)
        )
        self.parse_kind = parse_choice(ActivityKind)
        self.parse_state = parse_choice(STATES)

    def check_row(self, cells: Cells) -> FinishedRecord | None:
        unit_id = cells.lookup("unit_code", self.unit_ids)
        kind = cells("kind", self.parse_kind)
        held_on = cells("held_on", parse_past_day)
        data = ActivityData(
            unit_id=unit_id or 0,
            kind=kind or "",
            title=cells("title", parse_text(200), ""),
            held_on=held_on or date.min,
            place=cells("place", parse_text(100), ""),
            topic_class=TopicClass.OTHER if kind == ActivityKind.HEART_TALK else "",
            parts=self.parts(cells, unit_id or 0),
            outcomes=cells("outcomes", parse_outcomes, ()),
        )
        state = cells("state", self.parse_state, ActivityState.CONFIRMED)
        return FinishedRecord(data, ref=cells("ref", parse_text(60), ""), state=state, keeps=self.keeps)

    def parts(self, cells: Cells, unit_id: int) -> tuple[PartData, ...]:
        expected = cells("expected_count", parse_people)
        present = cells("present_count", parse_people)
        if (expected is None) != (present is None) and not cells.errors:
            missing = "expected_count" if expected is None else "present_count"
            cells.refuse(missing, _("Give both figures of attendance, or none."))
        elif expected is not None and present is not None and present > expected:
            cells.refuse("present_count", _("More people were present than expected."))
        return (PartData(unit_id, expected, present),)

    def key(self, item: FinishedRecord) -> Hashable:
        return (item.data.unit_id, item.ref) if item.ref else None

    def check_all(self, items: Mapping[int, FinishedRecord]) -> None:
        """What people did to a record since (declared it void, returned or corrected it) stays as it is."""
        refs = sorted({item.ref for item in items.values() if item.ref})
        void: set[tuple[int, str]] = set()
        for start in range(0, len(refs), BATCH):
            found = Activity.objects.filter(ref__in=refs[start : start + BATCH], state=ActivityState.VOID)
            void.update(found.values_list("unit_id", "ref"))
        refused = {(item.data.unit_id, item.ref): why for item, why in refused_updates(items.values())}
        refused |= dict.fromkeys(void, _("This record was declared void."))
        for number, item in items.items():
            if item.ref and (why := refused.get((item.data.unit_id, item.ref))):
                self.refuse(number, "ref", why)

    def write(self, items: Sequence[FinishedRecord], *, by: Any) -> Counts:
        report = import_confirmed(items, by=self.operator, source=Source.IMPORTED)
        return Counts(report.created, report.updated, report.unchanged)


def register() -> None:
    imports.register(
        "activities",
        gettext_lazy("activities"),
        ActivityImporter,
        "activities.activity",
        make=lambda by: ActivityImporter(operator=by),
    )
