"""What was rated and awarded, for which unit and period. All numbers are integers (settled 8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.choices import PeriodState, ValueOrigin
from assessments.querysets import FigureQuerySet
from branches.models import PartyUnit
from core.periods import PeriodKind

USER = settings.AUTH_USER_MODEL


class AssessmentPeriod(models.Model):
    """A half-year (or other calendar period) for which units are scored."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=PeriodKind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=12, choices=PeriodState, default=PeriodState.COLLECTING)
    reason = models.TextField(_("reason of the last step back"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    previewed_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("preview opened by"),
    )
    previewed_at = models.DateTimeField(_("preview opened at"), null=True, blank=True)
    archived_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("archived by")
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["-last_day", "-first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="period_days_in_order"),
            models.CheckConstraint(
                condition=~Q(state="PREVIEW") | Q(previewed_at__isnull=False), name="period_preview_has_day"
            ),
            models.CheckConstraint(
                condition=Q(state="ARCHIVED", archived_at__isnull=False)
                | (~Q(state="ARCHIVED") & Q(archived_at=None)),
                name="period_archived_has_day",
            ),
        ]

    def __str__(self):
        return self.code


class Rating(models.Model):
    """An evaluator's 0..100 (x10^6) for an item of a unit; the item is named, whatever the version."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("unit")
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("period")
    )
    scheme_code = models.CharField(_("scheme"), max_length=60)
    item_code = models.CharField(_("item"), max_length=40)
    rater = models.CharField(_("evaluator"), max_length=60)
    score = models.BigIntegerField(_("score (x10^6)"))

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "scheme_code", "item_code", "rater"], name="rating_once"
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=10**8), name="rating_score"),
        ]

    def __str__(self):
        return f"{self.unit} · {self.item_code}"


class Award(models.Model):
    """Points (x10^6) given on the appraisal sheet, 0 up to the item's weight."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="awards", verbose_name=_("unit")
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="awards", verbose_name=_("period")
    )
    scheme_code = models.CharField(_("scheme"), max_length=60)
    item_code = models.CharField(_("item"), max_length=40)
    points = models.BigIntegerField(_("points (x10^6)"))
    entered_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    # empty for sheets brought in before this was kept
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)
    origin = models.CharField(
        _("origin"), max_length=10, choices=ValueOrigin, default=ValueOrigin.IMPORTED, editable=False
    )

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("award of points")
        verbose_name_plural = _("awards of points")
        constraints = [
            models.UniqueConstraint(fields=["unit", "period", "scheme_code", "item_code"], name="award_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="award_points"),
        ]

    def __str__(self):
        return f"{self.unit} · {self.item_code}"


class PastResult(models.Model):
    """A line of a board from before this system: for comparison only."""

    scheme_code = models.CharField(_("scheme"), max_length=60)
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="past_results", verbose_name=_("period")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="past_results", verbose_name=_("unit")
    )
    total = models.PositiveIntegerField(_("total (x100)"))
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("past result")
        verbose_name_plural = _("past results")
        constraints = [
            models.UniqueConstraint(fields=["scheme_code", "period", "unit"], name="past_result_once"),
            models.CheckConstraint(condition=Q(total__lte=10**4), name="past_result_total"),
        ]

    def __str__(self):
        return f"{self.unit} · {self.period}"
