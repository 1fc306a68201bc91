"""The archive of a pairing: which papers belong in it, and which are missing (S000 A8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import clock
from core.periods import Period, PeriodKind, period_of, period_words
from pairings.choices import INSTITUTION_DOCUMENTS, RUNNING, DocumentKind
from pairings.models import Pairing, PairingDocument
from pairings.moves import current_agreement

SUMMARIES_ASKED = 3  # half-years back


@dataclass(frozen=True)
class Paper:
    """What belongs in the archive: its name, the files there are, and whether it is needed and not there;
    of a summary the last day it is to cover."""

    label: str
    kind: str
    documents: tuple[PairingDocument, ...] = ()
    is_missing: bool = False
    covers_to: date | None = None


def papers(pairing: Pairing) -> list[Paper]:
    """The checklist, in the order of the archive; the signed copy stands with the agreement."""
    return [*_papers_of_agreement(pairing), *_papers_of_rules(pairing), *_summaries(pairing)]


def _of_kind(pairing: Pairing, kind: str) -> tuple[PairingDocument, ...]:
    return tuple(document for document in pairing.documents.all() if document.kind == kind)


def _papers_of_agreement(pairing: Pairing) -> Iterator[Paper]:
    agreement = current_agreement(pairing)
    signed = bool(agreement and agreement.signed_file_id)
    yield Paper(_("Signed agreement"), "AGREEMENT", is_missing=not signed)
    answer = _of_kind(pairing, DocumentKind.REVIEW_OPINION)
    yield Paper(str(DocumentKind.REVIEW_OPINION.label), DocumentKind.REVIEW_OPINION, answer, not answer)
    plan = _of_kind(pairing, DocumentKind.PLAN)
    planned = bool(plan or pairing.plan_items.all())
    yield Paper(str(DocumentKind.PLAN.label), DocumentKind.PLAN, plan, not planned)


def _papers_of_rules(pairing: Pairing) -> Iterator[Paper]:
    """One institution document is needed; which of them the branches decide."""
    there = {document.kind for document in pairing.documents.all()}
    none = not there & set(INSTITUTION_DOCUMENTS)
    for kind in INSTITUTION_DOCUMENTS:
        needed = none and kind == DocumentKind.BRANCH_DUTIES
        if kind in there or needed:
            yield Paper(str(kind.label), kind, _of_kind(pairing, kind), needed)
    if others := _of_kind(pairing, DocumentKind.OTHER):
        yield Paper(str(DocumentKind.OTHER.label), DocumentKind.OTHER, others)


def _summaries(pairing: Pairing) -> Iterator[Paper]:
    """One for each half-year in force that has ended, the newest three asked for."""
    there = _of_kind(pairing, DocumentKind.SUMMARY)
    asked = half_years_due(pairing)
    for period in asked:
        found = tuple(one for one in there if one.covers_to == period.last_day)
        label = _("Summary of %(period)s") % {"period": period_words(period.code)}
        yield Paper(label, DocumentKind.SUMMARY, found, not found, covers_to=period.last_day)
    last_days = {period.last_day for period in asked}
    if others := tuple(one for one in there if one.covers_to not in last_days):
        yield Paper(str(DocumentKind.SUMMARY.label), DocumentKind.SUMMARY, others)


def half_years_due(pairing: Pairing) -> list[Period]:
    """The last three half-years that ended while it was in force, the oldest first."""
    if pairing.state not in RUNNING or pairing.active_from is None:
        return []
    period = period_of(clock.today(), PeriodKind.HALF_YEAR)
    ended: list[Period] = []
    while len(ended) < SUMMARIES_ASKED and (period := period.previous).last_day >= pairing.active_from:
        ended.append(period)
    return ended[::-1]
