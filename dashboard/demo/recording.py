"""Writes the demo's records through the operation that keeps where they come from."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from accounts.operations import system_user
from activities.choices import Source
from activities.operations import BulkReport, import_confirmed
from activities.records import ActivityData, AttendanceData, FinishedRecord, OutcomeData, PartData
from branches.models import Member, PartyUnit
from core import clock
from dashboard.demo.people import DEMO_BRANCH
from dashboard.demo.rows import ActivityRow, Part
from dashboard.demo.year import Year


class Recorder:
    """Knows the keys behind the codes."""

    def __init__(self, users: dict[str, User], year: Year) -> None:
        self.users, self.year = users, year
        self.units = dict(PartyUnit.objects.values_list("code", "pk"))
        named = PartyUnit.objects.in_subtree(PartyUnit.objects.get(code=DEMO_BRANCH).path or "")
        self.members = dict(Member.objects.filter(unit__in=named).values_list("staff_no", "pk"))
        self.zone = ZoneInfo(settings.TIME_ZONE)

    def write(self, rows: Iterable[ActivityRow]) -> BulkReport:
        return import_confirmed(
            chain(self.records(rows), self.year.records()), by=system_user(), source=Source.DEMO
        )

    def records(self, rows: Iterable[ActivityRow]) -> Iterator[FinishedRecord]:
        for number, row in enumerate(rows):
            author, decider = self.users.get(row.author), self.users.get(row.decider)
            yield FinishedRecord(
                data=self.facts(row),
                state=row.state,
                author_id=author.pk if author else None,
                submitted_at=self.moment(row.submitted_on, number),
                decided_by_id=decider.pk if decider else None,
                decided_at=self.moment(row.decided_on, number),
                reason=row.reason,
            )

    def facts(self, row: ActivityRow) -> ActivityData:
        data = ActivityData(
            unit_id=self.units[row.unit_code],
            kind=row.kind,
            title=row.title,
            held_on=row.held_on,
            place=row.place,
            held_with=row.held_with,
            note=row.note,
            also_counts=row.also,
            tags=(row.tag,) if row.tag else (),
            parts=tuple(self.part(part) for part in row.parts),
            outcomes=tuple(OutcomeData(*outcome) for outcome in row.outcomes),
        )
        return self.year.with_minutes(data)

    def part(self, part: Part) -> PartData:
        named = (part.names or {}).items()
        return PartData(
            self.units[part.unit_code],
            part.expected,
            part.present,
            part.excused,
            tuple(AttendanceData(self.members[staff_no], absence) for staff_no, absence in named),
        )

    def moment(self, day: date | None, number: int) -> datetime | None:
        """Some time of that working day, never one that is still to come."""
        if day is None:
            return None
        found = datetime.combine(day, time(8 + number % 9, number * 7 % 60), self.zone)
        return min(found, clock.now())
