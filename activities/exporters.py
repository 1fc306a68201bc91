"""Records as rows of a file. Figures only: names of people never leave the page (settled 13)."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.choices import ActivityKind
from activities.models import Activity
from activities.querysets import ActivityQuerySet
from branches.models import Member
from core.spreadsheets import ExportColumn
from core.templatetags.format import day_document

CHUNK = 2000
KINDS = dict(ActivityKind.choices)


def export_columns() -> list[ExportColumn]:
    return [
        ExportColumn(_("unit code"), 14),
        ExportColumn(_("unit"), 28),
        ExportColumn(_("kind"), 16),
        ExportColumn(_("also counts as"), 20),
        ExportColumn(_("day held"), 12),
        ExportColumn(_("topic"), 40),
        ExportColumn(_("place"), 20),
        ExportColumn(_("other units"), 24),
        ExportColumn(_("expected"), 8),
        ExportColumn(_("present"), 8),
        ExportColumn(_("excused"), 8),
        ExportColumn(_("outcomes"), 30),
        ExportColumn(_("state"), 12),
        ExportColumn(_("late"), 6),
        ExportColumn(_("tags"), 20),
    ]


def export_rows(activities: ActivityQuerySet) -> Iterator[list[Any]]:
    rows = activities.select_related("unit").prefetch_related(
        "counts", "participations__unit", "outcomes", "tags"
    )
    for activity in rows.iterator(chunk_size=CHUNK):
        yield _row(activity)


def _row(activity: Activity) -> list[Any]:
    parts = sorted(activity.participations.all(), key=lambda part: (not part.is_lead, part.unit.path or ""))
    lead = parts[0]
    return [
        activity.unit.code,
        activity.unit.name,
        activity.get_kind_display(),
        "、".join(str(KINDS[row.kind]) for row in activity.counts.all() if row.kind != activity.kind),
        activity.held_on,
        activity.title,
        activity.place,
        "、".join(part.unit.name for part in parts[1:]),
        lead.expected_count,
        lead.present_count,
        None if lead.expected_count is None else lead.excused_count,
        "；".join(outcome_text(outcome) for outcome in activity.outcomes.all()),
        activity.get_state_display(),
        _("yes") if activity.is_late else "",
        "、".join(tag.name for tag in activity.tags.all()),
    ]


def outcome_text(outcome: Any) -> str:
    """``上门服务 86``, with the word for at least or about where it is not exact."""
    exact = outcome.precision == "EXACT"
    precision = "" if exact else f"{outcome.get_precision_display()} "
    return f"{outcome.get_kind_display()} {precision}{outcome.quantity}"


def bare_title(activity: Activity) -> str:
    """The title without the kind at its head, where the kind stands before it anyway; a title of nothing else
    stays."""
    head, _colon, rest = activity.title.replace("：", ":").partition(":")
    named = head.strip() == activity.get_kind_display() and rest.strip()
    return activity.title[len(head) + 1 :].strip() if named else activity.title


def text_block(activity: Activity, names: dict[int, list[str]]) -> str:
    """The record as plain text for other platforms. ``names`` holds who was present by part, where shown."""
    parts = sorted(activity.participations.all(), key=lambda part: (not part.is_lead, part.unit.path or ""))
    lines = [
        f"【{activity.get_kind_display()}】{bare_title(activity)}",
        _("Unit: %(unit)s") % {"unit": activity.unit.name},
        _("Day: %(day)s") % {"day": activity.held_on.isoformat()},
    ]
    if activity.place:
        lines.append(_("Place: %(place)s") % {"place": activity.place})
    for part in parts:
        lines.extend(_part_lines(part, names.get(part.pk, [])))
    if outcomes := [outcome_text(outcome) for outcome in activity.outcomes.all()]:
        lines.append(_("Outcomes: %(outcomes)s") % {"outcomes": "；".join(outcomes)})
    if activity.note:
        lines.append(_("Note: %(note)s") % {"note": activity.note})
    return "\n".join(lines)


def notice_text(activity: Activity, expected: list[Member], *, shows_names: bool) -> str:
    """What is planned, as a message to those who are expected."""
    at = f" {activity.starts_at:%H:%M}" if activity.starts_at else ""
    lines = [
        _("【Notice】%(kind)s: %(title)s")
        % {"kind": activity.get_kind_display(), "title": bare_title(activity)},
        _("Unit: %(unit)s") % {"unit": activity.unit.name},
        _("Time: %(day)s%(at)s")
        % {"day": f"{day_document(activity.held_on)} ({date_format(activity.held_on, 'l')})", "at": at},
    ]
    others = activity.participations.filter(is_lead=False).order_by("unit__path")
    if named := "、".join(others.values_list("unit__name", flat=True)):
        lines.append(_("Together with: %(unit)s") % {"unit": named})
    if activity.place:
        lines.append(_("Place: %(place)s") % {"place": activity.place})
    if shows_names and activity.chair:
        lines.append(_("Chair: %(name)s") % {"name": activity.chair.name})
    if activity.agenda:
        lines.append(_("Agenda:"))
        items = filter(None, map(str.strip, activity.agenda.splitlines()))
        lines.extend(f"{number}. {text}" for number, text in enumerate(items, start=1))
    if expected and shows_names:
        lines.append(_("Expected: %(names)s") % {"names": "、".join(row.name for row in expected)})
    elif expected:
        lines.append(_("Expected: %(count)s people") % {"count": len(expected)})
    return "\n".join(lines)


def _part_lines(part: Any, names: list[str]) -> Iterator[str]:
    if not part.is_lead:
        yield _("Together with: %(unit)s") % {"unit": part.unit.name}
    if part.expected_count is not None:
        yield _("Expected %(expected)s, present %(present)s, excused %(excused)s") % {
            "expected": part.expected_count,
            "present": part.present_count,
            "excused": part.excused_count,
        }
    if names:
        yield _("Present: %(names)s") % {"names": "、".join(names)}
