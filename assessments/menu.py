"""The entry of this floor in the main menu."""

from django.utils.translation import gettext_lazy as _

from core.navigation import NavItem
from core.navigation import register as register_item


def register() -> None:
    register_item(NavItem("assessments:list", _("Vanguard boards"), "trophy", order=40, tab=True))
    register_item(NavItem("schemes:list", _("Schemes"), "sliders", order=42))
