"""Entering figures by hand, and what their owners decide on them (domain.md 5.4, ADR 0010)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from activities.signals import counting_changed
from assessments.choices import PeriodState, ValueOrigin, ValueState
from assessments.models import AssessmentPeriod, Edition, Indicator, IndicatorValue
from assessments.numbers import RAW_PLACES, to_short_text
from assessments.operations.recomputing import ensure_period
from assessments.reporting import FigureRefused, check_sense, raw_of, raw_without, stored
from assessments.selectors import excluded_of
from assessments.value_moves import ARCHIVED, NOTHING_STANDS, STANDS
from branches.models import PartyUnit
from branches.selectors import allowed, has_permission, units_for
from core import audit, clock
from core.models import AuditEvent
from core.workflow import MoveRefused, lock_version

CHANGE = "assessments.change_indicatorvalue"
KEEPS_PERIODS = "assessments.move_assessmentperiod"
OPEN = (ValueState.DRAFT, ValueState.RETURNED)  # not submitted yet, or not any more
Key = tuple[int, int]  # unit, indicator


@dataclass(frozen=True)
class TypedFigure:
    """What stands in the cells of a unit and an indicator. No value: the cells are empty. ``version`` is that
    of the figure on the page, 0 where there was none, None where none was shown (pasted lines)."""

    unit_id: int
    indicator_id: int
    value: Decimal | None
    denominator: Decimal | None = None
    version: int | None = None

    @property
    def key(self) -> Key:
        return self.unit_id, self.indicator_id


class FiguresRefused(Exception):
    """Nothing was written. ``errors`` has (column, reason) by unit and indicator."""

    def __init__(self, errors: dict[Key, tuple[str, str]]) -> None:
        super().__init__(errors)
        self.errors = errors


class ReasonMissing(Exception):
    """The period is published: a change says why. Nothing was written."""


@dataclass
class Entered:
    """What a grid changed; figures that stood there already are not counted."""

    entered: int = 0
    submitted: int = 0
    removed: int = 0
    waiting: int = 0  # figures of the grid that wait for verification already
    left: tuple[str, ...] = ()  # drafts of others, which only they or who corrects them submits
    restored: int = 0  # corrections taken back: what was verified is the figure again


@dataclass
class _Sheet:
    """One entry while it is being written."""

    period: AssessmentPeriod
    by: Any
    submit: bool
    reason: str
    units: Mapping[int, PartyUnit]
    indicators: Mapping[int, Indicator]
    existing: Mapping[Key, IndicatorValue]
    excluded: Mapping[int, list[int | None]]
    now: Any = field(default_factory=clock.now)
    created: list[IndicatorValue] = field(default_factory=list)
    updated: list[IndicatorValue] = field(default_factory=list)
    removed: list[IndicatorValue] = field(default_factory=list)
    restored: list[IndicatorValue] = field(default_factory=list)
    before: dict[Key, dict[str, str]] = field(default_factory=dict)
    left: list[IndicatorValue] = field(default_factory=list)
    done: Entered = field(default_factory=Entered)


@transaction.atomic
def enter_values(
    period_code: str, figures: Sequence[TypedFigure], *, by: Any, submit: bool, reason: str = ""
) -> Entered:
    """Write all of it, as drafts or submitted for verification, or nothing: FiguresRefused says why, by cell.

    What is the same as before stays what it is; of a changed one the verified figure counts until the new
    one is verified. Typing its numbers again takes the correction back, as does an empty cell instead of a
    draft. Submitting takes along one's own drafts, not those of others. A published period wants a
    ``reason``: what changes there only enters a corrected edition.
    """
    sheet = _open_sheet(period_code, figures, by=by, submit=submit, reason=reason.strip())
    errors = _enter_all(sheet, figures)
    if errors:
        raise FiguresRefused(errors)
    changes = sheet.created or sheet.updated or sheet.removed or sheet.restored
    if changes and not sheet.reason and is_published(period_code):
        raise ReasonMissing
    _write(sheet)
    sheet.done.left = _names_of(sheet)
    return sheet.done


def look_over(
    period_code: str, figures: Sequence[TypedFigure], *, by: Any, submit: bool
) -> FiguresRefused | None:
    """What ``enter_values`` would refuse; nothing is written."""
    with transaction.atomic():
        errors = _enter_all(_open_sheet(period_code, figures, by=by, submit=submit, reason=""), figures)
        transaction.set_rollback(True)
    return FiguresRefused(errors) if errors else None


@transaction.atomic
def name_document(value: IndicatorValue, document: str, *, by: Any, version: int | None) -> IndicatorValue:
    """From which document the figure comes. It is evidence and no part of the figure: what was verified stays
    verified. MoveRefused in an archived period, VersionConflict when somebody was faster."""
    locked: IndicatorValue = lock_version(value, version)
    if not allowed(by, locked, "change"):
        raise PermissionDenied
    if locked.period.state == PeriodState.ARCHIVED:
        raise MoveRefused(ARCHIVED)
    before, locked.document = locked.document, document.strip()
    if before != locked.document:
        locked.version += 1
        locked.save(update_fields=["document", "version"])
        scope, changed = locked.unit.path or "", [before, locked.document]
        audit.record("name_document", locked, by=by, scope=scope, document=changed)
    return locked


def is_published(period_code: str) -> bool:
    """Whether a board of the period is published: it stays as it is, whatever is entered now."""
    return Edition.objects.published().filter(period__code=period_code).exists()


def _enter_all(sheet: _Sheet, figures: Sequence[TypedFigure]) -> dict[Key, tuple[str, str]]:
    errors = {}
    for figure in figures:
        try:
            _enter(sheet, figure)
        except FigureRefused as error:
            errors[figure.key] = (error.column, error.args[0])
    return errors


def _names_of(sheet: _Sheet) -> tuple[str, ...]:
    """ "Bureau B1, complaints (Li Na)" of each draft that was left to who made it."""
    people = get_user_model().objects.in_bulk({value.entered_by_id for value in sheet.left})
    return tuple(
        _("%(unit)s, %(indicator)s (%(who)s)")
        % {
            "unit": sheet.units[value.unit_id],
            "indicator": sheet.indicators[value.indicator_id],
            "who": getattr(people.get(value.entered_by_id), "name", "—"),
        }
        for value in sheet.left
    )


def _open_sheet(
    period_code: str, figures: Sequence[TypedFigure], *, by: Any, submit: bool, reason: str
) -> _Sheet:
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=ensure_period(period_code).pk)
    unit_ids = {figure.unit_id for figure in figures}
    indicator_ids = {figure.indicator_id for figure in figures}
    values = IndicatorValue.objects.select_for_update().filter(
        period=period, unit__in=unit_ids, indicator__in=indicator_ids
    )
    existing = {(value.unit_id, value.indicator_id): value for value in values.order_by("pk")}
    return _Sheet(
        period=period,
        by=by,
        submit=submit,
        reason=reason,
        units=units_for(by, CHANGE).in_bulk(sorted(unit_ids)),
        indicators=Indicator.objects.in_bulk(sorted(indicator_ids)),
        existing=existing,
        excluded=excluded_of(value.pk for value in existing.values()),
    )


def _enter(sheet: _Sheet, figure: TypedFigure) -> None:
    known = sheet.existing.get(figure.key)
    _check(sheet, figure, known)
    if figure.value is None:
        if figure.denominator is not None:
            raise FigureRefused("value", _("Give the value too."))
        if known is not None:
            _remove(sheet, known)
        return
    indicator = sheet.indicators[figure.indicator_id]
    raw = raw_of(indicator, figure.value, figure.denominator)
    check_sense(indicator, figure.value, figure.denominator)
    below = None if figure.denominator is None else stored(figure.denominator)
    numbers = (stored(figure.value), below)
    if known is None:
        known = IndicatorValue(
            unit_id=figure.unit_id, indicator_id=figure.indicator_id, period=sheet.period, version=0
        )
    elif _is_as_before(sheet, known, numbers):
        return
    else:
        sheet.before[figure.key] = summary(known)
        _keep_standing(known)
        amounts = sheet.excluded.get(known.pk, [])
        raw = raw_without(indicator, *numbers, amounts) if amounts else raw
    known.value, known.denominator = numbers
    known.raw = raw
    _put(sheet, known)


def _is_as_before(sheet: _Sheet, known: IndicatorValue, numbers: tuple[int, int | None]) -> bool:
    """Nothing new was typed: what was verified before the correction, or what stands there."""
    if known.standing_raw is not None and (known.standing_value, known.standing_denominator) == numbers:
        _restore(sheet, known)
        return True
    if (known.value, known.denominator) == numbers:
        _submit_unchanged(sheet, known)
        return True
    return False


def _keep_standing(known: IndicatorValue) -> None:
    """What is verified goes on counting while its correction waits."""
    if known.state == ValueState.VERIFIED:
        for kept, name in STANDS.items():
            setattr(known, kept, getattr(known, name))


def _restore(sheet: _Sheet, known: IndicatorValue) -> None:
    """The correction is taken back: the figure is what was verified, by whom it was."""
    sheet.before[known.unit_id, known.indicator_id] = summary(known)
    for kept, name in STANDS.items():
        setattr(known, name, getattr(known, kept))
    for kept, nothing in NOTHING_STANDS.items():
        setattr(known, kept, nothing)
    known.state, known.reason = ValueState.VERIFIED, ""
    known.version += 1
    sheet.restored.append(known)
    sheet.done.restored += 1


def _check(sheet: _Sheet, figure: TypedFigure, known: IndicatorValue | None) -> None:
    """The right, the period, the indicator's validity, and that nobody was faster."""
    if figure.unit_id not in sheet.units:
        raise FigureRefused("value", _("You do not enter figures for this unit."))
    if sheet.period.state == PeriodState.ARCHIVED:
        raise FigureRefused("value", str(ARCHIVED))
    _check_collecting(sheet, figure, known)
    indicator = sheet.indicators[figure.indicator_id]
    if known is None and figure.value is not None and not _is_valid(indicator, sheet.period):
        raise FigureRefused("value", _("The indicator is not valid in this period."))
    is_stale = figure.version is not None and figure.version != (known.version if known else 0)
    if is_stale and not _is_untouched(sheet, figure, known):
        raise FigureRefused("value", changed_meanwhile(known))


