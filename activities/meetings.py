"""What opens a meeting's record, and what an inspection will ask for that it does not say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityState
from activities.models import Activity, Participation
from activities.rules import MEETING_KINDS, QUORUM_KINDS, is_below_quorum
from activities.selectors import voters
from branches.models import PartyUnit

KEPT = [ActivityState.SUBMITTED, ActivityState.CONFIRMED]
BELOW_QUORUM = _("Fewer than half of those who should attend were there: what was resolved is not valid.")


# --- the meeting before ---------------------------------------------------------------------------
def last_resolved(unit: PartyUnit, day: date, but: Activity | None = None) -> list[Activity]:
    """Of each kind the last meeting that the unit held by ``day``, where it resolved something."""
    held = Activity.objects.filter(unit=unit, kind__in=MEETING_KINDS, state__in=KEPT, held_on__lte=day)
    if but:
        held = held.exclude(pk=but.pk)
    newest = held.filter(kind=OuterRef("kind")).newest_first().values("pk")[:1]
    return list(held.filter(pk=Subquery(newest)).exclude(resolutions="").newest_first())


def add_previous(activities: Iterable[Activity], user: User) -> None:
    """Sets ``previous`` of each, of what is no meeting None: the one of its kind before it, where ``user``
    may read it and it resolved something. As many queries for many as for one."""
    activities = list(activities)
    meetings = [activity.pk for activity in activities if activity.kind in MEETING_KINDS]
    earlier = Q(held_on__lt=OuterRef("held_on")) | Q(held_on=OuterRef("held_on"), pk__lt=OuterRef("pk"))
    before = Activity.objects.filter(earlier, unit=OuterRef("unit"), kind=OuterRef("kind"), state__in=KEPT)
    newest = Subquery(before.newest_first().values("pk")[:1])
    rows = Activity.objects.filter(pk__in=meetings).order_by().annotate(before=newest)
    keys: dict[int, int] = dict(rows.exclude(before=None).values_list("pk", "before"))
    readable = Activity.objects.allowed_to(user, "view").exclude(resolutions="").in_bulk(set(keys.values()))
    for activity in activities:
        activity.previous = readable.get(keys.get(activity.pk, 0))  # type: ignore[attr-defined]


# --- what is not said -----------------------------------------------------------------------------
def unsaid(activity: Activity) -> list[Any]:
    """What an inspection asks for and the record of a meeting does not have: a hint, never a deduction."""
    if activity.kind not in MEETING_KINDS or activity.state in (ActivityState.PLANNED, ActivityState.VOID):
        return []
    lead = lead_of(activity)
    said = [
        (activity.chair_id, _("chair")),
        (activity.recorder_id, _("minutes by")),
        (lead and lead.expected_count, _("attendance")),
        (activity.agenda.strip(), _("agenda")),
    ]
    return [words for fact, words in said if not fact]


def quorum_words(activity: Activity) -> Any:
    """That too few were there, of a meeting that resolves; else empty."""
    lead = lead_of(activity)
    if activity.kind not in QUORUM_KINDS or lead is None:
        return ""
    return BELOW_QUORUM if is_below_quorum(lead.expected_count, lead.present_count) else ""


def lead_of(activity: Activity) -> Participation | None:
    return next((part for part in activity.participations.all() if part.is_lead), None)


def entitled_otherwise(activity: Activity) -> int | None:
    """How many full members the roster had, where a vote counts with another number; nothing follows."""
    counted = {vote.eligible for vote in activity.votes.all()}
    known = voters(activity.unit, activity.kind, activity.held_on) if counted else 0
    return known if counted - {known} and known else None
