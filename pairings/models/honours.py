"""Demonstration sites, and the Support Award for outside organisations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from pairings.models.pairings import Pairing
from pairings.models.partners import Partner
from pairings.querysets import AwardQuerySet


class DemonstrationSite(models.Model):
    """A pairing shown to others, named in a batch by the provincial office (S000 A9)."""

    pairing = models.OneToOneField(
        Pairing, on_delete=models.PROTECT, related_name="demonstration_site", verbose_name=_("pairing")
    )
    batch = models.PositiveSmallIntegerField(_("batch"))
    theme = models.CharField(_("theme"), max_length=120, blank=True)
    named_on = models.DateField(_("named on"))
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("named by")
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_why = models.CharField(_("withdrawn because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("demonstration site")
        verbose_name_plural = _("demonstration sites")
        ordering = ["batch", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(batch__gt=0), name="site_batch_counted_from_one"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_why="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_why="")),
                name="site_withdrawn_why",
            ),
        ]

    def __str__(self):
        return str(self.pairing)


class SiteCheck(models.Model):
    """A check on the four criteria of S000 A9; before the naming and after it."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="site_checks", verbose_name=_("pairing")
    )
    checked_on = models.DateField(_("checked on"))
    standardised_base = models.BooleanField(_("standardised base"))
    regular_interaction = models.BooleanField(_("regular interaction"))
    organisation_satisfied = models.BooleanField(_("the organisation is satisfied"))
    public_approves = models.BooleanField(_("the public approves"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("checked by")
    )

    class Meta:
        verbose_name = _("check of a site")
        verbose_name_plural = _("checks of sites")
        ordering = ["pairing", "-checked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "checked_on"], name="site_check_once_a_day")
        ]

    def __str__(self):
        return f"{self.pairing} · {self.checked_on}"

    @property
    def passed(self):
        return (
            self.standardised_base
            and self.regular_interaction
            and self.organisation_satisfied
            and self.public_approves
        )


class SupportAward(models.Model):
    """For outside organisations only, by the shape of the table (S000 A10, domain.md 11.8)."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="awards", verbose_name=_("partner")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    batch = models.PositiveSmallIntegerField(_("batch"), default=1)
    reason = models.CharField(_("for what"), max_length=200)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    file = models.OneToOneField(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("Support Award")
        verbose_name_plural = _("Support Awards")
        ordering = ["-year", "batch", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "year"], name="support_award_once_a_year"),
            models.CheckConstraint(condition=~Q(reason=""), name="support_award_reasoned"),
            models.CheckConstraint(
                condition=Q(year__gte=2008, year__lte=2100), name="support_award_since_the_start"
            ),
        ]

    def __str__(self):
        return f"{self.partner} {self.year}"
