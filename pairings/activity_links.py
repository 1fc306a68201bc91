"""The pairing on the form of a record: joint work is recorded once, and counts for the pairing as well."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import links
from activities.links import ActivityLink, LinkRefused
from activities.models import Activity
from branches.choices import UnitKind
from branches.models import PartyUnit
from branches.selectors import has_permission
from pairings.choices import WORKING
from pairings.models import Pairing, PlanItem
from pairings.operations import PairingRefused, link_activity

OFFERED, PARTED_BY = 30, "|"


def register() -> None:
    link = ActivityLink(
        gettext_lazy("Joint work of a pairing"), pairing_choices, link_pairing, shown_pairings
    )
    links.sources.register("pairing", link)


def linkable(unit: PartyUnit, user: Any) -> Any:
    """The pairings of the unit, or of the branch of a group, that ``user`` writes."""
    own = [unit.pk, *([unit.parent_id] if unit.kind == UnitKind.GROUP else [])]
    rows = Pairing.objects.allowed_to(user, "change").filter(state__in=WORKING)
    return rows.filter(Q(parties__unit__in=own)).distinct()


def pairing_choices(unit: PartyUnit, user: Any) -> Iterator[tuple[str, str]]:
    """Each pairing, and below it what is planned and has no record yet."""
    if not has_permission(user, "pairings.change_pairing"):
        return
    pairings = list(linkable(unit, user).order_by("-pk")[:OFFERED])
    planned = PlanItem.objects.filter(pairing__in=pairings, joint_works=None).order_by("due_on", "pk")
    items: dict[int, list[PlanItem]] = {}
    for item in planned if pairings else ():
        items.setdefault(item.pairing_id, []).append(item)
    for pairing in pairings:
        yield pairing.code, pairing.title
        for item in items.get(pairing.pk, []):
            yield f"{pairing.code}{PARTED_BY}{item.pk}", f"{pairing.title} · {item.title}"


def link_pairing(activity: Activity, value: str, by: Any) -> None:
    code, _bar, item = value.partition(PARTED_BY)
    pairing = linkable(activity.unit, by).filter(code=code).first()
    if pairing is None:
        raise LinkRefused(_("The pairing that was chosen can't be linked any more."))
    planned = pairing.plan_items.filter(pk=item).first() if item.isascii() and item.isdigit() else None
    try:
        link_activity(pairing, activity, by=by, plan_item=planned)
    except (PairingRefused, PermissionDenied) as error:
        raise LinkRefused(str(error) or _("The pairing that was chosen can't be linked any more.")) from error


def shown_pairings(activity: Activity, user: Any) -> Iterator[tuple[str, str]]:
    seen = Pairing.objects.allowed_to(user, "view").filter(joint_works__activity=activity)
    for pairing in seen.order_by("pk"):
        yield pairing.title, pairing.get_absolute_url()
