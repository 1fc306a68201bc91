"""The agreement of a pairing, the key projects it names, and the papers of the archive."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core.models import StoredFile
from pairings.choices import DocumentKind, ReviewResult
from pairings.models.pairings import Pairing


class PairingAgreement(models.Model):
    """One agreement; a renewal is a new one. The newest that is not yet approved is the one in work."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="agreements", verbose_name=_("pairing")
    )
    renewal_of = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewed_by",
        verbose_name=_("renews"),
    )
    number = models.CharField(_("number of the document"), max_length=60, blank=True)
    rights_own = models.TextField(_("rights of the own branch"), blank=True)
    rights_partner = models.TextField(_("rights of the partner"), blank=True)
    duties_own = models.TextField(_("duties of the own branch"), blank=True)
    duties_partner = models.TextField(_("duties of the partner"), blank=True)
    term_from = models.DateField(_("term from"), null=True, blank=True)
    term_to = models.DateField(_("term to"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_file = models.OneToOneField(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed copy"),
    )
    signing_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signing confirmed by"),
    )
    signing_confirmed_at = models.DateTimeField(_("signing confirmed at"), null=True, blank=True)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    reviewing_dept = models.CharField(
        _("organisation department"), max_length=100, blank=True, help_text=_("To which it was reported.")
    )
    review_result = models.CharField(
        _("answer"), max_length=10, choices=ReviewResult, default=ReviewResult.PENDING
    )
    reviewed_on = models.DateField(_("answered on"), null=True, blank=True)
    review_note = models.TextField(_("words of the answer"), blank=True)

    history = HistoricalRecords(user_db_constraint=True)

    class Meta:
        verbose_name = _("pairing agreement")
        verbose_name_plural = _("pairing agreements")
        ordering = ["pairing", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_from=None) | Q(term_to=None) | Q(term_to__gt=F("term_from")),
                name="agreement_term_in_order",
            ),
            models.CheckConstraint(
                condition=Q(reported_on=None) | Q(signed_on=None) | Q(reported_on__gte=F("signed_on")),
                name="agreement_reported_after_signed",
            ),
            models.CheckConstraint(
                condition=Q(signing_confirmed_by=None, signing_confirmed_at=None)
                | Q(signing_confirmed_by__isnull=False, signing_confirmed_at__isnull=False),
                name="agreement_confirmed_by_and_at",
            ),
        ]

    def __str__(self):
        return self.number or str(self.pairing)


class KeyProject(models.Model):
    """A key work project that the agreement names, with who answers for it."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="key_projects", verbose_name=_("pairing")
    )
    title = models.CharField(_("key project"), max_length=120)
    owner = models.CharField(_("who answers for it"), max_length=60)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("key project")
        verbose_name_plural = _("key projects")
        ordering = ["pairing", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(owner=""), name="key_project_owned"),
            models.UniqueConstraint(fields=["pairing", "title"], name="key_project_once"),
        ]

    def __str__(self):
        return self.title


class PairingDocument(models.Model):
    """A paper of the archive; ``covers_to`` is the last day of what a summary sums up."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="documents", verbose_name=_("pairing")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind)
    title = models.CharField(_("title"), max_length=120, blank=True)
    covers_to = models.DateField(_("covers the time to"), null=True, blank=True)
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("pairing document")
        verbose_name_plural = _("pairing documents")
        ordering = ["pairing", "kind", "pk"]

    def __str__(self):
        return self.title or self.get_kind_display()
