"""Turns facts into rows, and rows into a readable before and after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from activities.models import (
    ActionItem,
    Activity,
    ActivityCount,
    Attendance,
    Outcome,
    Participation,
    Tag,
    Vote,
)
from activities.records import ActivityData, AttendanceData, PartData
from core.rows import insert_rows, next_keys

BATCH = 1000
Pair = tuple[int, ActivityData]  # an activity's key and its facts


def write_details(pairs: Iterable[Pair]) -> None:
    """Write everything below the activities' own rows; nothing may be there yet."""
    pairs = list(pairs)
    _write_counts(pairs)
    _write_parts(pairs)
    _write_tags(pairs)
    _write_votes(pairs)
    insert_rows(
        ActionItem,
        ["activity_id", "text", "owner_id", "due_on"],
        ((pk, item.text, item.owner_id, item.due_on) for pk, data in pairs for item in data.action_items),
    )


def _write_votes(pairs: Sequence[Pair]) -> None:
    figures = ["subject", "eligible", "present", "in_favour", "against", "abstained"]
    insert_rows(
        Vote,
        ["activity_id", *figures],
        ((pk, *(getattr(vote, name) for name in figures)) for pk, data in pairs for vote in data.votes),
    )


def _write_counts(pairs: Sequence[Pair]) -> None:
    insert_rows(
        ActivityCount, ["activity_id", "kind"], ((pk, kind) for pk, data in pairs for kind in data.kinds)
    )
    insert_rows(
        Outcome,
        ["activity_id", "kind", "quantity", "precision"],
        (
            (pk, outcome.kind, outcome.quantity, outcome.precision)
            for pk, data in pairs
            for outcome in data.outcomes
            if outcome.quantity
        ),
    )


def _write_parts(pairs: Sequence[Pair]) -> None:
    parts = [(pk, part, part.unit_id == data.unit_id) for pk, data in pairs for part in data.all_parts]
    keys = list(next_keys(Participation, len(parts)))
    columns = ["id", "activity_id", "unit_id", "is_lead", "expected_count", "present_count", "excused_count"]
    insert_rows(
        Participation,
        columns,
        (
            (key, pk, part.unit_id, leads, *part.figures)
            for key, (pk, part, leads) in zip(keys, parts, strict=True)
        ),
    )
    insert_rows(
        Attendance,
        ["participation_id", "member_id", "present", "absence"],
        (
            (key, entry.member_id, not entry.absence, entry.absence)
            for key, (_pk, part, _leads) in zip(keys, parts, strict=True)
            for entry in part.attendance
        ),
    )


def _write_tags(pairs: Sequence[Pair]) -> None:
    tags = find_tags({name for _pk, data in pairs for name in data.tags})
    insert_rows(
        Activity.tags.through,
        ["activity_id", "tag_id"],
        ((pk, tags[name].pk) for pk, data in pairs for name in dict.fromkeys(data.tags)),
    )


def find_tags(names: set[str]) -> dict[str, Tag]:
    """The tags by name, new ones made."""
    if not names:
        return {}
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    return {tag.name: tag for tag in Tag.objects.filter(name__in=names)}


def rewrite_figures(pairs: Sequence[Pair]) -> None:
    for ids in _batches(pairs):
        Attendance.objects.filter(participation__activity__in=ids).delete()
        Participation.objects.filter(activity__in=ids).delete()
    _write_parts(pairs)


def rewrite_counts(pairs: Sequence[Pair]) -> None:
    """Kinds and outcomes anew."""
    for ids in _batches(pairs):
        ActivityCount.objects.filter(activity__in=ids).delete()
        Outcome.objects.filter(activity__in=ids).delete()
    _write_counts(pairs)


