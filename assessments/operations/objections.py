"""What units and departments say of a score: objections with their answers, comments on a wide gap."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.choices import GapSide, ObjectionState
from assessments.models import Entry, GapComment, Objection
from assessments.moves import OBJECTION_MOVES
from assessments.refusing import Refused
from assessments.rounds import objecting_until
from branches.models import PartyUnit
from branches.selectors import allowed, has_permission
from core import audit, clock
from core.workflow import move

OBJECT = "assessments.add_objection"


@transaction.atomic
def raise_objection(entry: Entry, item_code: str, text: str, *, by: Any) -> Objection:
    """The objection of a unit to an item of its score, or with an empty ``item_code`` to all of it."""
    if not has_permission(by, OBJECT, entry.unit):
        raise PermissionDenied
    PartyUnit.objects.select_for_update(no_key=True).get(pk=entry.unit_id)  # a double click takes turns
    if objecting_until(entry.edition) is None:
        raise Refused(_("The time to object is over."))
    if not text.strip():
        raise Refused(_("Say what is wrong."))
    if item_code and not entry.edition.scheme.items.filter(code=item_code).exists():
        raise Refused(_("There is no such item."))
    key = {
        "unit": entry.unit,
        "period": entry.edition.period,
        "scheme_code": entry.edition.scheme_code,
        "edition_number": entry.edition.number,
        "item_code": item_code,
        "state": ObjectionState.OPEN,
    }
    stamp = {"text": text.strip(), "raised_by": by, "raised_at": clock.now()}
    objection, created = Objection.objects.get_or_create(**key, defaults=stamp)
    if created:
        audit.record("object", objection, by=by, scope=entry.unit.path or "", item=item_code)
    elif objection.text != text.strip():
        raise Refused(_("An objection to this item waits for its answer already."))
    return objection


def answer_objection(objection: Objection, *, upheld: bool, answer: str, by: Any) -> Objection:
    """Answering changes no score: who upholds corrects the source, then prepares a new edition."""
    step = "uphold" if upheld else "reject"
    answered: Objection = move(objection, step, OBJECTION_MOVES, by=by, allowed=allowed, reason=answer)
    return answered


def withdraw_objection(objection: Objection, *, by: Any) -> Objection:
    withdrawn: Objection = move(objection, "withdraw", OBJECTION_MOVES, by=by, allowed=allowed)
    return withdrawn


@transaction.atomic
def comment_on_gap(entry: Entry, side: GapSide, text: str, *, by: Any) -> GapComment:
    """What one side says; written again it replaces what it said before, which the audit trail keeps."""
    if not entry.has_gap:
        raise Refused(_("The two sections of this unit are not far apart."))
    if not Entry.objects.with_gap_for(by, side).filter(pk=entry.pk).exists():
        raise PermissionDenied
    if not text.strip():
        raise Refused(_("Write what you think of it."))
    key: dict[str, Any] = {
        "unit": entry.unit,
        "period": entry.edition.period,
        "scheme_code": entry.edition.scheme_code,
        "side": side,
    }
    before = GapComment.objects.select_for_update(of=("self",)).filter(**key).first()
    if before is not None and before.text == text.strip():
        return before
    stamp: dict[str, Any] = {"text": text.strip(), "written_by": by, "written_at": clock.now()}
    comment, _created = GapComment.objects.update_or_create(**key, defaults=stamp)
    words = [before.text if before else "", comment.text]
    audit.record("comment", comment, by=by, scope=entry.unit.path or "", text=words)
    return comment


def comment_permission(side: GapSide) -> str:
    return f"assessments.{side.lower()}_gapcomment"
