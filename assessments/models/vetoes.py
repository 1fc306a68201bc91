"""What bars a unit from a rank (domain.md 8.3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.choices import VetoKind
from assessments.models.figures import AssessmentPeriod
from assessments.querysets import VetoQuerySet
from branches.models import PartyUnit

USER = settings.AUTH_USER_MODEL


class Veto(models.Model):
    """Entered by the preparing office with basis and date, for all boards of the period: the unit is shown
    with its score, its rank is withheld. It is never deleted: what was wrong is lifted with a reason."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="vetoes", verbose_name=_("unit")
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="vetoes", verbose_name=_("period")
    )
    kind = models.CharField(_("kind of veto"), max_length=12, choices=VetoKind)
    found_on = models.DateField(_("day of the finding"))
    basis = models.CharField(_("basis"), max_length=200)
    entered_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))
    lifted_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_because = models.CharField(_("lifted because"), max_length=200, blank=True)

    objects = VetoQuerySet.as_manager()

    class Meta:
        verbose_name = _("veto")
        verbose_name_plural = _("vetoes")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "kind", "found_on"],
                condition=Q(lifted_at=None),
                name="veto_once",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="veto_has_basis"),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None, lifted_because="")
                | (Q(lifted_by__isnull=False, lifted_at__isnull=False) & ~Q(lifted_because="")),
                name="veto_lifted_whole",
            ),
        ]

    def __str__(self):
        return f"{self.unit} · {self.get_kind_display()}"
