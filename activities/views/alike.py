"""Asks before a record is made that is much like another: the author decides, nothing is kept."""

from typing import Any

from django.http import HttpRequest

from activities.choices import ActivityState
from activities.models import Activity
from activities.records import ActivityData
from activities.similarity import same_day, same_minutes
from branches.models import PartyUnit

FIRST_SUBMITTED_FROM = (ActivityState.PLANNED, ActivityState.DRAFT)


def alike_to(
    request: HttpRequest, unit: PartyUnit, data: ActivityData, *, key: Any = None, activity: Any = None
) -> dict[str, Any] | None:
    """What the author should look at before this is submitted for the first time, once; None: nothing.

    ``key`` is the form's submission key: what it made before is the same record, not one like it.
    """
    if {"alike", "save"} & set(request.POST) or (activity and activity.state not in FIRST_SUBMITTED_FROM):
        return None
    own = [activity.pk] if activity else []
    if key:
        if Activity.objects.filter(created_by=request.user, submission_key=key).exists():
            return None
    found = {
        "day": same_day(request.user, unit, data, own=own),
        "minutes": same_minutes(request.user, unit, data, own=own),
    }
    return found if any(found.values()) else None
