"""The catalogue of reports, each on the screen and as a file, and the folder for an inspection."""

import tempfile
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models.functions import Length
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from branches.models import PartyUnit
from branches.selectors import has_permission, told_apart, units_for
from core import clock
from core.forms import FileRequestForm, file_key
from core.operations import start_job
from core.periods import Period, PeriodKind, parse_period, period_of, period_words
from core.reports import Asked, Columns, Report, Totals, all_rows, reports
from core.views import MadeFileView
from dashboard.background import payload_of
from dashboard.exporters import TYPES, file_name, when, write_report
from dashboard.folder import FOLDER_PERMISSION, PACKED_KINDS, contents_of, folder_name
from dashboard.forms import ReportFilterForm
from dashboard.views.cells import RowPages, shown_cells, shown_header, shown_row

PERIODS_OFFERED = {PeriodKind.HALF_YEAR: 3, PeriodKind.QUARTER: 4, PeriodKind.MONTH: 6, PeriodKind.YEAR: 2}
FOLDER_KINDS = (PeriodKind.HALF_YEAR, PeriodKind.QUARTER, PeriodKind.MONTH, PeriodKind.YEAR)
UNITS_OFFERED = 500


def reports_for(user: Any) -> list[Report]:
    """The reports that ``user`` may ask for at some unit."""
    permissions = {report.permission for report in reports.values()}
    held = {permission for permission in permissions if has_permission(user, permission)}
    return [report for report in reports.values() if report.permission in held]


class CatalogueView(TemplateView):
    template_name = "dashboard/report_list.html"

    def dispatch(self, request, *args, **kwargs):
        self.found = reports_for(request.user)
        if request.user.is_authenticated and not self.found:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        groups: dict[str, list[dict[str, Any]]] = {}
        for report in sorted(self.found, key=lambda report: report.code):
            groups.setdefault(str(report.group), []).append(self.card(report))
        may_pack = has_permission(self.request.user, FOLDER_PERMISSION)
        return super().get_context_data(groups=groups, may_pack=may_pack, **kwargs)

    def card(self, report: Report) -> dict[str, Any]:
        url = reverse("dashboard:report", args=[report.code])
        if not report.period_kinds:
            return {"report": report, "url": url}
        last = period_of(clock.today(), report.period_kinds[0]).previous
        return {
            "report": report,
            "url": url,
            "last": period_words(last.code),
            "last_url": f"{url}?{urlencode({'period': last.code})}",
        }


class AskedMixin:
    """A unit in the reader's scope and a period or a day, all from the address."""

    permission: str
    period_kinds: tuple[str, ...] = ()

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not has_permission(request.user, self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def scope(self):
        return units_for(self.request.user, self.permission)

    @cached_property
    def unit(self) -> PartyUnit:
        """The unit asked for, if it is in scope; else the highest one there is."""
        code = self.request.GET.get("unit", "").replace("\0", "?")
        units = self.scope.select_related("parent")
        found = units.filter(code=code) if code else units.order_by(Length("path"), "path")
        unit = found.first()
        if unit is None:
            raise Http404
        return unit

    def unit_choices(self) -> list[tuple[str, str]]:
        """The unit itself, what is above it within scope, and what is right below it."""
        steps = [self.unit.path[:end] for end in range(8, len(self.unit.path), 8)]
        above = self.scope.filter(path__in=steps).order_by("path")
        below = self.scope.filter(parent=self.unit).order_by("path")[:UNITS_OFFERED]
        return told_apart([*above, self.unit, *below])

    @cached_property
    def periods(self) -> list[tuple[str, str]]:
        """The running periods of each kind and those before, and whatever the address names."""
        given = self.request.GET.get("period", "")
        codes = [given] if self.fits(given) else []
        for kind in self.period_kinds:
            period = period_of(clock.today(), kind)
            for _step in range(PERIODS_OFFERED[PeriodKind(kind)]):
                codes.append(period.code)
                period = period.previous
        return [(code, period_words(code)) for code in dict.fromkeys(codes)]

    def fits(self, code: str) -> bool:
        try:
            period = parse_period(code)
        except ValueError:
            return False
        return period.kind in self.period_kinds and period.first_day <= clock.today()

    @cached_property
    def filter_form(self) -> ReportFilterForm:
        today = clock.today()
        usual = {"on": today.isoformat()}
        if self.period_kinds:
            usual = {"period": period_of(today, self.period_kinds[0]).code}
        given = {name: value for name, value in self.request.GET.items() if value}
        form = ReportFilterForm(
            usual | given | {"unit": self.unit.code}, units=self.unit_choices(), periods=self.periods
        )
        form.is_valid()
        return form

    @cached_property
    def period(self) -> Period | None:
        if not self.period_kinds:
            return None
        code = self.filter_form.cleaned_data.get("period")
        return parse_period(code) if code else period_of(clock.today(), self.period_kinds[0])

    @cached_property
    def asked(self) -> Asked:
        day = self.filter_form.cleaned_data.get("on") or clock.today()
        return Asked(self.request.user, self.unit, day, self.period)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            unit=self.unit,
            filter_form=self.filter_form,
            when=when(self.asked),
            parents=[(_("Reports"), reverse("dashboard:reports"))],
            **kwargs,
        )


