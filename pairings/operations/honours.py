"""Demonstration sites and the Support Award: what the provincial office checks, names and gives."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from branches.selectors import has_permission
from core import audit, clock
from core.files import store_upload
from pairings.choices import RUNNING
from pairings.honours import lacking_for_site
from pairings.models import DemonstrationSite, Pairing, Partner, SiteCheck, SupportAward
from pairings.operations.refusals import PairingRefused, lock_pairing
from pairings.rules import PROGRAMME_START, SITE_CRITERIA


@transaction.atomic
def check_site(
    pairing: Pairing, *, checked_on: date, by: User, note: str = "", **criteria: bool
) -> SiteCheck:
    """A check on the four criteria (S000 A9), named as in ``SITE_CRITERIA``. Of a day there is one: the last
    word holds."""
    locked = lock_pairing(pairing, by=by, action="honour", states=RUNNING)
    if checked_on > clock.today():
        raise PairingRefused(_("The day of the check lies ahead."))
    found = {name: criteria[name] for name in SITE_CRITERIA}
    check, _made = SiteCheck.objects.update_or_create(
        pairing=locked,
        checked_on=checked_on,
        defaults={**found, "note": note.strip(), "checked_by": by},
    )
    _done("check_site", locked, by=by, checked_on=checked_on.isoformat(), note=check.note, **found)
    return check


@transaction.atomic
def name_site(
    pairing: Pairing, *, batch: int, named_on: date, by: User, theme: str = ""
) -> DemonstrationSite:
    """Name it in a batch. One that was withdrawn can be named again; the trail keeps what was before."""
    locked = lock_pairing(pairing, by=by, action="honour")
    if missing := lacking_for_site(locked, named_on):
        raise PairingRefused(str(missing[0]))
    facts = {"batch": batch, "theme": theme.strip(), "named_on": named_on, "named_by": by}
    site, _made = DemonstrationSite.objects.update_or_create(
        pairing=locked, defaults={**facts, "withdrawn_on": None, "withdrawn_why": ""}
    )
    _done("name_site", locked, by=by, batch=batch, theme=site.theme, named_on=named_on.isoformat())
    return site


@transaction.atomic
def withdraw_site(pairing: Pairing, *, reason: str, by: User) -> DemonstrationSite:
    """It is shown to others no longer, from today on."""
    locked = lock_pairing(pairing, by=by, action="honour")
    site = DemonstrationSite.objects.filter(pairing=locked, withdrawn_on=None).first()
    if site is None:
        raise PairingRefused(_("It is no demonstration site."))
    if not reason.strip():
        raise PairingRefused(_("Say why it is withdrawn."))
    site.withdrawn_on, site.withdrawn_why = clock.today(), reason.strip()
    site.save()
    audit.record("withdraw_site", locked, by=by, scope=locked.unit.path or "", reason=site.withdrawn_why)
    return site


@transaction.atomic
def give_award(
    partner: Partner,
    *,
    year: int,
    reason: str,
    by: User,
    upload: File | None = None,
    **facts: Any,
) -> SupportAward:
    """To an outside organisation, once a year (S000 A10); an own unit is no ``Partner``. ``facts`` are the
    batch and the number of the document."""
    _refuse_others(by)
    if not isinstance(partner, Partner):
        raise PairingRefused(_("The Support Award is for outside organisations only."))
    locked = Partner.objects.select_for_update().get(pk=partner.pk)
    if locked.merged_into_id:
        raise PairingRefused(_("This partner was entered twice; choose the other entry."))
    if not PROGRAMME_START <= year <= clock.today().year:
        raise PairingRefused(
            _("Give a year from %(first)d to %(last)d.")
            % {"first": PROGRAMME_START, "last": clock.today().year}
        )
    if locked.awards.filter(year=year).exists():
        raise PairingRefused(
            _("%(partner)s has the award of %(year)d already.") % {"partner": locked, "year": year}
        )
    award = SupportAward.objects.create(
        partner=locked,
        year=year,
        batch=facts.get("batch", 1),
        reason=reason.strip(),
        document=facts.get("document", "").strip(),
        file=store_upload(upload, by=by) if upload else None,
        given_by=by,
    )
    audit.record("give_award", locked, by=by, year=year, batch=award.batch, why=award.reason)
    return award


@transaction.atomic
def take_back_award(award: SupportAward, *, reason: str, by: User) -> None:
    """Entered by mistake, or withdrawn: the row goes, the trail says why."""
    _refuse_others(by)
    if not reason.strip():
        raise PairingRefused(_("Say why it is taken back."))
    partner, year = award.partner, award.year
    award.delete()
    audit.record("take_back_award", partner, by=by, year=year, reason=reason.strip())


def _refuse_others(by: User) -> None:
    if not has_permission(by, "pairings.add_supportaward"):
        raise PermissionDenied


def _done(verb: str, pairing: Pairing, *, by: User, **summary: Any) -> None:
    audit.record(verb, pairing, by=by, scope=pairing.unit.path or "", **summary)
