"""Uploads: what they are is found by content, images are made anew, names are ours (reliability.md T10-T13).

Order on the disk: ``.part``, fsync, rename, then the row. Whatever a broken transaction leaves is swept.
"""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core import clock
from core.cells import CellRefused, clean_text
from core.downloads import open_response
from core.models import StoredFile

__all__ = ["FileRefused", "atomic_with_files", "keep_made", "open_response", "store_upload", "sweep_files"]

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2000
LONGEST_NAME = 200
MAX_MEMBERS = 2000
MAX_INFLATED_BYTES = 200 * 1024 * 1024
ORPHAN_AFTER = timedelta(days=7)  # a backup made before may still name the file
PART_AFTER = timedelta(hours=1)
MADE = "made/"  # files that a job made for whoever asked
MADE_KEPT_FOR = timedelta(days=7)
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP")
SAME_AS = {"MPO": "JPEG"}  # what some telephones write: a JPEG with a second picture behind it
TOO_MANY_PIXELS = _("The photo has more than 40 million pixels. Make it smaller first.")
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class FileRefused(Exception):
    """The file is not taken; the message says why, in the user's words."""


@dataclass(frozen=True)
class Kind:
    content_type: str
    suffixes: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """What will be stored: the bytes, what they are, and an image's size."""

    data: IO[bytes]
    kind: Kind
    width: int | None = None
    height: int | None = None


KINDS = {
    "JPEG": Kind("image/jpeg", (".jpg", ".jpeg")),
    "PNG": Kind("image/png", (".png",)),
    "WEBP": Kind("image/webp", (".webp",)),
    "PDF": Kind("application/pdf", (".pdf",)),
    "DOCX": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "XLSX": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
}
OFFICE_PARTS = {"word/document.xml": "DOCX", "xl/workbook.xml": "XLSX"}


