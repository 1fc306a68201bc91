"""Importing files in the browser: choose, check, see every reason, import (administrators only)."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import DetailView, FormView, TemplateView

from core.choices import JobState
from core.downloads import open_response
from core.forms import ImportForm
from core.imports import kinds_for
from core.models import Job, StoredFile
from core.operations import start_import, start_stored
from core.spreadsheets import write_csv


class ImportScopeMixin:
    """Only for whoever may import something at all."""

    def dispatch(self, request, *args, **kwargs):
        self.kinds = {kind.code: kind for kind in kinds_for(request.user)}
        if not self.kinds:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def kind(self):
        try:
            return self.kinds[self.kwargs["kind"]]
        except KeyError as error:
            raise Http404 from error


class ImportListView(ImportScopeMixin, TemplateView):
    template_name = "core/import_list.html"

    def get_context_data(self, **kwargs):
        recent = Job.objects.filter(kind="core.import", created_by=self.request.user)[:10]
        return super().get_context_data(kinds=self.kinds.values(), recent=recent, **kwargs)


class ImportView(ImportScopeMixin, FormView):
    """A file is always checked first; the page of the result offers to import it."""

    form_class = ImportForm
    template_name = "core/import_form.html"

    def get_context_data(self, **kwargs):
        parents = [(_("Import"), reverse("core:imports"))]
        return super().get_context_data(kind=self.kind, parents=parents, **kwargs)

    def form_valid(self, form):
        job = start_import(
            self.kind,
            form.cleaned_data["file"],
            by=self.request.user,
            dry_run=True,
            key=form.cleaned_data["submission_key"],
        )
        return redirect("core:job", job.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ImportHeadingsView(ImportScopeMixin, View):
    """An empty file with the headings, to be filled in."""

    def get(self, request, *args, **kwargs):
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.kind.code}.csv"'
        write_csv(response, [str(column.label) for column in self.kind.columns], [])
        return response


class ImportJobMixin(ImportScopeMixin):
    """The own finished imports."""

    model = Job

    def get_queryset(self):
        return Job.objects.filter(kind="core.import", created_by=self.request.user, state=JobState.DONE)

    def find(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])


class ImportResultView(ImportJobMixin, DetailView):
    """What was found; after a check without complaints the button that writes."""

    template_name = "core/import_result.html"
    context_object_name = "job"

    def get_context_data(self, **kwargs):
        kind = self.kinds.get(self.object.payload["kind"])
        parents = [(_("Import"), reverse("core:imports"))]
        if kind:
            parents.append((kind.label, reverse("core:import", args=[kind.code])))
        ready = kind and self.object.payload["dry_run"] and not self.object.result["reason_count"]
        labels = {column.name: column.label for column in kind.columns} if kind else {}
        reasons = [
            (row, labels.get(column, column), reason) for row, column, reason in self.object.result["reasons"]
        ]
        return super().get_context_data(kind=kind, parents=parents, ready=ready, reasons=reasons, **kwargs)

    def post(self, request, *args, **kwargs):
        job = self.find()
        stored = StoredFile.objects.filter(pk=job.payload["file"], uploaded_by=request.user).first()
        kind = self.kinds.get(job.payload["kind"])
        if stored is None or kind is None or not job.payload["dry_run"]:
            raise Http404
        written = start_stored(kind, stored, by=request.user, dry_run=False, key=job.pk)
        return redirect("core:job", written.pk)


class ImportErrorsView(ImportJobMixin, View):
    """Every reason, as a file with row, column, reason."""

    def get(self, request, *args, **kwargs):
        job = self.find()
        stored = StoredFile.objects.filter(
            pk=job.result["errors_file"] or 0, uploaded_by=request.user
        ).first()
        if stored is None:
            raise Http404
        return open_response(stored)
