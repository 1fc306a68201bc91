"""Reads of the pairings that several rooms share."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Max, Min, Prefetch, Q, Sum

from accounts.models import User
from activities.choices import ActivityState, OutcomeKind, Precision
from activities.models import Activity, Outcome
from branches.choices import UnitKind
from branches.models import Member, PartyUnit
from branches.querysets import PartyUnitQuerySet
from branches.selectors import allowed, units_for
from core import clock
from core.templatetags.format import rounded
from pairings.choices import CONFLICTS
from pairings.models import Pairing, PairingActivity, PairingAgreement, PairingParty, PlanItem
from pairings.rules import PAIRING_KINDS, mode_of


def may(user: User, pairing: Pairing, action: str) -> bool:
    """Whether ``user`` may do ``action`` ("view", "change", "approve") on this pairing."""
    return allowed(user, pairing, action)


def pairing_units(user: User) -> PartyUnitQuerySet:
    """The open own branches for which ``user`` may begin a pairing."""
    return units_for(user, "pairings.add_pairing").open_on(clock.today()).filter(kind__in=PAIRING_KINDS)


def pair_count(as_of: date, *, under: PartyUnit | None = None) -> int:
    """How many pairs are in force on ``as_of``: the edges, not the agreements (domain.md I19)."""
    return _in_force(as_of, under).count()


def agreement_count(as_of: date, *, under: PartyUnit | None = None) -> int:
    """How many pairings these edges make up: each has one agreement in force."""
    return _in_force(as_of, under).values("pairing").distinct().count()


def _in_force(as_of: date, under: PartyUnit | None) -> Any:
    edges = PairingParty.objects.active_on(as_of).order_by()
    return edges.in_subtree(under.path) if under else edges


def with_parties(pairings: Any) -> Any:
    """The pairings with their parties, units and partners, by two queries however many they are."""
    parties = PairingParty.objects.select_related("unit", "partner").order_by("pk")
    return pairings.prefetch_related(Prefetch("parties", queryset=parties))


def with_agreements(pairings: Any) -> Any:
    return pairings.prefetch_related(
        Prefetch("agreements", queryset=PairingAgreement.objects.order_by("-pk"))
    )


def units_of(pairing: Pairing) -> list[PartyUnit]:
    """The own branches, the lead first."""
    units = {party.unit_id: party.unit for party in pairing.parties.all()}
    return sorted(units.values(), key=lambda unit: (unit.pk != pairing.unit_id, unit.path or ""))


def with_groups_of(pairing: Pairing) -> PartyUnitQuerySet:
    """The own branches and their groups."""
    own = [unit.pk for unit in units_of(pairing)]
    return PartyUnit.objects.filter(Q(pk__in=own) | Q(parent__in=own, kind=UnitKind.GROUP))


def partners_of(pairing: Pairing) -> list[Any]:
    return list({party.partner_id: party.partner for party in pairing.parties.all()}.values())


def mode(pairing: Pairing) -> Any:
    """One to one, one to many or many to one, from the parties."""
    return mode_of(units_of(pairing), partners_of(pairing))


def unit_ids_of(pairings: Iterable[Pairing]) -> set[int]:
    return set(PairingParty.objects.filter(pairing__in=list(pairings)).values_list("unit_id", flat=True))


# --- what the page of a pairing shows ---------------------------------------------------------------
@dataclass(frozen=True)
class Total:
    """The sum of one kind of outcome; where one of its rows is no exact figure, neither is the sum."""

    kind: str
    label: Any
    quantity: int
    precision: str


def outcome_totals(pairings: Any, first_day: date | None = None, last_day: date | None = None) -> list[Total]:
    """Outcomes of confirmed joint works, each record once however many of ``pairings`` it was for; of those
    held on the days from ``first_day`` to ``last_day``, where these are given."""
    links = PairingActivity.objects.filter(pairing__in=pairings).order_by()
    outcomes = Outcome.objects.filter(
        activity__in=links.values("activity_id"), activity__state=ActivityState.CONFIRMED
    )
    if first_day:
        outcomes = outcomes.filter(activity__held_on__gte=first_day)
    if last_day:
        outcomes = outcomes.filter(activity__held_on__lte=last_day)
    rows = outcomes.order_by().values("kind", "precision").annotate(total=Sum("quantity"))
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        sums[row["kind"]][row["precision"]] = row["total"]
    return [
        Total(kind, OutcomeKind(kind).label, sum(sums[kind].values()), weakest(sums[kind]))
        for kind in OutcomeKind.values
        if kind in sums
    ]


def weakest(precisions: Iterable[str]) -> str:
    """What a sum of such figures is: about, if one is; else at least, if one is; else exact."""
    found = set(precisions)
    for precision in (Precision.ABOUT, Precision.AT_LEAST):
        if precision in found:
            return precision
    return Precision.EXACT


@dataclass(frozen=True)
class Quotient:
    """How much of one kind comes on one of another. Of what is no exact figure, it is about so much."""

    quantity: Fraction
    precision: str

    @property
    def text(self) -> str:
        return f"{rounded(self.quantity, 1):,f}"


def trainees_per_session(totals: Iterable[Total]) -> Quotient | None:
    found = {total.kind: total for total in totals}
    above, below = found.get(OutcomeKind.TRAINEE), found.get(OutcomeKind.TRAINING_SESSION)
    if not (above and below and below.quantity):
        return None
    is_exact = {above.precision, below.precision} == {Precision.EXACT}
    precision = Precision.EXACT if is_exact else Precision.ABOUT
    return Quotient(Fraction(above.quantity, below.quantity), precision)


@dataclass(frozen=True)
class PlanLine:
    """A planned work with the day of its first confirmed record, and how many records it has."""

    item: PlanItem
    done_on: date | None
    records: int

    @property
    def state(self) -> str:
        """``done``, ``late`` (done after its day), ``over``, ``open``."""
        if self.done_on:
            return "done" if self.done_on <= self.item.due_on else "late"
        return "over" if self.item.due_on < clock.today() else "open"


def plan_lines(pairing: Pairing) -> list[PlanLine]:
    confirmed = Q(joint_works__activity__state=ActivityState.CONFIRMED)
    items = pairing.plan_items.annotate(
        done_on=Min("joint_works__activity__held_on", filter=confirmed), records=Count("joint_works")
    )
    return [PlanLine(item, item.done_on, item.records) for item in items.order_by("due_on", "pk")]


def joint_works(pairing: Pairing, user: User) -> Any:
    """The links to records that ``user`` may see, the newest first."""
    seen = Activity.objects.allowed_to(user, "view").order_by().values("pk")
    links = pairing.joint_works.filter(activity__in=seen).exclude(activity__state=ActivityState.VOID)
    return links.select_related("activity__unit", "plan_item").order_by("-activity__held_on", "-activity_id")


def linkable_records(pairing: Pairing, user: User) -> Any:
    """Records of the own branches and their groups that are not linked yet, the newest first."""
    records = Activity.objects.allowed_to(user, "view").with_part_of(with_groups_of(pairing).values("pk"))
    linked = pairing.joint_works.values("activity_id")
    return records.exclude(pk__in=linked).exclude(state=ActivityState.VOID).newest_first()


def last_contact(pairing: Pairing) -> date | None:
    """The day of the last confirmed joint work."""
    confirmed = pairing.joint_works.filter(activity__state=ActivityState.CONFIRMED)
    return confirmed.aggregate(last=Max("activity__held_on"))["last"]


# --- line guards ------------------------------------------------------------------------------------
def guard_members(pairing: Pairing, user: User) -> Any:
    """Members of the own branches and their groups whom ``user`` may name as line guards."""
    members = Member.objects.allowed_to(user, "view").current()
    return members.filter(unit__in=with_groups_of(pairing).values("pk")).order_by("name", "pk")


def hazards(pairing: Pairing, user: User) -> Any:
    """The open ones first, the newest first; the record only where ``user`` may see it."""
    seen = Prefetch("activity", queryset=Activity.objects.allowed_to(user, "view"))
    rows = pairing.hazards.select_related("guard").prefetch_related(seen)
    return rows.order_by(F("closed_on").desc(nulls_first=True), "-found_on", "-pk")


@dataclass(frozen=True)
class HazardCounts:
    """``conflicts`` are those of line and trees and over land (S000 A17), ``solved`` the closed ones."""

    found: int
    closed: int
    conflicts: int
    solved: int

    @property
    def open(self) -> int:
        return self.found - self.closed


def hazard_counts(pairing: Pairing) -> HazardCounts:
    conflict, closed = Q(kind__in=CONFLICTS), Q(closed_on__isnull=False)
    counts = pairing.hazards.aggregate(
        found=Count("pk"),
        closed=Count("pk", filter=closed),
        conflicts=Count("pk", filter=conflict),
        solved=Count("pk", filter=conflict & closed),
    )
    return HazardCounts(**counts)