class ReportMixin(AskedMixin):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if self.kwargs["code"] not in reports:
            raise Http404
        self.report = reports[self.kwargs["code"]]
        self.permission, self.period_kinds = self.report.permission, self.report.period_kinds


class ReportView(ReportMixin, TemplateView):
    """The report on the screen, a page at a time; the sums are those of all pages."""

    template_name = "dashboard/report.html"

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=200 if self.filter_form.is_valid() else 400)

    def get_context_data(self, **kwargs):
        report, asked = self.report, self.asked
        is_large, columns = report.is_large(asked), report.header(asked)
        page = Paginator(RowPages(report, asked), report.page_size).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "report": report,
            "asked": asked,
            "header": shown_header(columns),
            "rows": [shown_row(columns, row) for row in page],
            "totals": [] if is_large else self.totals(columns),
            "page_obj": page,
            "is_large": is_large,
            "request_form": FileRequestForm(),
        }

    def totals(self, columns: Columns) -> list[dict[str, Any]]:
        totals = Totals(columns)
        count = sum(1 for _row in totals.over(all_rows(self.report, self.asked)))
        return shown_cells(columns, totals.cells) if count and totals.cells else []


class ReportFileView(ReportMixin, View):
    """GET gives a small report at once; POST has a job make the file."""

    http_method_names = ["get", "post"]

    def get(self, request, *args, **kwargs):
        kind = self.kind()
        if not kind or not self.filter_form.is_valid():
            return HttpResponse(_("This report can't be made: check its filters."), status=400)
        if self.report.is_large(self.asked):
            return HttpResponse(_("This report is long. Have it made on its page."), status=413)
        file = tempfile.TemporaryFile()
        write_report(file, self.report, self.asked, kind)
        file.seek(0)
        name = file_name(self.report, self.asked, kind)
        return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[kind])

    def post(self, request, *args, **kwargs):
        kind = self.kind()
        if not kind or not self.filter_form.is_valid():
            return HttpResponse(_("This report can't be made: check its filters."), status=400)
        job = start_job(
            "dashboard.report",
            key=file_key(request),
            title=file_name(self.report, self.asked, kind),
            payload={"report": self.report.code, "format": kind, **payload_of(self.asked)},
            by=request.user,
        )
        return redirect("core:job", job.pk)

    def kind(self) -> str:
        kind = self.request.GET.get("format", "xlsx")
        return kind if kind in TYPES else ""


class FolderView(AskedMixin, TemplateView):
    """What a branch's folder for an inspection would hold, and the button that has it made."""

    template_name = "dashboard/report_folder.html"
    permission = FOLDER_PERMISSION
    period_kinds = FOLDER_KINDS

    @property
    def can_pack(self) -> bool:
        return self.unit.kind in PACKED_KINDS

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=200 if self.filter_form.is_valid() else 400)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "can_pack": self.can_pack,
            "contents": contents_of(self.asked) if self.can_pack else None,
            "name": folder_name(self.asked),
            "request_form": FileRequestForm(),
        }

    def post(self, request, *args, **kwargs):
        if not self.can_pack or not self.filter_form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        job = start_job(
            "dashboard.folder",
            key=file_key(request),
            title=folder_name(self.asked),
            payload=payload_of(self.asked),
            by=request.user,
        )
        return redirect("core:job", job.pk)


class KeptFileView(MadeFileView):
    """Report or folder, as long as the unit is in sight under the right with which it was asked for."""

    kinds = ("dashboard.report", "dashboard.folder")

    def in_sight(self, result: dict[str, Any]) -> bool:
        return units_for(self.request.user, result["permission"]).filter(pk=result["unit"]).exists()
