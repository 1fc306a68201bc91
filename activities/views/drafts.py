"""What was typed and not sent: one's own drafts to read, and the answer to whoever sends something for a unit
at which his office has ended."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.views.generic import DetailView, ListView

from activities.forms.typed import as_text, draft_values, typed_lines
from activities.selectors import UNITS_OFFERED, may_record_for, recordable_units
from branches.models import Assignment
from branches.selectors import ended_right
from core.models import Draft
from core.operations import DraftRefused, save_draft
from core.operations.drafts import KEPT_FOR
from core.views.drafts import title_of, typed

DRAFT_FORM = "activity"
RECORDS = "activities.add_activity"


def page_facts(user: Any, draft: Draft) -> dict[str, Any]:
    """What the page of a draft shows. ``draft`` need not be saved."""
    values = draft_values(draft.data, draft.key)
    lines = typed_lines(values)
    code = values.get("unit", "")
    here = may_record_for(user, code)
    return {
        "draft": draft,
        "lines": lines,
        "text": as_text(lines),
        "here": here,
        "office": None if here else ended_right(user, RECORDS, code),
        "units": [] if draft.object_id or draft.form != DRAFT_FORM else units_offered(user),
        "kept_until": localdate(draft.updated_at + KEPT_FOR) if draft.updated_at else None,
    }


def units_offered(user: Any) -> Any:
    return recordable_units(user).order_by("path").values_list("code", "name")[:UNITS_OFFERED]


class OwnDraftsMixin:
    request: HttpRequest
    model = Draft
    http_method_names = ["get", "head", "options"]

    def get_queryset(self):
        return Draft.objects.filter(user=self.request.user).order_by("-updated_at", "-pk")


class DraftListView(OwnDraftsMixin, ListView):
    template_name = "activities/draft_list.html"
    context_object_name = "drafts"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"form": None}


class DraftTextView(OwnDraftsMixin, DetailView):
    """One's own words, wherever they were meant to go."""

    template_name = "activities/draft_detail.html"

    def get_context_data(self, **kwargs):
        facts = page_facts(self.request.user, self.object)
        return super().get_context_data(**kwargs) | {"form": None} | facts


class KeepsTyped:
    """Whoever sends what he typed after his office at the unit has ended is told so, and keeps his words. The
    status stays that of the refusal."""

    request: HttpRequest
    draft_form = DRAFT_FORM

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except (Http404, PermissionDenied) as refusal:
            posting = request.method == "POST" and request.user.is_authenticated
            office = ended_right(request.user, RECORDS, request.POST.get("unit", "")) if posting else None
            if office is None:
                raise
            return self.tell(office, status=404 if isinstance(refusal, Http404) else 403)

    def tell(self, office: Assignment, *, status: int) -> HttpResponse:
        draft, trouble = self.kept()
        context = page_facts(self.request.user, draft) | {
            "office": office,
            "refused": True,
            "trouble": trouble,
            "lost_files": [upload.name for upload in self.request.FILES.getlist("files")],
        }
        page = "activities/draft_detail.html"
        return self.response_class(self.request, [page], context, status=status)

    def kept(self) -> tuple[Draft, str]:
        """The draft, and why it could not be kept, if it could not."""
        user, data = self.request.user, typed(self.request)
        changed = str(self.kwargs.get("pk", ""))
        key = f"change-{changed}" if changed else self.request.POST.get("submission_key", "")[:60]
        facts = {"form": self.draft_form, "key": key or "typed", "object_id": changed}
        try:
            return save_draft(user=user, data=data, title=title_of(data)[:200], **facts), ""
        except DraftRefused as error:
            return Draft(user=user, data=data, title=title_of(data), **facts), str(error.args[0])
