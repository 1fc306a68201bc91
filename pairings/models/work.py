"""Joint work: what was planned, the activities done together, line guards and what they found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from branches.models import Member
from pairings.choices import HazardKind, PlanHeading, Side
from pairings.models.pairings import Pairing


class PlanItem(models.Model):
    """A planned joint work: done when a confirmed activity is linked to it."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="plan_items", verbose_name=_("pairing")
    )
    heading = models.CharField(_("heading"), max_length=16, choices=PlanHeading, blank=True)
    title = models.CharField(_("planned work"), max_length=120)
    owner = models.CharField(_("who answers for it"), max_length=60)
    due_on = models.DateField(_("due on"))

    class Meta:
        verbose_name = _("planned joint work")
        verbose_name_plural = _("planned joint works")
        ordering = ["pairing", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(owner=""), name="plan_item_owned"),
            models.UniqueConstraint(fields=["pairing", "title", "due_on"], name="plan_item_once"),
        ]
        indexes = [models.Index(fields=["due_on", "pairing"], name="plan_item_due")]

    def __str__(self):
        return self.title


class PairingActivity(models.Model):
    """That an activity was joint work of a pairing: the same record, never a second one."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="joint_works", verbose_name=_("pairing")
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="pairing_links", verbose_name=_("activity")
    )
    plan_item = models.ForeignKey(
        PlanItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="joint_works",
        verbose_name=_("planned work"),
    )

    class Meta:
        verbose_name = _("joint work")
        verbose_name_plural = _("joint works")
        ordering = ["pairing", "-pk"]
        constraints = [models.UniqueConstraint(fields=["pairing", "activity"], name="joint_work_once")]

    def __str__(self):
        return f"{self.pairing} · {self.activity}"


class LineGuard(models.Model):
    """Who watches which section of a line, from day to day."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="line_guards", verbose_name=_("pairing")
    )
    side = models.CharField(_("side"), max_length=10, choices=Side)
    name = models.CharField(_("name"), max_length=60)
    member = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("own Party member"),
    )
    section = models.CharField(_("line and section"), max_length=120)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("line guard")
        verbose_name_plural = _("line guards")
        ordering = ["pairing", "section", "starts_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(section=""), name="line_guard_named"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="line_guard_days_in_order"
            ),
            models.CheckConstraint(condition=Q(member=None) | Q(side="OWN"), name="line_guard_member_is_own"),
        ]

    def __str__(self):
        return f"{self.name} · {self.section}"


class Hazard(models.Model):
    """What a patrol found, and how it ended."""

    pairing = models.ForeignKey(
        Pairing, on_delete=models.CASCADE, related_name="hazards", verbose_name=_("pairing")
    )
    guard = models.ForeignKey(
        LineGuard,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="hazards",
        verbose_name=_("line guard"),
    )
    activity = models.ForeignKey(
        Activity,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("found on patrol"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=HazardKind)
    text = models.CharField(_("what was found"), max_length=200)
    found_on = models.DateField(_("found on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    solution = models.CharField(_("how it was solved"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ["pairing", "-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="hazard_described"),
            models.CheckConstraint(
                condition=Q(closed_on=None, solution="")
                | (Q(closed_on__gte=F("found_on")) & ~Q(solution="")),
                name="hazard_closed_with_solution",
            ),
        ]

    def __str__(self):
        return self.text
