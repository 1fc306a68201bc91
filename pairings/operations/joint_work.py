"""Joint work: what is planned, and which records were it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import ActivityState
from activities.models import Activity
from core import audit
from pairings.choices import WORKING
from pairings.models import Pairing, PairingActivity, PlanItem
from pairings.moves import OPEN_STATES
from pairings.operations.moving import announce
from pairings.operations.refusals import PairingRefused, lock_pairing, touch

PLANNED_FACTS = ("heading", "title", "owner", "due_on")


@transaction.atomic
def set_plan(
    pairing: Pairing, items: Iterable[dict[str, Any]], *, by: User | None, version: int | None = None
) -> None:
    """The planned joint works as they now are: ``id`` of those that stay, and ``PLANNED_FACTS`` of each. What
    is done already stays on the plan."""
    locked = lock_pairing(pairing, by=by, version=version, states=OPEN_STATES)
    stated = list(items)
    kept = {facts["id"] for facts in stated if facts.get("id")}
    gone = locked.plan_items.exclude(pk__in=kept)
    if done := gone.filter(joint_works__isnull=False).first():
        raise PairingRefused(
            _("“%(item)s” has records and stays on the plan. Take the records off it first.") % {"item": done}
        )
    days = set(locked.plan_items.values_list("due_on", flat=True))
    gone.delete()
    for facts in stated:
        values = {name: facts.get(name) or "" for name in PLANNED_FACTS}
        known = locked.plan_items.filter(pk=facts["id"]) if facts.get("id") else None
        if not (known and known.update(**values)):
            PlanItem.objects.create(pairing=locked, **values)
    touch(locked)
    audit.record("change_plan", locked, by=by, scope=locked.unit.path or "", items=len(stated))
    announce(locked, *days, *(facts["due_on"] for facts in stated))


@transaction.atomic
def link_activity(
    pairing: Pairing, activity: Activity, *, by: User | None, plan_item: PlanItem | None = None
) -> PairingActivity:
    """Say that the record was joint work: the same record, never a second one. The last word holds."""
    locked = lock_pairing(pairing, by=by)
    if locked.state not in WORKING:
        raise PairingRefused(
            _("Joint work is recorded from the signing of the agreement on; the pairing is “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    refuse_strangers(locked, activity, by)
    if plan_item and plan_item.pairing_id != locked.pk:
        raise PermissionDenied
    link, made = PairingActivity.objects.update_or_create(
        pairing=locked, activity=activity, defaults={"plan_item": plan_item}
    )
    verb = "link" if made else "relink"
    audit.record(verb, locked, by=by, scope=locked.unit.path or "", activity=activity.pk, title=str(activity))
    announce(locked, activity.held_on)
    return link


def refuse_strangers(pairing: Pairing, activity: Activity, by: User | None) -> None:
    """The record is one in sight in which an own branch of the pairing, or a group of it, took part."""
    if by is not None and not Activity.objects.allowed_to(by, "view").filter(pk=activity.pk).exists():
        raise PermissionDenied
    if activity.state == ActivityState.VOID:
        raise PairingRefused(_("The record is void."))
    own = set(pairing.parties.values_list("unit_id", flat=True))
    parts = activity.participations.values_list("unit_id", "unit__parent_id")
    if not any(own & set(pair) for pair in parts):
        raise PairingRefused(_("None of the own branches of this pairing took part in it."))


@transaction.atomic
def unlink_activity(link: PairingActivity, *, by: User) -> None:
    locked = lock_pairing(link.pairing, by=by, states=OPEN_STATES)
    activity = link.activity
    link.delete()
    audit.record("unlink", locked, by=by, scope=locked.unit.path or "", activity=activity.pk)
    announce(locked, activity.held_on)
