"""That a member holds something in his own record for wrong: the branch secretary answers (settled 13), of
his own record somebody else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.choices import CorrectionOutcome
from activities.models.records import Activity
from activities.querysets import ANSWERING_KINDS, CorrectionQuerySet
from branches.models import Member, PartyUnit


class CorrectionRequest(models.Model):
    """Nothing changes by itself: whoever answers corrects the record first, or says why not."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("member")
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("record"),
    )
    text = models.CharField(_("what is wrong"), max_length=300)
    asked_at = models.DateTimeField(_("asked at"))
    outcome = models.CharField(_("outcome"), max_length=15, choices=CorrectionOutcome, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a correction")
        verbose_name_plural = _("requests for a correction")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="correction_says_what"),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_at=None, answered_by=None)
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="correction_answered_whole",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def unit(self) -> PartyUnit:
        """Where it is answered."""
        kept_at = self.activity.unit if self.activity else None
        return kept_at if kept_at and kept_at.kind in ANSWERING_KINDS else self.member.unit
