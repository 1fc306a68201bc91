"""Pages of the workbench and of the provincial page."""

from dashboard.views.province import AttentionView, ProvinceView
from dashboard.views.workbench import WorkbenchView

__all__ = ["AttentionView", "ProvinceView", "WorkbenchView"]
