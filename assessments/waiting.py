"""What a period waits for, told on the workbench to whom it waits for."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import rounds
from assessments.choices import EditionState, GapSide, ObjectionState, PeriodState, ProposalState
from assessments.models import AssessmentPeriod, Edition, Entry, GapComment, Objection, Proposal
from assessments.operations import OBJECT, comment_permission
from assessments.operations.publishing import PUBLISH
from assessments.querysets import EntryQuerySet
from assessments.selectors import periods_known
from branches.models import PartyUnit
from branches.selectors import has_permission, units_for
from core import clock, due
from core.periods import period_words
from core.templatetags.format import day

SHOWN_AT_MOST, GAPS_SHOWN = 20, 5


def _periods(*states: PeriodState) -> list[AssessmentPeriod]:
    return [period for period in periods_known() if period.state in states]


def preview_items(user: Any) -> Iterator[due.DueItem]:
    """A unit's own figures, while it may say what is wrong with them."""
    in_preview = _periods(PeriodState.PREVIEW)
    if not in_preview:
        return
    editions = Edition.objects.provisional().filter(period__in=in_preview)
    for edition in editions.select_related("period", "scheme"):
        last = rounds.objecting_until(edition)
        if last is None:
            continue
        mine = edition.entries.filter(unit__in=units_for(user, OBJECT).values("pk")).order_by("path")
        for entry in mine[:SHOWN_AT_MOST]:
            words = {"unit": entry.unit_name, "period": period_words(edition.period.code)}
            yield due.DueItem(
                kind="due",
                title=_("Look over the figures of %(unit)s, %(period)s") % words,
                hint=_("%(scheme)s: say what is wrong until %(day)s")
                % {"scheme": edition.scheme.name, "day": day(last)},
                url=reverse(
                    "assessments:explanation",
                    args=[edition.period.code, edition.scheme_code, entry.unit_code],
                )
                + "?edition=0",
                due_on=last,
            )


def objection_items(user: Any) -> Iterator[due.DueItem]:
    waiting = Objection.objects.allowed_to(user, "answer").filter(state=ObjectionState.OPEN)
    waiting = waiting.exclude(raised_by=user).prefetch_related("unit").order_by("raised_at", "pk")
    for objection in waiting[:SHOWN_AT_MOST]:
        yield due.DueItem(
            kind="waiting",
            title=_("Answer the objection of %(unit)s") % {"unit": objection.unit.name},
            hint=objection.text[:60],
            url=reverse("assessments:objection", args=[objection.pk]),
        )


def board_items(user: Any) -> Iterator[due.DueItem]:
    """For who prepares and approves: boards that wait for the one or the other."""
    if not has_permission(user, PUBLISH):
        return
    prepared = Proposal.objects.filter(state=ProposalState.PREPARED).prefetch_related("period", "prepared_by")
    for proposal in prepared.exclude(prepared_by=user):
        words = {"scheme": _name_of(proposal), "period": period_words(proposal.period.code)}
        yield due.DueItem(
            kind="waiting",
            title=_("Approve or return %(scheme)s, %(period)s") % words,
            hint=_("Prepared by %(person)s") % {"person": proposal.prepared_by.name},
            url=reverse("assessments:proposal", args=[proposal.pk]),
        )
    for period in _periods(PeriodState.PREVIEW):
        yield from _boards_to_prepare(period, {proposal.scheme_code for proposal in prepared})


def _name_of(proposal: Proposal) -> str:
    edition = (
        proposal.period.editions.filter(scheme_code=proposal.scheme_code).select_related("scheme").first()
    )
    return edition.scheme.name if edition else proposal.scheme_code


def _boards_to_prepare(period: AssessmentPeriod, waiting: set[str]) -> Iterator[due.DueItem]:
    for edition in period.editions.current().select_related("scheme").order_by("scheme_code"):
        done = edition.state != EditionState.PROVISIONAL or edition.scheme_code in waiting
        if done or rounds.not_ready_to_prepare(period, edition.scheme_code):
            continue
        words = {"scheme": edition.scheme.name, "period": period_words(period.code)}
        yield due.DueItem(
            kind="due",
            title=_("Prepare %(scheme)s, %(period)s") % words,
            hint=_("The preview is over"),
            url=reverse("assessments:prepare", args=[period.code, edition.scheme_code]),
            due_on=clock.today(),
        )


def gap_items(user: Any) -> Iterator[due.DueItem]:
    """A comment owed by the side for which the person speaks, from the preview to the archive."""
    sides = [side for side in GapSide if has_permission(user, comment_permission(side))]
    if not sides:
        return
    periods = _periods(PeriodState.PREVIEW, PeriodState.PUBLISHED)
    if not periods:
        return
    editions = Edition.objects.current().filter(period__in=periods)
    for side in sides:
        rows = _asked(user, side).filter(edition__in=editions)
        rows = rows.select_related("edition__period").order_by("-edition__period__last_day", "path")
        said = GapComment.objects.filter(side=side, period__in=periods)
        done = set(said.values_list("unit_id", "period_id", "scheme_code"))
        owed = [
            row
            for row in rows[: GAPS_SHOWN + len(done)]
            if (row.unit_id, row.edition.period_id, row.edition.scheme_code) not in done
        ]
        yield from (_gap_item(entry, side) for entry in owed[:GAPS_SHOWN])


def _asked(user: Any, side: GapSide) -> EntryQuerySet:
    """On the Party side the nearest office above a unit is asked, on the other the departments' reviewers."""
    lines = Entry.objects.with_gap_for(user, side)
    if side == GapSide.PARTY:
        nearest = PartyUnit.objects.reviewed_by(user, comment_permission(side))
        return lines.filter(unit__in=nearest.values("pk"))
    return lines


def _gap_item(entry: Entry, side: GapSide) -> due.DueItem:
    period = entry.edition.period
    url = reverse("assessments:gap", args=[period.code, entry.edition.scheme_code, entry.unit_code])
    return due.DueItem(
        kind="waiting",
        title=_("Comment on the wide gap of %(unit)s") % {"unit": entry.unit_name},
        hint=f"{side.label} · {period_words(period.code)}",
        url=f"{url}?edition={entry.edition.number}",
    )


def register() -> None:
    due.sources.register("assessments.preview", preview_items)
    due.sources.register("assessments.objections", objection_items)
    due.sources.register("assessments.boards", board_items)
    due.sources.register("assessments.gaps", gap_items)
