"""Computed rankings, and what waits to be computed again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.choices import EditionState, SizeClass
from assessments.models.figures import AssessmentPeriod
from assessments.models.schemes import Scheme
from assessments.querysets import EditionQuerySet, EntryQuerySet, FigureQuerySet
from branches.models import PartyUnit
from core.fields import IntegerListField

USER = settings.AUTH_USER_MODEL


class Edition(models.Model):
    """A computed ranking. Number 0 is the provisional one; 1, 2, … are published and frozen."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="editions", verbose_name=_("scheme")
    )
    scheme_code = models.CharField(_("scheme code"), max_length=60)
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="editions", verbose_name=_("period")
    )
    number = models.PositiveIntegerField(_("edition"))
    state = models.CharField(_("state"), max_length=12, choices=EditionState)
    as_of = models.DateField(_("subjects as of"))
    computed_at = models.DateTimeField(_("computed at"))
    subject_count = models.PositiveIntegerField(_("subjects"))
    digest = models.CharField(_("digest"), max_length=64)
    prepared_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("prepared by")
    )
    approved_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    minutes = models.CharField(_("minutes"), max_length=200, blank=True)
    reason = models.TextField(_("reason of the correction"), blank=True)
    waiver = models.TextField(_("missing values waived because"), blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-period__last_day", "scheme_code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme_code", "period", "number"], name="edition_number_once"),
            models.CheckConstraint(
                condition=Q(state="PROVISIONAL", number=0, published_at=None)
                | Q(
                    state="PUBLISHED",
                    number__gt=0,
                    published_at__isnull=False,
                    prepared_by__isnull=False,
                    approved_by__isnull=False,
                ),
                name="edition_published_has_authors",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")), name="edition_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(number__lte=1) | ~Q(reason=""), name="edition_correction_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.scheme_code} {self.period} · {self.number}"


class Entry(models.Model):
    """One subject's line in an edition: one wide row. Lists follow the positions of the
    scheme's items and sections."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="entries", verbose_name=_("edition")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="entries", verbose_name=_("unit")
    )
    unit_code = models.CharField(_("unit code"), max_length=40)
    unit_name = models.CharField(_("unit name"), max_length=100)
    path = models.CharField(_("path on the day"), max_length=120)
    parent_code = models.CharField(_("parent unit"), max_length=40, blank=True)
    committee_path = models.CharField(_("path of its own committee"), max_length=120, blank=True)
    category = models.CharField(_("category"), max_length=60, blank=True)
    size_class = models.CharField(_("size class"), max_length=1, choices=SizeClass, blank=True)
    raws = IntegerListField(_("figures (x10^6)"))
    item_scores = IntegerListField(_("item scores (x10^4)"))
    item_states = IntegerListField(_("item states"))
    evidence_counts = IntegerListField(_("records behind"))
    section_scores = IntegerListField(_("section scores (x10^4)"))
    # Of each measured item numerator, denominator and records, of the unit and all below it: what one record
    # adds to a board of a million lines is added here, all the way up.
    sums = IntegerListField(_("pooled figures"), default=list)
    total = models.PositiveIntegerField(_("total (x100)"), null=True, blank=True)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    has_gap = models.BooleanField(_("gap"), default=False)
    has_missing = models.BooleanField(_("missing"), default=False)
    has_veto = models.BooleanField(_("veto"), default=False)
    rank_company = models.PositiveIntegerField(_("rank in the company"), null=True, blank=True)
    rank_parent = models.PositiveIntegerField(_("rank under its parent"), null=True, blank=True)
    rank_category = models.PositiveIntegerField(_("rank in its category"), null=True, blank=True)
    rank_size = models.PositiveIntegerField(_("rank in its size class"), null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["edition", "unit"], name="entry_once"),
            models.CheckConstraint(condition=Q(total=None) | Q(total__lte=10**4), name="entry_total"),
        ]
        indexes = [models.Index(fields=["edition", "rank_company"], name="entry_rank")]

    def __str__(self):
        return f"{self.unit_name} · {self.edition}"


class DirtyUnit(models.Model):
    """A unit whose records of a month changed, and that waits to be scored again.

    Rows are only added and, once their scores stand, deleted: a mark set while its unit is being scored
    is a row of its own, and is not lost.
    """

    unit = models.ForeignKey(PartyUnit, on_delete=models.CASCADE, related_name="+", verbose_name=_("unit"))
    day = models.DateField(_("first day of the month"))
    since = models.DateTimeField(_("since"))

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit to score again")
        verbose_name_plural = _("units to score again")

    def __str__(self):
        return f"{self.unit} {self.day}"
