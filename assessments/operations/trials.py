"""A draft tried out on a period that was: both versions scored on the same records, compared, and taken back.

Nothing of it is ever committed but the comparison, which stays with the draft.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.choices import RANK_FIELDS, EditionState, ItemState
from assessments.explanation import explain
from assessments.models import AssessmentPeriod, Edition, Entry, Item, Scheme, SchemeDraft, Section
from assessments.operations.recomputing import Guard, Report, check_reach
from assessments.operations.scheme_drafts import HIGHEST_VERSION, document_of
from assessments.operations.schemes import write_scheme
from assessments.refusing import Refused
from assessments.scheme_checks import check_document
from assessments.schemes import SchemePlan
from assessments.selectors import latest_published, previous_totals, scheme_for, subjects_as_of
from branches.selectors import allowed
from core import audit, clock
from core.templatetags.format import rounded

ROWS_KEPT = 200
PROVISIONAL = "assessments.view_provisional_board"
TAKEN_NUMBER = "$.version"
STEPS = 3  # the board by the old rules, by the new ones, and what lies between them


def _unseen(done: int, total: int) -> None:
    """Nobody looks on."""


@contextmanager
def _taken_back() -> Iterator[None]:
    """What is written inside is seen by nobody else, and is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Board:
    """A board computed for a trial: its rules, and the line of each unit. All of it is read already: in the
    database it is gone."""

    edition: Edition
    lines: dict[int, Entry]
    sections: Sequence[Section]
    items: Sequence[Item]
    grades: dict[str, str]


def try_draft(
    draft: SchemeDraft,
    period: AssessmentPeriod,
    *,
    by: Any,
    report: Report = _unseen,
    guard: Guard | None = None,
) -> dict[str, Any]:
    """Who would have stood where, and by which items; kept as the draft's last trial. JSON.

    ``report(done, total)`` is told after each board and at the end; what it raises ends the trial.
    """
    if not allowed(by, draft, "change"):
        raise PermissionDenied
    plan, problems = check_document(document_of(draft))
    if any(problem.path != TAKEN_NUMBER for problem in problems):
        raise Refused(_("The draft is not complete yet: look at what stands in its way."))
    found = _tried(draft, plan, period, by=by, report=report)
    found |= {"period": period.code, "at": clock.now().isoformat(), "by": str(by), "text": draft.version}
    with transaction.atomic():
        if guard is not None:
            guard()
        if not SchemeDraft.objects.open().filter(pk=draft.pk).update(trial=found):
            raise Refused(_("This draft was adopted. Copy the version to a new one to change it."))
        audit.record("try_scheme", draft, by=by, period=period.code, subjects=found["subjects"])
    report(STEPS, STEPS)
    return found


def _tried(
    draft: SchemeDraft, plan: SchemePlan, period: AssessmentPeriod, *, by: Any, report: Report
) -> dict[str, Any]:
    """Each board in a transaction of its own: between them ``report`` is seen, and may end the trial."""
    base = _rules_then(plan.code, period)
    old, changed = None, False
    report(0, STEPS)
    if base:
        with _taken_back():
            old = _computed(base, period, by=by)
            changed = _changed_since(old)
    report(1, STEPS)
    with _taken_back():
        # The number may be taken by the version in force: beside it there is room for one more.
        tried = write_scheme(replace(plan, version=HIGHEST_VERSION + 1), draft.document)
        new = _computed(tried, period, by=by)
    report(2, STEPS)
    return _compare(old, new) | {"base": base.version if base else None, "changed_since": changed}


def _rules_then(code: str, period: AssessmentPeriod) -> Scheme | None:
    """Those of the published board, else those that apply to the period."""
    published = latest_published(code, period)
    return published.scheme if published else scheme_for(code, period)


def _computed(scheme: Scheme, period: AssessmentPeriod, *, by: Any) -> Board:
    """A board of its own name, so that it neither meets nor waits for the live one."""
    edition = Edition.objects.create(
        scheme=scheme,
        scheme_code=f"trial:{scheme.pk}",  # no code of a scheme holds a colon
        period=period,
        number=0,
        state=EditionState.PROVISIONAL,
        as_of=subjects_as_of(period),
        computed_at=clock.now(),
        subject_count=0,
        digest="",
    )
    scoring.score(replace(scoring.make_run(edition), previous=previous_totals(scheme.code, period)))
    check_reach(edition, by, PROVISIONAL)
    return Board(
        edition,
        {entry.unit_id: entry for entry in edition.entries.all()},
        list(scheme.sections.all()),
        list(scheme.items.all()),
        {band.code: band.name for band in scheme.bands.all()},
    )


