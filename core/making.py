"""Files that take their time: jobs make them, and keep them for whoever asked."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock
from core.files import MADE_KEPT_FOR, FileRefused, atomic_with_files, keep_made
from core.jobs import JobRefused, JobRun


@contextmanager
def scratch_file() -> Iterator[IO[bytes]]:
    """A file beside those it will stand with: the system's own place may be small."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=root) as file:
        yield file


def kept(run: JobRun, file: IO[bytes], name: str, content_type: str, *, url: str) -> dict[str, Any]:
    """Keeps the file for who asked. This is what the job's result says of it; ``url`` is where it is fetched,
    by a ``MadeFileView`` that knows who may."""
    try:
        with atomic_with_files():
            run.check_fence()
            stored = keep_made(file, name=name, content_type=content_type, by=run.job.created_by)
    except FileRefused as error:
        raise JobRefused(str(error)) from error
    until = clock.day_of(clock.now() + MADE_KEPT_FOR).isoformat()
    words = {"name": name, "day": until}
    return {
        "url": url,
        "message": _("%(name)s is ready. It is kept for you until %(day)s.") % words,
        "file": stored.pk,
    }
