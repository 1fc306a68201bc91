"""Stored files on their way out. The view has looked whether the user may have the file."""

from django.http import FileResponse, Http404

from core.models import StoredFile

# A file is shown without any right of our pages: no script, no form, no link to the page that opened it.
POLICY = "default-src 'none'; sandbox"
SHOWN_IN_PLACE = ("image/jpeg", "image/png", "image/webp")


def open_response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file, to be saved; an image may be shown in place. The type is the one found at the upload."""
    try:
        content = stored.path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=not (inline and stored.content_type in SHOWN_IN_PLACE),
        filename=stored.original_name,
        content_type=stored.content_type,
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": POLICY},
    )