# --- taking a file in -----------------------------------------------------------------------------
def store_upload(upload: File, *, by: Any) -> StoredFile:
    """Check the upload, write it under a name of ours, and make its row. Raises FileRefused."""
    size = upload.size or 0
    if not size:
        raise FileRefused(_("The file is empty."))
    if size > MAX_BYTES:
        raise FileRefused(_("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1024 // 1024})
    content = examine(upload)
    storage_name = new_name(content.kind)
    path = Path(settings.MEDIA_ROOT) / storage_name
    written, checksum = write(path, content.data)
    kept = _stored_paths.get()
    if kept is not None:
        kept.append(path)
    try:
        return StoredFile.objects.create(
            storage_name=storage_name,
            original_name=original_name(upload.name or "", content.kind),
            content_type=content.kind.content_type,
            size=written,
            sha256=checksum,
            width=content.width,
            height=content.height,
            uploaded_by=by,
            uploaded_at=clock.now(),
        )
    except Exception:
        path.unlink(missing_ok=True)
        raise


def examine(upload: File) -> Content:
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    for fits, take in TAKERS:
        if fits(head):
            return take(upload)
    raise FileRefused(
        _("Photos (JPEG, PNG, WebP), PDF, Word (.docx) and Excel (.xlsx) files are taken; no others.")
    )


def is_image(head: bytes) -> bool:
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return is_webp or head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def take_image(upload: File) -> Content:
    """The image made anew from its pixels, upright and not too large: nothing else of the file survives."""
    try:
        with Image.open(upload, formats=IMAGE_FORMATS) as image:
            image_format = SAME_AS.get(str(image.format), str(image.format))
            if image.width * image.height > MAX_PIXELS:
                raise FileRefused(TOO_MANY_PIXELS)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded small at once
            upright = ImageOps.exif_transpose(image)
            return encode(upright, image_format)
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(TOO_MANY_PIXELS) from error
    except Exception as error:  # a broken image makes Pillow raise almost anything
        raise FileRefused(_("The photo is damaged. Take it again or save it anew.")) from error


def encode(image: Image.Image, image_format: str) -> Content:
    has_alpha = image_format != "JPEG" and (image.has_transparency_data or image.mode in ("RGBA", "LA"))
    image = image.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    image.info.clear()  # comments and colour profiles would be written again
    data = BytesIO()
    image.save(data, image_format, quality=85, optimize=True)
    data.seek(0)
    return Content(data, KINDS[image_format], image.width, image.height)


def take_pdf(upload: File) -> Content:
    return Content(upload, KINDS["PDF"])


def take_office_file(upload: File) -> Content:
    """A .docx or .xlsx by its main part, without macros, unpacking to a sane size."""
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FileRefused(_("The file is damaged.")) from error
    names = {member.filename for member in members}
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise FileRefused(_("Files with macros are not taken."))
    too_large = sum(member.file_size for member in members) > MAX_INFLATED_BYTES or len(members) > MAX_MEMBERS
    kinds = [kind for part, kind in OFFICE_PARTS.items() if part in names]
    if too_large or len(kinds) != 1 or "[Content_Types].xml" not in names:
        raise FileRefused(
            _("This is neither a Word (.docx) nor an Excel (.xlsx) file; other archives are not taken.")
        )
    upload.seek(0)
    return Content(upload, KINDS[kinds[0]])


TAKERS: list[tuple[Callable[[bytes], bool], Callable[[File], Content]]] = [
    (is_image, take_image),
    (lambda head: head.startswith(b"%PDF-"), take_pdf),
    (lambda head: head.startswith(b"PK\x03\x04"), take_office_file),
]


# --- names and bytes ------------------------------------------------------------------------------
def new_name(kind: Kind) -> str:
    return f"{clock.today():%Y/%m}/{secrets.token_hex(16)}{kind.suffixes[0]}"


def original_name(name: str, kind: Kind) -> str:
    """The uploader's name for the file, without its folders, ending as what the file is."""
    name = PurePosixPath(name.replace("\\", "/")).name
    try:
        name = clean_text(name)
    except CellRefused:
        name = ""
    stem, suffix = os.path.splitext(name)
    if suffix.casefold() not in kind.suffixes:
        stem, suffix = name, kind.suffixes[0]
    return f"{stem.strip('. ')[: LONGEST_NAME - len(suffix)] or 'file'}{suffix}"


def write(path: Path, data: IO[bytes]) -> tuple[int, str]:
    """(size, sha256) of what now stands, whole, under ``path``."""
    digest, size = hashlib.sha256(), 0
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
        with open(part, "xb", opener=private) as file:
            while chunk := data.read(64 * 1024):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileRefused(_("The server could not keep the file. Tell the administrators.")) from error
    return size, digest.hexdigest()


def private(path: str, flags: int) -> int:
    return os.open(path, flags, settings.FILE_UPLOAD_PERMISSIONS)


# --- what jobs made -------------------------------------------------------------------------------
def keep_made(file: IO[bytes], *, name: str, content_type: str, by: Any) -> StoredFile:
    """Keep a file that was made for ``by``; after a week it is deleted."""
    suffix = PurePosixPath(name).suffix
    storage_name = f"{MADE}{clock.today():%Y/%m}/{secrets.token_hex(16)}{suffix}"
    path = Path(settings.MEDIA_ROOT) / storage_name
    file.seek(0)
    size, checksum = write(path, file)
    kept = _stored_paths.get()
    if kept is not None:
        kept.append(path)
    return StoredFile.objects.create(
        storage_name=storage_name,
        original_name=name,
        content_type=content_type,
        size=size,
        sha256=checksum,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )


def delete_old_made() -> None:
    """The row goes first: whatever a crash leaves on the disk is swept as a file without a row."""
    old = StoredFile.objects.filter(
        storage_name__startswith=MADE, uploaded_at__lt=clock.now() - MADE_KEPT_FOR
    )
    for stored in old:
        stored.delete()
        stored.path.unlink(missing_ok=True)


# --- what a broken transaction leaves -------------------------------------------------------------
_stored_paths: ContextVar[list[Path] | None] = ContextVar("stored_paths", default=None)


@contextmanager
def atomic_with_files() -> Iterator[None]:
    """A transaction; when it breaks, the files stored in it go with their rows."""
    paths: list[Path] = []
    token = _stored_paths.set(paths)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise
    finally:
        _stored_paths.reset(token)


def sweep_files() -> int:
    """Delete half-written files after an hour and files without a row after a week; how many. What jobs made
    goes with its row."""
    delete_old_made()
    root = Path(settings.MEDIA_ROOT)
    known = set(StoredFile.objects.values_list("storage_name", flat=True))
    months = "[0-9][0-9][0-9][0-9]/[0-9][0-9]/*"
    left = [
        path
        for path in [*root.glob(months), *root.glob(f"{MADE}{months}")]
        if path.relative_to(root).as_posix() not in known
        and is_older(path, PART_AFTER if path.suffix == ".part" else ORPHAN_AFTER)
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def is_older(path: Path, age: timedelta) -> bool:
    try:
        return clock.now().timestamp() - path.stat().st_mtime > age.total_seconds()
    except FileNotFoundError:  # renamed meanwhile
        return False
