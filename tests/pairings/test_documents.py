"""The agreement as the office words it, and the archive as one file."""

import shutil
import subprocess
import zipfile
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from docx import Document

from pairings.documents import agreement_file, write_archive
from tests.factories.pairings import PartnerFactory, active, drafted

SOFFICE = shutil.which("soffice")


@pytest.fixture(autouse=True)
def spring(county):
    with time_machine.travel("2026-04-10 09:00+08:00", tick=False):
        yield


def text_of(file):
    document = Document(BytesIO(file.getvalue()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_agreement_says_who_owes_what_to_whom(county):
    partners = [PartnerFactory(name="坛河村 <党支部>"), PartnerFactory(name="中心小学党支部")]
    text = text_of(agreement_file(drafted(county.branch, partners, by=county.secretary)))

    for words in (
        "支部联建协议书",
        "甲方：城西供电所党支部",
        "乙方：坛河村 <党支部>、中心小学党支部",
        "（1）每季度上门检查线路",
        "（1）组织义务护线员",
        "灌溉用电",
        "周明",
        "2026年3月1日 至 2028年2月29日",
    ):
        assert words in text
    assert "{" not in text


def test_the_archive_holds_what_there_is_and_names_what_is_missing(county, client):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    client.force_login(county.secretary, backend="accounts.backends.SignInBackend")
    answer = client.get(reverse("pairings:archive", args=[pairing.code]))
    content = BytesIO(answer.getvalue())
    answer.close()

    with zipfile.ZipFile(content) as archive:
        assert archive.testzip() is None
        names = sorted(name[:3] + name[-4:] for name in archive.namelist())
        index = archive.read(next(name for name in archive.namelist() if name.startswith("00_")))
    assert names == ["00_.csv", "01_docx", "02_.pdf", "04_.pdf", "05_.pdf"]
    assert index.decode("utf-8-sig").count("\n") == 6  # the heading and five papers, one of them missing


def test_a_file_that_is_gone_from_the_disk_spoils_nothing(county):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    pairing.documents.get(kind="PLAN").file.path.unlink()
    file = BytesIO()
    write_archive(file, pairing)

    with zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == 4


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_an_office_program_lays_the_agreement_out(county, tmp_path):
    source = tmp_path / "agreement.docx"
    source.write_bytes(
        agreement_file(drafted(county.branch, [PartnerFactory()], by=county.secretary)).getvalue()
    )
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [SOFFICE, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603

    pdf = (tmp_path / "agreement.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and b"/Type/Page" in pdf.replace(b"/Type /Page", b"/Type/Page")
