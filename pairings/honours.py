"""What makes a pairing a demonstration site, and how many there are (S000 A9, domain.md 6.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _

from branches.rules import add_months
from core import clock
from core.templatetags.format import day as day_text
from pairings.choices import RUNNING
from pairings.models import DemonstrationSite, Pairing, SiteCheck
from pairings.rules import SITE_AFTER_MONTHS


def latest_check(pairing: Pairing, on: date | None = None) -> SiteCheck | None:
    """The last check on or before ``on``."""
    checks = [check for check in pairing.site_checks.all() if on is None or check.checked_on <= on]
    return max(checks, key=lambda check: (check.checked_on, check.pk), default=None)


def lacking_for_site(pairing: Pairing, on: date) -> list[str]:
    """What is lacking before it can be named on that day, in the user's words."""
    return list(_lacking(pairing, on))


def _lacking(pairing: Pairing, on: date) -> Iterator[str]:
    if on > clock.today():
        yield _("The day of naming lies ahead.")
    if pairing.state not in RUNNING:
        yield _("Only a pairing in force can be a demonstration site; this one is “%(state)s”.") % {
            "state": pairing.get_state_display()
        }
    elif pairing.active_from and add_months(pairing.active_from, SITE_AFTER_MONTHS) > on:
        yield _("It must have been in force for %(months)d months; that will be on %(day)s.") % {
            "months": SITE_AFTER_MONTHS,
            "day": day_text(add_months(pairing.active_from, SITE_AFTER_MONTHS)),
        }
    check = latest_check(pairing)
    if latest_check(pairing, on) is None:
        yield _("It was not checked on the four criteria by that day.")
    elif check and not check.passed:
        yield _("The last check, of %(day)s, did not find all four criteria met.") % {
            "day": day_text(check.checked_on)
        }
    site = DemonstrationSite.objects.filter(pairing=pairing, withdrawn_on=None).first()
    if site:
        yield _("It is a demonstration site already, of batch %(batch)d.") % {"batch": site.batch}


def sites_of(pairings: Any) -> Any:
    """The demonstration sites among ``pairings`` with all that their list shows, by two queries."""
    rows = DemonstrationSite.objects.filter(pairing__in=pairings.order_by().values("pk"))
    checks = Prefetch("pairing__site_checks", queryset=SiteCheck.objects.all())
    return rows.select_related("pairing__unit").prefetch_related(checks).order_by("batch", "named_on", "pk")


@dataclass(frozen=True)
class SiteFigures:
    """Those that stand, by batch; ``of`` is the pairings in force."""

    count: int
    of: int
    batches: list[tuple[int, int]]


def site_figures(pairings: Any, as_of: date) -> SiteFigures:
    standing = DemonstrationSite.objects.filter(
        pairing__in=pairings.order_by().values("pk"), withdrawn_on=None
    )
    rows = standing.order_by("batch").values_list("batch").annotate(number=Count("pk"))
    batches = list(rows)
    return SiteFigures(
        sum(number for _batch, number in batches),
        pairings.active_on(as_of).order_by().count(),
        batches,
    )
