"""A pairing: own branches and partners, from candidate to an honest ending."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from activities.choices import Source
from branches.models import PartyUnit, code_validator
from pairings.choices import PairingState, SelectionReason
from pairings.models.partners import Partner
from pairings.querysets import PairingQuerySet, PartyQuerySet

USER = settings.AUTH_USER_MODEL


class Pairing(models.Model):
    """``unit`` is the lead own branch; ``parties`` are the edges own unit × partner."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    title = models.CharField(_("title"), max_length=120)
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="led_pairings", verbose_name=_("lead branch")
    )
    selection_reason = models.CharField(_("why this partner"), max_length=20, choices=SelectionReason)
    talks = models.TextField(_("what was talked over"), blank=True)
    state = models.CharField(_("state"), max_length=16, choices=PairingState, default=PairingState.CANDIDATE)
    active_from = models.DateField(
        _("in force from"), null=True, blank=True, help_text=_("Empty: longer than is on record.")
    )
    active_until = models.DateField(_("in force to"), null=True, blank=True)
    closing_summary = models.TextField(_("closing summary"), blank=True)
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("Of the last return, withdrawal or termination.")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.TYPED)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    created_at = models.DateTimeField(_("entered at"))
    reported_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    activated_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    activated_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    objects = PairingQuerySet.as_manager()
    history = HistoricalRecords(user_db_constraint=True)

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(title=""), name="pairing_named"),
            models.CheckConstraint(
                condition=Q(active_from=None) | Q(active_until=None) | Q(active_until__gte=F("active_from")),
                name="pairing_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CLOSED", "TERMINATED"])
                | Q(active_until__isnull=False)
                | Q(source__in=["IMPORTED", "DEMO"]),
                name="pairing_ended_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["WITHDRAWN", "TERMINATED"])
                | ~Q(reason="")
                | Q(source__in=["IMPORTED", "DEMO"]),
                name="pairing_reason_given",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ACTIVE", "RENEWING"])
                | Q(activated_by__isnull=False)
                | Q(source__in=["IMPORTED", "DEMO"]),
                name="pairing_active_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(activated_by=None)
                | (~Q(activated_by=F("created_by")) & ~Q(activated_by=F("reported_by")))
                | Q(created_by=None)
                | Q(reported_by=None),
                name="pairing_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "active_until"], name="pairing_state_until"),
            models.Index(fields=["unit", "-id"], name="pairing_unit_newest"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("pairings:detail", args=[self.code])


class PairingParty(models.Model):
    """One own unit with one partner: what is counted as a pair (domain.md I19)."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="parties", verbose_name=_("pairing")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="pairing_parties", verbose_name=_("own branch")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="parties", verbose_name=_("partner")
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party to a pairing")
        verbose_name_plural = _("parties to pairings")
        ordering = ["pairing", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "unit", "partner"], name="pairing_party_once")
        ]

    def __str__(self):
        return f"{self.unit} × {self.partner}"
