"""A draft tried out on a period that was: both versions scored on the same records, compared, and taken back.

Nothing of it is ever committed but the comparison, which stays with the draft.
"""

import heapq
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby, repeat
from typing import IO, Any, NamedTuple

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
CHUNK = 2000
LISTS = ("raws", "item_scores", "item_states", "evidence_counts", "section_scores")
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


class Line(NamedTuple):
    """What is compared of one unit's line."""

    unit_id: int
    unit_code: str
    unit_name: str
    total: int | None
    grade: str
    raws: list[int | None]
    item_scores: list[int | None]
    item_states: list[int]
    evidence_counts: list[int]
    section_scores: list[int | None]
    rank: int | None


@dataclass(frozen=True)
class Board:
    """A board computed for a trial: its rules, and its lines in the order of the units' keys. They come as a
    stream: a board may have a million."""

    edition: Edition
    lines: Iterator[Line]
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
    base, ranks = _rules_then(plan.code, period), RANK_FIELDS[plan.board_scopes[0]]
    old, changed = None, False
    report(0, STEPS)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        if base:
            with _taken_back():
                old = _computed(base, period, ranks, by=by)
                changed = _changed_since(old)
                old = _kept(old, kept)
        report(1, STEPS)
        with _taken_back():
            # The number may be taken by the version in force: beside it there is room for one more.
            tried = write_scheme(replace(plan, version=HIGHEST_VERSION + 1), draft.document)
            found = _compare(old, _computed(tried, period, ranks, by=by))
    report(2, STEPS)
    return found | {"base": base.version if base else None, "changed_since": changed}


def _rules_then(code: str, period: AssessmentPeriod) -> Scheme | None:
    """Those of the published board, else those that apply to the period."""
    published = latest_published(code, period)
    return published.scheme if published else scheme_for(code, period)


def _computed(scheme: Scheme, period: AssessmentPeriod, ranks: str, *, by: Any) -> Board:
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
        _lines(edition, ranks),
        list(scheme.sections.all()),
        list(scheme.items.all()),
        {band.code: band.name for band in scheme.bands.all()},
    )


def _lines(edition: Edition, ranks: str) -> Iterator[Line]:
    rows = edition.entries.order_by("unit_id").values_list(*Line._fields[:-1], ranks)
    for row in rows.iterator(chunk_size=CHUNK):
        yield Line(*row)


def _kept(board: Board, file: IO[str]) -> Board:
    """The board with its lines in a file: in the database they will be gone."""
    for line in board.lines:
        file.write(f"{json.dumps(line)}\n")
    file.seek(0)
    return replace(board, lines=(Line(*json.loads(text)) for text in file))


def _changed_since(old: Board | None) -> bool:
    """Whether the old rules give another result today than the board that was published by them."""
    if old is None:
        return False
    published = latest_published(old.edition.scheme.code, old.edition.period)
    return published is not None and published.digest != scoring.digest_of(old.edition)


# --- comparing ------------------------------------------------------------------------------------
@dataclass
class Tally:
    """What is counted while the lines pass by."""

    subjects: int = 0
    moved: Counter[str] = field(default_factory=Counter)
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: Counter[int] = field(default_factory=Counter)
    gone: list[str] = field(default_factory=list)

    def lose(self, name: str) -> None:
        self.gone.append(name)
        if len(self.gone) > 2 * ROWS_KEPT:
            self.gone = sorted(self.gone)[:ROWS_KEPT]


Pair = tuple[Line | None, Line]


def _compare(old: Board | None, new: Board) -> dict[str, Any]:
    """In one pass over both boards; only those that move most are kept whole."""
    tally = Tally()
    movers = heapq.nsmallest(ROWS_KEPT, _counted(old, new, tally), key=lambda pair: _by_movement(*pair))
    missing = [[item.name, tally.missing[place]] for place, item in enumerate(new.items)]
    return {
        "subjects": tally.subjects,
        "moved": dict(tally.moved),
        "gone": sorted(tally.gone)[:ROWS_KEPT],
        "grades": [[was, now, count] for (was, now), count in sorted(tally.grades.items()) if was != now],
        "missing": [[name, count] for name, count in missing if count],
        "rows": [_row(old, new, before, after) for before, after in movers],
    }


def _counted(old: Board | None, new: Board, tally: Tally) -> Iterator[Pair]:
    for before, after in _side_by_side(old.lines if old else iter(()), new.lines):
        if after is None:
            tally.lose(before.unit_name if before else "")
            continue
        tally.subjects += 1
        tally.moved[_direction(before, after)] += 1
        if old and before:
            tally.grades[old.grades.get(before.grade, ""), new.grades.get(after.grade, "")] += 1
        states = enumerate(after.item_states)
        tally.missing.update(place for place, state in states if state == ItemState.MISSING)
        yield before, after


def _side_by_side(old: Iterator[Line], new: Iterator[Line]) -> Iterator[tuple[Line | None, Line | None]]:
    """The lines of each unit, of which either may be missing; both streams are in the order of the keys."""
    both = heapq.merge(zip(repeat(0), old), zip(repeat(1), new), key=lambda one: one[1].unit_id)
    for _unit, found in groupby(both, key=lambda one: one[1].unit_id):
        lines = {side: _unranked_without_figures(line) for side, line in found}
        yield lines.get(0), lines.get(1)


def _unranked_without_figures(line: Line) -> Line:
    """Who has no figure at all stands nowhere in a trial: a first place by 0.00 would say nothing."""
    return line if ItemState.SCORED in line.item_states else line._replace(rank=None, grade="")


def _by_movement(before: Line | None, after: Line) -> tuple[int, int, int, str]:
    """The longest way first, whichever direction; then the largest difference of the total."""
    places = abs((before.rank or 0) - (after.rank or 0)) if before else 0
    return (
        -places,
        -abs(((before and before.total) or 0) - (after.total or 0)),
        after.rank or 10**9,
        after.unit_code,
    )


def _direction(before: Line | None, after: Line) -> str:
    if before is None:
        return "came"
    if before.rank is None or after.rank is None or before.rank == after.rank:
        return "same"
    return "up" if after.rank < before.rank else "down"


def _row(old: Board | None, new: Board, before: Line | None, after: Line) -> dict[str, Any]:
    return {
        "code": after.unit_code,
        "name": after.unit_name,
        "old": [before.total, before.rank, old.grades.get(before.grade, "")] if old and before else None,
        "new": [after.total, after.rank, new.grades.get(after.grade, "")],
        "effects": _effects(old, before, new, after) if old and before else [],
    }


def _effects(old: Board, before: Line, new: Board, after: Line) -> list[list[str]]:
    """The items that gave or took, in points of the total: code, name, difference; what moved most first."""
    was, now = _gains(old, before), _gains(new, after)
    found = []
    for code in dict.fromkeys([*now, *was]):
        difference = now.get(code, ("", 0))[1] - was.get(code, ("", 0))[1]
        if difference:
            found.append((abs(difference), code, (now.get(code) or was[code])[0], difference))
    found.sort(key=lambda one: (-one[0], one[1]))
    return [[code, name, f"{rounded(points, 2):+f}".replace("-", "−")] for _size, code, name, points in found]


def _gains(board: Board, line: Line) -> dict[str, tuple[str, Any]]:
    """What each item brings to the total, exactly: share x score."""
    entry = Entry(**{name: getattr(line, name) for name in LISTS})
    lines = [line for part in explain(entry, board.sections, board.items) for line in part.lines]
    return {line.item.code: (line.item.name, line.share * (line.score or 0) / 10**4) for line in lines}
