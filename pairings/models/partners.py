"""Outside Party organisations with which own branches pair."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from branches.models import code_validator
from pairings.choices import PartnerLevel, PartnerType
from pairings.querysets import PartnerQuerySet


class Partner(models.Model):
    """A village, a community, an office, an enterprise: a Party organisation outside the company."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=20, choices=PartnerLevel)
    type = models.CharField(_("type"), max_length=20, choices=PartnerType)
    region = models.CharField(_("region"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    member_count = models.PositiveIntegerField(_("Party members"), null=True, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's telephone"), max_length=40, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_partners",
        verbose_name=_("is the same as"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
        help_text=_("Empty: from a file."),
    )

    objects = PartnerQuerySet.as_manager()
    # a contact that was replaced is not kept
    history = HistoricalRecords(excluded_fields=["contact_name", "contact_phone"], user_db_constraint=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="partner_named"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")), name="partner_not_its_own_double"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="partner_by_name"),
            models.Index(fields=["region", "type"], name="partner_region"),
        ]

    def __str__(self):
        return self.name
