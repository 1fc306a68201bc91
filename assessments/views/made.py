"""The file of a board: at once, or of a large board by a job."""

import tempfile
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from assessments.background import board_file, hidden_lines, payload_of
from assessments.board_files import TYPES, BoardFile
from assessments.models import Edition
from assessments.standings import Board
from core.forms import file_key
from core.operations import start_job
from core.views import MadeFileView


class BoardFileMixin:
    """For the page of a board: ``&format=xlsx`` or ``csv`` gives the file of a small one; a POST has a job
    make it."""

    edition: Edition
    board: Board

    def get(self, request, *args, **kwargs):
        if not request.GET.get("format"):
            return super().get(request, *args, **kwargs)
        kind = self.kind()
        if self.file.is_large:
            return HttpResponse(_("This board is long. Have its file made on its page."), status=413)
        content = tempfile.SpooledTemporaryFile(max_size=5_000_000)
        self.file.write(content, kind)
        content.seek(0)
        response = FileResponse(content, content_type=TYPES[kind])
        name = quote(self.file.file_name(kind))
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def post(self, request, *args, **kwargs):
        """Has a job make the file of a large board."""
        kind = self.kind()
        job = start_job(
            "assessments.board_file",
            key=file_key(request),
            title=self.file.file_name(kind),
            payload={"format": kind, **payload_of(self.file)},
            by=request.user,
        )
        return redirect("core:job", job.pk)

    def kind(self) -> str:
        kind = self.request.GET.get("format", "xlsx")
        if kind not in TYPES:
            raise Http404
        return kind

    @cached_property
    def file(self) -> BoardFile:
        return BoardFile(self.edition, self.board, self.request.user)


class KeptBoardView(MadeFileView):
    """Who sees less of the board by now asks anew."""

    kinds = ("assessments.board_file",)

    def in_sight(self, result: dict[str, Any]) -> bool:
        file = board_file(result, self.request.user)
        return file is not None and hidden_lines(file) <= result["hidden"]
