"""For the watchman: no sign-in, and nothing that helps a stranger."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from core import __version__
from core.selectors import queue_state


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 with the state of the queue, 503 when the database does not answer."""
    try:
        queue = queue_state()
    except DatabaseError:
        return JsonResponse({"database": "down", "version": __version__}, status=503)
    return JsonResponse(
        {
            "database": "up",
            "jobs_waiting": queue.waiting,
            "oldest_waiting_seconds": queue.oldest_seconds,
            "version": __version__,
        }
    )