def _is_untouched(sheet: _Sheet, figure: TypedFigure, known: IndicatorValue | None) -> bool:
    """Nothing would be written: a cell that came along with others."""
    if known is None or figure.value is None:
        return known is None and figure.value is None
    below = None if figure.denominator is None else stored(figure.denominator)
    is_same = (known.value, known.denominator) == (stored(figure.value), below)
    return is_same and not (sheet.submit and known.state in OPEN and _is_own(sheet, known))


def _is_own(sheet: _Sheet, known: IndicatorValue) -> bool:
    return bool(known.entered_by_id == sheet.by.pk)


def _check_collecting(sheet: _Sheet, figure: TypedFigure, known: IndicatorValue | None) -> None:
    """While the departments verify, units put right what is returned to them, and nothing else."""
    if sheet.period.state != PeriodState.VERIFYING or _is_untouched(sheet, figure, known):
        return
    is_returned = known is not None and known.state == ValueState.RETURNED
    if not is_returned and not has_permission(sheet.by, KEEPS_PERIODS):
        raise FigureRefused("value", _("The period takes no more figures: they are being verified."))


def changed_meanwhile(known: IndicatorValue | None) -> str:
    now = to_short_text(known.value, RAW_PLACES) if known else _("empty")
    return _("Somebody changed this meanwhile; now it is %(value)s.") % {"value": now}


