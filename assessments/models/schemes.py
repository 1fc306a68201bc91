"""The rules: versions of a scheme with sections, items and bands, and versions that are being written."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.choices import (
    LARGE_FROM,
    MEDIUM_FROM,
    Missing,
    PublishTo,
    RuleType,
    SizeClass,
    SourceType,
)
from assessments.querysets import SchemeDraftQuerySet
from branches.models import code_validator


class Scheme(models.Model):
    """One version of a set of rules. A version that a published board used never changes."""

    code = models.CharField(_("code"), max_length=60, validators=[code_validator])
    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=100)
    subject_kinds = models.JSONField(_("scores units of kind"))
    organisation_kinds = models.JSONField(_("standing at organisations of kind"), default=list, blank=True)
    valid_from = models.CharField(_("valid from"), max_length=8, blank=True)
    valid_from_day = models.DateField(_("first day of validity"), null=True, blank=True, editable=False)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    adopted_document = models.CharField(_("document"), max_length=100, blank=True)
    board_scopes = models.JSONField(_("boards"))
    publication_to = models.CharField(
        _("published to"), max_length=10, choices=PublishTo, default=PublishTo.COMPANY
    )
    publication_show = models.JSONField(_("lines shown"), default=str)
    tie_chain = models.JSONField(_("ties are parted by"), default=list, blank=True)
    gap_sections = models.JSONField(_("sections compared"), default=list, blank=True)
    gap_threshold = models.PositiveIntegerField(_("gap threshold (x10^4)"), null=True, blank=True)
    size_large = models.PositiveIntegerField(_("large from so many customers"), default=LARGE_FROM)
    size_medium = models.PositiveIntegerField(_("medium from so many customers"), default=MEDIUM_FROM)
    document = models.TextField(
        _("scheme file"), editable=False, help_text=_("As imported; exports give it back.")
    )

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="scheme_version_once"),
            models.CheckConstraint(
                condition=Q(size_medium__gt=0, size_large__gt=F("size_medium")), name="scheme_size_classes"
            ),
        ]

    def __str__(self):
        return f"{self.name} v{self.version}"

    @property
    def size_bounds(self) -> dict[str, tuple[int, int | None]]:
        """By size class: from how many customers on, and below how many."""
        return {
            SizeClass.LARGE: (self.size_large, None),
            SizeClass.MEDIUM: (self.size_medium, self.size_large),
            SizeClass.SMALL: (0, self.size_medium),
        }


class Section(models.Model):
    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="sections", verbose_name=_("scheme")
    )
    position = models.PositiveSmallIntegerField(_("order in the list"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    weight = models.PositiveIntegerField(_("weight (x10^3)"))

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="section_code_once"),
            models.UniqueConstraint(fields=["scheme", "position"], name="section_position_once"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=10**6), name="section_weight"),
        ]

    def __str__(self):
        return self.name


class Item(models.Model):
    """``position`` counts through the whole scheme: it is the place in the lists of an ``Entry``."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="items", verbose_name=_("scheme")
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="items", verbose_name=_("section")
    )
    position = models.PositiveSmallIntegerField(_("order in the list"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    group = models.CharField(_("heading"), max_length=100, blank=True)
    weight = models.PositiveIntegerField(_("weight (x10^3)"))
    source_type = models.CharField(_("source"), max_length=10, choices=SourceType)
    source_code = models.CharField(_("source code"), max_length=60, blank=True)
    source_params = models.JSONField(_("parameters"), default=dict, blank=True)
    source_reason = models.CharField(_("why this source"), max_length=200, blank=True)
    source_per = models.BigIntegerField(_("per (x10^6)"), null=True, blank=True)
    rule_type = models.CharField(_("rule"), max_length=12, choices=RuleType)
    rule = models.JSONField(_("rule figures (x10^6)"), default=dict, blank=True)
    missing = models.CharField(_("when missing"), max_length=14, choices=Missing)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="item_code_once"),
            models.UniqueConstraint(fields=["scheme", "position"], name="item_position_once"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=10**6), name="item_weight"),
        ]

    def __str__(self):
        return self.name


class Band(models.Model):
    """A grade from ``minimum`` (total x100) up to the next higher band."""

    scheme = models.ForeignKey(
        Scheme, on_delete=models.CASCADE, related_name="bands", verbose_name=_("scheme")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    minimum = models.PositiveIntegerField(_("from (x100)"))

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        ordering = ["-minimum"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="band_code_once"),
            models.UniqueConstraint(fields=["scheme", "minimum"], name="band_minimum_once"),
        ]

    def __str__(self):
        return self.name


USER = settings.AUTH_USER_MODEL


class SchemeDraft(models.Model):
    """A version being written. Nothing is scored by it: adoption makes a ``Scheme`` of it, and the draft
    stays as the record of who wrote it, who adopted it, and why if that was late."""

    document = models.TextField(_("scheme file"))
    version = models.PositiveIntegerField(_("version of the text"), default=1)
    based_on = models.ForeignKey(
        Scheme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("copied from"),
    )
    created_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )
    editors: models.ManyToManyField = models.ManyToManyField(
        USER, related_name="+", verbose_name=_("written by")
    )
    trial = models.JSONField(_("last trial run"), null=True, blank=True)
    scheme = models.OneToOneField(
        Scheme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="draft",
        verbose_name=_("adopted as"),
    )
    adopted_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adopted by")
    )
    adopted_at = models.DateTimeField(_("adoption entered at"), null=True, blank=True)
    late_reason = models.TextField(_("adopted after the period began because"), blank=True)

    objects = SchemeDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a scheme")
        verbose_name_plural = _("drafts of schemes")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scheme=None, adopted_by=None, adopted_at=None, late_reason="")
                | Q(scheme__isnull=False, adopted_by__isnull=False, adopted_at__isnull=False),
                name="schemedraft_adoption_whole",
            ),
            models.CheckConstraint(
                condition=Q(adopted_by=None) | ~Q(adopted_by=F("changed_by")), name="schemedraft_four_eyes"
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
