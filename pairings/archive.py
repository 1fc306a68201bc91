"""The archive of a pairing: which papers belong in it, and which are missing (S000 A8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import clock
from pairings.choices import INSTITUTION_DOCUMENTS, RUNNING, DocumentKind
from pairings.models import Pairing, PairingDocument
from pairings.moves import current_agreement


@dataclass(frozen=True)
class Paper:
    """What belongs in the archive: its name, the files there are, and whether it is needed and not there."""

    label: str
    kind: str
    documents: tuple[PairingDocument, ...] = ()
    is_missing: bool = False


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
    for last_day in half_years_due(pairing):
        half = 1 if last_day.month == 6 else 2
        found = tuple(one for one in there if one.covers_to == last_day)
        label = _("Summary of %(year)d, half-year %(half)d") % {"year": last_day.year, "half": half}
        yield Paper(label, DocumentKind.SUMMARY, found, not found)
    asked = half_years_due(pairing)
    if others := tuple(one for one in there if one.covers_to not in asked):
        yield Paper(str(DocumentKind.SUMMARY.label), DocumentKind.SUMMARY, others)


def half_years_due(pairing: Pairing) -> list[date]:
    """The last days of the last three half-years that ended while it was in force."""
    if pairing.state not in RUNNING or pairing.active_from is None:
        return []
    ends: list[date] = []
    day = _half_year_end_before(clock.today())
    while day >= pairing.active_from and len(ends) < 3:
        ends.append(day)
        day = _half_year_end_before(day)
    return ends[::-1]


def _half_year_end_before(day: date) -> date:
    """The last half-year's end strictly before ``day``'s half-year is over."""
    if day > date(day.year, 6, 30):
        return date(day.year, 6, 30)
    return date(day.year - 1, 12, 31)
