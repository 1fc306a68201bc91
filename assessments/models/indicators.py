"""The indicator library, what was reported for its indicators, and what of it does not count."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.choices import (
    Direction,
    ExclusionCause,
    ExclusionState,
    Side,
    ValueOrigin,
    ValueState,
)
from assessments.models.figures import AssessmentPeriod
from assessments.numbers import RAW_PLACES
from assessments.querysets import ExclusionQuerySet, IndicatorQuerySet, IndicatorValueQuerySet
from branches.models import Organisation, PartyUnit, code_validator
from core.templatetags.format import raw_value
from core.units import is_per_cent

USER = settings.AUTH_USER_MODEL


class Indicator(models.Model):
    """A reported business or Party-building figure. A rate is value / denominator x ``per``.

    Code and ``per`` never change: schemes and figures rest on them. One that a scheme file brought is bare
    until the office fills it in.
    """

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    side = models.CharField(pgettext_lazy("indicator", "side"), max_length=10, choices=Side, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    per = models.BigIntegerField(
        _("per (x10^6)"), null=True, blank=True, help_text=_("Empty: the value itself.")
    )
    exposure = models.CharField(
        _("per how many of what"), max_length=40, blank=True, help_text=_("For a rate: customers, staff.")
    )
    owner = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("owner department"),
        help_text=_("It verifies the figures. Empty: the office above the unit does."),
    )
    meaning = models.TextField(_("meaning in plain words"), max_length=1000, blank=True)
    source = models.CharField(
        _("where the figure comes from"),
        max_length=200,
        blank=True,
        help_text=_("The system or the statistics it is taken from."),
    )
    valid_from = models.DateField(pgettext_lazy("indicator", "valid from"), null=True, blank=True)
    valid_to = models.DateField(pgettext_lazy("indicator", "valid to"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(per=None) | Q(per__gt=0), name="indicator_per_positive"),
            models.CheckConstraint(
                condition=Q(exposure="") | ~Q(per=None), name="indicator_exposure_of_rate"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="indicator_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(unit_of_measure__contains="％") & ~Q(unit_of_measure__contains="﹪"),
                name="indicator_unit_in_narrow_signs",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_rate(self) -> bool:
        return self.per is not None

    @property
    def is_per_cent(self) -> bool:
        return is_per_cent(self.unit_of_measure)

    @property
    def is_share(self) -> bool:
        """Per cent of a whole of the same things."""
        return self.per == 100 * 10**RAW_PLACES and self.is_per_cent

    @property
    def per_words(self) -> str:
        """ "per 10,000 customers"; nothing where the value itself counts, no hundred for per cent."""
        if self.per is None:
            return ""
        if self.is_share:
            return (
                gettext("counted by %(what)s") % {"what": self.exposure}
                if self.exposure
                else gettext("share")
            )
        words = gettext("per %(count)s %(what)s") % {"count": raw_value(self.per), "what": self.exposure}
        return words.strip()


class IndicatorValue(models.Model):
    """A unit's figure for a period. ``raw`` is what rules see: value / denominator x per, 6 decimals, without
    what was excluded. The defaults are those of an import, which counts at once."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="values", verbose_name=_("indicator")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="values", verbose_name=_("unit")
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="values", verbose_name=_("period")
    )
    value = models.BigIntegerField(_("value (x10^6)"))
    denominator = models.BigIntegerField(_("denominator (x10^6)"), null=True, blank=True)
    raw = models.BigIntegerField(_("figure (x10^6)"))
    entered_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))
    origin = models.CharField(
        _("origin"),
        max_length=10,
        choices=ValueOrigin,
        default=ValueOrigin.IMPORTED,
        db_default=ValueOrigin.IMPORTED,
        editable=False,
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ValueState,
        default=ValueState.VERIFIED,
        db_default=ValueState.VERIFIED,
        editable=False,
    )
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.TextField(_("reason of the return"), blank=True, default="", db_default="")
    document = models.CharField(
        _("document"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("The document the figure comes from: number or title, and page."),
    )
    # what was verified and goes on counting while a correction of it waits (ADR 0010)
    standing_value = models.BigIntegerField(
        _("standing value (x10^6)"), null=True, blank=True, editable=False
    )
    standing_denominator = models.BigIntegerField(
        _("standing denominator (x10^6)"), null=True, blank=True, editable=False
    )
    standing_raw = models.BigIntegerField(_("standing figure (x10^6)"), null=True, blank=True, editable=False)
    # ... and who entered and verified it, for a correction that is taken back
    standing_origin = models.CharField(
        _("standing: origin"),
        max_length=10,
        choices=ValueOrigin,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    standing_entered_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
        verbose_name=_("standing: entered by"),
    )
    standing_entered_at = models.DateTimeField(
        _("standing: entered at"), null=True, blank=True, editable=False
    )
    standing_decided_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
        verbose_name=_("standing: decided by"),
    )
    standing_decided_at = models.DateTimeField(
        _("standing: decided at"), null=True, blank=True, editable=False
    )

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        constraints = [
            models.UniqueConstraint(fields=["unit", "period", "indicator"], name="value_once"),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gt=0), name="value_denominator"
            ),
            models.CheckConstraint(
                condition=Q(raw__gt=-(10**13)) & Q(raw__lt=10**13), name="value_raw_in_limits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "SUBMITTED"], decided_at=None)
                | Q(state="VERIFIED", decided_at__isnull=False)
                | Q(state="VERIFIED", origin="IMPORTED")
                | (Q(state="RETURNED", decided_at__isnull=False) & ~Q(reason="")),
                name="value_state_has_stamp",
            ),
            models.CheckConstraint(
                condition=Q(
                    standing_value=None,
                    standing_denominator=None,
                    standing_raw=None,
                    standing_origin="",
                    standing_entered_by=None,
                    standing_entered_at=None,
                    standing_decided_by=None,
                    standing_decided_at=None,
                )
                | Q(
                    state__in=["DRAFT", "SUBMITTED", "RETURNED"],
                    standing_value__isnull=False,
                    standing_raw__isnull=False,
                    standing_entered_at__isnull=False,
                ),
                name="value_stands_while_corrected",
            ),
        ]
        indexes = [
            # what waits for somebody, of the very many that count
            models.Index(
                fields=["indicator", "unit"], condition=~Q(state="VERIFIED"), name="value_not_counting"
            )
        ]

    def __str__(self):
        return f"{self.indicator} · {self.unit}"

    @property
    def counts(self) -> bool:
        return self.state == ValueState.VERIFIED

    @property
    def counting_raw(self) -> int | None:
        """The figure that rules see: this one, or the verified one that it is to correct."""
        return self.raw if self.counts else self.standing_raw

    @property
    def counting_since(self) -> datetime:
        """When the figure that rules see was entered."""
        return self.entered_at if self.standing_entered_at is None else self.standing_entered_at