def _changed_since(old: Board | None) -> bool:
    """Whether the old rules give another result today than the board that was published by them."""
    if old is None:
        return False
    published = latest_published(old.edition.scheme.code, old.edition.period)
    return published is not None and published.digest != scoring.digest_of(old.edition)


# --- comparing ------------------------------------------------------------------------------------
def _compare(old: Board | None, new: Board) -> dict[str, Any]:
    before = old.lines if old else {}
    field = RANK_FIELDS[new.edition.scheme.board_scopes[0]]
    for line in [*before.values(), *new.lines.values()]:
        _unrank_without_figures(line, field)
    movers = sorted(
        new.lines.values(), key=lambda entry: _by_movement(before.get(entry.unit_id), entry, field)
    )
    moved = [_direction(before.get(entry.unit_id), entry, field) for entry in movers]
    names = _grade_names(old, new)
    steps = Counter(
        (_grade(before.get(entry.unit_id), names), _grade(entry, names))
        for entry in movers
        if entry.unit_id in before
    )
    return {
        "subjects": len(new.lines),
        "moved": dict(Counter(moved)),
        "gone": sorted(entry.unit_name for unit, entry in before.items() if unit not in new.lines)[
            :ROWS_KEPT
        ],
        "grades": [[was, now, count] for (was, now), count in sorted(steps.items()) if was != now],
        "missing": _missing(new),
        "rows": [_row(old, new, entry, field, names) for entry in movers[:ROWS_KEPT]],
    }


def _unrank_without_figures(line: Entry, field: str) -> None:
    """Who has no figure at all stands nowhere in a trial: a first place by 0.00 would say nothing."""
    if ItemState.SCORED not in line.item_states:
        setattr(line, field, None)
        line.grade = ""


def _missing(board: Board) -> list[list[Any]]:
    """The items for which figures are missing, with how many."""
    counts = Counter(
        place
        for line in board.lines.values()
        for place, state in enumerate(line.item_states)
        if state == ItemState.MISSING
    )
    return [[item.name, counts[place]] for place, item in enumerate(board.items) if counts[place]]


def _by_movement(before: Entry | None, after: Entry, field: str) -> tuple[int, int, int, str]:
    """The longest way first, whichever direction; then the largest difference of the total."""
    rank_was, rank_is = getattr(before, field, None), getattr(after, field)
    places = abs((rank_was or 0) - (rank_is or 0)) if before else 0
    return (
        -places,
        -abs(((before and before.total) or 0) - (after.total or 0)),
        rank_is or 10**9,
        after.unit_code,
    )


def _direction(before: Entry | None, after: Entry, field: str) -> str:
    if before is None:
        return "came"
    was, now = getattr(before, field), getattr(after, field)
    if was is None or now is None or was == now:
        return "same"
    return "up" if now < was else "down"


def _grade_names(old: Board | None, new: Board) -> dict[tuple[int, str], str]:
    """Bands of two versions may share a code and not a name."""
    boards = [board for board in (old, new) if board]
    return {(board.edition.scheme_id, code): name for board in boards for code, name in board.grades.items()}


def _grade(entry: Entry | None, names: dict[tuple[int, str], str]) -> str:
    return names.get((entry.edition.scheme_id, entry.grade), "") if entry else ""


def _row(
    old: Board | None, new: Board, entry: Entry, field: str, names: dict[tuple[int, str], str]
) -> dict[str, Any]:
    before = old.lines.get(entry.unit_id) if old else None
    return {
        "code": entry.unit_code,
        "name": entry.unit_name,
        "old": [before.total, getattr(before, field), _grade(before, names)] if before else None,
        "new": [entry.total, getattr(entry, field), _grade(entry, names)],
        "effects": _effects(old, before, new, entry) if old and before else [],
    }


def _effects(old: Board, before: Entry, new: Board, after: Entry) -> list[list[str]]:
    """The items that gave or took, in points of the total: code, name, difference; what moved most first."""
    was, now = _gains(old, before), _gains(new, after)
    found = []
    for code in dict.fromkeys([*now, *was]):
        difference = now.get(code, ("", 0))[1] - was.get(code, ("", 0))[1]
        if difference:
            found.append((abs(difference), code, (now.get(code) or was[code])[0], difference))
    found.sort(key=lambda one: (-one[0], one[1]))
    return [[code, name, f"{rounded(points, 2):+f}".replace("-", "−")] for _size, code, name, points in found]


def _gains(board: Board, entry: Entry) -> dict[str, tuple[str, Any]]:
    """What each item brings to the total, exactly: share x score."""
    lines = [line for part in explain(entry, board.sections, board.items) for line in part.lines]
    return {line.item.code: (line.item.name, line.share * (line.score or 0) / 10**4) for line in lines}
