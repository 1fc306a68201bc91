"""Freezing a board: prepared by one person, approved by another (settled 11)."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from activities.operations import generate_duties
from assessments.choices import EditionState, PeriodState
from assessments.lacking import Lacking, lacking_figures
from assessments.models import AssessmentPeriod, Edition, Scheme
from assessments.operations.recomputing import (
    Report,
    applicable_scheme,
    check_reach,
    claim_board,
    ensure_period,
    live_editions,
    recompute_scheme,
)
from assessments.querysets import EntryQuerySet
from assessments.refusing import Refused
from assessments.selectors import as_core_period
from branches.selectors import has_permission
from core import audit, clock

SHOWN_GAPS = 20
PUBLISH = "assessments.publish_edition"


@dataclass(frozen=True)
class Decision:
    """Who publishes on what grounds: a correction needs a ``reason``, missing figures a ``waiver``."""

    prepared_by: Any
    approved_by: Any
    minutes: str = ""
    reason: str = ""
    waiver: str = ""


def publish(
    period_code: str, scheme_code: str, decision: Decision, *, report: Report | None = None
) -> Edition:
    """Compute the board afresh and freeze it as the next edition, in one transaction.

    The provisional edition becomes the published one, so that no line is ever written into a frozen board.
    ``report(done, total)`` is told after each step of a large board.
    """
    _check_people(decision)
    with transaction.atomic():
        period = ensure_period(period_code)
        _last_number(applicable_scheme(scheme_code, period), period, decision)
        # a transaction of its own: a large board is built on connections that see what is committed
        generate_duties(as_core_period(period))
    return _publish(period_code, scheme_code, decision, report)


@transaction.atomic
def _publish(period_code: str, scheme_code: str, decision: Decision, report: Report | None) -> Edition:
    period = ensure_period(period_code)
    claim_board(scheme_code, period)
    period = AssessmentPeriod.objects.select_for_update().get(pk=period.pk)
    scheme = applicable_scheme(scheme_code, period)
    last = _last_number(scheme, period, decision)
    edition = recompute_scheme(scheme, period, by=decision.prepared_by, report=report)
    if not edition.subject_count:
        raise Refused(_("The board is empty: no unit is a subject of this scheme."))
    for person in (decision.prepared_by, decision.approved_by):
        check_reach(edition, person, PUBLISH)
    gaps = _check_complete(edition, decision)
    return _freeze(edition, last + 1, decision if gaps else replace(decision, waiver=""))


def _last_number(scheme: Scheme, period: AssessmentPeriod, decision: Decision) -> int:
    """Of the editions published so far; another one needs a reason."""
    editions = Edition.objects.filter(scheme_code=scheme.code, period=period)
    last = editions.aggregate(last=Max("number"))["last"] or 0
    if last and not decision.reason.strip():
        raise Refused(_("This board is published. A correction needs a reason."))
    return int(last)


def _check_people(decision: Decision) -> None:
    prepared_by, approved_by = decision.prepared_by, decision.approved_by
    if prepared_by.pk == approved_by.pk:
        raise Refused(_("One person prepares, another approves."))
    for person in (prepared_by, approved_by):
        if not has_permission(person, PUBLISH):
            raise PermissionDenied(_("%(person)s may not publish boards.") % {"person": person.username})


def _check_complete(edition: Edition, decision: Decision) -> list[str]:
    """The gaps that the decision waives."""
    gaps = missing_figures(edition)
    if gaps and not decision.waiver.strip():
        shown = "; ".join(gaps[:SHOWN_GAPS]) + ("; …" if len(gaps) > SHOWN_GAPS else "")
        words = {"count": len(gaps), "shown": shown}
        raise Refused(_("%(count)s due figures are missing or wait for a correction: %(shown)s") % words)
    return gaps


def missing_figures(edition: Edition, entries: EntryQuerySet | None = None) -> list[str]:
    """Unit code and item code of every due figure that is missing, and of every one whose correction waits to
    be verified: doubt holds up publishing too. Of all ``entries`` or of some."""
    found = lacking_figures(edition, edition.entries.all() if entries is None else entries)
    return [_named(one) for one in found]


def _named(one: Lacking) -> str:
    text = {"unit": one.entry.unit_code, "item": one.item.code}
    return ("%(unit)s %(item)s" if one.is_missing else _("%(unit)s %(item)s (correction waits)")) % text


def _freeze(edition: Edition, number: int, decision: Decision) -> Edition:
    edition.number, edition.state = number, EditionState.PUBLISHED
    edition.prepared_by, edition.approved_by = decision.prepared_by, decision.approved_by
    edition.published_at = clock.now()
    edition.minutes = decision.minutes.strip()
    edition.reason, edition.waiver = decision.reason.strip(), decision.waiver.strip()
    edition.save()
    audit.record(
        "publish",
        edition,
        by=decision.prepared_by,
        reason=edition.reason,
        approved_by=decision.approved_by.username,
        minutes=edition.minutes,
        waiver=edition.waiver,
        digest=edition.digest,
        subjects=edition.subject_count,
    )
    _close(edition.period)
    return edition


def _close(period: AssessmentPeriod) -> None:
    """A period is published when no board of it waits any more."""
    if not live_editions().filter(period=period).exists():
        before, period.state = period.state, PeriodState.PUBLISHED
        period.archived_by = period.archived_at = None
        period.save(update_fields=["state", "archived_by", "archived_at"])
        audit.record("publish_period", period, by=None, state=[before, period.state])
