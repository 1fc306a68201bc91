"""A meeting's record sheet and a unit's handbook for a year, as Word files in the layout of the office.

The templates in ``templates/office`` are plain Word files with names in double braces, which an office
may edit.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import override
from docxtpl import DocxTemplate, Listing

from accounts.models import User
from activities.choices import ActivityState, AppraisalGrade, DutyState
from activities.grades import grades_shown
from activities.meetings import add_previous, quorum_words
from activities.models import ActionItem, Activity, CoreTask, Duty, Participation, Vote
from activities.rules import MEETING_KINDS, TEXTLESS_KINDS, vote_result
from activities.selectors import core_tasks_known, with_items_settled
from branches.choices import MemberStatus
from branches.history import NamesThen, day_in_life, lines_on, members_in, members_on, places_on
from branches.models import PartyUnit
from branches.names import names_visible, units_with_names
from branches.selectors import placement_on, posts_on
from core import clock
from core.templatetags.format import day as day_text
from core.templatetags.format import day_document

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "office"
NOTHING = "—"
# As in the folder of a period: what was submitted, each with its state; a void record is none.
KEPT_STATES = [ActivityState.SUBMITTED, ActivityState.RETURNED, ActivityState.CONFIRMED]


def record_sheet(activity: Activity, user: User) -> BytesIO:
    """R-04 of one meeting; names only for who sees those of the unit."""
    return sheet_file(activity, user, shows_names=names_visible(user, activity.unit))


def sheet_file(activity: Activity, user: User, *, shows_names: bool) -> BytesIO:
    with override(settings.LANGUAGE_CODE):
        names = getattr(activity, "names_then", None) or _names_in([activity])
        facts = _sheet_of(activity, user, names, shows_names=shows_names)
        return filled("meeting_record.docx", facts)


def handbook(unit: PartyUnit, year: int, user: User) -> BytesIO:
    """What the unit was, owed and held in ``year``; it is told as it was on its last day of that year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    day = day_in_life(unit, min(last, clock.today()))
    shows = names_visible(user, unit)
    with override(settings.LANGUAGE_CODE):
        records = _records(unit, first, last)
        sheets = [row for row in records if row.kind in MEETING_KINDS]
        others = [row for row in records if row.kind not in MEETING_KINDS | TEXTLESS_KINDS]
        talks = [row for row in records if row.kind in TEXTLESS_KINDS]
        named = units_with_names(user, list({row.unit for row in sheets}))
        add_previous(sheets, user)
        names = _names_in(sheets)
        return filled(
            "handbook.docx",
            {
                "title": "党小组工作手册" if unit.kind == "GROUP" else "党支部工作手册",
                "unit": NamesThen([unit.pk]).of(unit, day),
                "year": year,
                "printed": day_document(clock.today()),
                "hidden": "" if shows else "姓名仅本组织和直接上级可见。",
                "facts": _unit_facts(unit, day),
                "posts": _posts(unit, first, last) if shows else [],
                "members": _members(unit, day) if shows else [],
                "duties": _duties(unit, first, last),
                "tasks": _tasks(unit, first, last),
                "items": _items(unit, first, last, shows_names=shows),
                "records": [_sheet_of(row, user, names, shows_names=row.unit_id in named) for row in sheets],
                "others": [_line_of(row) for row in others],
                "records_open": _unconfirmed(sheets),
                "talks": len(talks),
                "talks_open": _unconfirmed(talks),
            },
        )


def filled(name: str, facts: dict[str, Any]) -> BytesIO:
    """The Word template ``name`` of the office with ``facts`` for its names in braces."""
    template = DocxTemplate(TEMPLATES / name)
    template.render(facts, autoescape=True)
    file = BytesIO()
    template.save(file)
    file.seek(0)
    return file


# --- one meeting ----------------------------------------------------------------------------------
def add_names(activities: Iterable[Activity]) -> None:
    """Sets ``names_then`` of each: what the units that took part were called on its day, read at once."""
    activities = list(activities)
    names = _names_in(activities)
    for activity in activities:
        activity.names_then = names  # type: ignore[attr-defined]


def _names_in(activities: Iterable[Activity]) -> NamesThen:
    return NamesThen(part.unit_id for row in activities for part in row.participations.all())


def _sheet_of(activity: Activity, user: User, names: NamesThen, *, shows_names: bool) -> dict[str, Any]:
    parts = sorted(activity.participations.all(), key=lambda part: not part.is_lead)
    lead = parts[0]
    facts = {
        "unit": names.of(activity.unit, activity.held_on),
        "title": activity.title,
        "kind": activity.get_kind_display(),
        "day": day_document(activity.held_on),
        "time": _time_of(activity),
        "place": activity.place or NOTHING,
        "state": activity.get_state_display(),
        "grades": _grades(activity, user),
        "expected": _number(lead.expected_count),
        "present": _number(lead.present_count),
        "excused": NOTHING if lead.expected_count is None else str(lead.excused_count),
        "absent": _absent(lead, shows_names=shows_names),
        "core_task": _core_task(activity),
        "previous": _previous(activity, user),
        "agenda": _lines(activity.agenda),
        "note": _lines(activity.note),
        "votes": _lines(
            "\n".join(filter(None, [*map(_vote, activity.votes.all()), str(quorum_words(activity))]))
        ),
        "resolutions": _lines(activity.resolutions),
        "to_do": _lines("\n".join(_to_do(activity, user, shows_names))),
    }
    return facts | _people(activity, parts, names, shows_names=shows_names)


