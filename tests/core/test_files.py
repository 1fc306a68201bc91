import hashlib
import io
import os
import stat
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import override
from PIL import Image

from core import clock, files, tasks
from core.files import FileRefused, atomic_with_files, open_response, store_upload
from core.models import StoredFile
from tests.core.workbooks import workbook
from tests.factories.accounts import UserFactory
from tests.factories.core import StoredFileFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript >> >>"


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def user():
    return UserFactory()


def image(image_format="JPEG", size=(40, 20), mode="RGB", colour="red", **options):
    data = io.BytesIO()
    Image.new(mode, size, colour).save(data, image_format, **options)
    return data.getvalue()


def archive(**members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as target:
        for name, content in members.items():
            target.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return data.getvalue()


DOCX = archive(**{"[Content_Types]_dot_xml": b"<x/>", "word__document_dot_xml": b"<x/>"})


def upload(content, name="x"):
    return SimpleUploadedFile(name, content)


def media(settings):
    root = Path(settings.MEDIA_ROOT)
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def opened(stored):
    return Image.open(io.BytesIO(stored.path.read_bytes()))


# --- what is taken --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "content_type", "suffix"),
    [
        (image("JPEG"), "image/jpeg", ".jpg"),
        (image("PNG"), "image/png", ".png"),
        (image("WEBP"), "image/webp", ".webp"),
        (PDF, "application/pdf", ".pdf"),
        (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
        (
            workbook(["a"]).getvalue(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
        ),
    ],
)
def test_the_kinds_that_are_taken(content, content_type, suffix, user, settings):
    stored = store_upload(upload(content, "会议.exe"), by=user)
    kept = stored.path.read_bytes()
    assert (stored.content_type, stored.original_name) == (content_type, f"会议.exe{suffix}")
    assert (stored.size, stored.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert media(settings) == [stored.storage_name]
    assert stored.storage_name.startswith(f"{clock.today():%Y/%m}/") and stored.storage_name.endswith(suffix)
    assert stat.S_IMODE(os.stat(stored.path).st_mode) == 0o600
    if not content_type.startswith("image/"):
        assert kept == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"MZ\x90\x00 an exe", "Photos"),
        (b"<html><script>alert(1)</script>", "Photos"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "Photos"),
        (b"<?php phpinfo();", "Photos"),
        (b"GIF89a" + bytes(40), "Photos"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "Photos"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Photos"),
        (b" %PDF-1.7", "Photos"),
        (image("JPEG")[:200], "The photo is damaged."),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "The photo is damaged."),
        (image("PNG")[:-30], "The photo is damaged."),
        (image("PNG", (8000, 5001), "1", 0), "The photo has more than 40 million pixels."),
        (image("PNG", (20000, 20000), "1", 0), "The photo has more than 40 million pixels."),
        (b"PK\x03\x04" + bytes(100), "The file is damaged."),
        (archive(**{"a_dot_txt": b"x"}), "This is neither"),
        (archive(**{"word__document_dot_xml": b"x"}), "This is neither"),
        (
            archive(
                **{
                    "[Content_Types]_dot_xml": b"",
                    "word__document_dot_xml": b"",
                    "word__vbaProject_dot_bin": b"",
                }
            ),
            "Files with macros are not taken.",
        ),
    ],
)
@pytest.mark.filterwarnings(
    "ignore::PIL.Image.DecompressionBombWarning"
)  # as in production: only a line in the log
def test_what_is_not_taken(content, reason, user, settings):
    with pytest.raises(FileRefused) as refused:
        store_upload(upload(content, "x.jpg"), by=user)
    assert str(refused.value.args[0]).startswith(reason)
    assert (media(settings), StoredFile.objects.count()) == ([], 0)


