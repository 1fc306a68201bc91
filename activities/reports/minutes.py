"""The meetings of a period, a line each (R-04). People's names end where they end on the record's page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import ActivityKind
from activities.meetings import BELOW_QUORUM
from activities.models import ActionItem, Activity, Attendance, Participation, Vote
from activities.reports.completion import MEETINGS
from activities.rules import QUORUM_KINDS, is_below_quorum, vote_result
from activities.selectors import items_settled
from branches.models import PartyUnit
from branches.names import units_with_names
from branches.reports import NAMES_END
from core.periods import PeriodKind
from core.reports import NUMBER, Asked, Report, ReportColumn, ReportRow

KINDS = [
    ActivityKind.GENERAL_MEETING,
    ActivityKind.COMMITTEE_MEETING,
    ActivityKind.GROUP_MEETING,
    ActivityKind.PARTY_LECTURE,
    ActivityKind.THEMED_PARTY_DAY,
    ActivityKind.ORG_LIFE_MEETING,
    ActivityKind.DEMOCRATIC_APPRAISAL,
    ActivityKind.PARTY_COMMITTEE_MEETING,
    ActivityKind.LEADING_GROUP_MEETING,
    ActivityKind.GROUP_LEADERS_MEETING,
]


def subjects(asked: Asked) -> QuerySet[Activity]:
    period: Any = asked.period
    units = PartyUnit.objects.in_subtree(asked.unit.path).order_by()
    return (
        Activity.objects.allowed_to(asked.user, "view")
        .confirmed()
        .held_between(period.first_day, asked.last_day)
        .filter(kind__in=KINDS)
        .with_part_of(units.values("pk"))
        .select_related("unit__parent", "chair", "recorder")
        .order_by("held_on", "pk")
    )


def rows(asked: Asked, activities: Sequence[Activity]) -> Iterator[ReportRow]:
    parts = _parts(asked, activities)
    units = {part.unit_id: part.unit for there in parts.values() for part in there}
    units |= {activity.unit_id: activity.unit for activity in activities}
    named = units_with_names(asked.user, units.values())
    absent = _absent([part for there in parts.values() for part in there if part.unit_id in named])
    votes, items = _votes(activities), _action_items(activities)
    settled = items_settled(activities, asked.user)
    for activity in activities:
        there, knows = parts[activity.pk], activity.unit_id in named
        figures = [part for part in there if part.expected_count is not None]
        cells = (
            activity.title,
            activity.get_kind_display(),
            activity.unit.name,
            _moment(activity),
            activity.place,
            _name(activity.chair, knows),
            _name(activity.recorder, knows),
            sum(part.expected_count or 0 for part in figures) if figures else None,
            sum(part.present_count or 0 for part in figures) if figures else None,
            "；".join(text for part in figures if (text := absent.get(part.pk) or _absent_count(part))),
            (activity.observers if knows else None) if activity.observers else "",
            activity.agenda,
            activity.note,
            "\n".join([*map(_vote_words, votes[activity.pk]), *_too_few(activity, there)]),
            activity.resolutions,
            "\n".join(
                [
                    *(_settled_words(item, knows) for item in settled[activity.pk]),
                    *(_item_words(item, knows) for item in items[activity.pk]),
                ]
            ),
        )
        yield ReportRow(cells, url=reverse("activities:detail", args=[activity.pk]))


def _parts(asked: Asked, activities: Sequence[Activity]) -> dict[int, list[Participation]]:
    """The parts of the units asked about; the others' attendance is in their own reports."""
    found: dict[int, list[Participation]] = defaultdict(list)
    parts = Participation.objects.filter(activity__in=activities).in_subtree(asked.unit.path)
    for part in parts.select_related("unit__parent").order_by("-is_lead", "unit__path"):
        found[part.activity_id].append(part)
    return found


def _absent(parts: Sequence[Participation]) -> dict[int, str]:
    """Who was away and why, by part."""
    found: dict[int, list[str]] = defaultdict(list)
    away = Attendance.objects.filter(participation__in=parts, present=False).select_related("member")
    for entry in away.order_by("member__name", "pk"):
        words = _("%(name)s (%(reason)s)") % {
            "name": entry.member.name,
            "reason": entry.get_absence_display(),
        }
        found[entry.participation_id].append(words)
    return {pk: "、".join(words) for pk, words in found.items()}


