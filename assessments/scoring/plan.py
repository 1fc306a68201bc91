"""Everything one run of the statement needs to know, read once."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessments.choices import RuleType, SourceType
from assessments.models import AssessmentPeriod, Band, Edition, Item, Scheme, Section
from assessments.refusing import Refused
from assessments.selectors import as_core_period, previous_totals
from core.measures import Measure, measures
from core.periods import Period


@dataclass(frozen=True)
class Run:
    """``only`` are the subjects to score again; None is all of them."""

    edition: Edition
    scheme: Scheme
    period: AssessmentPeriod
    as_of: date
    sections: list[Section]
    items: list[Item]
    bands: list[Band]
    previous: QuerySet | None
    only: frozenset[int] | None = None

    @property
    def calendar(self) -> Period:
        return as_core_period(self.period)

    @property
    def measured(self) -> list[tuple[Item, Measure]]:
        found = [item for item in self.items if item.source_type == SourceType.MEASURE]
        return [(item, measure_of(item)) for item in found]

    @property
    def peer_items(self) -> list[Item]:
        return [item for item in self.items if item.rule_type == RuleType.PEER_MINMAX]

    def counts_from_nothing(self, item: Item) -> bool:
        """A count without a record is 0; any other figure without one is absent."""
        return item.source_type == SourceType.MEASURE and not measure_of(item).is_rate

    def leaves_the_mean(self, item: Item) -> bool:
        """A measured rate over nothing is not applicable, whatever ``missing`` says (settled 7)."""
        return item.source_type == SourceType.MEASURE or item.missing == "NOT_APPLICABLE"


def own_table(edition: Edition) -> str:
    """Where the entries of a large board stand, if it has a table of its own."""
    return f"assessments_entry_{int(edition.pk)}"


def measure_of(item: Item) -> Measure:
    if item.source_code not in measures:  # a scheme may outlive a measure
        raise Refused(_("There is no measure “%(code)s”.") % {"code": item.source_code})
    return measures[item.source_code]


def make_run(edition: Edition, *, only: frozenset[int] | None = None) -> Run:
    scheme = edition.scheme
    return Run(
        edition=edition,
        scheme=scheme,
        period=edition.period,
        as_of=edition.as_of,
        sections=list(scheme.sections.order_by("position")),
        items=list(scheme.items.order_by("position")),
        bands=list(scheme.bands.order_by("-minimum")),
        previous=previous_totals(edition.scheme_code, edition.period),
        only=only,
    )
