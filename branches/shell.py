"""What the shell shows of this app: a menu entry, where a user acts, units and members in the search."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Member, PartyUnit
from branches.selectors import has_permission, primary_assignment
from core import navigation
from core.navigation import NavItem
from core.search import Hit, SearchSource, sources


def register() -> None:
    navigation.register(NavItem("branches:unit_list", _("Units"), "diagram-3", visible=sees_units, order=30))
    navigation.register_place(place_of)
    sources.register("branches.units", SearchSource(_("Units"), find_units))
    sources.register("branches.members", SearchSource(_("Members"), find_members))


def sees_units(user: Any) -> bool:
    return has_permission(user, "branches.view_partyunit")


def place_of(user: Any) -> str:
    assignment = primary_assignment(user)
    return f"{assignment.unit.name} · {assignment.get_role_display()}" if assignment else ""


def find_units(user: Any, text: str, limit: int) -> Iterable[Hit]:
    units = PartyUnit.objects.allowed_to(user, "view").filter(
        Q(name__icontains=text) | Q(code__icontains=text)
    )
    return [
        Hit(unit.name, unit.get_kind_display(), reverse("branches:unit_detail", args=[unit.code]))
        for unit in units.order_by("path")[:limit]
    ]


def find_members(user: Any, text: str, limit: int) -> Iterable[Hit]:
    """A member leads to the page of his unit."""
    named = Q(name__icontains=text) | Q(staff_no__iexact=text)
    members = Member.objects.allowed_to(user, "view").current().filter(named).select_related("unit")
    return [
        Hit(member.name, member.unit.name, reverse("branches:unit_detail", args=[member.unit.code]))
        for member in members.order_by("name", "pk")[:limit]
    ]