def test_a_file_too_large_is_not_read(user):
    class Large(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("read")

    large = Large("x.pdf", PDF)
    large.size = files.MAX_BYTES + 1
    with pytest.raises(FileRefused, match="The file is larger than 20 MB"):
        store_upload(large, by=user)


def test_an_archive_that_unpacks_to_too_much(user, monkeypatch):
    monkeypatch.setattr(files, "MAX_INFLATED_BYTES", 5)
    with pytest.raises(FileRefused, match="This is neither"):
        store_upload(upload(DOCX), by=user)


# --- images are made anew -------------------------------------------------------------------------
def test_a_photo_stands_upright_without_place_or_camera(user):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "CNRY-camera"  # turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    data = io.BytesIO()
    source = Image.new("RGB", (400, 200), "red")
    source.paste("blue", (0, 0, 200, 200))
    source.save(data, "JPEG", exif=exif, comment=b"CNRY-comment", icc_profile=b"CNRY-profile")
    stored = store_upload(upload(data.getvalue() + b"<script>CNRY-tail</script>", "x.jpg"), by=user)
    kept = opened(stored)
    assert (stored.width, stored.height) == kept.size == (200, 400)
    assert kept.getpixel((100, 20))[2] > 200 and kept.getpixel((100, 380))[0] > 200
    assert b"CNRY" not in stored.path.read_bytes()
    assert dict(kept.getexif()) == {}


@pytest.mark.parametrize(("size", "kept"), [((4000, 1000), (2000, 500)), ((1999, 3), (1999, 3))])
def test_a_large_photo_is_made_smaller(size, kept, user):
    stored = store_upload(upload(image(size=size)), by=user)
    assert (stored.width, stored.height) == opened(stored).size == kept


@pytest.mark.parametrize(
    ("content", "image_format", "mode"),
    [
        (image("JPEG", mode="CMYK", colour=(0, 255, 255, 0)), "JPEG", "RGB"),
        (image("JPEG", mode="L", colour=9), "JPEG", "RGB"),
        (image("PNG", mode="RGBA", colour=(1, 2, 3, 128)), "PNG", "RGBA"),
        (image("PNG", mode="P", colour=1), "PNG", "RGB"),
        (image("WEBP", mode="RGBA", colour=(1, 2, 3, 128)), "WEBP", "RGBA"),
        (image("MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")]), "JPEG", "RGB"),
        (image("PNG", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")]), "PNG", "RGB"),
    ],
    ids=["cmyk", "grey", "alpha", "palette", "webp", "two pictures", "animated"],
)
def test_images_of_every_sort(content, image_format, mode, user):
    kept = opened(store_upload(upload(content), by=user))
    assert (kept.format, kept.mode, getattr(kept, "n_frames", 1)) == (image_format, mode, 1)


# --- names ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("会议 记录.pdf", "会议 记录.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\docs\\a.PDF", "a.PDF"),
        ("a.pdf.exe", "a.pdf.exe.pdf"),
        ("gpj.\u202efdp.exe", "file.pdf"),
        ("\x00.pdf", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("con.png", "con.png.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ('a"; filename="b.pdf', 'a"; filename="b.pdf'),
        ("", "file.pdf"),
    ],
)
def test_names_of_uploads(name, kept):
    assert files.original_name(name, files.KINDS["PDF"]) == kept.replace(
        ".pdf.pdf", "pdf.pdf", name == ".pdf"
    )


# --- giving out -----------------------------------------------------------------------------------
def test_a_file_is_given_out_to_be_saved(user):
    stored = store_upload(upload(PDF, "会议 记录.pdf"), by=user)
    response = open_response(stored, inline=True)
    assert b"".join(response.streaming_content) == PDF
    response.close()
    assert dict(response.headers) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": "attachment; filename*=utf-8''%E4%BC%9A%E8%AE%AE%20%E8%AE%B0%E5%BD%95.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def test_a_photo_may_be_shown_in_place(user):
    stored = store_upload(upload(image(), "a.jpg"), by=user)
    shown, saved = open_response(stored, inline=True), open_response(stored)
    assert (shown["Content-Disposition"], saved["Content-Disposition"]) == (
        'inline; filename="a.jpg"',
        'attachment; filename="a.jpg"',
    )
    shown.close()
    saved.close()


def test_a_row_without_its_file_is_not_found():
    with pytest.raises(Http404):
        open_response(StoredFileFactory())


# --- what goes wrong ------------------------------------------------------------------------------
def test_nothing_stays_when_the_row_is_refused(user, settings, monkeypatch):
    monkeypatch.setattr(files, "new_name", lambda kind: "2026/06/same.pdf")
    StoredFileFactory(storage_name="2026/06/same.pdf")
    with pytest.raises(IntegrityError), atomic_with_files():
        store_upload(upload(PDF), by=user)
    assert media(settings) == []


def test_the_files_of_a_broken_transaction_go_with_it(user, settings):
    with pytest.raises(ZeroDivisionError), atomic_with_files():
        store_upload(upload(PDF), by=user)
        store_upload(upload(image()), by=user)
        assert len(media(settings)) == 2
        raise ZeroDivisionError
    assert (media(settings), StoredFile.objects.count()) == ([], 0)


def test_the_files_of_a_good_transaction_stay(user, settings):
    with atomic_with_files():
        stored = store_upload(upload(PDF), by=user)
    assert media(settings) == [stored.storage_name]


def test_a_full_disk_leaves_neither_row_nor_part(user, settings, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileRefused, match="The server could not keep the file"):
        store_upload(upload(PDF), by=user)
    assert (media(settings), StoredFile.objects.count()) == ([], 0)


def test_the_sweeper_takes_what_nobody_knows(user, settings):
    kept = store_upload(upload(PDF), by=user)
    folder = kept.path.parent
    ages = {"new.part": 0.5, "old.part": 2, "new.pdf": 24 * 6, "old.pdf": 24 * 8}
    for name, hours in ages.items():
        (folder / name).write_bytes(b"x")
        moment = (clock.now() - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (moment, moment))
    os.utime(kept.path, (0, 0))
    assert tasks.sweep_files() == 2
    assert [Path(name).name for name in media(settings)] == sorted([kept.path.name, "new.part", "new.pdf"])
    assert not files.is_older(folder / "gone", timedelta(0))


# --- what jobs made -------------------------------------------------------------------------------
def test_a_made_file_stays_a_week(user, settings, time_machine):
    time_machine.move_to("2026-06-15 12:00+08:00", tick=False)
    stored = files.keep_made(io.BytesIO(b"PK"), name="党建资料.zip", content_type="application/zip", by=user)
    assert stored.storage_name.startswith("made/2026/06/") and stored.storage_name.endswith(".zip")
    assert (stored.path.read_bytes(), stored.size, stored.uploaded_by) == (b"PK", 2, user)
    time_machine.move_to("2026-06-22 12:00+08:00", tick=False)
    files.sweep_files()
    assert stored.path.exists()
    time_machine.move_to("2026-06-22 12:01+08:00", tick=False)
    files.sweep_files()
    assert (StoredFile.objects.count(), stored.path.exists()) == (0, False)


def test_a_made_file_without_a_row_is_swept_like_any_other(user, settings):
    stored = files.keep_made(io.BytesIO(b"PK"), name="x.zip", content_type="application/zip", by=user)
    StoredFile.objects.all().delete()
    os.utime(stored.path, (0, 0))
    assert files.sweep_files() == 1
    assert not stored.path.exists()


def test_an_upload_is_never_deleted_for_its_age(user, settings, time_machine):
    time_machine.move_to("2026-06-15 12:00+08:00", tick=False)
    kept = store_upload(upload(PDF), by=user)
    time_machine.shift(timedelta(days=400))
    files.sweep_files()
    assert kept.path.exists()
