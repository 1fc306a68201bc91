"""The answer to a form whose token did not match: what of it is kept all the same."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.models import Draft


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", {"draft": draft_sent(request)}, status=403)


def draft_sent(request: HttpRequest) -> Draft | None:
    """The draft that the page kept of this form. Its key is drawn by chance, so nobody else asks for it.
    Where the session is gone too nobody knows who asks; the page says no more than when it was kept."""
    try:
        key = str(uuid.UUID(request.POST.get("submission_key", "")))
    except ValueError:
        return None
    return Draft.objects.filter(key=key).first()
