"""The steps of a pairing, and the news that others are in force now."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import User
from core import clock
from core.workflow import move
from pairings.choices import ReviewResult
from pairings.models import Pairing
from pairings.moves import MOVES, current_agreement
from pairings.operations.agreements import confirm_signing, draft_renewal
from pairings.operations.refusals import lock_pairing
from pairings.selectors import may, unit_ids_of
from pairings.signals import pairings_changed

OPEN_AT_MOST = timedelta(days=366)  # boards of older periods are published


def announce(pairing: Pairing, *days: date | None) -> None:
    """Tell the floors above from which days other figures hold."""
    tell_changed(unit_ids_of([pairing]), min([clock.today(), *filter(None, days)]))


def tell_changed(unit_ids: set[int], since: date) -> None:
    """From ``since`` on other pairs are in force: a day of each month to today says it for every period that
    can still be open."""
    day = max(since, clock.today() - OPEN_AT_MOST)
    months = [day]
    while (day.year, day.month) < (clock.today().year, clock.today().month):
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        months.append(day)
    pairings_changed.send(sender=Pairing, unit_ids=unit_ids, days=set(months))


@transaction.atomic
def move_pairing(
    pairing: Pairing, name: str, *, by: User | None, reason: str = "", version: int | None = None
) -> Pairing:
    """Make a move that needs nothing more than its guard."""
    if version is not None:
        lock_pairing(pairing, by=by, action=MOVES[name].permission, version=version)
    return move(pairing, name, MOVES, by=by, allowed=may, reason=reason)


@transaction.atomic
def activate_pairing(pairing: Pairing, *, by: User, version: int | None = None) -> Pairing:
    """Open the pairing, from the first day of its term and not before the answer of the organisation
    department."""
    moved = move_pairing(pairing, "activate", by=by, version=version)
    agreement = confirm_signing(moved, by=by)
    moved.refresh_from_db()
    moved.active_from = moved.active_from or max(filter(None, [agreement.term_from, agreement.reviewed_on]))
    moved.active_until = agreement.term_to
    moved.save()
    announce(moved, moved.active_from)
    return moved


@transaction.atomic
def return_agreement(pairing: Pairing, *, by: User, reason: str, version: int | None = None) -> Pairing:
    """Back to the agreement, with the organisation department's reason."""
    moved = move_pairing(pairing, "return", by=by, reason=reason, version=version)
    agreement = current_agreement(moved)
    if agreement:
        agreement.review_result = ReviewResult.RETURNED
        agreement.reviewed_on = agreement.reviewed_on or clock.today()
        agreement.review_note = agreement.review_note or reason.strip()
        agreement.save()
    return moved


@transaction.atomic
def renew_pairing(pairing: Pairing, *, by: User | None, version: int | None = None) -> Pairing:
    """Work on the next term begins; the pairing stays in force."""
    moved = move_pairing(pairing, "renew", by=by, version=version)
    draft_renewal(moved, by=by)
    moved.refresh_from_db()
    return moved


@transaction.atomic
def keep_pairing(pairing: Pairing, *, by: User, version: int | None = None) -> Pairing:
    """It is not renewed after all: the draft of the next term goes, the term that runs stays."""
    moved = move_pairing(pairing, "keep", by=by, version=version)
    moved.agreements.filter(renewal_of__isnull=False).exclude(review_result=ReviewResult.APPROVED).delete()
    return moved


@transaction.atomic
def resume_pairing(pairing: Pairing, *, by: User, version: int | None = None) -> Pairing:
    """Open the next term."""
    moved = move_pairing(pairing, "resume", by=by, version=version)
    agreement = confirm_signing(moved, by=by)
    moved.refresh_from_db()
    before, moved.active_until = moved.active_until, agreement.term_to
    moved.save()
    announce(moved, before and before + timedelta(days=1))
    return moved


@transaction.atomic
def close_pairing(pairing: Pairing, *, by: User | None, version: int | None = None) -> Pairing:
    """The term has passed and is not renewed; the closing summary says what it brought."""
    moved = move_pairing(pairing, "close", by=by, version=version)
    if moved.active_until is None:
        moved.active_until = clock.today()
        moved.save()
    announce(moved, moved.active_until)
    return moved


@transaction.atomic
def terminate_pairing(pairing: Pairing, *, by: User, reason: str, version: int | None = None) -> Pairing:
    """It ends today, before its term."""
    lock_pairing(pairing, by=by, action="approve", version=version)
    ends = min(filter(None, [pairing.active_until, clock.today()]))
    Pairing.objects.filter(pk=pairing.pk).update(active_until=max(filter(None, [ends, pairing.active_from])))
    moved = move(pairing, "terminate", MOVES, by=by, allowed=may, reason=reason)
    announce(moved, moved.active_until)
    return moved


@transaction.atomic
def withdraw_pairing(pairing: Pairing, *, by: User, reason: str, version: int | None = None) -> Pairing:
    return move_pairing(pairing, "withdraw", by=by, reason=reason, version=version)
