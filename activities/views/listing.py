"""The list of records: filtered by the address, paged by keyset, exported without names."""

import tempfile

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import ListView

from activities.choices import OutcomeKind
from activities.exporters import export_columns, export_rows
from activities.forms import ActivityFilterForm
from activities.models import Activity
from activities.reach import SeenRecords
from branches.access import ScopedMixin
from branches.selectors import has_permission
from core import clock
from core.spreadsheets import write_csv, write_xlsx

EXPORTED_AT_MOST = 50_000
NOT_LISTED = (
    "agenda",
    "note",
    "resolutions",
    "observers",
    "reason",
)  # long texts
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FilteredMixin(ScopedMixin):
    model = Activity

    def filtered(self):
        self.filter_form = ActivityFilterForm(self.request.GET, user=self.request.user)
        return self.filter_form.narrow(self.get_queryset())


class ActivityListView(FilteredMixin, ListView):
    template_name = "activities/activity_list.html"

    def get(self, request, *args, **kwargs):
        self.filter_form = ActivityFilterForm(request.GET, user=request.user)
        seen = SeenRecords(request.user, **self.filter_form.asked())
        before, after = request.GET.get("before", ""), request.GET.get("after", "")
        page = seen.page(before=before, after=after)
        self.object_list = self.records([pk for _day, pk in page.rows])
        context = self.get_context_data(
            page=page,
            filter_form=self.filter_form,
            is_filtered=self.filter_form.is_filtered,
            outcome=dict(OutcomeKind.choices).get(request.GET.get("outcome", "")),
            may_record=has_permission(request.user, "activities.add_activity"),
            may_confirm=has_permission(request.user, "activities.confirm_activity"),
        )
        return self.render_to_response(context, status=200 if self.filter_form.is_valid() else 400)

    def records(self, keys: list[int]) -> list[Activity]:
        rows = Activity.objects.filter(pk__in=keys).select_related("unit").defer(*NOT_LISTED)
        return list(rows.prefetch_related("participations").newest_first())


class ActivityExportView(FilteredMixin, ListView):
    """The filtered list as a file. Names of people are never in it."""

    def get(self, request, *args, **kwargs):
        rows = self.filtered()
        if not self.filter_form.is_valid() or request.GET.get("format", "xlsx") not in ("xlsx", "csv"):
            return HttpResponse(_("This list can't be exported: check its filters."), status=400)
        if rows.order_by()[: EXPORTED_AT_MOST + 1].count() > EXPORTED_AT_MOST:
            text = _("More than %(most)s records. Narrow the list first.") % {"most": f"{EXPORTED_AT_MOST:,}"}
            return HttpResponse(text, status=413)
        return self.file(rows.newest_first(), request.GET.get("format", "xlsx"))

    def file(self, rows, kind: str) -> FileResponse:
        columns = export_columns()
        file = tempfile.TemporaryFile()
        if kind == "csv":
            write_csv(file, [column.heading for column in columns], export_rows(rows))
        else:
            write_xlsx(file, columns=columns, rows=export_rows(rows), sheet=_("Activities"))
        file.seek(0)
        name = "-".join([_("Activities"), f"{clock.today().isoformat()}.{kind}"])
        content_type = "text/csv; charset=utf-8" if kind == "csv" else XLSX_TYPE
        return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