def _people(
    activity: Activity, parts: list[Participation], names: NamesThen, *, shows_names: bool
) -> dict[str, Any]:
    others = "、".join(names.of(part.unit, activity.held_on) for part in parts[1:])
    if not shows_names:
        hidden = dict.fromkeys(["chair", "recorder", "observers"], NOTHING)
        return hidden | {"people": others or NOTHING}
    present = [row.member.name for row in parts[0].attendances.all() if row.present]
    return {
        "chair": str(activity.chair or NOTHING),
        "recorder": str(activity.recorder or NOTHING),
        "observers": activity.observers or NOTHING,
        "people": "；".join(filter(None, ["、".join(present), others])) or NOTHING,
    }


def _absent(part: Participation, *, shows_names: bool) -> str:
    """Who was away and why, by name or by number; no detail is known."""
    away = [row for row in part.attendances.all() if not row.present]
    if shows_names:
        words = [f"{row.member.name}（{row.get_absence_display()}）" for row in away]
    else:
        words = [f"{reason} {count}" for reason, count in Counter(map(_reason, away)).items()]
    return "、".join(words) or NOTHING


def _reason(row: Any) -> str:
    return str(row.get_absence_display())


def _grades(activity: Activity, user: User) -> Any:
    """What the record's page tells ``user`` of an appraisal; nothing of any other meeting."""
    shown = grades_shown(activity, user)
    if shown is None:
        return ""
    if shown["hidden"]:
        return _("Fewer than five members were appraised; counts would name them.")
    if not shown["appraised"]:
        return _("No grades are entered yet.")
    counts = "，".join(f"{grade} {count}" for grade, count in shown["counts"])
    names: dict[str, list[str]] = {}
    for row in shown["rows"]:
        names.setdefault(row.get_grade_display(), []).append(row.member.name)
    by_name = [
        f"{grade}：{'、'.join(names[grade])}" for grade in map(str, AppraisalGrade.labels) if grade in names
    ]
    total = _("%(count)s appraised: %(counts)s") % {"count": shown["appraised"], "counts": counts}
    return _lines("\n".join([total, *by_name]))


def _time_of(activity: Activity) -> str:
    at = f" {activity.starts_at:%H:%M}" if activity.starts_at else ""
    return f"{day_document(activity.held_on)}{at}"


def _core_task(activity: Activity) -> str:
    if activity.core_task is None:
        return activity.no_core_task or NOTHING
    return "，".join([activity.core_task.name, *map(str, activity.core_task_places)])


def _previous(activity: Activity, user: User) -> Any:
    """What the meeting of its kind before it resolved; nothing where ``user`` may not read that one."""
    if not hasattr(activity, "previous"):
        add_previous([activity], user)
    before: Activity | None = getattr(activity, "previous", None)
    return _lines(f"{day_text(before.held_on)}\n{before.resolutions}") if before else ""


def _number(count: int | None) -> str:
    return NOTHING if count is None else str(count)


def _lines(text: str) -> Any:
    return Listing(text.strip().replace("\r\n", "\n")) if text.strip() else NOTHING


def _vote(vote: Vote) -> str:
    words = _(
        "%(subject)s: entitled %(eligible)s, present %(present)s, in favour %(in_favour)s, "
        "against %(against)s, abstained %(abstained)s; %(result)s"
    )
    names = ["subject", "eligible", "present", "in_favour", "against", "abstained"]
    result = vote_result(vote.eligible, vote.present, vote.in_favour).label
    return words % ({name: getattr(vote, name) for name in names} | {"result": result})


def _to_do(activity: Activity, user: User, shows_names: bool) -> Iterator[str]:
    """What earlier meetings had left and this one found done, then what it leaves itself."""
    if not hasattr(activity, "settled"):
        prefetch_related_objects([activity], with_items_settled(user))
    for item in activity.settled:  # type: ignore[attr-defined]
        left = _("left on %(day)s, done") % {"day": day_text(item.activity.held_on)}
        yield _item(item, shows_names, left)
    for item in activity.action_items.all():
        done = _("done on %(day)s") % {"day": day_text(item.done_on)} if item.done_on else ""
        yield _item(item, shows_names, day_text(item.due_on) if item.due_on else "", done)