def with_names_kept(activity: Activity, data: ActivityData) -> ActivityData:
    """A part stated in figures keeps the names on record while they add up to these figures: who records for
    the lead unit has no names of the others to state."""
    named: dict[int, list[AttendanceData]] = defaultdict(list)
    rows = Attendance.objects.filter(participation__activity=activity).order_by("member_id")
    for unit, member, absence in rows.values_list("participation__unit", "member_id", "absence"):
        named[unit].append(AttendanceData(member, absence))
    on_record = {unit: PartData(unit, attendance=tuple(names)) for unit, names in named.items()}
    parts = [
        on_record[part.unit_id]
        if not part.attendance
        and part.unit_id in on_record
        and on_record[part.unit_id].figures == part.figures
        else part
        for part in data.parts
    ]
    return replace(data, parts=tuple(parts))


def rewrite_details(activity: Activity, data: ActivityData) -> None:
    data = with_names_kept(activity, data)
    pairs = [(activity.pk, data)]
    rewrite_figures(pairs)
    rewrite_counts(pairs)
    activity.tags.set(find_tags(set(data.tags)).values())
    activity.votes.all().delete()
    _write_votes(pairs)
    _rewrite_action_items(activity, data)


def _rewrite_action_items(activity: Activity, data: ActivityData) -> None:
    """Row by row: one that stays keeps the day on which it was done, even if that is said meanwhile."""
    kept: dict[int | None, ActionItem] = {item.pk: item for item in activity.action_items.all()}
    for item in data.action_items:
        row = kept.pop(item.pk, None) or ActionItem(activity=activity)
        row.text, row.owner_id, row.due_on = item.text, item.owner_id, item.due_on
        row.save(update_fields=["text", "owner", "due_on"] if row.pk else None)
    for gone in kept.values():
        gone.delete()


def _batches(pairs: Sequence[Pair]) -> Iterator[list[int]]:
    ids = [pk for pk, _data in pairs]
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def snapshot(activity: Activity) -> dict[str, Any]:
    """The facts as JSON values. People appear by key only: who may see names sees them on the page."""
    parts = list(activity.participations.order_by("-is_lead", "unit__path").select_related("unit"))
    names: dict[int, dict[str, str]] = defaultdict(dict)
    for entry in Attendance.objects.filter(participation__in=parts).order_by("member_id"):
        names[entry.participation_id][str(entry.member_id)] = entry.absence or "PRESENT"
    return {
        "kind": activity.kind,
        "title": activity.title,
        "held_on": activity.held_on.isoformat(),
        "place": activity.place,
        "held_with": activity.held_with,
        "note": activity.note,
        "also_counts": sorted(count.kind for count in activity.counts.all() if count.kind != activity.kind),
        "tags": sorted(tag.name for tag in activity.tags.all()),
        "units": [part.unit.name for part in parts],
        "figures": [[part.expected_count, part.present_count, part.excused_count] for part in parts],
        "attendance": {str(part.unit_id): names[part.pk] for part in parts if part.pk in names},
        "outcomes": {
            outcome.kind: f"{outcome.quantity} {outcome.precision}"
            for outcome in sorted(activity.outcomes.all(), key=lambda outcome: outcome.kind)
        },
        **_minutes_snapshot(activity),
        "files": [str(attachment.file) for attachment in activity.attachments.select_related("file")],
    }


def _minutes_snapshot(activity: Activity) -> dict[str, Any]:
    return {
        "starts_at": f"{activity.starts_at:%H:%M}" if activity.starts_at else "",
        "chair": activity.chair_id,
        "recorder": activity.recorder_id,
        "observers": activity.observers,
        "agenda": activity.agenda,
        "resolutions": activity.resolutions,
        "core_task": str(activity.core_task or activity.no_core_task),
        "core_task_checked": activity.core_task_checked,
        "core_task_listed": activity.core_task_listed,
        "special_topic": activity.special_topic,
        "learning_hours": str(activity.learning_hours or ""),
        "votes": [
            f"{vote.subject} {vote.eligible}/{vote.present}/{vote.in_favour}/{vote.against}/{vote.abstained}"
            for vote in activity.votes.all()
        ],
        "action_items": [_item_text(item) for item in activity.action_items.all()],
    }


def _item_text(item: ActionItem) -> str:
    return f"{item.text} {item.due_on.isoformat()}" if item.due_on else item.text


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """``field: [before, after]`` for what differs."""
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
