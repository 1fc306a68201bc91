"""What the page of a period says: its steps, what each waits for, and what is left to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments import rounds
from assessments.choices import RANK_FIELDS, BoardScope, EditionState, GapSide, PeriodState
from assessments.earlier import ranks_before
from assessments.lacking import lacking_figures, lacking_lines
from assessments.models import AssessmentPeriod, Edition, Entry, GapComment
from assessments.moves import PERIOD_MOVES
from assessments.querysets import EntryQuerySet
from assessments.standings import PROVISIONAL, Board, lines_for, moved_words
from core.templatetags.format import day

MISSING_SHOWN = CHANGES_SHOWN = 200


def steps_of(period: AssessmentPeriod) -> list[dict[str, Any]]:
    """The five states as ``components/steps.html`` draws them."""
    reached = list(PeriodState).index(PeriodState(period.state))
    dates = {
        PeriodState.PREVIEW: timezone.localdate(period.previewed_at) if period.previewed_at else None,
        PeriodState.PUBLISHED: _published_on(period),
        PeriodState.ARCHIVED: timezone.localdate(period.archived_at) if period.archived_at else None,
    }
    found = []
    for place, state in enumerate(PeriodState):
        mark = "done" if place < reached else "now" if place == reached else "next"
        date = dates.get(state)
        found.append({"label": capfirst(state.label), "state": mark, "date": day(date) if date else ""})
    return found


def _published_on(period: AssessmentPeriod) -> Any:
    last = period.editions.published().aggregate(last=Max("published_at"))["last"]
    return timezone.localdate(last) if last else None


@dataclass(frozen=True)
class Step:
    """A move that can be tried from where the period stands; ``waits`` says why not yet."""

    name: str
    label: str
    needs_reason: bool
    waits: Any = None


def moves_from(period: AssessmentPeriod) -> list[Step]:
    labels = {
        "verify": _("Close collecting, begin verifying"),
        "collect": _("Back to collecting"),
        "preview": _("Open the preview"),
        "reopen": _("Back to verifying"),
        "archive": _("Archive the period"),
    }
    return [
        Step(
            name,
            labels[name],
            move.needs_reason or _cuts_off(period, name),
            move.guard(period) if move.guard else None,
        )
        for name, move in PERIOD_MOVES.items()
        if period.state in move.sources
    ]


def _cuts_off(period: AssessmentPeriod, step: str) -> bool:
    return step == "verify" and rounds.closes_early(period)


def waiting_words(period: AssessmentPeriod) -> str:
    """What the period waits for now, and for whom."""
    preview_ends = rounds.preview_until(period)
    words = {
        PeriodState.COLLECTING: _("Units enter their values."),
        PeriodState.VERIFYING: _("The departments that own the figures verify them."),
        PeriodState.PREVIEW: _(
            "Each unit looks its own figures over until %(day)s; then a board is prepared."
        )
        % {"day": day(preview_ends) if preview_ends else ""},
        PeriodState.PUBLISHED: _objection_words(period),
        PeriodState.ARCHIVED: _("Nothing is left to do."),
    }
    return words[PeriodState(period.state)]


def _objection_words(period: AssessmentPeriod) -> str:
    ends = [rounds.objections_until(edition) for edition in rounds.newest_of_each(period)]
    last = max((end for end in ends if end is not None), default=None)
    return _("Units may object until %(day)s.") % {"day": day(last) if last else "—"}


def boards_of(period: AssessmentPeriod, user: Any) -> list[dict[str, Any]]:
    """Each board of the period: what is computed, prepared, published, and why it can not be prepared yet.
    Missing figures are counted within the reach of ``user``."""
    editions = period.editions.select_related("scheme", "period").order_by("scheme_code", "-number")
    proposals = {
        one.scheme_code: one for one in rounds.waiting_proposals(period).select_related("prepared_by")
    }
    found: dict[str, dict[str, Any]] = {}
    for edition in editions:
        row = found.setdefault(
            edition.scheme_code, {"scheme": edition.scheme, "published": None, "trial": None}
        )
        if edition.state == EditionState.PROVISIONAL:
            row["trial"] = edition
            row["missing"] = lacking_lines(edition, lines_for(edition, user)).count()
        elif row["published"] is None:
            row["published"] = edition
            row["objections_until"] = rounds.objections_until(edition)
    for code, row in found.items():
        row["proposal"] = proposals.get(code)
        row["waits"] = rounds.not_ready_to_prepare(period, code)
        row["url"] = reverse("assessments:board", args=[period.code, code])
    return list(found.values())


def summary_of(edition: Edition, user: Any) -> dict[str, Any]:
    """Who approves sees in one look what he approves; what lies beyond his office he neither sees nor
    approves."""
    entries = lines_for(edition, user)
    first = list(entries.filter(rank_company__lte=3).order_by("rank_company", "unit_code")[:10])
    before = ranks_before(edition, Board(BoardScope.COMPANY), [entry.unit_id for entry in first])
    figures = entries.aggregate(highest=Max("total"), lowest=Min("total"), subjects=Count("pk"))
    return figures | {
        "gaps": entries.filter(has_gap=True).count(),
        "missing": lacking_lines(edition, entries).count(),
        "vetoes": entries.filter(has_veto=True).count(),
        "first": [
            (entry, moved_words(before.movement(entry.unit_id, entry.rank_company)) if before else "")
            for entry in first
        ],
        "before": before,
    }


def missing_rows(edition: Edition, user: Any) -> list[dict[str, str]]:
    """The due figures that are missing or in doubt within the reach of ``user``, each with the page that says
    why."""
    return [
        {
            "unit": one.entry.unit_name,
            "item": one.item.name,
            "why": one.why,
            "url": f"{why_url(edition, one.entry)}#item-{one.place}",
        }
        for one in islice(lacking_figures(edition, lines_for(edition, user)), MISSING_SHOWN)
    ]


def why_url(edition: Edition, line: Entry) -> str:
    args = [edition.period.code, edition.scheme_code, line.unit_code]
    return f"{reverse('assessments:explanation', args=args)}?edition={edition.number}"


def effect_of(edition: Edition | None, before: Edition | None, user: Any) -> dict[str, Any] | None:
    """What another edition changes against the published one: the units whose total, grade, place or veto is
    another, within the reach of ``user``."""
    if edition is None or before is None:
        return None
    place = RANK_FIELDS[edition.scheme.board_scopes[0]]
    same = before.entries.annotate(was=_or_none("total"), stood=_or_none(place)).filter(
        unit=OuterRef("unit"),
        grade=OuterRef("grade"),
        has_veto=OuterRef("has_veto"),
        was=_or_none(OuterRef("total")),
        stood=_or_none(OuterRef(place)),
    )
    changed = lines_for(edition, user).exclude(Exists(same)).order_by(F(place).asc(nulls_last=True), "path")
    shown = list(changed[:CHANGES_SHOWN])
    old = {line.unit_id: line for line in before.entries.filter(unit__in=[line.unit_id for line in shown])}
    gone = before.entries.under_assignments(user, PROVISIONAL).exclude(
        unit__in=edition.entries.values("unit")
    )
    return {
        "number": before.number,
        "at": edition.computed_at,
        "count": changed.count(),
        "gone": list(gone.order_by("path").values_list("unit_name", flat=True)[:CHANGES_SHOWN]),
        "rows": [
            {
                "name": line.unit_name,
                "url": why_url(edition, line),
                "old": _stand(before, old.get(line.unit_id), place),
                "new": _stand(edition, line, place),
            }
            for line in shown
        ],
    }


def _or_none(column: Any) -> Coalesce:
    """Nothing is equal to nothing."""
    return Coalesce(column, Value(-1))


def _stand(edition: Edition, line: Entry | None, place: str) -> dict[str, Any] | None:
    if line is None:
        return None
    names = {band.code: band.name for band in edition.scheme.bands.all()}
    return {
        "total": line.total,
        "rank": getattr(line, place),
        "grade": names.get(line.grade, ""),
        "veto": line.has_veto,
    }


def gap_entries(period: AssessmentPeriod, user: Any) -> EntryQuerySet:
    """The lines below ``user`` with a wide gap; none while figures still come in."""
    entries: EntryQuerySet = Entry.objects.allowed_to(user, "view").filter(has_gap=True)
    if period.state in (PeriodState.COLLECTING, PeriodState.VERIFYING):
        return entries.none()
    entries = entries.filter(edition__in=period.editions.current()).select_related("edition__scheme")
    return entries.order_by("edition__scheme_code", "path")


def gaps_on(entries: Iterable[Entry], period: AssessmentPeriod) -> list[dict[str, Any]]:
    """Each line with the sides that have not commented yet."""
    rows = list(entries)
    said = GapComment.objects.filter(period=period, unit__in=[entry.unit_id for entry in rows])
    sides: dict[tuple[int, str], set[str]] = {}
    for comment in said:
        sides.setdefault((comment.unit_id, comment.scheme_code), set()).add(comment.side)
    return [
        {
            "entry": entry,
            "owed": _(", ").join(
                str(side.label)
                for side in GapSide
                if side not in sides.get((entry.unit_id, entry.edition.scheme_code), set())
            ),
            "url": reverse("assessments:gap", args=[period.code, entry.edition.scheme_code, entry.unit_code]),
        }
        for entry in rows
    ]
