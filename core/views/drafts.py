"""What is being typed, kept on the server. A draft is reached by its owner's session alone."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import localtime
from django.views import View

from core.operations import DraftRefused, discard_draft, save_draft
from core.operations.drafts import MAX_BYTES

NOT_KEPT = ("csrfmiddlewaretoken",)


class DraftView(View):
    """POST what was typed, as a form or as JSON; DELETE it."""

    http_method_names = ["post", "delete"]

    def post(self, request: HttpRequest, form: str, key: str) -> HttpResponse:
        if len(request.body) > 2 * MAX_BYTES:
            return HttpResponse(status=413)
        try:
            data = typed(request)
            draft = save_draft(user=request.user, form=form, key=key, data=data, title=title_of(data))
        except DraftRefused as error:
            return JsonResponse({"error": str(error.args[0])}, status=400)
        except (ValueError, RecursionError):
            return HttpResponse(status=400)
        return JsonResponse({"saved_at": localtime(draft.updated_at).isoformat(timespec="seconds")})

    def delete(self, request: HttpRequest, form: str, key: str) -> HttpResponse:
        discard_draft(user=request.user, form=form, key=key)
        return HttpResponse(status=204)


def typed(request: HttpRequest) -> dict[str, Any]:
    """Every field with its values, as the browser would post them again."""
    if request.content_type != "application/json":
        return {name: texts for name, texts in request.POST.lists() if name not in NOT_KEPT}
    data = json.loads(request.body)
    if not isinstance(data, dict):
        raise ValueError("a draft is an object")
    return data


def title_of(data: dict[str, Any]) -> str:
    title = data.get("title") or ""
    return str(title[0] if isinstance(title, list) else title)
