"""Finished records in bulk, set by set: from a file or for the demo data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityState, Source
from activities.models import Activity, Outcome, Participation
from activities.operations.writing import (
    BATCH,
    changes_between,
    rewrite_counts,
    rewrite_figures,
    write_details,
)
from activities.records import ActivityData, FinishedRecord, OutcomeData, PartData, textless
from activities.rules import is_late
from activities.signals import counting_changed
from branches.models import PartyUnit
from core import audit, clock
from core.models import AuditEvent
from core.rows import insert_rows, next_keys

CHUNK = 5000
UPDATED = "update_by_import"
COLUMNS = [str(field.column) for field in Activity._meta.concrete_fields]
UPDATED_FIELDS = [
    "kind", "title", "held_on", "place", "topic_class", "state", "version",
    "submitted_by", "submitted_at", "first_submitted_at", "is_late",
    "confirmed_by", "confirmed_at", "by_lapse", "returned_by", "returned_at", "reason",
]  # fmt: skip


@dataclass
class BulkReport:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[FinishedRecord, Any]] = field(default_factory=list)  # a record and why not
    unit_ids: set[int] = field(default_factory=set)
    days: set[date] = field(default_factory=set)


@transaction.atomic
def import_confirmed(
    records: Iterable[FinishedRecord], *, by: User, source: str = Source.IMPORTED
) -> BulkReport:
    """Write finished records as they are; one with a known unit and reference is updated instead.

    Nobody's confirmation is made up: an imported record is confirmed by its source.
    """
    report = BulkReport()
    for chunk in _chunks(records):
        known = _known(chunk)
        new = [record for record in chunk if (record.data.unit_id, record.ref) not in known]
        _create(new, report, by=by, source=source)
        old = [
            (known[key], record) for record in chunk if (key := (record.data.unit_id, record.ref)) in known
        ]
        _update(old, report, by=by)
    if report.unit_ids:
        counting_changed.send(sender=Activity, unit_ids=report.unit_ids, days=report.days)
        _record(report, by=by)
    return report


def _chunks(records: Iterable[FinishedRecord]) -> Iterator[list[FinishedRecord]]:
    iterator = iter(records)
    while chunk := [replace(record, data=textless(record.data)) for record in islice(iterator, CHUNK)]:
        yield chunk


def _known(chunk: list[FinishedRecord]) -> dict[tuple[int, str], Activity]:
    refs = sorted({record.ref for record in chunk if record.ref})
    found: dict[tuple[int, str], Activity] = {}
    for start in range(0, len(refs), BATCH):
        rows = Activity.objects.filter(ref__in=refs[start : start + BATCH])
        rows = rows.select_related("unit").prefetch_related(
            "counts", "outcomes", "participations__attendances", "tags"
        )
        found.update({(row.unit_id, row.ref): row for row in rows})
    return found


def _stamps(record: FinishedRecord, *, by: User, now: datetime) -> dict[str, Any]:
    """State, who and when. Where the record does not say when it was submitted, it is not late."""
    submitted_at = record.submitted_at or now
    author = record.author_id or by.pk
    confirmed = record.state == ActivityState.CONFIRMED
    stamps: dict[str, Any] = {
        "state": record.state,
        "reason": record.reason,
        "submitted_by_id": author,
        "submitted_at": submitted_at,
        "first_submitted_at": submitted_at,
        "is_late": record.submitted_at is not None and is_late(record.data.held_on, submitted_at),
        "confirmed_by_id": record.decided_by_id if confirmed else None,
        "confirmed_at": (record.decided_at or now) if confirmed else None,
        "by_lapse": False,
    }
    return stamps


def _create(records: list[FinishedRecord], report: BulkReport, *, by: User, source: str) -> None:
    keys = list(next_keys(Activity, len(records)))
    common = {"source": source, "submission_key": None, "version": 1}
    now = clock.now()
    rows = (common | _row(key, record, by=by, now=now) for key, record in zip(keys, records, strict=True))
    insert_rows(Activity, COLUMNS, ([row[column] for column in COLUMNS] for row in rows))
    write_details(zip(keys, [record.data for record in records], strict=True))
    report.created += len(records)
    for record in records:
        _note(report, record.data)


def _row(key: int, record: FinishedRecord, *, by: User, now: datetime) -> dict[str, Any]:
    """The activity's own row, by column."""
    stamps = _stamps(record, by=by, now=now)
    if record.state == ActivityState.DRAFT:
        stamps |= {
            "submitted_by_id": None,
            "submitted_at": None,
            "first_submitted_at": None,
            "is_late": False,
        }
    returned = record.state == ActivityState.RETURNED
    return {
        **record.data.fields,
        **stamps,
        "id": key,
        "ref": record.ref,
        "created_by_id": record.author_id or by.pk,
        "created_at": record.submitted_at or now,
        "returned_by_id": record.decided_by_id if returned else None,
        "returned_at": (record.decided_at or now) if returned else None,
    }


