"""Word files: a meeting's record sheet, a unit's handbook of a year."""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from activities import documents
from activities.models import Activity
from activities.rules import EARLIEST_YEAR, TEXTLESS_KINDS
from branches.access import ScopedMixin
from branches.models import PartyUnit
from branches.selectors import has_permission
from core import clock

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx_response(file: BytesIO, name: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=f"{name}.docx", content_type=DOCX_TYPE)


class RecordSheetView(ScopedMixin, DetailView):
    """Of a talk there is none: it keeps no text."""

    model = Activity

    def get_queryset(self):
        rows = super().get_queryset().exclude(kind__in=TEXTLESS_KINDS)
        return rows.select_related("unit__parent", "chair", "recorder", "core_task").prefetch_related(
            "participations__unit",
            "participations__attendances__member",
            "votes",
            "action_items__owner",
            "counts",
        )

    def get(self, request, *args, **kwargs):
        activity = self.get_object()
        name = "-".join([_("Meeting record"), activity.unit.name, activity.held_on.isoformat()])
        return docx_response(documents.record_sheet(activity, request.user), name)


class HandbookView(ScopedMixin, DetailView):
    model = PartyUnit
    slug_field = slug_url_kwarg = "code"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "parent")

    def get(self, request, *args, **kwargs):
        unit = self.get_object()
        if not has_permission(request.user, "activities.view_activity", unit):
            raise PermissionDenied
        year = self.year(request.GET.get("year", ""))
        name = "-".join([_("Handbook"), unit.name, str(year)])
        return docx_response(documents.handbook(unit, year, request.user), name)

    def year(self, text: str) -> int:
        this = clock.today().year
        if not text:
            return this
        known = text.isascii() and text.isdigit() and len(text) == len(str(this))
        if not (known and EARLIEST_YEAR <= int(text) <= this + 1):
            raise Http404
        return int(text)
