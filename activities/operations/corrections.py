"""A member asks for a correction of his own record; the branch secretary answers."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity, CorrectionRequest
from activities.own_record import is_in_own_record
from activities.records import RecordRefused
from activities.rules import MAX_OPEN_CORRECTIONS
from branches.models import Member
from branches.selectors import allowed
from core import audit, clock
from core.workflow import MoveRefused


@transaction.atomic
def ask_correction(
    member: Member, text: str, *, by: User, activity: Activity | None = None
) -> CorrectionRequest:
    """The request; the same words about the same record while unanswered give the first one again."""
    if member.user_id is None or member.user_id != by.pk:
        raise PermissionDenied
    if activity and not is_in_own_record(member, activity):
        raise PermissionDenied
    Member.objects.select_for_update().get(pk=member.pk)  # a double click takes turns
    text = text.strip()
    if not text:
        raise RecordRefused(_("Say what is wrong."))
    open_ones = CorrectionRequest.objects.unanswered().filter(member=member)
    same = open_ones.filter(activity=activity, text=text).first()
    if same:
        return same
    if open_ones.count() >= MAX_OPEN_CORRECTIONS:
        raise RecordRefused(
            _("You have %(most)s requests without an answer. Wait for the answers first.")
            % {"most": MAX_OPEN_CORRECTIONS}
        )
    request = CorrectionRequest.objects.create(
        member=member, activity=activity, text=text, asked_at=clock.now()
    )
    audit.record("ask", request, by=by, scope=request.unit.path or "", activity=activity and activity.pk)
    return request


@transaction.atomic
def answer_correction(
    request: CorrectionRequest, outcome: str, answer: str, *, by: User
) -> CorrectionRequest:
    """Says what came of it. Nothing changes by itself: what is wrong is corrected on the record."""
    if not allowed(by, request, "answer"):
        raise PermissionDenied
    locked = CorrectionRequest.objects.select_for_update().get(pk=request.pk)
    if locked.answered_at:
        raise MoveRefused(_("This request was answered already."))
    if not answer.strip():
        raise RecordRefused(_("Say what was done, or why nothing is changed."))
    locked.outcome, locked.answer = outcome, answer.strip()
    locked.answered_by, locked.answered_at = by, clock.now()
    locked.save()
    audit.record("answer", locked, by=by, scope=locked.unit.path or "", outcome=outcome)
    return locked
