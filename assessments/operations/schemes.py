"""Taking a scheme file in."""

from typing import Any

from django.db import transaction

from assessments.models import Band, Indicator, Item, Scheme, Section
from assessments.scheme_checks import other_rates, reported_items, taken_number
from assessments.schemes import (
    SchemePlan,
    SchemeRefused,
    SectionPlan,
    dump_document,
    load_document,
    read_scheme,
)
from core import audit


def import_scheme(content: bytes, *, by: Any) -> tuple[Scheme, bool]:
    """The scheme of the file and whether it is new; SchemeRefused with every reason otherwise.

    The same content under the same number changes nothing; other content needs another number.
    """
    document = load_document(content)
    return store_scheme(read_scheme(document), document, by=by)


@transaction.atomic
def store_scheme(plan: SchemePlan, document: Any, *, by: Any) -> tuple[Scheme, bool]:
    """Write a checked plan. ``document`` is kept, so that the export gives back what was imported."""
    known = Scheme.objects.filter(code=plan.code, version=plan.version).first()
    if known is not None:
        return _same_or_refused(known, plan), False
    if problems := other_rates(plan):
        raise SchemeRefused(problems)
    scheme = write_scheme(plan, dump_document(document))
    audit.record("import_scheme", scheme, by=by, version=plan.version, items=len(plan.items))
    return scheme, True


def write_scheme(plan: SchemePlan, document: str) -> Scheme:
    """The rows of a checked plan; inside the caller's transaction."""
    scheme = _create_scheme(plan, document)
    _create_missing_indicators(plan)
    return scheme


def _same_or_refused(known: Scheme, plan: SchemePlan) -> Scheme:
    if read_scheme(load_document(known.document.encode())) != plan:
        raise SchemeRefused(taken_number(plan))
    return known


def _create_missing_indicators(plan: SchemePlan) -> None:
    indicators = [
        Indicator(code=item.source_code, name=item.name, per=item.source_per)
        for _path, item in reported_items(plan)
    ]
    Indicator.objects.bulk_create(indicators, ignore_conflicts=True)


def _create_scheme(plan: SchemePlan, document: str) -> Scheme:
    scheme = Scheme.objects.create(
        code=plan.code,
        version=plan.version,
        name=plan.name,
        subject_kinds=list(plan.subject_kinds),
        organisation_kinds=list(plan.organisation_kinds),
        valid_from=plan.valid_from,
        valid_from_day=plan.valid_from_day,
        adopted_on=plan.adopted_on,
        adopted_document=plan.adopted_document,
        board_scopes=list(plan.board_scopes),
        publication_to=plan.publication_to,
        publication_show=plan.publication_show,
        tie_chain=list(plan.tie_chain),
        gap_sections=list(plan.gap_sections),
        gap_threshold=plan.gap_threshold,
        size_large=plan.size_large,
        size_medium=plan.size_medium,
        document=document,
    )
    Band.objects.bulk_create(
        Band(scheme=scheme, code=band.code, name=band.name, minimum=band.minimum) for band in plan.bands
    )
    position = 0
    for number, section in enumerate(plan.sections):
        position = _create_section(scheme, number, section, position)
    return scheme


def _create_section(scheme: Scheme, number: int, plan: SectionPlan, position: int) -> int:
    """Write a section with its items, numbered from ``position`` on; gives the next free position."""
    section = Section.objects.create(
        scheme=scheme, position=number, code=plan.code, name=plan.name, weight=plan.weight
    )
    Item.objects.bulk_create(
        Item(scheme=scheme, section=section, position=position + index, **vars(item))
        for index, item in enumerate(plan.items)
    )
    return position + len(plan.items)
