from core.views.drafts import DraftView
from core.views.health import health
from core.views.imports import (
    ImportErrorsView,
    ImportHeadingsView,
    ImportListView,
    ImportResultView,
    ImportView,
)
from core.views.jobs import JobCancelView, JobDetailView
from core.views.made import MadeFileView
from core.views.search import SearchView

__all__ = [
    "DraftView",
    "ImportErrorsView",
    "ImportHeadingsView",
    "ImportListView",
    "ImportResultView",
    "ImportView",
    "JobCancelView",
    "JobDetailView",
    "MadeFileView",
    "SearchView",
    "health",
]
