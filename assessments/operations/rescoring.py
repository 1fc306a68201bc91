"""What changed is scored again: after each confirmation, without computing the whole board (settled 12)."""

import logging
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Q

from assessments import scoring
from assessments.models import AssessmentPeriod, DirtyUnit, Edition
from assessments.operations.recomputing import live_editions, recompute_scheme
from assessments.refusing import Refused
from assessments.selectors import subjects_as_of
from branches.models import PATH_STEP, PartyUnit, Placement
from core import clock

logger = logging.getLogger(__name__)
# Above these a full run is cheaper (docs: a full run costs a hundredth of a single rescoring per subject).
MOST_SUBJECTS, MOST_UNITS, MOST_AT_ONCE = 50, 2000, 5000


def mark_dirty(unit_ids: Iterable[int], days: Iterable[date]) -> None:
    """Note that records of these units and days began or ceased to count. Inside the caller's transaction."""
    now = clock.now()
    months = sorted({day.replace(day=1) for day in days})
    marks = [DirtyUnit(unit_id=unit, day=month, since=now) for unit in sorted(unit_ids) for month in months]
    DirtyUnit.objects.bulk_create(marks, batch_size=1000)


@transaction.atomic
def forget_unit(unit: PartyUnit) -> int:
    """A unit that never was has no line on a board that is not published, and what stands above it is scored
    again; from how many boards it went. A published board keeps its lines."""
    editions = Edition.objects.provisional().filter(pk__in=unit.entries.values("edition"))
    days = {edition.pk: edition.period.first_day for edition in editions.select_related("period")}
    unit.entries.filter(edition__in=days).delete()
    left = Edition.objects.filter(pk__in=days)
    left.update(subject_count=F("subject_count") - 1, digest="", computed_at=clock.now())
    if unit.parent_id:
        mark_dirty({unit.parent_id}, days.values())
    return len(days)


@transaction.atomic
def rescore_dirty() -> int:
    """Score the marked units, and all above them, in the boards that are not published; how many marks."""
    marks = list(DirtyUnit.objects.select_for_update(skip_locked=True).order_by("pk"))
    if not marks:
        return 0
    _lock_periods()
    live = list(live_editions().select_related("period").order_by("pk"))
    if any(scoring.is_being_built(edition) for edition in live):
        return 0  # what was read of these units may be from before the mark
    for edition in live:
        units = {mark.unit_id for mark in marks if _concerns(edition, mark.day)}
        if units:
            _rescore_or_tell(edition, units)
    DirtyUnit.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    return len(marks)


def _lock_periods() -> None:
    """The periods before their editions, as publishing does: none is published meanwhile."""
    periods = AssessmentPeriod.objects.filter(pk__in=live_editions().values("period"))
    list(periods.select_for_update(no_key=True).order_by("pk"))


def _rescore_or_tell(edition: Edition, units: set[int]) -> None:
    """A board whose rules name what is no more is told in the log, and holds up no other."""
    try:
        with transaction.atomic():
            _rescore(edition.pk, units)
    except Refused as error:
        logger.error("%s was not scored again: %s", edition.scheme_code, error)


def _concerns(edition: Edition, month: date) -> bool:
    return edition.period.first_day <= month <= edition.period.last_day


def _rescore(edition_id: int, units: set[int]) -> None:
    """``units`` and their ancestors, if few; else the whole board."""
    edition = (
        Edition.objects.select_for_update(of=("self",)).select_related("scheme", "period").get(pk=edition_id)
    )
    paths = _paths_on(edition.as_of, units)
    subjects = _subjects_above(edition, paths)
    run = scoring.make_run(edition, only=frozenset(subjects))
    moved_on = edition.as_of != subjects_as_of(edition.period)
    own_table = scoring.has_own_table(edition)
    if moved_on or run.peer_items or len(subjects) > (MOST_AT_ONCE if own_table else MOST_SUBJECTS):
        recompute_scheme(edition.scheme, edition.period, by=None)
    elif subjects and own_table:
        _rescore_in_place(edition, run, subjects, paths)
    elif subjects:
        scoring.score(run, units=_units_below(edition, subjects))
        scoring.rank(run)
        edition.digest, edition.computed_at = scoring.digest_of(edition), clock.now()
        edition.save()


