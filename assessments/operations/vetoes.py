"""Entering and lifting what bars a unit from a rank (domain.md 8.3)."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from activities.signals import counting_changed
from assessments.choices import PeriodState, VetoKind
from assessments.models import AssessmentPeriod, Veto
from assessments.refusing import Refused
from branches.models import PartyUnit
from branches.selectors import has_permission
from core import audit, clock

ADD, LIFT = "assessments.add_veto", "assessments.lift_veto"


@transaction.atomic
def enter_veto(
    unit: PartyUnit, period: AssessmentPeriod, kind: VetoKind, *, found_on: date, basis: str, by: Any
) -> Veto:
    """The veto; the same one again while it holds gives the first. Boards not published yet follow at once,
    a published one by its next edition only."""
    if not has_permission(by, ADD, unit):
        raise PermissionDenied
    if period.state == PeriodState.ARCHIVED:
        raise Refused(_("The period is archived."))
    if not basis.strip():
        raise Refused(_("Name the basis: the document or the finding."))
    if found_on > clock.today():
        raise Refused(_("The day lies in the future."))
    key = {"unit": unit, "period": period, "kind": kind, "found_on": found_on, "lifted_at": None}
    stamp = {"basis": basis.strip(), "entered_by": by, "entered_at": clock.now()}
    veto, created = Veto.objects.get_or_create(**key, defaults=stamp)
    if created:
        audit.record("enter", veto, by=by, scope=unit.path or "", reason=veto.basis, period=period.code)
        _tell(veto)
    return veto


@transaction.atomic
def lift_veto(veto: Veto, *, because: str, by: Any) -> Veto:
    """It stays on record with who lifted it and why."""
    locked = Veto.objects.select_for_update(of=("self",)).select_related("unit", "period").get(pk=veto.pk)
    if not has_permission(by, LIFT, locked.unit):
        raise PermissionDenied
    if locked.lifted_at:
        raise Refused(_("This veto was lifted already."))
    if not because.strip():
        raise Refused(_("Give a reason."))
    locked.lifted_by, locked.lifted_at, locked.lifted_because = by, clock.now(), because.strip()
    locked.save()
    audit.record("lift", locked, by=by, scope=locked.unit.path or "", reason=locked.lifted_because)
    _tell(locked)
    return locked


def _tell(veto: Veto) -> None:
    """Boards that are not published yet follow as soon as this is committed, as they do for a figure."""
    counting_changed.send(sender=Veto, unit_ids={veto.unit_id}, days={veto.period.first_day})
