"""Where a period stands, and until when each waits for whom (architecture.md settled 11)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.choices import EditionState, ObjectionState, PeriodState, ProposalState
from assessments.models import AssessmentPeriod, Edition, IndicatorValue, Objection, Proposal
from core import clock
from core.calendar import add_working_days
from core.templatetags.format import day

PREVIEW_DAYS, OBJECTION_DAYS = 3, 5  # working days (settled 11)


def preview_until(period: AssessmentPeriod) -> date | None:
    """The last day on which units look their figures over."""
    if period.state != PeriodState.PREVIEW or period.previewed_at is None:
        return None
    return add_working_days(timezone.localdate(period.previewed_at), PREVIEW_DAYS)


def objections_until(edition: Edition) -> date | None:
    """The last day on which a unit objects to a published edition."""
    if edition.published_at is None:
        return None
    return add_working_days(timezone.localdate(edition.published_at), OBJECTION_DAYS)


def objecting_until(edition: Edition) -> date | None:
    """Until when a unit says that a figure of ``edition`` is wrong; None where that time is not, or over."""
    if edition.state == EditionState.PROVISIONAL:
        last = preview_until(edition.period)
    else:
        last = objections_until(edition) if is_latest(edition) else None
    return last if last is not None and clock.today() <= last else None


def is_latest(edition: Edition) -> bool:
    later = Edition.objects.filter(
        scheme_code=edition.scheme_code, period=edition.period_id, number__gt=edition.number
    )
    return not later.exists()


def newest_of_each(period: AssessmentPeriod) -> list[Edition]:
    """The latest published edition of every board of the period."""
    return list(period.editions.published().current().order_by("scheme_code"))


def open_objections(period: AssessmentPeriod) -> QuerySet[Objection]:
    return Objection.objects.filter(period=period, state=ObjectionState.OPEN)


def waiting_proposals(period: AssessmentPeriod) -> QuerySet[Proposal]:
    return Proposal.objects.filter(period=period, state=ProposalState.PREPARED)


def closes_early(period: AssessmentPeriod) -> bool:
    """Whether to end collecting today would cut off figures of days that are still to come."""
    return period.state == PeriodState.COLLECTING and clock.today() <= period.last_day


# --- why a step has to wait: a reason in the user's words, or None -----------------------------------
def not_ready_to_preview(period: AssessmentPeriod) -> Any:
    if clock.today() <= period.last_day:
        return _("The period runs until %(day)s; it is shown for preview after that.") % {
            "day": day(period.last_day)
        }
    if not period.editions.filter(state=EditionState.PROVISIONAL).exists():
        return _("Nothing is computed for this period yet.")
    return _unverified(period)


def _unverified(period: AssessmentPeriod) -> Any:
    """Figures count when verified (ADR 0010): units would look over scores without them."""
    waiting = IndicatorValue.objects.waiting().filter(period=period).count()
    if not waiting:
        return None
    words = ngettext(
        "%(count)s figure waits to be verified.", "%(count)s figures wait to be verified.", waiting
    )
    return words % {"count": waiting}


def not_ready_to_step_back(period: AssessmentPeriod) -> Any:
    if waiting_proposals(period).exists():
        return _("A prepared board waits for approval. Withdraw it first.")
    return None


def not_ready_to_prepare(period: AssessmentPeriod, scheme_code: str) -> Any:
    """The waits bind the pages only: the command publishes from any state (contract.md 2)."""
    if period.state == PeriodState.ARCHIVED:
        return _("The period is archived.")
    if Edition.objects.published().filter(period=period, scheme_code=scheme_code).exists():
        return None  # a correction
    if period.state not in (PeriodState.PREVIEW, PeriodState.PUBLISHED):
        return _("A board is prepared after the units have looked their figures over.")
    last = preview_until(period)
    if last is not None and clock.today() <= last:
        return _("The units look their figures over until %(day)s.") % {"day": day(last)}
    if open_objections(period).filter(scheme_code=scheme_code).exists():
        return _("Objections to this board wait for an answer.")
    return None


def not_ready_to_look(period: AssessmentPeriod, scheme_code: str) -> Any:
    """To look at a board computed anew: what a colleague is about to approve stays as it is."""
    if waiting_proposals(period).filter(scheme_code=scheme_code).exists():
        return _("A prepared board waits for approval. Withdraw it first.")
    return not_ready_to_prepare(period, scheme_code)


def not_ready_to_archive(period: AssessmentPeriod) -> Any:
    ends = [objections_until(edition) for edition in newest_of_each(period)]
    last = max((end for end in ends if end is not None), default=None)
    if last is not None and clock.today() <= last:
        return _("Units may object until %(day)s; it can be archived after that.") % {"day": day(last)}
    if open_objections(period).exists():
        return _("Objections wait for an answer.")
    if waiting_proposals(period).exists():
        return _("A prepared board waits for approval. Withdraw it first.")
    return None
