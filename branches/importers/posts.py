"""Posts: who holds which position where, from when to when."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.choices import Position
from branches.models import Member, PartyUnit, Post
from branches.operations.people import misplaced_text, unfit_to_lead_text
from branches.operations.rights import sync_post_assignments
from core.cells import parse_choice, parse_date
from core.importing import Cells, Counts, Importer, upsert
from core.spreadsheets import Column

parse_position = parse_choice(Position)


@dataclass(frozen=True)
class PostRow:
    member: Any  # a Member; None where the cell was refused
    unit: Any
    position: str
    starts_on: date
    ends_on: date | None


class PostImporter(Importer[PostRow]):
    """A second row with the same member, unit, position and first day says when the post ends."""

    verb = "import_posts"
    object_type = "branches.post"
    columns = (
        Column("staff_no", gettext_lazy("staff number"), required=True),
        Column("unit_code", gettext_lazy("code of the unit"), required=True),
        Column("position", gettext_lazy("position"), required=True),
        Column("from", gettext_lazy("from"), required=True),
        Column("to", gettext_lazy("to")),
    )

    def prepare(self) -> None:
        self.units = {unit.code: unit for unit in PartyUnit.objects.order_by("pk")}
        self.members: dict[Any, Member] = {
            member.staff_no: member for member in Member.objects.exclude(staff_no=None).order_by("pk")
        }
        self.known: dict[Any, Post] = {
            key_of(post): post for post in Post.objects.select_for_update().order_by("pk")
        }

    def check_row(self, cells: Cells) -> PostRow:
        row = PostRow(
            member=cells.lookup("staff_no", self.members),
            unit=cells.lookup("unit_code", self.units),
            position=cells("position", parse_position),
            starts_on=cells("from", parse_date),
            ends_on=cells("to", parse_date),
        )
        if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
            cells.refuse("to", _("The last day comes before the first."))
        if row.unit and row.position and (reason := misplaced_text(row.position, row.unit.kind)):
            cells.refuse("position", reason)
        elif row.member and (reason := unfit_to_lead_text(row.position, row.member)):
            cells.refuse("position", reason)
        return row

    def key(self, item: PostRow) -> Hashable:
        return item.member.pk, item.unit.pk, item.position, item.starts_on

    def check_all(self, items: Mapping[int, PostRow]) -> None:
        """One person holds one position in one unit once at a time, the posts on record included."""
        stays: dict[Hashable, list[tuple[date, date, int]]] = {}
        stated = {self.key(item) for item in items.values()}
        touched = {key[:3] for key in stated}  # type: ignore[index]
        for key, post in self.known.items():
            if key[:3] in touched and key not in stated:
                stays.setdefault(key[:3], []).append((post.starts_on, post.ends_on or date.max, 0))
        for number, item in items.items():
            ends_on = self.last_day(item) or date.max
            stays.setdefault(self.key(item)[:3], []).append((item.starts_on, ends_on, number))  # type: ignore[index]
        faults: dict[int, date] = {}
        for held in stays.values():
            for (first, last, row), (start, _end, later_row) in pairwise(sorted(held)):
                if start <= last:
                    faults[later_row or row] = first if later_row else start
        for number in sorted(faults.keys() - {0}):
            self.refuse(number, "from", overlap_text(faults[number]))

    def last_day(self, item: PostRow) -> date | None:
        """An absent column leaves the last day on record."""
        known = self.known.get(self.key(item))
        return known.ends_on if known and "to" not in self.present else item.ends_on

    def write(self, items: Sequence[PostRow], *, by: Any) -> Counts:
        result = upsert(Post, items, existing=self.known, key=self.key, values=self.stated)
        changed = [post.pk for post in (*result.created, *result.updated) if post.member.user_id]
        sync_post_assignments(changed, by=by)
        return result.counts

    def stated(self, item: PostRow) -> dict[str, Any]:
        values = {
            "member": item.member,
            "unit": item.unit,
            "position": item.position,
            "starts_on": item.starts_on,
        }
        return values | ({"ends_on": item.ends_on} if "to" in self.present else {})


def key_of(post: Post) -> tuple[int, int, str, date]:
    return post.member_id, post.unit_id, post.position, post.starts_on


def overlap_text(other_start: date) -> str:
    return _(
        "The same person holds this position here in these days already, from %(day)s. End that post first."
    ) % {"day": other_start.isoformat()}
