"""The ledger of pairings (R-06) and what they brought (R-07)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import ActivityState, OutcomeKind
from activities.models import Outcome
from branches.choices import UnitKind
from branches.models import PartyUnit
from branches.reports import unit_url, units_asked
from core.periods import PeriodKind
from core.reports import DAY, NUMBER, Asked, Report, ReportColumn, ReportRow, reports
from pairings.models import Pairing, PairingParty
from pairings.moves import current_agreement
from pairings.rules import PAIRING_KINDS, mode_of
from pairings.selectors import partners_of, units_of, with_agreements, with_parties

GROUP = gettext_lazy("Pairings")
VIEW = "pairings.view_pairing"
# The columns of R-07 in their order (domain.md 10); "activities" are lectures and themed days together.
SUMMED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("service visits"), (OutcomeKind.SERVICE_VISIT,)),
    (gettext_lazy("power problems solved"), (OutcomeKind.PROBLEM_SOLVED,)),
    (gettext_lazy("energy-saving services"), (OutcomeKind.ENERGY_SAVING,)),
    (gettext_lazy("mutual lectures and themed days"), (OutcomeKind.MUTUAL_LECTURE, OutcomeKind.THEMED_DAY)),
    (gettext_lazy("training sessions"), (OutcomeKind.TRAINING_SESSION,)),
    (gettext_lazy("person-times trained"), (OutcomeKind.TRAINEE,)),
    (gettext_lazy("activity rooms built"), (OutcomeKind.ROOM_BUILT,)),
    (gettext_lazy("books donated"), (OutcomeKind.BOOK_DONATED,)),
    (gettext_lazy("person-times on patrol"), (OutcomeKind.LINE_PATROL,)),
    (gettext_lazy("hazards found"), (OutcomeKind.HAZARD_FOUND,)),
)


# --- each pairing with its agreement ----------------------------------------------------------
def pairing_subjects(asked: Asked) -> QuerySet[Pairing]:
    seen = Pairing.objects.allowed_to(asked.user, "view").with_part_of(asked.unit.path)
    return seen.order_by("code")


def pairing_rows(asked: Asked, pairings: Sequence[Pairing]) -> Iterator[ReportRow]:
    rows = with_agreements(with_parties(Pairing.objects.filter(pk__in=[one.pk for one in pairings])))
    rows = rows.select_related("unit", "demonstration_site").annotate(projects=Count("key_projects"))
    for pairing in rows.order_by("code"):
        units, partners = units_of(pairing), partners_of(pairing)
        agreement = current_agreement(pairing)
        mode = mode_of(units, partners)
        yield ReportRow(
            (
                pairing.code,
                "、".join(unit.name for unit in units),
                "、".join(partner.name for partner in partners),
                "、".join(dict.fromkeys(str(partner.get_type_display()) for partner in partners)),
                str(mode.label) if mode else "",
                pairing.get_selection_reason_display(),
                *_agreed(agreement),
                pairing.projects,
                _("yes") if hasattr(pairing, "demonstration_site") else _("no"),
                pairing.get_state_display(),
            ),
            url=pairing.get_absolute_url(),
        )


def _agreed(agreement: Any) -> tuple[Any, ...]:
    """Day of signing, term, reviewing department, its answer."""
    if agreement is None:
        return None, None, None, None
    days = [day.isoformat() for day in (agreement.term_from, agreement.term_to) if day]
    answered = agreement.reported_on or agreement.reviewed_on
    return (
        agreement.signed_on,
        " – ".join(days) or None,
        agreement.reviewing_dept or None,
        agreement.get_review_result_display() if answered else None,
    )


# --- what the pairings of each unit brought ----------------------------------------------------
def unit_subjects(asked: Asked) -> QuerySet[PartyUnit]:
    paired = PairingParty.objects.order_by().values("unit_id")
    return units_asked(asked, VIEW).filter(kind__in=PAIRING_KINDS, pk__in=paired)


def unit_rows(asked: Asked, units: Sequence[PartyUnit]) -> Iterator[ReportRow]:
    edges = PairingParty.objects.active_on(asked.last_day).filter(unit__in=units).order_by()
    pairs = {
        row["unit_id"]: (row["pairs"], row["agreements"])
        for row in edges.values("unit_id").annotate(
            pairs=Count("pk"), agreements=Count("pairing", distinct=True)
        )
    }
    sums = _outcomes_of(units, asked)
    for unit in units:
        figures = [sum(sums[unit.pk][kind] for kind in kinds) for _label, kinds in SUMMED]
        yield ReportRow((unit.name, *pairs.get(unit.pk, (0, 0)), *figures), url=unit_url(unit))


def _outcomes_of(units: Sequence[PartyUnit], asked: Asked) -> dict[int, Counter[str]]:
    """By unit and kind, of confirmed joint works of the period; each record once, at the unit that led it, a
    group's at its branch."""
    first_day = asked.period.first_day if asked.period else asked.day
    rows = Outcome.objects.filter(
        activity__state=ActivityState.CONFIRMED,
        activity__held_on__range=(first_day, asked.last_day),
        activity__pairing_links__isnull=False,
    )
    groups = dict(
        PartyUnit.objects.filter(parent__in=units, kind=UnitKind.GROUP).values_list("pk", "parent_id")
    )
    leads = {unit.pk: unit.pk for unit in units} | groups
    found = Outcome.objects.filter(pk__in=rows.values("pk"), activity__unit__in=list(leads)).order_by()
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for lead, kind, total in found.values_list("activity__unit_id", "kind").annotate(total=Sum("quantity")):
        sums[leads[lead] or lead][kind] += total
    return sums


