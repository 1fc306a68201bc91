"""Line guards, and the hazards that they find and others close."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import Activity
from branches.models import Member
from core import audit, clock
from pairings.choices import WORKING, Side
from pairings.models import Hazard, LineGuard, Pairing
from pairings.operations.refusals import PairingRefused, lock_pairing, touch
from pairings.selectors import guard_members

HAZARD_FACTS = ("kind", "text", "found_on")


@transaction.atomic
def add_line_guard(
    pairing: Pairing,
    *,
    section: str,
    starts_on: date,
    by: User,
    member: Member | None = None,
    name: str = "",
) -> LineGuard:
    """A member of an own branch, or a volunteer of the partner of whom only the name is kept."""
    locked = lock_pairing(pairing, by=by, states=WORKING)
    if bool(member) == bool(name.strip()):
        raise PairingRefused(_("A line guard is a Party member of ours or a volunteer of the partner."))
    if member and not guard_members(locked, by).filter(pk=member.pk).exists():
        raise PermissionDenied
    guard = LineGuard.objects.create(
        pairing=locked,
        side=Side.OWN if member else Side.PARTNER,
        member=member,
        name=member.name if member else name.strip(),
        section=section.strip(),
        starts_on=starts_on,
    )
    _done("add_line_guard", locked, by=by, guard=guard.pk, section=guard.section)
    return guard


@transaction.atomic
def end_line_guard(guard: LineGuard, *, ends_on: date, by: User, version: int | None = None) -> LineGuard:
    """``ends_on`` is the last day."""
    locked = lock_pairing(guard.pairing, by=by, version=version, states=WORKING)
    if ends_on < guard.starts_on:
        raise PairingRefused(
            _("The guard began on %(day)s; the last day is not before it.")
            % {"day": guard.starts_on.isoformat()}
        )
    later = guard.hazards.filter(found_on__gt=ends_on).order_by("-found_on").first()
    if later:
        raise PairingRefused(
            _("A hazard was found on %(day)s; the last day is not before it.")
            % {"day": later.found_on.isoformat()}
        )
    guard.ends_on = ends_on
    guard.save()
    _done("end_line_guard", locked, by=by, guard=guard.pk, ends_on=ends_on.isoformat())
    return guard


@transaction.atomic
def add_hazard(
    pairing: Pairing,
    *,
    by: User,
    guard: LineGuard | None = None,
    activity: Activity | None = None,
    **facts: Any,
) -> Hazard:
    """What ``HAZARD_FACTS`` name, who found it and on which joint work."""
    locked = lock_pairing(pairing, by=by, states=WORKING)
    values = {name: facts[name] for name in HAZARD_FACTS}
    if values["found_on"] > clock.today():
        raise PairingRefused(_("The day on which it was found lies ahead."))
    if guard:
        _refuse_guard(locked, guard, values["found_on"])
    if activity and not locked.joint_works.filter(activity=activity).exists():
        raise PairingRefused(_("This record is no joint work of the pairing. Link it first."))
    hazard = Hazard.objects.create(pairing=locked, guard=guard, activity=activity, entered_by=by, **values)
    _done("add_hazard", locked, by=by, hazard=hazard.pk, text=hazard.text)
    return hazard


def _refuse_guard(pairing: Pairing, guard: LineGuard, day: date) -> None:
    if guard.pairing_id != pairing.pk:
        raise PermissionDenied
    if day < guard.starts_on or (guard.ends_on and day > guard.ends_on):
        raise PairingRefused(
            _("%(guard)s did not watch the line on %(day)s.") % {"guard": guard.name, "day": day.isoformat()}
        )


@transaction.atomic
def close_hazard(
    hazard: Hazard, *, solution: str, closed_on: date, by: User, version: int | None = None
) -> Hazard:
    """Said again, the last word holds."""
    locked = lock_pairing(hazard.pairing, by=by, version=version, states=WORKING)
    if not solution.strip():
        raise PairingRefused(_("Say how it was solved."))
    if not hazard.found_on <= closed_on <= clock.today():
        raise PairingRefused(
            _("It was found on %(day)s: it is closed on that day or later, and not after today.")
            % {"day": hazard.found_on.isoformat()}
        )
    hazard.closed_on, hazard.solution = closed_on, solution.strip()
    hazard.save()
    _done("close_hazard", locked, by=by, hazard=hazard.pk, solution=hazard.solution)
    return hazard


def _done(verb: str, pairing: Pairing, *, by: User, **summary: Any) -> None:
    """Names of outside people end at the branch: the trail has the key of a guard."""
    touch(pairing)
    audit.record(verb, pairing, by=by, scope=pairing.unit.path or "", **summary)