def _rescore_in_place(edition: Edition, run: scoring.Run, subjects: dict[int, str], paths: list[str]) -> None:
    """The subjects next to the marked units are pooled anew; those above get what that makes of difference.

    Ranks and digest of so large a board are those of its last computation: the digest is left out.
    """
    near = _nearest(subjects, paths)
    below = _units_ever_below(near)
    if below is None:
        recompute_scheme(edition.scheme, edition.period, by=None)
        return
    before, after = _sums_of(edition, subjects), scoring.sums_below(run, near, units=below)
    above = {
        unit: _added(before[unit], [(before[top], after[top]) for top in _topmost(near, path)])
        for unit, path in subjects.items()
        if unit not in near
    }
    scoring.rescore(run, after | above)
    Edition.objects.filter(pk=edition.pk).update(digest="", computed_at=clock.now())


def _nearest(subjects: dict[int, str], paths: list[str]) -> dict[int, str]:
    """Of the subjects those that stand next to one of the paths, at it or above."""
    found: dict[int, str] = {}
    for path in paths:
        at_or_above = [(own, unit) for unit, own in subjects.items() if path.startswith(own)]
        if at_or_above:
            own, unit = max(at_or_above)
            found[unit] = own
    return found


def _topmost(near: dict[int, str], under: str) -> list[int]:
    """Those under a path that stand under no other one of them: their figures have the others' in them."""
    inside = {unit: path for unit, path in near.items() if path.startswith(under)}
    return [
        unit
        for unit, path in inside.items()
        if not any(path != other and path.startswith(other) for other in inside.values())
    ]


def _sums_of(edition: Edition, subjects: Iterable[int]) -> dict[int, list[int | None]]:
    return dict(edition.entries.filter(unit__in=list(subjects)).values_list("unit_id", "sums"))


def _added(
    sums: list[int | None], changes: Iterable[tuple[list[int | None], list[int | None]]]
) -> list[int | None]:
    """``sums`` with what came ``after`` less what was ``before``. Where all that remains is nothing, nobody
    below has a figure any more, or one of 0: which of the two makes no difference to a rate or a count."""
    found = list(sums)
    for before, after in changes:
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                found[place] = (found[place] or 0) + (new or 0) - (old or 0)
    return found


def _units_ever_below(subjects: dict[int, str]) -> frozenset[int] | None:
    """All units that stand under the subjects, or stood there once; None for too many."""
    below = Q()
    for path in subjects.values():
        below |= Q(path__gte=path, path__lt=f"{path}z")
    now = PartyUnit.objects.filter(below).order_by().values_list("pk", flat=True)[: MOST_UNITS + 1]
    once = Placement.objects.filter(below).order_by().values_list("unit_id", flat=True)[: MOST_UNITS + 1]
    found = frozenset(now) | frozenset(once)
    return found if len(found) <= MOST_UNITS else None


def _subjects_above(edition: Edition, paths: list[str]) -> dict[int, str]:
    """The paths of the subjects at these paths and above, by key: whose figures the records there make."""
    keys = {key for path in paths for key in _keys_of(path)}
    return dict(edition.entries.filter(unit__in=keys).values_list("unit_id", "path"))


def _paths_on(day: date, units: set[int]) -> list[str]:
    """Where the units stand on ``day``; before the first placement the first one holds."""
    stand_today = PartyUnit.objects.filter(pk__in=units).values_list("pk", "path")
    paths = {unit_id: path or "" for unit_id, path in stand_today}
    settled: set[int] = set()
    placements = Placement.objects.filter(unit__in=units).order_by("unit_id", "starts_on")
    for unit_id, starts_on, path in placements.values_list("unit_id", "starts_on", "path"):
        if starts_on <= day or unit_id not in settled:
            paths[unit_id] = path
            settled.add(unit_id)
    return list(paths.values())


def _keys_of(path: str) -> list[int]:
    return [int(path[start : start + PATH_STEP]) for start in range(0, len(path), PATH_STEP)]


def _units_below(edition: Edition, subjects: dict[int, str]) -> frozenset[int] | None:
    """All units whose own figures the subjects pool; None for "any", where that is not worth finding out."""
    if edition.as_of != clock.today():
        return None  # they stood elsewhere then
    below = Q()
    for path in subjects.values():
        below |= Q(path__gte=path, path__lt=f"{path}z")
    units = PartyUnit.objects.filter(below).order_by().values_list("pk", flat=True)[: MOST_UNITS + 1]
    found = frozenset(units)
    return found if len(found) <= MOST_UNITS else None
