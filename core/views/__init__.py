from core.views.drafts import DraftView
from core.views.health import health
from core.views.jobs import JobCancelView, JobDetailView
from core.views.search import SearchView

__all__ = ["DraftView", "JobCancelView", "JobDetailView", "SearchView", "health"]