class Exclusion(models.Model):
    """What of a figure is not the unit's doing: a storm, an outage upstream. Without an amount all of it.

    It takes effect when the owner of the indicator verifies it; the reported value stays as it is.
    """

    value = models.ForeignKey(
        IndicatorValue, on_delete=models.PROTECT, related_name="exclusions", verbose_name=_("indicator value")
    )
    unit = models.ForeignKey(PartyUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    cause = models.CharField(_("cause"), max_length=10, choices=ExclusionCause)
    because = models.CharField(
        _("what happened"), max_length=200, help_text=_("With day and place, as in: typhoon of 9 September.")
    )
    amount = models.BigIntegerField(_("amount (x10^6)"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ExclusionState, default=ExclusionState.ASKED, editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.TextField(_("why it was refused"), blank=True)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="exclusion_amount"),
            models.CheckConstraint(condition=~Q(because=""), name="exclusion_has_words"),
            models.CheckConstraint(
                condition=Q(state="ASKED", decided_at=None)
                | Q(state="VERIFIED", decided_at__isnull=False)
                | (Q(state="REFUSED", decided_at__isnull=False) & ~Q(reason="")),
                name="exclusion_state_has_stamp",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="exclusion_four_eyes"
            ),
        ]

    def __str__(self):
        return f"{self.because} · {self.unit}"
