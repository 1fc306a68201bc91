"""The grades that members were given at a democratic appraisal."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityState
from activities.grades import is_appraisal, members_to_grade, too_many_excellent
from activities.models import Activity, Appraisal
from activities.moves import EDITABLE
from activities.operations.bulk import keep_first_versions
from activities.operations.reviewing import stamp_first_submission
from activities.records import RecordRefused
from branches.selectors import allowed
from core import audit, clock
from core.workflow import MoveRefused, lock_version


@transaction.atomic
def grade_members(activity: Activity, grades: Mapping[int, str], *, by: User, version: int) -> Activity:
    """Give each member in ``grades`` his grade and take away all others; who is not in it was not appraised.

    Raises VersionConflict when somebody was faster, MoveRefused when the state does not allow it.
    """
    if not allowed(by, activity, "appraise"):
        raise PermissionDenied
    locked = lock_version(activity, version)
    if locked.state not in EDITABLE:
        raise MoveRefused(_("This record can't be changed any more."))
    _refuse_unfit(locked, grades)
    keep_first_versions([locked.pk])
    changed = _write(locked, grades)
    if changed:
        _stamp(locked, by=by)
        audit.record("grade", locked, by=by, scope=locked.unit.path or "", members=sorted(changed))
    return locked


def _refuse_unfit(activity: Activity, grades: Mapping[int, str]) -> None:
    if not is_appraisal(activity):
        raise RecordRefused(_("Grades belong to a democratic appraisal of Party members."))
    known = {member.pk for member in members_to_grade(activity)}
    if set(grades) - known:
        raise RecordRefused(_("Somebody graded here did not belong to the unit on that day."))
    over = too_many_excellent(grades.values())
    if over:
        excellent, most, appraised = over
        raise RecordRefused(
            _(
                "Of %(appraised)s members appraised at most %(most)s may be excellent; %(excellent)s are. "
                "Change the grade of some."
            )
            % {"appraised": appraised, "most": most, "excellent": excellent}
        )


def _write(activity: Activity, grades: Mapping[int, str]) -> set[int]:
    """Rewrite the rows; returns whose grade is another one now."""
    before = dict(Appraisal.objects.filter(activity=activity).values_list("member_id", "grade"))
    changed = {pk for pk in {*before, *grades} if before.get(pk) != grades.get(pk)}
    Appraisal.objects.filter(activity=activity, member__in=changed).delete()
    Appraisal.objects.bulk_create(
        Appraisal(activity=activity, member_id=pk, grade=grades[pk]) for pk in sorted(changed) if pk in grades
    )
    return changed


def _stamp(activity: Activity, *, by: User) -> None:
    """Whoever changes what waits for confirmation submits it anew, and so can't confirm it."""
    if activity.state == ActivityState.SUBMITTED:
        activity.submitted_by, activity.submitted_at = by, clock.now()
    activity.version += 1
    activity.save()
    stamp_first_submission(activity)