def _is_valid(indicator: Indicator, period: AssessmentPeriod) -> bool:
    begun = indicator.valid_from is None or indicator.valid_from <= period.last_day
    return begun and (indicator.valid_to is None or indicator.valid_to >= period.first_day)


def _remove(sheet: _Sheet, value: IndicatorValue) -> None:
    if value.state in OPEN and value.standing_raw is not None:
        _restore(sheet, value)
        return
    if value.state not in OPEN or value.exclusions.exists():
        raise FigureRefused(
            "value", _("This figure was submitted. Correct it, or ask for its return; it can't be emptied.")
        )
    sheet.before[value.unit_id, value.indicator_id] = summary(value)
    sheet.removed.append(value)
    sheet.done.removed += 1


def _submit_unchanged(sheet: _Sheet, value: IndicatorValue) -> None:
    sheet.done.waiting += value.state == ValueState.SUBMITTED
    if not sheet.submit or value.state not in OPEN:
        return
    if not _is_own(sheet, value):
        sheet.left.append(value)
        return
    sheet.before[value.unit_id, value.indicator_id] = summary(value)
    value.state, value.reason = ValueState.SUBMITTED, ""
    value.decided_by = value.decided_at = None
    value.version += 1
    sheet.updated.append(value)
    sheet.done.submitted += 1


