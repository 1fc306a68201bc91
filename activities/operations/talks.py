"""Recording heart-to-heart talks: one record for each pair."""

from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.choices import ActivityKind
from activities.models import Activity, Talk
from activities.operations.recording import record_activity
from activities.records import ActivityData, PartData, RecordRefused
from activities.rules import MAX_TALKS_AT_ONCE
from activities.talks import TalkData, branch_parts, circle_of, misfit, repeated
from branches.models import PartyUnit
from branches.selectors import units_for
from core import audit, clock


@transaction.atomic
def record_talks(data: TalkData, *, by: User, submission_key: UUID) -> tuple[list[Activity], bool]:
    """The records, and whether they are new: the same person's same key gives the first ones again."""
    keys = [uuid5(submission_key, str(number)) for number in range(MAX_TALKS_AT_ONCE)]
    recorded = list(Activity.objects.filter(created_by=by, submission_key__in=keys).order_by("pk"))
    if recorded:
        return recorded, False
    unit = units_for(by, "activities.add_activity").filter(pk=data.unit_id).first()
    if unit is None:
        raise PermissionDenied
    _refuse_unfit(data, unit)
    parts = tuple(PartData(branch.pk) for branch in branch_parts(unit))
    facts = ActivityData(
        unit_id=unit.pk,
        kind=ActivityKind.HEART_TALK,
        title="",
        held_on=data.held_on,
        topic_class=data.topic_class,
        parts=parts,
    )
    found = []
    for key, side in zip(keys, data.sides, strict=False):
        activity, created = record_activity(facts, by=by, submission_key=key)
        if created:
            _pair(activity, data, side, by=by)
        found.append((activity, created))
    return [activity for activity, _created in found], any(created for _activity, created in found)


def _refuse_unfit(data: TalkData, unit: PartyUnit) -> None:
    if data.held_on > clock.today():
        raise RecordRefused(_("The day held can't be later than today."))
    if not data.sides:
        raise RecordRefused(_("Say with whom the talk was."))
    if len(data.sides) > MAX_TALKS_AT_ONCE:
        raise RecordRefused(_("Record at most %(most)s talks at once.") % {"most": MAX_TALKS_AT_ONCE})
    reason = misfit(data, circle_of(unit, data.held_on))
    if reason:
        raise RecordRefused(reason)
    same = repeated(data)
    if same:
        raise RecordRefused(
            _("The talk of %(first)s with %(second)s on this day is recorded already. Remove the name.")
            % {"first": same.talker, "second": same.counterpart}
        )


def _pair(activity: Activity, data: TalkData, side: dict[str, int | None], *, by: User) -> None:
    talk = Talk.objects.create(activity=activity, kind=data.kind, talker_id=data.talker_id, **side)
    keys = {"talker": data.talker_id, **side}
    audit.record("record", talk, by=by, scope=activity.unit.path or "", kind=data.kind, keys=keys)