def _note(report: BulkReport, data: ActivityData) -> None:
    report.unit_ids.update(part.unit_id for part in data.all_parts)
    report.days.add(data.held_on)


def refused_updates(records: Iterable[FinishedRecord]) -> Iterator[tuple[FinishedRecord, Any]]:
    """Those of ``records`` that may not change the record of their reference, and why."""
    records = list(records)
    for start in range(0, len(records), CHUNK):
        chunk = [replace(record, data=textless(record.data)) for record in records[start : start + CHUNK]]
        known = _known(chunk)
        handled = _handled(known.values())
        for given, record in zip(records[start : start + CHUNK], chunk, strict=True):
            activity = known.get((record.data.unit_id, record.ref))
            if activity and (why := _refusal(activity, record, handled)):
                yield given, why


def _handled(activities: Iterable[Activity]) -> set[int]:
    """The records that somebody changed or decided on after they came in."""
    keys = [str(activity.pk) for activity in activities]
    handled: set[int] = set()
    for start in range(0, len(keys), BATCH):
        events = AuditEvent.objects.filter(
            object_type=Activity._meta.label_lower, object_id__in=keys[start : start + BATCH]
        )
        found = events.exclude(verb=UPDATED).values_list("object_id", flat=True)
        handled.update(int(key) for key in found)
    return handled


def _target(activity: Activity, record: FinishedRecord, handled: set[int]) -> tuple[ActivityData, str]:
    """Facts and state after the update. A file that says nothing new takes no decision back."""
    after = _merged(facts_of(activity), record)
    kept = "state" in record.keeps or (activity.pk in handled and after == facts_of(activity))
    return after, activity.state if kept else record.state


def _refusal(activity: Activity, record: FinishedRecord, handled: set[int]) -> Any:
    """Why a row may not change the record, or None; one that changes nothing is never refused."""
    before = facts_of(activity)
    after, state = _target(activity, record, handled)
    if after == before and state == activity.state:
        return None
    if activity.state == ActivityState.VOID:
        return _("This record was declared void.")
    if activity.state == ActivityState.RETURNED:
        return _("This record was returned. Correct it on its page.")
    if activity.pk in handled:
        return _("Somebody has worked on this record since it was imported. Correct it on its page.")
    named = any(part.attendances.all() for part in activity.participations.all())
    lead = after.parts[0]
    if named and not lead.attendance and lead.figures != before.parts[0].figures:
        return _("Attendance is on record by name here, so a file does not change the figures.")
    return None


def _update(pairs: list[tuple[Activity, FinishedRecord]], report: BulkReport, *, by: User) -> None:
    changed: list[tuple[Activity, ActivityData]] = []
    new_parts: set[int] = set()
    events = []
    handled = _handled(activity for activity, _record in pairs)
    for activity, record in pairs:
        before = facts_of(activity)
        after, state = _target(activity, record, handled)
        if why := _refusal(activity, record, handled):
            report.refused.append((record, why))
            continue
        if after == before and state == activity.state:
            report.unchanged += 1
            continue
        _note(report, before)
        _note(report, after)
        if after.parts != before.parts:
            new_parts.add(activity.pk)
        events.append(_event(activity, (before, after), state=state, by=by))
        changed.append((_changed(activity, replace(record, data=after, state=state), by=by), after))
    _rewrite(changed, new_parts, by=by)
    audit.record_many(events)
    report.updated += len(changed)


def _rewrite(changed: list[tuple[Activity, ActivityData]], new_parts: set[int], *, by: User) -> None:
    rows = [activity for activity, _data in changed]
    keep_first_versions([activity.pk for activity in rows])
    Activity.objects.bulk_update(rows, UPDATED_FIELDS, batch_size=200)
    rewrite_figures([(row.pk, data) for row, data in changed if row.pk in new_parts])
    rewrite_counts([(row.pk, data) for row, data in changed])
    Activity.history.bulk_history_create(rows, batch_size=BATCH, update=True, default_user=by)


