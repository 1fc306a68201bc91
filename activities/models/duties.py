"""What is owed and by when, and who was reminded of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, Cadence, ReminderStage, TalkKind
from activities.querysets import DutyQuerySet, DutyRuleQuerySet
from branches.models import PartyUnit

USER = settings.AUTH_USER_MODEL


class DutyRule(models.Model):
    """What is owed by which kinds of unit and how often (domain.md 7)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("activity kind"), max_length=30, choices=ActivityKind)
    name = models.CharField(
        _("name"),
        max_length=60,
        blank=True,
        help_text=_("What tells it apart from another rule for the same kind of activity."),
    )
    unit_kinds = models.JSONField(_("owed by"), default=list)
    cadence = models.CharField(_("cadence"), max_length=10, choices=Cadence)
    needs_committee = models.BooleanField(_("only where a committee post is live"), default=False)
    in_meetings = models.BooleanField(_("one of the three meetings and one lecture"), default=False)
    needs_groups = models.BooleanField(_("only where there are Party groups"), default=False)
    talk_kind = models.CharField(
        _("kind of talk"), max_length=20, choices=TalkKind, blank=True, help_text=_("Empty: any.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"),
        default=0,
        help_text=_("So many days into the next stretch it still counts for the last one, and only for it."),
    )
    remind_before = models.JSONField(_("remind so many days before"), default=list, blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = DutyRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty rule")
        verbose_name_plural = _("duty rules")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "talk_kind", "name"], name="duty_rule_told_apart"),
        ]

    def __str__(self):
        return f"{self.label} · {self.get_cadence_display()}"

    @property
    def label(self):
        """What is to be held, told apart from what other rules ask for of the same kind."""
        talk = self.get_talk_kind_display() if self.talk_kind else ""
        return " · ".join(filter(None, [str(self.get_kind_display()), str(talk), self.name]))


class Duty(models.Model):
    """One thing that one unit owes in one stretch of days. Done is read from the records, never stored."""

    rule = models.ForeignKey(
        DutyRule, on_delete=models.PROTECT, related_name="duties", verbose_name=_("rule")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="duties", verbose_name=_("unit")
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("due on"))
    counts_from = models.DateField(
        _("counts from"), help_text=_("The first day, moved by the days of grace.")
    )
    counts_until = models.DateField(
        _("counts until"), help_text=_("The day it is due, and what grace or an opened deadline adds.")
    )
    exempt_reason = models.CharField(_("exempt because"), max_length=200, blank=True)
    exempted_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("exempted by")
    )

    opened_until = models.DateField(_("deadline opened until"), null=True, blank=True)
    opened_reason = models.CharField(_("opened because"), max_length=200, blank=True)
    opened_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["last_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "unit", "first_day"], name="duty_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="duty_days_in_order"),
            models.CheckConstraint(
                condition=Q(exempt_reason="", exempted_by=None)
                | (~Q(exempt_reason="") & Q(exempted_by__isnull=False)),
                name="duty_exempt_has_author",
            ),
            models.CheckConstraint(
                condition=Q(counts_from__gte=F("first_day"), counts_until__gte=F("last_day")),
                name="duty_counts_around_its_days",
            ),
            models.CheckConstraint(
                condition=Q(opened_until=None, opened_reason="", opened_by=None)
                | (
                    Q(opened_until__gt=F("last_day"), opened_by__isnull=False)
                    & Q(counts_until__gte=F("opened_until"))
                    & ~Q(opened_reason="")
                ),
                name="duty_opened_has_author",
            ),
        ]
        indexes = [models.Index(fields=["unit", "last_day"], name="duty_unit_due")]

    def __str__(self):
        return f"{self.unit} · {self.rule}"

    @property
    def due_on(self):
        """By when it is asked for; an opened deadline moves it, grace does not."""
        return self.opened_until or self.last_day


class Reminder(models.Model):
    """That somebody was told of one thing at one stage: once, whatever runs twice."""

    user = models.ForeignKey(
        USER, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("reminded")
    )
    item = models.CharField(_("of"), max_length=80, help_text=_("Kind and key, as in duty:12."))
    stage = models.CharField(_("stage"), max_length=12, choices=ReminderStage)
    stage_day = models.DateField(_("of the day"), help_text=_("The day that made this stage due."))
    sent_on = models.DateField(_("told on"))
    mailed = models.BooleanField(_("by mail too"), default=False)
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(_("address"), max_length=300, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "item", "stage", "stage_day"], name="reminder_once"),
        ]
        indexes = [models.Index(fields=["user", "-sent_on"], name="reminder_newest")]

    def __str__(self):
        return self.text
