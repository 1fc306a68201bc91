"""The agreement: its text, the signed copy, the report to the organisation department, the archive."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, clock
from core.files import store_upload
from pairings.choices import DocumentKind, PairingState, ReviewResult
from pairings.models import KeyProject, Pairing, PairingAgreement, PairingDocument
from pairings.moves import AGREEMENT_EDITABLE, OPEN_STATES, current_agreement
from pairings.operations.refusals import PairingRefused, lock_pairing, touch

TEXTS = ("number", "rights_own", "rights_partner", "duties_own", "duties_partner", "term_from", "term_to")
IN_WORK = frozenset({*AGREEMENT_EDITABLE, PairingState.SIGNED})
NOT_REPORTED = frozenset({PairingState.SIGNED, PairingState.RENEWING})
WITH_THE_DEPARTMENT = frozenset({PairingState.REPORTED, PairingState.RENEWING})


@transaction.atomic
def save_agreement(
    pairing: Pairing, *, by: User, version: int | None = None, **texts: Any
) -> PairingAgreement:
    """Write what ``TEXTS`` names into the agreement in work, making it if there is none."""
    locked = lock_pairing(pairing, by=by, version=version, states=AGREEMENT_EDITABLE)
    agreement = _in_work(locked) or PairingAgreement(pairing=locked)
    _refuse_approved(agreement)
    changed = {name: value for name, value in texts.items() if name in TEXTS}
    term_from = changed.get("term_from", agreement.term_from)
    term_to = changed.get("term_to", agreement.term_to)
    if term_from and term_to and term_to <= term_from:
        raise PairingRefused(_("The term ends before it begins."))
    for name, value in changed.items():
        setattr(agreement, name, value)
    agreement.save()
    _done("change_agreement", locked, by=by, agreement=agreement.pk)
    return agreement


@transaction.atomic
def set_key_projects(
    pairing: Pairing, projects: Iterable[dict[str, Any]], *, by: User, version: int | None = None
) -> None:
    """The key projects as they now are: ``title``, ``owner``, ``due_on``, ``done_on`` each."""
    locked = lock_pairing(pairing, by=by, version=version, states=OPEN_STATES)
    stated = {facts["title"].strip(): facts for facts in projects if facts.get("title", "").strip()}
    if any(not facts.get("owner", "").strip() for facts in stated.values()):
        raise PairingRefused(_("Say of each key project who answers for it."))
    locked.key_projects.exclude(title__in=stated).delete()
    for title, facts in stated.items():
        KeyProject.objects.update_or_create(
            pairing=locked,
            title=title,
            defaults={
                "owner": facts["owner"].strip(),
                "due_on": facts.get("due_on"),
                "done_on": facts.get("done_on"),
            },
        )
    _done("change_key_projects", locked, by=by, projects=list(stated))


@transaction.atomic
def attach_signed_copy(
    pairing: Pairing, upload: File | None, *, signed_on: date, by: User, version: int | None = None
) -> PairingAgreement:
    """The day of signing and the signed copy; without a file the one that is there stays."""
    locked = lock_pairing(pairing, by=by, version=version, states=IN_WORK)
    agreement = _needed(locked)
    _refuse_approved(agreement)
    if signed_on > clock.today():
        raise PairingRefused(_("The day of signing lies ahead."))
    agreement.signed_on = signed_on
    agreement.signing_confirmed_by = agreement.signing_confirmed_at = None
    if upload:
        agreement.signed_file = store_upload(upload, by=by)
    agreement.save()
    _done("attach_signed_copy", locked, by=by, agreement=agreement.pk, signed_on=signed_on.isoformat())
    return agreement


@transaction.atomic
def confirm_signing(pairing: Pairing, *, by: User, version: int | None = None) -> PairingAgreement:
    """The office has seen the signed copy (domain.md 6.1: BO confirms)."""
    locked = lock_pairing(pairing, by=by, action="approve", version=version, states=OPEN_STATES)
    agreement = _needed(locked)
    if not (agreement.signed_on and agreement.signed_file_id):
        raise PairingRefused(_("There is no signed copy to confirm."))
    if agreement.signing_confirmed_at is None:
        agreement.signing_confirmed_by, agreement.signing_confirmed_at = by, clock.now()
        agreement.save()
        _done("confirm_signing", locked, by=by, agreement=agreement.pk)
    return agreement


@transaction.atomic
def note_report(
    pairing: Pairing, *, reviewing_dept: str, reported_on: date, by: User, version: int | None = None
) -> PairingAgreement:
    """To which organisation department it was reported, and when (S000 A7)."""
    locked = lock_pairing(pairing, by=by, version=version, states=NOT_REPORTED)
    agreement = _needed(locked)
    if reported_on > clock.today():
        raise PairingRefused(_("The day of the report lies ahead."))
    if agreement.signed_on is None or reported_on < agreement.signed_on:
        raise PairingRefused(_("It is reported after it was signed, not before."))
    agreement.reviewing_dept, agreement.reported_on = reviewing_dept.strip(), reported_on
    agreement.review_result, agreement.reviewed_on, agreement.review_note = ReviewResult.PENDING, None, ""
    agreement.save()
    _done("note_report", locked, by=by, agreement=agreement.pk)
    return agreement


@transaction.atomic
def note_review(
    pairing: Pairing,
    *,
    result: str,
    reviewed_on: date,
    note: str = "",
    by: User,
    version: int | None = None,
) -> PairingAgreement:
    """What the organisation department answered; entered by the office that decides on the pairing."""
    locked = lock_pairing(pairing, by=by, action="approve", version=version, states=WITH_THE_DEPARTMENT)
    agreement = _needed(locked)
    if agreement.reported_on is None:
        raise PairingRefused(_("It was not reported yet."))
    if not agreement.reported_on <= reviewed_on <= clock.today():
        raise PairingRefused(_("The answer comes on or after the day of the report, and not after today."))
    agreement.review_result, agreement.reviewed_on, agreement.review_note = result, reviewed_on, note.strip()
    agreement.save()
    _done("note_review", locked, by=by, agreement=agreement.pk, result=result)
    return agreement


@transaction.atomic
def draft_renewal(pairing: Pairing, *, by: User | None) -> PairingAgreement:
    """The agreement of the next term, with the texts of the last; asked twice it is the same one."""
    locked = lock_pairing(pairing, by=by, states={PairingState.RENEWING})
    last = _needed(locked)
    if last.renewal_of_id and last.review_result != ReviewResult.APPROVED:
        return last
    texts = {name: getattr(last, name) for name in TEXTS if name not in {"number", "term_from", "term_to"}}
    agreement = PairingAgreement.objects.create(pairing=locked, renewal_of=last, **texts)
    _done("draft_renewal", locked, by=by, agreement=agreement.pk)
    return agreement


@transaction.atomic
def add_document(
    pairing: Pairing,
    upload: File,
    *,
    kind: str,
    title: str = "",
    covers_to: date | None = None,
    by: User,
) -> PairingDocument:
    locked = lock_pairing(pairing, by=by, states=OPEN_STATES)
    document = PairingDocument.objects.create(
        pairing=locked,
        kind=DocumentKind(kind),
        title=title.strip(),
        covers_to=covers_to,
        file=store_upload(upload, by=by),
    )
    _done("add_document", locked, by=by, document=str(document))
    return document


@transaction.atomic
def remove_document(document: PairingDocument, *, by: User) -> None:
    """Papers on which the office decided stay."""
    locked = lock_pairing(document.pairing, by=by, states=OPEN_STATES)
    if locked.activated_at and document.file.uploaded_at < locked.activated_at:
        raise PairingRefused(_("The pairing was opened with this paper; it stays in the archive."))
    name = str(document)
    document.delete()
    _done("remove_document", locked, by=by, document=name)


def _in_work(pairing: Pairing) -> PairingAgreement | None:
    """The agreement that may be written: while a pairing is renewed, only that of the next term."""
    agreement = current_agreement(pairing)
    if pairing.state == PairingState.RENEWING and agreement and not agreement.renewal_of_id:
        raise PairingRefused(_("Draft the agreement of the next term first."))
    return agreement


def _refuse_approved(agreement: PairingAgreement) -> None:
    """What the organisation department approved is not what would stand there afterwards."""
    if agreement.review_result == ReviewResult.APPROVED:
        raise PairingRefused(
            _("The organisation department has approved these words. They stay as they are.")
        )


def _needed(pairing: Pairing) -> PairingAgreement:
    agreement = current_agreement(pairing)
    if agreement is None:
        raise PairingRefused(_("There is no agreement yet."))
    return agreement


def _done(verb: str, pairing: Pairing, *, by: User | None, **summary: Any) -> None:
    touch(pairing)
    audit.record(verb, pairing, by=by, scope=pairing.unit.path or "", **summary)