def _event(
    activity: Activity, facts: tuple[ActivityData, ActivityData], *, state: str, by: User
) -> AuditEvent:
    """What the file changed on the record, as ``update_activity`` tells it."""
    before, after = map(_told, facts)
    changes: dict[str, Any] = changes_between(before | {"state": activity.state}, after | {"state": state})
    return audit.build_event(UPDATED, activity, by=by, scope=activity.unit.path or "", **changes)


def _told(data: ActivityData) -> dict[str, Any]:
    return {
        "kind": data.kind,
        "title": data.title,
        "held_on": data.held_on.isoformat(),
        "place": data.place,
        "topic_class": data.topic_class,
        "also_counts": list(data.also_counts),
        "figures": [list(part.figures) for part in data.parts],
        "outcomes": {row.kind: f"{row.quantity} {row.precision}" for row in data.outcomes},
    }


def keep_first_versions(activity_ids: list[int]) -> None:
    """Bulk creation writes no history: the first version is kept before the first change."""
    for start in range(0, len(activity_ids), BATCH):
        ids = activity_ids[start : start + BATCH]
        kept = set(Activity.history.filter(id__in=ids).values_list("id", flat=True))
        without = [activity for activity in Activity.objects.filter(pk__in=ids) if activity.pk not in kept]
        Activity.history.bulk_history_create(without, batch_size=BATCH)


def facts_of(activity: Activity) -> ActivityData:
    """What the rows say, without names; for records that were prefetched."""
    return ActivityData(
        unit_id=activity.unit_id,
        kind=activity.kind,
        title=activity.title,
        held_on=activity.held_on,
        place=activity.place,
        held_with=activity.held_with,
        topic_class=activity.topic_class,
        note=activity.note,
        also_counts=tuple(sorted(row.kind for row in activity.counts.all() if row.kind != activity.kind)),
        tags=tuple(sorted(tag.name for tag in activity.tags.all())),
        parts=tuple(_part_of(row) for row in sorted(activity.participations.all(), key=_lead_first)),
        outcomes=tuple(_outcome_of(row) for row in sorted(activity.outcomes.all(), key=lambda row: row.kind)),
    )


def _lead_first(row: Participation) -> tuple[bool, int]:
    return (not row.is_lead, row.unit_id)


def _part_of(row: Participation) -> PartData:
    return PartData(row.unit_id, row.expected_count, row.present_count, row.excused_count)


def _outcome_of(row: Outcome) -> OutcomeData:
    return OutcomeData(row.kind, row.quantity, row.precision)


def _merged(before: ActivityData, record: FinishedRecord) -> ActivityData:
    """The row's facts, with what the file has no column for left as it is."""
    keeps, data = record.keeps, record.data
    others = tuple(part for part in before.parts if part.unit_id != data.unit_id)
    lead = before.parts[:1] if "figures" in keeps else tuple(data.all_parts[:1])
    outcomes = before.outcomes if "outcomes" in keeps else data.outcomes
    return replace(
        before,
        kind=data.kind,
        title=data.title,
        held_on=data.held_on,
        topic_class=data.topic_class,
        place=before.place if "place" in keeps else data.place,
        note=data.note if data.topic_class else before.note,
        also_counts=tuple(kind for kind in before.also_counts if kind != data.kind),
        parts=(*lead, *others),
        outcomes=tuple(sorted((row for row in outcomes if row.quantity), key=lambda row: row.kind)),
    )


def _changed(activity: Activity, record: FinishedRecord, *, by: User) -> Activity:
    data = record.data
    activity.kind, activity.title, activity.held_on = data.kind, data.title, data.held_on
    activity.place, activity.topic_class = data.place, data.topic_class
    activity.version += 1
    if record.state != activity.state:
        activity.returned_by, activity.returned_at = None, None
        for name, value in _stamps(record, by=by, now=clock.now()).items():
            setattr(activity, name, value)
    return activity


def _record(report: BulkReport, *, by: User) -> None:
    """One event for each unit concerned."""
    summary: dict[str, Any] = {
        "created": report.created,
        "updated": report.updated,
        "days": [str(min(report.days)), str(max(report.days))],
    }
    units = PartyUnit.objects.in_bulk(report.unit_ids).values()
    audit.record_many(
        [
            audit.build_event("import_activities", unit, by=by, scope=unit.path or "", **summary)
            for unit in units
        ]
    )
