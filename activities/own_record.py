"""What the system knows of one member, for himself: posts, attendance, study, talks, grades, corrections."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from activities.choices import EXCUSED, ActivityState
from activities.models import Activity, Appraisal, Attendance, CorrectionRequest, Talk
from activities.rules import appraisal_year
from activities.study import StudyRow, study_rows
from branches.models import Assignment, Member, Post
from branches.names import home_of
from branches.selectors import reviewing_unit

SHOWN_STATES = [ActivityState.SUBMITTED, ActivityState.RETURNED, ActivityState.CONFIRMED]
YEARS_SHOWN = 5


@dataclass(frozen=True)
class OwnRecord:
    member: Member
    year: int
    posts: QuerySet[Post]
    attendance: list[Attendance]
    study: StudyRow
    talks: QuerySet[Talk]
    grades: list[Appraisal]
    corrections: QuerySet[CorrectionRequest]

    @property
    def counted(self) -> list[Attendance]:
        """Of confirmed records, without those from which he was excused."""
        return [
            row
            for row in self.attendance
            if row.participation.activity.state == ActivityState.CONFIRMED and row.absence not in EXCUSED
        ]

    @property
    def present(self) -> int:
        return sum(row.present for row in self.counted)


def member_of(user: Any) -> Member | None:
    return Member.objects.filter(user=user).select_related("unit__parent", "organisation").first()


def own_record(member: Member, year: int) -> OwnRecord:
    grades = Appraisal.objects.filter(member=member, activity__state=ActivityState.CONFIRMED)
    return OwnRecord(
        member=member,
        year=year,
        posts=member.posts.select_related("unit").order_by("-starts_on", "pk"),
        attendance=attendance_in(member, year),
        study=study_rows([member], year)[0],
        talks=talks_in(member, year),
        grades=[
            row
            for row in grades.select_related("activity__unit").order_by("-activity__held_on", "pk")
            if appraisal_year(row.activity.held_on) == year
        ],
        corrections=member.corrections.select_related("activity", "answered_by"),
    )


def attendance_in(member: Member, year: int) -> list[Attendance]:
    """One row a record, the newest first; present where any unit says so."""
    rows = Attendance.objects.filter(
        member=member,
        participation__activity__held_on__year=year,
        participation__activity__state__in=SHOWN_STATES,
    ).select_related("participation__activity__unit")
    rows = rows.order_by("-participation__activity__held_on", "-participation__activity_id", "-present")
    found: dict[int, Attendance] = {}
    for row in rows:
        found.setdefault(row.participation.activity_id, row)
    return list(found.values())


def talks_in(member: Member, year: int) -> QuerySet[Talk]:
    talks = Talk.objects.filter(Q(talker=member) | Q(counterpart=member))
    return (
        talks.filter(activity__held_on__year=year, activity__state__in=SHOWN_STATES)
        .select_related("activity", "talker", "counterpart", "team")
        .order_by("-activity__held_on", "-activity_id")
    )


def is_in_own_record(member: Member, activity: Activity) -> bool:
    own = Q(participations__attendances__member=member) | Q(talk__talker=member)
    own |= Q(talk__counterpart=member) | Q(appraisals__member=member)
    return Activity.objects.filter(own, pk=activity.pk, state__in=SHOWN_STATES).exists()


def years_offered(today: date) -> list[int]:
    return [today.year - back for back in range(YEARS_SHOWN)]


def answerers(member: Member, activity: Activity | None = None) -> list[str]:
    """Who answers the member's request: the secretaries of the branch that keeps the record, else of his; the
    office above where nobody but himself could."""
    unit = CorrectionRequest(member=member, activity=activity).unit
    branch = home_of(unit)
    held = Assignment.objects.with_permission("activities.answer_correctionrequest")
    others = held.filter(unit__in=[unit, branch]).exclude(user=member.user_id).order_by("starts_on", "pk")
    names = list(dict.fromkeys(others.values_list("user__name", flat=True)))
    office = None if names else reviewing_unit(branch)
    return [str(office)] if office else names
