"""The entries of this floor in the main menu."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from branches.selectors import has_permission
from core.navigation import NavItem
from core.navigation import register as register_item
from core.reports import reports


def sees_dashboard(user: Any) -> bool:
    return has_permission(user, "dashboard.view_dashboard")


def sees_reports(user: Any) -> bool:
    permissions = dict.fromkeys(report.permission for report in reports.values())
    return any(has_permission(user, permission) for permission in permissions)


def register() -> None:
    register_item(NavItem("dashboard:workbench", _("Workbench"), "house-door", order=10, tab=True))
    register_item(
        NavItem("dashboard:province", _("Dashboard"), "speedometer2", visible=sees_dashboard, order=20)
    )
    register_item(
        NavItem("dashboard:reports", _("Reports"), "file-earmark-spreadsheet", visible=sees_reports, order=50)
    )
