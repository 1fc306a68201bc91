"""Why a record stands still: the reason, until when, and who can help, in one sentence."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import ActivityState
from activities.models import Activity
from activities.owed import who_helps
from activities.rules import LAPSE_WORKING_DAYS
from core import calendar, clock
from core.templatetags.format import day


def lock_words(activity: Activity, user: User, moves: dict[str, Any]) -> str:
    """Empty where the person may do what is to be done next."""
    if activity.state == ActivityState.CONFIRMED:
        return _confirmed(activity, user)
    if activity.state == ActivityState.VOID:
        return _(
            "This record is void for good. If it took place after all,"
            " whoever records for %(unit)s makes a new one."
        ) % {"unit": activity.unit}
    if activity.state == ActivityState.SUBMITTED and "confirm" not in moves["pages"]:
        return _waiting(activity, user)
    if not moves["edit"] and moves["pages"].keys() <= {"unreturn"}:
        return _("This record is in the hands of %(unit)s until it is submitted. %(author)s can help.") % {
            "unit": activity.unit,
            "author": activity.created_by,
        }
    return ""


def _confirmed(activity: Activity, user: User) -> str:
    return _(
        "Confirmed on %(day)s, so it stays as it is until whoever records for %(unit)s corrects it"
        " with a reason; then %(help)s confirms it again."
    ) % {
        "day": day(activity.confirmed_at),
        "unit": activity.unit,
        "help": who_helps(activity.unit, user),
    }


def _waiting(activity: Activity, user: User) -> str:
    submitted = clock.day_of(activity.submitted_at or activity.created_at)
    return _(
        "Submitted on %(day)s and waiting for %(help)s to confirm it."
        " Without an answer it is confirmed by lapse after %(last)s."
    ) % {
        "day": day(submitted),
        "help": who_helps(activity.unit, user),
        "last": day(calendar.add_working_days(submitted, LAPSE_WORKING_DAYS)),
    }
