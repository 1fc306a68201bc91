"""The agreement as a Word file, and the whole archive of a pairing as one ZIP."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from activities.documents import filled
from core.models import StoredFile
from core.spreadsheets import write_csv
from core.templatetags.format import day_document
from pairings.archive import Paper, papers
from pairings.models import Pairing, PairingAgreement
from pairings.moves import current_agreement
from pairings.selectors import partners_of, units_of

OPEN_DAY = "　　　　年　　月　　日"  # where a day is still to be written by hand
Line = tuple[str, str]  # the paper, and its file or that it is missing


def agreement_file(pairing: Pairing) -> BytesIO:
    """The agreement in work, or in force; what is not said yet stays open to be written by hand."""
    agreement = current_agreement(pairing) or PairingAgreement(pairing=pairing)
    with override(settings.LANGUAGE_CODE):
        return filled("pairing_agreement.docx", facts_of(pairing, agreement))


def facts_of(pairing: Pairing, agreement: PairingAgreement) -> dict[str, Any]:
    texts = ("rights_own", "duties_own", "rights_partner", "duties_partner")
    return {
        "number": agreement.number,
        "own": "、".join(unit.name for unit in units_of(pairing)),
        "partners": "、".join(partner.name for partner in partners_of(pairing)),
        "reason": pairing.get_selection_reason_display(),
        "projects": [
            {
                "title": project.title,
                "owner": project.owner,
                "due": day_document(project.due_on) if project.due_on else "",
            }
            for project in pairing.key_projects.all()
        ],
        **{name: [line.strip() for line in getattr(agreement, name).splitlines()] for name in texts},
        "term_from": written(agreement.term_from),
        "term_to": written(agreement.term_to),
    }


def written(day: date | None) -> str:
    return day_document(day) if day else OPEN_DAY


def write_archive(file: IO[bytes], pairing: Pairing) -> None:
    """Every paper there is, numbered in the order of the archive, and a list that names what is missing."""
    lines: list[Line] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        name = "_".join(["01", _("Agreement")]) + ".docx"
        archive.writestr(name, agreement_file(pairing).getvalue())
        lines.append((_("Agreement"), name))
        for number, paper in enumerate(papers(pairing), 2):
            lines += [(paper.label, text) for text in _added(archive, number, paper, pairing)]
        index = BytesIO()
        write_csv(index, [_("Paper"), _("File")], lines)
        archive.writestr("_".join(["00", _("Contents")]) + ".csv", index.getvalue())


def _added(archive: zipfile.ZipFile, number: int, paper: Paper, pairing: Pairing) -> list[str]:
    """The names under which the files of a paper went in; that there is none where one is missing."""
    names = []
    for place, stored in enumerate(_files(paper, pairing), 1):
        suffix = Path(stored.original_name).suffix
        name = f"{number:02}_{paper.label}{f'-{place}' if place > 1 else ''}{suffix}"
        if stored.path.exists():
            archive.write(stored.path, name)
            names.append(name)
    return names or ([_("not there yet")] if paper.is_missing else [])


def _files(paper: Paper, pairing: Pairing) -> list[StoredFile]:
    if paper.kind == "AGREEMENT":
        signed = pairing.agreements.filter(signed_file__isnull=False).select_related("signed_file")
        return [agreement.signed_file for agreement in signed.order_by("pk") if agreement.signed_file]
    return [document.file for document in paper.documents]