def _absent_count(part: Participation) -> str:
    away = (part.expected_count or 0) - (part.present_count or 0)
    words = _("%(away)s absent, %(excused)s of them excused")
    return words % {"away": away, "excused": part.excused_count} if away else ""


def _votes(activities: Sequence[Activity]) -> dict[int, list[Vote]]:
    found: dict[int, list[Vote]] = defaultdict(list)
    for vote in Vote.objects.filter(activity__in=activities).order_by("pk"):
        found[vote.activity_id].append(vote)
    return found


def _action_items(activities: Sequence[Activity]) -> dict[int, list[ActionItem]]:
    found: dict[int, list[ActionItem]] = defaultdict(list)
    items = ActionItem.objects.filter(activity__in=activities).select_related("owner")
    for item in items.order_by("pk"):
        found[item.activity_id].append(item)
    return found


def _moment(activity: Activity) -> str:
    time = f" {activity.starts_at:%H:%M}" if activity.starts_at else ""
    return f"{activity.held_on.isoformat()}{time}"


def _name(member: Any, is_named: bool) -> str | None:
    if member is None:
        return ""
    return member.name if is_named else None


def _vote_words(vote: Vote) -> str:
    words = _("%(subject)s: %(eligible)s entitled, %(present)s present, %(in_favour)s in favour; %(result)s")
    return words % {
        "subject": vote.subject,
        "eligible": vote.eligible,
        "present": vote.present,
        "in_favour": vote.in_favour,
        "result": vote_result(vote.eligible, vote.present, vote.in_favour).label,
    }


def _too_few(activity: Activity, parts: Sequence[Participation]) -> list[str]:
    """That a meeting that resolves had no quorum, by the attendance of the unit that held it."""
    lead = [part for part in parts if part.is_lead and activity.kind in QUORUM_KINDS]
    return [str(BELOW_QUORUM) for part in lead if is_below_quorum(part.expected_count, part.present_count)]


def _item_words(item: ActionItem, is_named: bool) -> str:
    facts = [item.due_on.isoformat()] if item.due_on else []
    facts += [_("done on %(day)s") % {"day": item.done_on.isoformat()}] if item.done_on else []
    return _with_facts(item, is_named, facts)


def _settled_words(item: ActionItem, is_named: bool) -> str:
    left = _("left on %(day)s, done") % {"day": item.activity.held_on.isoformat()}
    return _with_facts(item, is_named, [left])


def _with_facts(item: ActionItem, is_named: bool, facts: list[str]) -> str:
    facts = [item.owner.name, *facts] if item.owner and is_named else facts
    return f"{item.text} ({', '.join(facts)})" if facts else item.text


MINUTES = Report(
    code="R-04",
    name=gettext_lazy("Meeting records"),
    description=gettext_lazy(
        "Each confirmed meeting: who led it, who was there, what was decided and is to do."
    ),
    audience=gettext_lazy("Secretaries and the Party office right above them"),
    group=MEETINGS,
    permission="activities.view_activity",
    period_kinds=(PeriodKind.QUARTER, PeriodKind.MONTH, PeriodKind.HALF_YEAR, PeriodKind.YEAR),
    columns=(
        ReportColumn(gettext_lazy("Topic"), width=18),
        ReportColumn(gettext_lazy("Kind"), width=9),
        ReportColumn(gettext_lazy("Unit"), width=14),
        ReportColumn(gettext_lazy("Time"), width=11),
        ReportColumn(gettext_lazy("Place"), width=10),
        ReportColumn(gettext_lazy("Chair"), width=8),
        ReportColumn(gettext_lazy("Minutes by"), width=8),
        ReportColumn(gettext_lazy("Expected"), NUMBER, 6, total=True),
        ReportColumn(gettext_lazy("Present"), NUMBER, 6, total=True),
        ReportColumn(gettext_lazy("Absent, and why"), width=14),
        ReportColumn(gettext_lazy("Observers"), width=9),
        ReportColumn(gettext_lazy("Agenda"), width=20),
        ReportColumn(gettext_lazy("What was said"), width=22),
        ReportColumn(gettext_lazy("Votes"), width=14),
        ReportColumn(gettext_lazy("Resolutions"), width=20),
        ReportColumn(gettext_lazy("To do"), width=14),
    ),
    subjects=subjects,
    rows=rows,
    notes=(
        NAMES_END,
        gettext_lazy("Each meeting's own sheet is on its page, to be printed and signed."),
    ),
    page_size=20,
)
