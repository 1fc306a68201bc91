"""The grades of the democratic appraisal: who may get one, who sees them, and what else is told (art. 18)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from activities.choices import ActivityKind, AppraisalGrade
from activities.models import Activity, Appraisal
from activities.rules import FEWEST_PEOPLE_COUNTED, appraisal_year, excellent_cap
from activities.talks import circle_of
from branches.models import Member
from branches.selectors import allowed, may_review


def is_appraisal(activity: Activity) -> bool:
    return any(count.kind == ActivityKind.DEMOCRATIC_APPRAISAL for count in activity.counts.all())


def members_to_grade(activity: Activity) -> list[Member]:
    """Who belonged to the unit on the day, and whoever has a grade already; in the order of the roster."""
    members = dict(circle_of(activity.unit, activity.held_on).members)
    graded = Member.objects.filter(appraisals__activity=activity).exclude(pk__in=members)
    return [*members.values(), *graded.order_by("pk")]


def too_many_excellent(grades: Iterable[str]) -> tuple[int, int, int] | None:
    """Excellent, allowed, appraised: where more are rated excellent than may be."""
    counts = Counter(grades)
    appraised, excellent = sum(counts.values()), counts[AppraisalGrade.EXCELLENT]
    cap = excellent_cap(appraised)
    return (excellent, cap, appraised) if excellent > cap else None


def grades_visible(user: User, activity: Activity) -> bool:
    """The secretary and the committee of the branch, and the office right above."""
    return allowed(user, activity, "appraise") or may_review(user, activity.unit)


def grades_shown(activity: Activity, user: User) -> dict[str, Any] | None:
    """What the record's page says of the grades: by name, or counts where they hide everybody, or nothing."""
    if not is_appraisal(activity):
        return None
    rows = list(
        Appraisal.objects.filter(activity=activity)
        .select_related("member")
        .order_by("member__unit__path", "member_id")
    )
    by_name = grades_visible(user, activity)
    told = by_name or len(rows) >= FEWEST_PEOPLE_COUNTED
    counts = Counter(row.grade for row in rows)
    return {
        "year": appraisal_year(activity.held_on),
        "rows": rows if by_name else [],
        "counts": [(grade.label, counts[grade]) for grade in AppraisalGrade] if told else [],
        "appraised": len(rows) if told else 0,
        "hidden": bool(rows) and not told,
        "own": next((row for row in rows if row.member.user_id == user.pk), None),
    }
