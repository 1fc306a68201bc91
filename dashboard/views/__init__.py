"""Pages of the workbench, of the provincial page and of the reports."""

from dashboard.views.province import AttentionView, ProvinceView
from dashboard.views.reports import CatalogueView, FolderView, KeptFileView, ReportFileView, ReportView
from dashboard.views.workbench import WorkbenchView

__all__ = [
    "AttentionView",
    "CatalogueView",
    "FolderView",
    "KeptFileView",
    "ProvinceView",
    "ReportFileView",
    "ReportView",
    "WorkbenchView",
]
