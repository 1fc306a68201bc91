"""Members, known by staff number, or without one by unit and name."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from branches.choices import MemberStatus, PartyWorker
from branches.models import Member, Organisation, PartyUnit
from branches.operations.people import full_ahead_text, link_by_staff_no
from branches.operations.transfers import move_people, unit_for_members_text
from core import clock
from core.cells import parse_choice, parse_code, parse_date, parse_text
from core.importing import Cells, Counts, Importer, upsert
from core.rows import insert_rows
from core.spreadsheets import Column

TOGETHER = 100  # members in one transfer: each holder of posts adds a condition to its query
parse_status = parse_choice(MemberStatus)
parse_staff_no = parse_code(30)
parse_worker = parse_choice(PartyWorker)

MEMBER_COLUMNS = (
    "staff_no", "name", "unit_id", "organisation_id", "status", "full_since", "party_worker",
    "is_team_leader",
)  # fmt: skip


@dataclass(slots=True)
class MemberRow:
    staff_no: str | None
    name: str
    unit: Any  # a PartyUnit; None where the cell was refused
    facts: dict[str, Any]


class MemberImporter(Importer[MemberRow]):
    verb = "import_members"
    object_type = "branches.member"
    columns = (
        Column("staff_no", _("staff number")),
        Column("name", _("full name"), required=True),
        Column("unit_code", _("code of the unit"), required=True),
        Column("organisation_code", _("code of the organisation")),
        Column("status", _("member status"), required=True),
        Column("full_since", _("full member since")),
        Column("party_worker", _("Party-affairs worker")),
    )

    def prepare(self) -> None:
        self.today = clock.today()
        self.unit_refusals: dict[int, str] = {}
        self.units = {unit.code: unit for unit in PartyUnit.objects.order_by("pk")}
        self.organisations = {row.code: row for row in Organisation.objects.order_by("pk")}
        self.by_number: dict[str | None, Member] = {}
        self.by_name: dict[tuple[int, str], list[Member]] = {}
        for member in Member.objects.select_for_update().order_by("pk"):
            if member.staff_no:
                self.by_number[member.staff_no] = member
            self.by_name.setdefault((member.unit_id, member.name), []).append(member)
        self.numbers: set[str | None] = set()  # that the file names, in refused rows too

    def check_row(self, cells: Cells) -> MemberRow:
        facts: dict[str, Any] = {"status": cells("status", parse_status)}
        if "organisation_code" in cells:
            facts["organisation"] = cells.lookup("organisation_code", self.organisations)
        if "full_since" in cells:
            facts["full_since"] = cells("full_since", parse_date)
        if "party_worker" in cells:
            facts["party_worker"] = cells("party_worker", parse_worker, PartyWorker.NONE)
        staff_no = cells("staff_no", parse_staff_no)
        self.numbers.add(staff_no)
        return MemberRow(
            staff_no=staff_no,
            name=cells("name", parse_text(60)),
            unit=cells.lookup("unit_code", self.units),
            facts=facts,
        )

    def key(self, item: MemberRow) -> Hashable:
        return item.staff_no or (item.unit.pk, item.name)

    def meant(self, item: MemberRow) -> list[Member]:
        """The members on record whom a row may mean. A number is kept, never changed for another."""
        if item.staff_no in self.by_number:
            return [self.by_number[item.staff_no]]
        namesakes = self.by_name.get((item.unit.pk, item.name), [])
        if item.staff_no:
            return [member for member in namesakes if not member.staff_no]
        return [member for member in namesakes if not member.staff_no or member.staff_no not in self.numbers]

    def check_all(self, items: Mapping[int, MemberRow]) -> None:
        """No row may mean two members, and no two rows one; then what the forms refuse."""
        first_rows: dict[int, int] = {}
        for number, item in items.items():
            members = self.meant(item)
            if len(members) > 1:
                self.refuse(number, "staff_no", several_text(item))
            elif members and first_rows.setdefault(members[0].pk, number) != number:
                self.refuse(number, "staff_no", same_text(item, first_rows[members[0].pk]))
            else:
                self.check_person(number, item, members[0] if members else None)

    def check_person(self, number: int, item: MemberRow, member: Member | None) -> None:
        """``member`` is on record already; who stands at a unit already stays there."""
        full_since = item.facts.get("full_since", member and member.full_since)
        if full_since and full_since > self.today:  # asked first: the words cost more than the row
            if reason := full_ahead_text(item.name, item.facts["status"], full_since):
                self.refuse(number, "full_since", reason)
        stays = member is not None and member.unit_id == item.unit.pk
        if not stays and (reason := self.unit_refusal(item.unit)):
            self.refuse(number, "unit_code", reason)

    def unit_refusal(self, unit: PartyUnit) -> str:
        if unit.pk not in self.unit_refusals:
            self.unit_refusals[unit.pk] = unit_for_members_text(unit, self.today)
        return self.unit_refusals[unit.pk]

    def write(self, items: Sequence[MemberRow], *, by: Any) -> Counts:
        existing: dict[Hashable, Member] = {}
        new: list[MemberRow] = []
        old: list[MemberRow] = []
        for item in items:
            members = self.meant(item)
            existing.update((self.key(item), member) for member in members)
            (old if members else new).append(item)
        insert_rows(Member, MEMBER_COLUMNS, map(member_row, new))
        moved = self.transfer(old, existing, by=by)
        result = upsert(Member, old, existing=existing, key=self.key, values=self.stated)
        link_by_staff_no(by=by)
        only_moved = sum(member.pk in moved for member in result.unchanged)
        counts = result.counts
        return Counts(len(new), counts.updated + only_moved, counts.unchanged - only_moved)

    def transfer(
        self, items: Sequence[MemberRow], existing: Mapping[Hashable, Member], *, by: Any
    ) -> set[int]:
        """Who stands in another unit than the file says moves there today. The keys of these members."""
        units = {unit.pk: unit for unit in self.units.values()}
        moving: dict[int, list[Member]] = {}
        for item in items:
            member = existing[self.key(item)]
            if member.unit_id != item.unit.pk:
                member.unit = units[member.unit_id]
                moving.setdefault(item.unit.pk, []).append(member)
        for key, members in moving.items():
            for start in range(0, len(members), TOGETHER):
                some = members[start : start + TOGETHER]
                move_people(some, units[key], on=clock.today(), reason=gettext("By import"), by=by)
        return {member.pk for members in moving.values() for member in members}

    def stated(self, item: MemberRow) -> dict[str, Any]:
        kept = next((member.staff_no for member in self.meant(item)), None)
        return {"staff_no": item.staff_no or kept, "name": item.name, "unit": item.unit, **item.facts}


def member_row(item: MemberRow) -> list[Any]:
    """A new member's row, as ``MEMBER_COLUMNS`` name it."""
    facts, team = item.facts, item.facts.get("organisation")
    worker = facts.get("party_worker", PartyWorker.NONE)
    return [
        item.staff_no, item.name, item.unit.pk, team and team.pk, facts["status"], facts.get("full_since"),
        str(worker), False,
    ]  # fmt: skip


def several_text(item: MemberRow) -> str:
    return gettext("There are several members named %(name)s in this unit. Give the staff number.") % {
        "name": item.name
    }


def same_text(item: MemberRow, row: int) -> str:
    return gettext(
        "%(name)s may be the member of row %(row)d. Give the member's record its staff number first."
    ) % {"name": item.name, "row": row}
