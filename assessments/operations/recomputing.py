"""Provisional boards: computed anew for a whole period."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from activities.operations import generate_duties
from assessments import scoring
from assessments.choices import EditionState
from assessments.models import AssessmentPeriod, Edition, Scheme
from assessments.refusing import Refused
from assessments.selectors import as_core_period, scheme_for, schemes_for, subjects_as_of
from branches.selectors import has_permission, units_for
from core import audit, clock
from core.periods import Period, PeriodKind, parse_period, period_of

Report = Callable[[int, int], None]
Guard = Callable[[], None]
RECOMPUTE = "assessments.recompute_edition"
logger = logging.getLogger(__name__)


def ensure_period(code: str) -> AssessmentPeriod:
    """The period named ``code``; a period named for the first time is created (contract.md 3)."""
    try:
        named = parse_period(code)
    except ValueError as error:
        raise Refused(_("“%(code)s” is not a period. Write it like 2026H1.") % {"code": code}) from error
    values = {"kind": named.kind, "first_day": named.first_day, "last_day": named.last_day}
    period, created = AssessmentPeriod.objects.get_or_create(code=named.code, defaults=values)
    if created:
        audit.record("create_period", period, by=None)
    return period


def recompute(
    period_code: str,
    scheme_code: str | None = None,
    *,
    by: Any,
    report: Report | None = None,
    guard: Guard | None = None,
) -> list[Edition]:
    """Compute the provisional editions of a period: all schemes that apply, or the one named.

    ``report(done, total)`` is told after each scheme, and after each step of a large one. Each edition is
    replaced in a transaction of its own, which begins with ``guard()``: it raises when the work is another
    worker's by now.
    """
    if by is not None and not has_permission(by, RECOMPUTE):
        raise PermissionDenied
    period, schemes = _period_and_schemes(period_code, scheme_code)
    generate_duties(as_core_period(period))
    editions: list[Edition] = []
    for scheme in schemes:
        within = _report_within(report, len(editions), len(schemes))
        with transaction.atomic():
            edition = recompute_scheme(scheme, period, by=by, guard=guard, report=within)
            if by is not None:
                check_reach(edition, by, RECOMPUTE)
        editions.append(edition)
        if report is not None:
            report(len(editions), len(schemes))
    return editions


def _report_within(report: Report | None, before: int, schemes: int) -> Report | None:
    """Steps of one scheme as steps of them all."""
    if report is None:
        return None
    return lambda done, total: report(before * total + done, schemes * total)


@transaction.atomic
def _period_and_schemes(
    period_code: str, scheme_code: str | None = None
) -> tuple[AssessmentPeriod, list[Scheme]]:
    """What is refused leaves no period behind."""
    period = ensure_period(period_code)
    return period, applicable_schemes(period, scheme_code)


def applicable_schemes(period: AssessmentPeriod, scheme_code: str | None = None) -> list[Scheme]:
    if scheme_code is None:
        schemes = schemes_for(period)
        if not schemes:
            raise Refused(_("No scheme applies to %(period)s.") % {"period": period.code})
        return schemes
    return [applicable_scheme(scheme_code, period)]


def applicable_scheme(code: str, period: AssessmentPeriod) -> Scheme:
    scheme = scheme_for(code, period)
    if scheme is not None:
        return scheme
    if Scheme.objects.filter(code=code).exists():
        reason = _("No version of “%(code)s” is valid in %(period)s yet.")
    else:
        reason = _("There is no scheme “%(code)s”.")
    raise Refused(reason % {"code": code, "period": period.code})


def recompute_scheme(
    scheme: Scheme,
    period: AssessmentPeriod,
    *,
    by: Any,
    guard: Guard | None = None,
    report: Report | None = None,
) -> Edition:
    """Replace the provisional edition of one scheme; readers see the old board whole, then the new one.

    A large board is built beside the old one first, on connections of its own: they see what is committed.
    ``report(done, total)`` is told there after each step.
    """
    run = scoring.make_run(_provisional(scheme, period))
    if not scoring.is_large(run):
        return _replace(scheme, period, by=by, guard=guard, built=None)
    if run.edition.pk is None:
        run.edition.pk = scoring.reserve_key()
    with scoring.only_builder(run):
        built = scoring.build(run, report, resume=guard is not None)
        return _replace(scheme, period, by=by, guard=guard, built=built)


def claim_board(scheme_code: str, period: AssessmentPeriod) -> None:
    """Before the period is locked: a builder holds its board first and the period last."""
    if not scoring.claim(scheme_code, period.pk):
        raise Refused(_("This board is being computed. Try again in a few minutes."))


@transaction.atomic
def _replace(
    scheme: Scheme, period: AssessmentPeriod, *, by: Any, guard: Guard | None, built: scoring.Built | None
) -> Edition:
    if guard is not None:
        guard()
    # First the period, as publishing does: a board is published between two computations or not at all.
    AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    edition = lock_provisional(scheme, period, key=built.edition_id if built else None)
    edition.scheme, edition.as_of = scheme, subjects_as_of(period)
    if built is None:
        edition.subject_count = scoring.score(scoring.make_run(edition))
        edition.digest = scoring.digest_of(edition)
    else:
        scoring.show(built)
        edition.subject_count, edition.digest = built.subjects, built.digest
    edition.computed_at = clock.now()
    edition.save()
    audit.record(
        "recompute",
        edition,
        by=by,
        scheme_version=scheme.version,
        subjects=edition.subject_count,
        digest=edition.digest,
    )
    return edition


def _provisional(scheme: Scheme, period: AssessmentPeriod) -> Edition:
    """Edition 0 as it is to be; not saved where there is none."""
    found = Edition.objects.filter(scheme_code=scheme.code, period=period, number=0).first()
    edition = found or Edition(scheme_code=scheme.code, period=period, number=0)
    edition.scheme, edition.as_of = scheme, subjects_as_of(period)
    return edition


def check_reach(edition: Edition, user: Any, permission: str) -> None:
    """A board is for those whose office covers all its subjects."""
    beyond = edition.entries.exclude(unit__in=units_for(user, permission).values("pk")).order_by("unit_code")
    first = beyond.values_list("unit_code", flat=True).first()
    if first is not None:
        reason = _("%(person)s is not responsible for all units of “%(scheme)s”: %(unit)s stands elsewhere.")
        raise Refused(reason % {"person": user.username, "scheme": edition.scheme_code, "unit": first})


def lock_provisional(scheme: Scheme, period: AssessmentPeriod, *, key: int | None = None) -> Edition:
    """Edition 0, made when there is none, locked until the transaction ends; ``key`` is the one meant."""
    values = {
        "scheme": scheme,
        "state": EditionState.PROVISIONAL,
        "as_of": subjects_as_of(period),
        "computed_at": clock.now(),
        "subject_count": 0,
        "digest": "",
    }
    fields = {"scheme_code": scheme.code, "period": period, "number": 0}
    Edition.objects.get_or_create(**fields, defaults=values | ({"pk": key} if key else {}))
    edition = Edition.objects.select_for_update(of=("self",)).select_related("scheme", "period").get(**fields)
    if key not in (None, edition.pk):
        raise OperationalError("another edition came up while this board was built")
    return edition


def recompute_running(*, by: Any = None) -> list[Edition]:
    """Every night: the running half-year, and whatever else is computed and not published yet."""
    editions: list[Edition] = []
    for code in unpublished_periods():
        try:
            editions += recompute_unpublished(code, by=by)
        except Refused:  # no scheme applies yet: nothing to compute tonight
            continue
    return editions


def unpublished_periods() -> list[str]:
    running: Period = period_of(clock.today(), PeriodKind.HALF_YEAR)
    waiting = AssessmentPeriod.objects.filter(editions__in=live_editions()).values_list("code", flat=True)
    return sorted({running.code, *waiting})


def live_editions() -> QuerySet[Edition]:
    """Provisional editions of boards not published yet: a published one changes by a new edition only."""
    published = Edition.objects.published().filter(
        scheme_code=OuterRef("scheme_code"), period=OuterRef("period")
    )
    return Edition.objects.provisional().filter(~Exists(published))


def recompute_unpublished(period_code: str, *, by: Any) -> list[Edition]:
    period, applicable = _period_and_schemes(period_code)
    published = set(Edition.objects.published().filter(period=period).values_list("scheme_code", flat=True))
    schemes = [scheme for scheme in applicable if scheme.code not in published]
    generate_duties(as_core_period(period))
    found = [_recompute_or_tell(scheme, period, by=by) for scheme in schemes]
    return [edition for edition in found if edition is not None]


def _recompute_or_tell(scheme: Scheme, period: AssessmentPeriod, *, by: Any) -> Edition | None:
    """A scheme that can not be computed is told in the log, and holds up no other."""
    try:
        return recompute_scheme(scheme, period, by=by)
    except Exception:  # whatever a scheme breaks on
        logger.exception("%s was not computed for %s", scheme.code, period.code)
        return None