LEDGER = Report(
    code="R-06",
    name=gettext_lazy("Ledger of pairings"),
    description=gettext_lazy("Each pairing with its parties, its agreement and where it stands."),
    audience=gettext_lazy("Branches and the offices above them"),
    group=GROUP,
    permission=VIEW,
    columns=(
        ReportColumn(gettext_lazy("code"), width=14),
        ReportColumn(gettext_lazy("own branches"), width=18),
        ReportColumn(gettext_lazy("partners"), width=20),
        ReportColumn(gettext_lazy("type"), width=10),
        ReportColumn(gettext_lazy("mode"), width=8),
        ReportColumn(gettext_lazy("why this partner"), width=14),
        ReportColumn(gettext_lazy("signed on"), DAY, 11),
        ReportColumn(gettext_lazy("term"), width=22),
        ReportColumn(gettext_lazy("organisation department"), width=14),
        ReportColumn(gettext_lazy("answer"), width=8),
        ReportColumn(gettext_lazy("key projects"), NUMBER, 7, total=True),
        ReportColumn(gettext_lazy("demonstration site"), width=7),
        ReportColumn(gettext_lazy("state"), width=8),
    ),
    subjects=pairing_subjects,
    rows=pairing_rows,
)

RESULTS = Report(
    code="R-07",
    name=gettext_lazy("Results of pairings"),
    description=gettext_lazy("Pairs and agreements in force on the last day, and what joint work brought."),
    audience=gettext_lazy("Branches and the offices above them"),
    group=GROUP,
    permission=VIEW,
    columns=(
        ReportColumn(gettext_lazy("unit"), width=22),
        ReportColumn(gettext_lazy("pairs"), NUMBER, 7, total=True),
        ReportColumn(gettext_lazy("agreements"), NUMBER, 7, total=True),
        *(ReportColumn(label, NUMBER, 11, total=True) for label, _kinds in SUMMED),
    ),
    subjects=unit_subjects,
    rows=unit_rows,
    period_kinds=(PeriodKind.HALF_YEAR, PeriodKind.QUARTER, PeriodKind.YEAR),
    notes=(
        gettext_lazy(
            "A pair is one own branch with one partner. A record counts once, at the unit that led it."
        ),
    ),
)


def register() -> None:
    for report in (LEDGER, RESULTS):
        reports.register(report.code, report)
