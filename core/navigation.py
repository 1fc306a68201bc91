"""The main menu: each app registers its entries, the shell shows those the user may see.

An entry whose address does not exist (an app left out) is left out too, so that no page breaks over the menu.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


def everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class NavItem:
    """``icon`` is a symbol of ``static/img/icons.svg``; ``tab`` puts the entry on the phone's tab bar too."""

    url_name: str
    label: Any
    icon: str
    visible: Callable[[Any], bool] = everybody
    order: int = 100
    tab: bool = False

    @property
    def url(self) -> str:
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


_items: dict[str, NavItem] = {}
_creations: list[NavItem] = []
_places: list[Callable[[Any], Any]] = []


def register(item: NavItem) -> None:
    """Adds an entry; a second one for the same address replaces the first."""
    _items[item.url_name] = item


def items_for(user: Any) -> list[NavItem]:
    shown = [item for item in _items.values() if item.url and item.visible(user)]
    return sorted(shown, key=lambda item: item.order)


def register_creation(item: NavItem) -> None:
    """What the button in the middle of the phone's tab bar makes, for whom it is visible to."""
    _creations[:] = [item]


def creation_url(user: Any) -> str:
    return next((item.url for item in _creations if item.visible(user)), "")


def register_place(place: Callable[[Any], Any]) -> None:
    """``place(user)`` names the unit and role a user acts in; the top bar shows it."""
    _places[:] = [place]


def place_of(user: Any) -> Any:
    return _places[0](user) if _places else ""
