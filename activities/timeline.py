"""The history of a record in words: who, when, what changed from what to what."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import (
    AbsenceReason,
    ActivityKind,
    HeldWith,
    OutcomeKind,
    Precision,
    Source,
    SpecialTopic,
)
from activities.models import Activity
from branches.models import Member
from core.models import AuditEvent

VERBS = {
    "plan": gettext_lazy("planned the meeting"),
    "begin": gettext_lazy("turned into a record"),
    "record": gettext_lazy("recorded"),
    "close_action_item": gettext_lazy("ticked off"),
    "reopen_action_item": gettext_lazy("no longer ticked off"),
    "update": gettext_lazy("changed"),
    "update_by_import": gettext_lazy("changed by an import"),
    "submit": gettext_lazy("submitted"),
    "resubmit": gettext_lazy("submitted again"),
    "withdraw": gettext_lazy("taken back"),
    "confirm": gettext_lazy("confirmed"),
    "lapse": gettext_lazy("confirmed by lapse: nobody answered in time"),
    "return": gettext_lazy("returned"),
    "unreturn": gettext_lazy("took the return back"),
    "amend": gettext_lazy("taken back to be corrected"),
    "void": gettext_lazy("declared void"),
    "grade": gettext_lazy("graded the members"),
}
FIELDS = {
    "kind": gettext_lazy("kind"),
    "title": gettext_lazy("topic"),
    "held_on": gettext_lazy("day held"),
    "place": gettext_lazy("place"),
    "held_with": gettext_lazy("held together with"),
    "topic_class": gettext_lazy("topic class"),
    "starts_at": gettext_lazy("begins at"),
    "core_task": gettext_lazy("core task"),
    "core_task_checked": gettext_lazy("core task in the self-check"),
    "core_task_listed": gettext_lazy("core task in the yearly appraisal"),
    "special_topic": gettext_lazy("special topic"),
    "learning_hours": gettext_lazy("hours of study"),
    "agenda": gettext_lazy("agenda"),
    "note": gettext_lazy("note"),
    "votes": gettext_lazy("votes"),
    "resolutions": gettext_lazy("resolutions"),
    "action_items": gettext_lazy("things to do"),
    "also_counts": gettext_lazy("also counts as"),
    "tags": gettext_lazy("tags"),
    "units": gettext_lazy("units that took part"),
    "figures": gettext_lazy("expected, present, excused"),
    "outcomes": gettext_lazy("outcomes"),
    "files": gettext_lazy("files"),
}
# Told only to who sees the people's names.
NAMED_FIELDS = {
    "chair": gettext_lazy("chair"),
    "recorder": gettext_lazy("minutes by"),
    "observers": gettext_lazy("observers"),
}
OFFICERS = ("chair", "recorder")
WORDS: dict[str, dict[str, Any]] = {
    "kind": dict(ActivityKind.choices),
    "also_counts": dict(ActivityKind.choices),
    "held_with": dict(HeldWith.choices),
    "special_topic": dict(SpecialTopic.choices),
    "outcomes": dict(OutcomeKind.choices),
}
PRECISIONS = dict(Precision.choices)
NOTHING = "—"


def timeline(activity: Activity, *, shows_names: bool) -> list[dict[str, Any]]:
    """Newest first, in the shape of ``components/timeline.html``."""
    events = AuditEvent.objects.filter(object_type="activities.activity", object_id=str(activity.pk))
    rows = list(events.select_related("actor").order_by("-id"))
    names = _names(rows) if shows_names else None
    entries = [_entry(event, names) for event in rows]
    if activity.source != Source.TYPED:
        entries.append(_first_entry(activity))
    return entries


def _entry(event: AuditEvent, names: dict[str, str] | None) -> dict[str, Any]:
    """``names`` is None for who sees no names."""
    lines = [event.reason] if event.reason else []
    if event.verb in ("close_action_item", "reopen_action_item"):
        lines.append(event.summary.get("item", ""))
    if event.verb in ("update", "update_by_import"):
        lines.extend(_change_lines(event.summary, names))
    return {
        "at": event.at,
        "who": event.actor.name if event.actor else _("the system"),
        "what": VERBS.get(event.verb, event.verb),
        "note": "\n".join(lines),
    }


def _first_entry(activity: Activity) -> dict[str, Any]:
    at: datetime = activity.created_at
    return {"at": at, "who": activity.created_by.name, "what": activity.get_source_display(), "note": ""}


def _change_lines(summary: dict[str, Any], names: dict[str, str] | None) -> Iterator[str]:
    told = FIELDS if names is None else FIELDS | NAMED_FIELDS
    if names:
        summary = summary | {
            field: [names.get(str(key), "") for key in summary[field]]
            for field in OFFICERS
            if field in summary
        }
    for field, label in told.items():
        if field in summary:
            before, after = summary[field]
            yield _("%(field)s: %(before)s → %(after)s") % {
                "field": label,
                "before": _told(field, before),
                "after": _told(field, after),
            }
    if names and "attendance" in summary:
        before, after = summary["attendance"]
        yield from _attendance_lines(before, after, names)


def _told(field: str, value: Any) -> str:
    words = WORDS.get(field, {})
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "；".join(f"{words.get(key, key)} {_quantity(text)}" for key, text in value.items()) or NOTHING
    if field == "figures":
        return "；".join("/".join(NOTHING if n is None else str(n) for n in row) for row in value)
    if isinstance(value, list):
        return "、".join(str(words.get(text, text)) for text in value) or NOTHING
    return str(words.get(value, value)) or NOTHING


def _quantity(text: str) -> str:
    quantity, _blank, precision = text.partition(" ")
    return quantity if precision in ("", Precision.EXACT) else f"{PRECISIONS[precision]} {quantity}"


def _attendance_lines(before: dict, after: dict, names: dict[str, str]) -> Iterator[str]:
    reasons: dict[Any, Any] = {"PRESENT": _("present"), None: NOTHING, **dict(AbsenceReason.choices)}
    for unit in sorted({*before, *after}):
        old, new = before.get(unit, {}), after.get(unit, {})
        for member in sorted({*old, *new}, key=int):
            if old.get(member) != new.get(member):
                yield _("%(name)s: %(before)s → %(after)s") % {
                    "name": names.get(member, NOTHING),
                    "before": reasons[old.get(member)],
                    "after": reasons[new.get(member)],
                }


def _names(events: Iterable[AuditEvent]) -> dict[str, str]:
    keys: set[str] = set()
    for event in events:
        for side in event.summary.get("attendance", []) if event.verb == "update" else []:
            keys.update(member for people in side.values() for member in people)
        for field in OFFICERS:
            keys.update(str(key) for key in event.summary.get(field, []) if key and event.verb == "update")
    return {str(pk): name for pk, name in Member.objects.filter(pk__in=keys).values_list("pk", "name")}
