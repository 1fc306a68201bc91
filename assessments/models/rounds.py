"""What people say and decide on the way to a published board, and after it (architecture.md settled 11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.choices import GapSide, ObjectionState, ProposalState
from assessments.models.boards import Edition
from assessments.models.figures import AssessmentPeriod
from assessments.querysets import FigureQuerySet
from branches.models import PartyUnit

USER = settings.AUTH_USER_MODEL


class Proposal(models.Model):
    """A board as one person prepared it; what another approves are exactly the figures of ``digest``."""

    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("period")
    )
    scheme_code = models.CharField(_("scheme"), max_length=60)
    digest = models.CharField(_("digest"), max_length=64)
    minutes = models.CharField(_("number of the minutes"), max_length=200)
    correction = models.TextField(_("reason of the correction"), blank=True)
    waiver = models.TextField(_("missing values waived because"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ProposalState, default=ProposalState.PREPARED)
    reason = models.TextField(_("returned because"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    prepared_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared at"))
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("edition")
    )

    class Meta:
        verbose_name = _("prepared board")
        verbose_name_plural = _("prepared boards")
        ordering = ["-prepared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "scheme_code"], condition=Q(state="PREPARED"), name="proposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="PREPARED", decided_by=None, decided_at=None)
                | (~Q(state="PREPARED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | ~Q(decided_by=F("prepared_by")), name="proposal_four_eyes"
            ),
        ]

    def __str__(self):
        return f"{self.scheme_code} {self.period}"


class Objection(models.Model):
    """A unit holds an item of its score for wrong. Nothing changes by itself: what is wrong is corrected at
    its source, and a published board by a new edition."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="objections", verbose_name=_("unit")
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="objections", verbose_name=_("period")
    )
    scheme_code = models.CharField(_("scheme"), max_length=60)
    edition_number = models.PositiveIntegerField(_("edition"))
    item_code = models.CharField(_("item"), max_length=40, blank=True)
    text = models.CharField(_("what is wrong"), max_length=500)
    state = models.CharField(_("state"), max_length=12, choices=ObjectionState, default=ObjectionState.OPEN)
    reason = models.CharField(_("answer"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    raised_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised at"))
    answered_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "scheme_code", "edition_number", "item_code"],
                condition=Q(state="OPEN"),
                name="objection_one_open",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="objection_says_what"),
            models.CheckConstraint(
                condition=Q(state="OPEN", answered_by=None, answered_at=None)
                | (~Q(state="OPEN") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="objection_answered_whole",
            ),
        ]

    def __str__(self):
        return self.text[:60]


class GapComment(models.Model):
    """What one side says of a wide gap between the Party and the business section of a unit."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="gap_comments", verbose_name=_("unit")
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="gap_comments", verbose_name=_("period")
    )
    scheme_code = models.CharField(_("scheme"), max_length=60)
    side = models.CharField(_("side"), max_length=10, choices=GapSide)
    text = models.CharField(_("comment"), max_length=500)
    written_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("comment", "written by")
    )
    written_at = models.DateTimeField(_("written at"))

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a gap")
        verbose_name_plural = _("comments on gaps")
        ordering = ["unit", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period", "scheme_code", "side"], name="gap_comment_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="gap_comment_says_what"),
        ]

    def __str__(self):
        return f"{self.unit} · {self.get_side_display()}"
