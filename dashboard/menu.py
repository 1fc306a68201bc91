"""The entries of this floor in the main menu, and what it offers to open for a unit."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from branches import links
from branches.links import UnitLink
from branches.models import PartyUnit
from branches.selectors import has_permission
from core.navigation import NavItem
from core.navigation import register as register_item
from core.reports import reports
from dashboard.folder import FOLDER_PERMISSION, PACKED_KINDS


def sees_dashboard(user: Any) -> bool:
    return has_permission(user, "dashboard.view_dashboard")


def sees_reports(user: Any) -> bool:
    permissions = dict.fromkeys(report.permission for report in reports.values())
    return any(has_permission(user, permission) for permission in permissions)


def folder_link(unit: PartyUnit, user: Any) -> UnitLink | None:
    """The unit's folder for an inspection, where it has one."""
    if unit.kind not in PACKED_KINDS or not has_permission(user, FOLDER_PERMISSION, unit):
        return None
    url = f"{reverse('dashboard:report_folder')}?{urlencode({'unit': unit.code})}"
    return UnitLink(_("Inspection folder"), url, "folder2-open")


def register() -> None:
    register_item(NavItem("dashboard:workbench", _("Workbench"), "house-door", order=10, tab=True))
    register_item(
        NavItem("dashboard:province", _("Dashboard"), "speedometer2", visible=sees_dashboard, order=20)
    )
    register_item(
        NavItem("dashboard:reports", _("Reports"), "file-earmark-spreadsheet", visible=sees_reports, order=50)
    )
    links.sources.register("dashboard.folder", folder_link)