def _item(item: ActionItem, shows_names: bool, *facts: str) -> str:
    owner = item.owner.name if shows_names and item.owner else ""
    return "，".join(filter(None, [item.text, owner, *facts]))


# --- a unit's year --------------------------------------------------------------------------------
def _records(unit: PartyUnit, first: date, last: date) -> list[Activity]:
    found = Activity.objects.with_part_of([unit.pk]).held_between(first, last)
    rows = found.filter(state__in=KEPT_STATES).select_related(
        "unit__parent", "chair", "recorder", "core_task"
    )
    rows = rows.prefetch_related(
        "participations__unit",
        "participations__attendances__member",
        "votes",
        "action_items__owner",
        "counts",
    )
    return list(rows.order_by("held_on", "pk"))


def _line_of(activity: Activity) -> dict[str, Any]:
    lead = next(part for part in activity.participations.all() if part.is_lead)
    return {
        "day": _day(activity.held_on),
        "kind": activity.get_kind_display(),
        "title": activity.title,
        "place": activity.place or NOTHING,
        "present": _number(lead.present_count),
        "state": activity.get_state_display(),
    }


def _unconfirmed(records: list[Activity]) -> str:
    """How many of them wait or were returned, where there are any."""
    count = sum(row.state != ActivityState.CONFIRMED for row in records)
    return _(" (%(count)s of them not confirmed)") % {"count": count} if count else ""


def _unit_facts(unit: PartyUnit, day: date) -> dict[str, Any]:
    """An election after the day is not told: the one before it is not on record."""
    place, lines = placement_on(unit, day), lines_on([unit], day)
    parent, organisation = (place.parent, place.organisation) if place else (unit.parent, unit.organisation)
    elected = unit.last_election_on
    return {
        "code": unit.code,
        "kind": unit.get_kind_display(),
        "parent": NamesThen([parent.pk]).of(parent, day) if parent else NOTHING,
        "organisation": organisation.name,
        "established": _day(unit.established_on),
        "elected": _day(elected) if elected and elected <= day else NOTHING,
        "members": members_in(lines, day).count(),
        "groups": len(lines.keys() - {unit.pk}),
    }


def _posts(unit: PartyUnit, first: date, last: date) -> list[dict[str, Any]]:
    """Whoever held a post on some day of the year."""
    held = unit.posts.filter(starts_on__lte=last).exclude(ends_on__lt=first).select_related("member")
    order = {post.pk: place for place, post in enumerate(posts_on(unit, last))}
    return [
        {
            "position": post.get_position_display(),
            "name": post.member.name,
            "first": _day(post.starts_on),
            "last": _day(post.ends_on),
        }
        for post in sorted(held, key=lambda post: (order.get(post.pk, len(order)), post.starts_on))
    ]


def _members(unit: PartyUnit, day: date) -> list[dict[str, Any]]:
    rows: list[Any] = list(members_on(unit, day).select_related("organisation"))
    places = places_on([member.unit_then for member in rows], day)
    statuses = dict(MemberStatus.choices)
    return [
        {
            "name": member.name,
            "status": str(statuses[member.status_then]),
            "unit": places[member.unit_then].name,
            "team": member.organisation.name if member.organisation else NOTHING,
        }
        for member in sorted(rows, key=lambda row: (places[row.unit_then].path, row.name))
    ]


def _duties(unit: PartyUnit, first: date, last: date) -> list[dict[str, Any]]:
    duties = Duty.objects.filter(unit=unit, last_day__gte=first, last_day__lte=last)
    rows = duties.with_state(clock.today()).select_related("rule").order_by("last_day", "rule_id")
    words = dict(DutyState.choices)
    return [
        {
            "name": str(duty.rule.label),
            "first": _day(duty.first_day),
            "last": _day(duty.due_on),
            "state": str(words[duty.duty_state]),
        }
        for duty in rows
    ]


def _tasks(unit: PartyUnit, first: date, last: date) -> list[dict[str, Any]]:
    tasks: Iterable[CoreTask] = core_tasks_known(unit).filter(starts_on__lte=last).exclude(ends_on__lt=first)
    return [
        {
            "name": task.name,
            "unit": task.unit.name,
            "first": _day(task.starts_on),
            "last": _day(task.ends_on),
        }
        for task in tasks
    ]


def _items(unit: PartyUnit, first: date, last: date, *, shows_names: bool) -> list[dict[str, Any]]:
    items = ActionItem.objects.filter(
        activity__unit=unit, activity__held_on__gte=first, activity__held_on__lte=last
    )
    rows = items.filter(activity__state__in=KEPT_STATES).select_related("activity", "owner")
    return [
        {
            "text": row.text,
            "held": _day(row.activity.held_on),
            "owner": row.owner.name if shows_names and row.owner else NOTHING,
            "due": _day(row.due_on),
            "done": _day(row.done_on),
        }
        for row in rows.order_by("activity__held_on", "pk")
    ]


def _day(day: date | None) -> str:
    return day_text(day) if day else NOTHING
