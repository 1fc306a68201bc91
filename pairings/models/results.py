"""Results that are no counts of activities: surveys, and figures before and after."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pairings.choices import SurveyMethod
from pairings.models.pairings import Pairing


class SatisfactionSurvey(models.Model):
    """How many of how many people asked were satisfied (S000 A22)."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="surveys", verbose_name=_("pairing")
    )
    held_on = models.DateField(_("day"))
    method = models.CharField(_("method"), max_length=20, choices=SurveyMethod)
    sample = models.PositiveIntegerField(_("people asked"))
    satisfied = models.PositiveIntegerField(_("satisfied"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("satisfaction survey")
        verbose_name_plural = _("satisfaction surveys")
        ordering = ["pairing", "held_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "held_on", "method"], name="survey_once"),
            models.CheckConstraint(
                condition=Q(sample__gt=0, satisfied__lte=F("sample")), name="survey_figures_fit"
            ),
        ]

    def __str__(self):
        return f"{self.pairing} · {self.held_on}"


class PairingFigure(models.Model):
    """A figure the pairing wants to move: before it, now, and where it wants to be."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="figures", verbose_name=_("pairing")
    )
    name = models.CharField(_("figure"), max_length=60)
    measure_unit = models.CharField(
        _("unit of measure"),
        max_length=20,
        help_text=_("Of a share write %: its change is told in percentage points."),
    )
    lower_is_better = models.BooleanField(_("less is better"), default=False)
    before = models.DecimalField(_("before"), max_digits=13, decimal_places=3)
    before_on = models.DateField(_("as of"))
    now = models.DecimalField(_("now"), max_digits=13, decimal_places=3, null=True, blank=True)
    now_on = models.DateField(_("now as of"), null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=13, decimal_places=3, null=True, blank=True)
    source = models.CharField(_("where the figures come from"), max_length=120)

    class Meta:
        verbose_name = _("figure of a pairing")
        verbose_name_plural = _("figures of pairings")
        ordering = ["pairing", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "name"], name="pairing_figure_once"),
            models.CheckConstraint(
                condition=Q(now=None, now_on=None) | Q(now__isnull=False, now_on__gte=F("before_on")),
                name="pairing_figure_now_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(measure_unit="") & ~Q(source=""), name="pairing_figure_named"
            ),
        ]

    def __str__(self):
        return self.name
