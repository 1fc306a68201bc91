"""The entries of this floor in the main menu, and what the search finds."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.selectors import has_permission
from core import navigation
from core.navigation import NavItem
from core.search import Hit, SearchSource, sources
from pairings.models import Pairing, Partner


def register() -> None:
    navigation.register(NavItem("pairings:list", _("Pairings"), "people", visible=sees_pairings, order=25))
    navigation.register(NavItem("partners:list", _("Partners"), "building", visible=sees_pairings, order=26))
    navigation.register(
        NavItem("pairings:needs", _("Needs and offers"), "hand-thumbs-up", visible=sees_pairings, order=27)
    )
    sources.register("pairings.pairings", SearchSource(_("Pairings"), find_pairings))
    sources.register("pairings.partners", SearchSource(_("Partners"), find_partners))


def sees_pairings(user: Any) -> bool:
    return has_permission(user, "pairings.view_pairing")


def find_pairings(user: Any, text: str, limit: int) -> Iterable[Hit]:
    named = Q(title__icontains=text) | Q(code__icontains=text)
    rows = Pairing.objects.allowed_to(user, "view").filter(named).order_by("-pk")
    return [
        Hit(pairing.title, pairing.get_state_display(), reverse("pairings:detail", args=[pairing.code]))
        for pairing in rows[:limit]
    ]


def find_partners(user: Any, text: str, limit: int) -> Iterable[Hit]:
    named = Q(name__icontains=text) | Q(code__icontains=text)
    rows = Partner.objects.allowed_to(user, "view").filter(named).order_by("name", "pk")
    return [
        Hit(partner.name, partner.get_type_display(), reverse("partners:detail", args=[partner.code]))
        for partner in rows[:limit]
    ]
