"""Who could help with a need, and why: who offers the same, and who met the same before.

What is nearest comes first: the same region, then the deepest committee under which both stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from branches.models import PartyUnit
from branches.querysets import PATH_STEP
from pairings.choices import HelpDirection
from pairings.models import HelpItem
from pairings.rules import HELP_REMEMBERED

SHOWN = 3


def open_needs(items: Any, day: date) -> Any:
    """What nobody has met yet, with the region: the partner's, or the committee above an own branch."""
    region = Coalesce(NullIf(F("partner__region"), Value("")), F("unit__parent__name"), Value(""))
    rows = items.open_on(day).filter(direction=HelpDirection.NEED).annotate(region=region)
    return rows.select_related("topic", "unit", "partner")


@dataclass(frozen=True)
class Helper:
    """Somebody who could help: an offer, or a need that was met. ``unit`` says where he stands."""

    name: str
    unit: PartyUnit
    what: str
    region: str = ""
    partner_id: int | None = None
    met_before: bool = False

    @property
    def who(self) -> tuple[bool, int]:
        """Whether it is a partner, and its key."""
        return (True, self.partner_id) if self.partner_id else (False, self.unit.pk)

    def rank(self, need: HelpItem) -> tuple[bool, bool, int]:
        return self.met_before, not self.shares_region(need), -len(common_path(self.unit, need.unit))

    def shares_region(self, need: HelpItem) -> bool:
        return bool(self.region) and need.partner is not None and need.partner.region == self.region


@dataclass(frozen=True)
class Help:
    """Of one need: the nearest, each with the reason in one line, and how many more there are."""

    lines: list[tuple[str, str]]
    more: int


def who_could_help(needs: Sequence[HelpItem], day: date) -> dict[int, Help]:
    """By key of the need. As many queries however many needs there are."""
    topics = {need.topic_id for need in needs}
    found = defaultdict(list)
    for topic, helper in [*_offers(topics, day), *_met_before(topics, day)]:
        found[topic].append(helper)
    nearest = {need.pk: _nearest(need, found[need.topic_id]) for need in needs}
    names = _names_of_committees(needs, nearest)
    return {
        need.pk: Help(
            [(helper.name, _line(need, helper, names)) for helper in nearest[need.pk][:SHOWN]],
            max(len(nearest[need.pk]) - SHOWN, 0),
        )
        for need in needs
    }


def _offers(topics: Iterable[int], day: date) -> Iterable[tuple[int, Helper]]:
    offers = HelpItem.objects.open_on(day).filter(direction=HelpDirection.OFFER, topic__in=topics)
    offers = offers.filter(unit__in=PartyUnit.objects.open_on(day))
    for offer in offers.select_related("unit", "partner").order_by("since", "pk"):
        partner = offer.partner
        words = _("offers it: %(note)s") % {"note": offer.note} if offer.note else _("offers it")
        if partner:
            yield offer.topic_id, Helper(partner.name, offer.unit, words, partner.region, partner.pk)
        else:
            yield offer.topic_id, Helper(offer.unit.name, offer.unit, words)


def _met_before(topics: Iterable[int], day: date) -> Iterable[tuple[int, Helper]]:
    """The branch whose activity met it, else the branch that looks after the partner; its last time only."""
    met = HelpItem.objects.filter(
        Q(partner__isnull=False) | Q(met_activity__isnull=False),
        direction=HelpDirection.NEED,
        topic__in=topics,
        met_on__gt=day - HELP_REMEMBERED,
        met_on__lte=day,
    )
    told = set()
    for need in met.select_related("unit", "partner", "met_activity__unit").order_by("-met_on", "-pk"):
        unit = need.met_activity.unit if need.met_activity else need.unit
        is_own = need.partner is None and unit.pk == need.unit_id
        is_closed = unit.closed_on is not None and unit.closed_on <= day
        if is_own or is_closed or (need.topic_id, unit.pk) in told:
            continue
        told.add((need.topic_id, unit.pk))
        words = _("met it for %(whom)s in %(month)s") % {
            "whom": need.partner or need.unit,
            "month": f"{need.met_on:%Y-%m}",
        }
        yield need.topic_id, Helper(unit.name, unit, words, met_before=True)


def _nearest(need: HelpItem, helpers: list[Helper]) -> list[Helper]:
    """Each once, an offer before what was met before."""
    once: dict[tuple[bool, int], Helper] = {}
    for helper in sorted(helpers, key=lambda helper: helper.rank(need)):
        if helper.who != who_needs(need):
            once.setdefault(helper.who, helper)
    return list(once.values())


def who_needs(need: HelpItem) -> tuple[bool, int]:
    return (True, need.partner_id) if need.partner_id else (False, need.unit_id)


def common_path(one: PartyUnit, other: PartyUnit) -> str:
    """The path of the deepest unit at or above both; empty if there is none."""
    first, second = one.path or "", other.path or ""
    end = 0
    while end < len(first) and first[: end + PATH_STEP] == second[: end + PATH_STEP]:
        end += PATH_STEP
    return first[:end]


def _names_of_committees(needs: Sequence[HelpItem], nearest: dict[int, list[Helper]]) -> dict[str, str]:
    """Of the units below the root that a need and somebody who could help have in common."""
    paths = {common_path(helper.unit, need.unit) for need in needs for helper in nearest[need.pk][:SHOWN]}
    below_root = [path for path in paths if len(path) > PATH_STEP]
    units = PartyUnit.objects.filter(path__in=below_root).order_by()
    return {unit.path or "": unit.name for unit in units}


def _line(need: HelpItem, helper: Helper, names: dict[str, str]) -> str:
    return f"{helper.what} · {_nearness(need, helper, names)}"


def _nearness(need: HelpItem, helper: Helper, names: dict[str, str]) -> str:
    if helper.shares_region(need):
        return _("same region")
    if helper.unit.pk == need.unit_id:
        return _("looks after this partner") if helper.partner_id is None else _("same branch looks after it")
    shared = common_path(helper.unit, need.unit)
    if shared in names:
        return _("both under %(unit)s") % {"unit": names[shared]}
    return _("elsewhere in the company")
