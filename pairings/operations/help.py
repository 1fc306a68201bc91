"""Needs and offers: entered, ended, and needs that were met."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import ActivityState
from activities.models import Activity
from branches.models import PartyUnit
from branches.selectors import allowed, has_permission
from core import audit, clock
from pairings.choices import HelpDirection
from pairings.models import HelpItem, HelpTopic
from pairings.operations.refusals import PairingRefused


@transaction.atomic
def add_help(unit: PartyUnit, topic: HelpTopic, *, direction: str, by: User, **facts: Any) -> HelpItem:
    """A need or an offer of ``partner``, or of the branch itself; ``note``, ``since`` and ``until`` of it."""
    if not has_permission(by, "pairings.add_helpitem", unit):
        raise PermissionDenied
    partner = facts.get("partner")
    since, until = facts.get("since") or clock.today(), facts.get("until")
    if not topic.is_offered:
        raise PairingRefused(_("“%(topic)s” is no longer in the catalogue.") % {"topic": topic})
    if partner and partner.merged_into_id:
        raise PairingRefused(_("This partner was entered twice; choose the other entry."))
    if until and until < since:
        raise PairingRefused(_("It ends before it begins."))
    item = HelpItem.objects.create(
        direction=HelpDirection(direction),
        topic=topic,
        unit=unit,
        partner=partner,
        note=facts.get("note", "").strip(),
        since=since,
        until=until,
        entered_by=by,
    )
    _done("create", item, by=by, direction=item.direction, topic=topic.code)
    return item


@transaction.atomic
def mark_met(
    item: HelpItem, *, met_on: date, met_by: str, by: User, activity: Activity | None = None
) -> HelpItem:
    """How the need was met, and by which activity if there is a record of it."""
    locked = _lock(item, by)
    if locked.direction != HelpDirection.NEED:
        raise PairingRefused(_("An offer is ended, not met."))
    if not locked.since <= met_on <= clock.today():
        raise PairingRefused(_("It was met on or after the day from which it stands, and not after today."))
    if not met_by.strip():
        raise PairingRefused(_("Say how it was met."))
    if activity:
        _refuse_record(activity, by)
    locked.met_on, locked.met_by, locked.met_activity = met_on, met_by.strip(), activity
    locked.save()
    _done("mark_met", locked, by=by, met_on=met_on.isoformat(), activity=activity.pk if activity else None)
    return locked


@transaction.atomic
def end_help(item: HelpItem, *, until: date, by: User) -> HelpItem:
    """``until`` is its last day: what is no longer needed, or no longer offered."""
    locked = _lock(item, by)
    if until < locked.since:
        raise PairingRefused(_("It ends before it begins."))
    before, locked.until = locked.until, until
    locked.save()
    _done("end", locked, by=by, until=[before and before.isoformat(), until.isoformat()])
    return locked


def _lock(item: HelpItem, by: User) -> HelpItem:
    """One that is still open to a change: what was met stays as it was entered."""
    if not allowed(by, item, "change"):
        raise PermissionDenied
    locked = HelpItem.objects.select_for_update(of=("self",)).select_related("unit").get(pk=item.pk)
    if locked.met_on:
        raise PairingRefused(_("It was met already."))
    return locked


def _refuse_record(activity: Activity, by: User) -> None:
    if not Activity.objects.allowed_to(by, "view").filter(pk=activity.pk).exists():
        raise PermissionDenied
    if activity.state == ActivityState.VOID:
        raise PairingRefused(_("The record is void."))


def _done(verb: str, item: HelpItem, *, by: User, **summary: Any) -> None:
    audit.record(verb, item, by=by, scope=item.unit.path or "", **summary)
