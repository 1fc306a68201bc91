"""Turns facts into rows, and rows into a readable before and after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from activities.models import Activity, ActivityCount, Attendance, Outcome, Participation, Tag
from activities.records import ActivityData
from core.rows import insert_rows, next_keys

BATCH = 1000
Pair = tuple[int, ActivityData]  # an activity's key and its facts


def write_details(pairs: Iterable[Pair]) -> None:
    """Write everything below the activities' own rows; nothing may be there yet."""
    pairs = list(pairs)
    _write_counts(pairs)
    _write_parts(pairs)
    _write_tags(pairs)


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


def rewrite_details(activity: Activity, data: ActivityData) -> None:
    pairs = [(activity.pk, data)]
    rewrite_figures(pairs)
    rewrite_counts(pairs)
    activity.tags.set(find_tags(set(data.tags)).values())


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
        "files": [str(attachment.file) for attachment in activity.attachments.select_related("file")],
    }


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """``field: [before, after]`` for what differs."""
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