def _put(sheet: _Sheet, value: IndicatorValue) -> None:
    """A new or changed figure: by hand, from now on, by this person."""
    value.state = ValueState.SUBMITTED if sheet.submit else ValueState.DRAFT
    value.origin, value.reason = ValueOrigin.TYPED, ""
    value.entered_by, value.entered_at = sheet.by, sheet.now
    value.decided_by = value.decided_at = None
    value.version += 1
    (sheet.updated if value.pk else sheet.created).append(value)
    sheet.done.entered += 1
    sheet.done.submitted += sheet.submit


WRITTEN = [
    *"value denominator raw state origin reason entered_by entered_at decided_by decided_at version".split(),
    *STANDS,
]


def _write(sheet: _Sheet) -> None:
    events = [_event(sheet, "remove_value", value) for value in sheet.removed]
    IndicatorValue.objects.filter(pk__in=[value.pk for value in sheet.removed]).delete()
    IndicatorValue.objects.bulk_create(sheet.created, batch_size=500)
    IndicatorValue.objects.bulk_update([*sheet.updated, *sheet.restored], WRITTEN, batch_size=500)
    events += [_event(sheet, "restore_value", value) for value in sheet.restored]
    events += [_event(sheet, "enter_value", value) for value in [*sheet.created, *sheet.updated]]
    audit.record_many(events)


def _event(sheet: _Sheet, verb: str, value: IndicatorValue) -> AuditEvent:
    before = sheet.before.get((value.unit_id, value.indicator_id), {})
    after = {} if verb == "remove_value" else summary(value)
    return audit.build_event(
        verb,
        value,
        by=sheet.by,
        scope=sheet.units[value.unit_id].path or "",
        reason=sheet.reason,
        **changes_between(before, after),
    )


def summary(value: IndicatorValue) -> dict[str, str]:
    """What the history of a figure keeps of it."""
    return {
        "value": to_short_text(value.value, RAW_PLACES),
        "denominator": to_short_text(value.denominator, RAW_PLACES),
        "state": str(value.state),
    }


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Any]:
    """``{name: [before, after]}`` of what differs, as the audit trail keeps it."""
    pairs = {name: [before.get(name, ""), after.get(name, "")] for name in [*after, *before]}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def tell(unit_ids: Iterable[int], periods: Iterable[AssessmentPeriod]) -> None:
    """Boards that are not published yet score these units again."""
    units = set(unit_ids)
    if units:
        days = {period.first_day for period in periods}
        counting_changed.send(sender=IndicatorValue, unit_ids=units, days=days)
