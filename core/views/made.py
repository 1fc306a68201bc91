"""A file that a job made: for who asked for it alone, and only while he may see what it is about."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from core.downloads import open_response
from core.models import Job, StoredFile


class MadeFileView(View):
    """The app whose ``kinds`` of jobs make files says in ``in_sight`` who may still have one."""

    http_method_names = ["get"]
    kinds: tuple[str, ...]

    def in_sight(self, result: dict[str, Any]) -> bool:
        raise NotImplementedError

    def get(self, request: Any, pk: Any) -> HttpResponseBase:
        job = Job.objects.filter(pk=pk, created_by=request.user, kind__in=self.kinds).first()
        if job is None or "file" not in job.result or not self.in_sight(job.result):
            raise Http404
        stored = StoredFile.objects.filter(pk=job.result["file"]).first()
        if stored is None:
            messages.warning(
                request, _("The file was kept for a week and has been deleted. Ask for it again.")
            )
            return redirect("core:job", job.pk)
        return open_response(stored)
