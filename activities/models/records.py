"""One record of something that happened, for every duty and measure it satisfies."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from activities.choices import (
    AbsenceReason,
    ActivityKind,
    ActivityState,
    HeldWith,
    OutcomeKind,
    Precision,
    Source,
    SpecialTopic,
    TopicClass,
)
from activities.models.core_tasks import CoreTask
from activities.querysets import SCOPE_LENGTHS, ActivityQuerySet, ParticipationQuerySet
from branches.models import Member, PartyUnit
from core.models import StoredFile

USER = settings.AUTH_USER_MODEL
NEWEST_FIRST = (F("held_on").desc(), F("activity").desc())
OPEN_STATES = ["DRAFT", "PLANNED", "RETURNED", "SUBMITTED"]  # with which somebody still has to do something


class Tag(models.Model):
    """A campaign or theme under which activities are found again."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Activity(models.Model):
    """What a unit did on a day. ``unit`` leads; ``participations`` name every unit that took part."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="led_activities", verbose_name=_("lead unit")
    )
    units = models.ManyToManyField(
        PartyUnit, through="Participation", related_name="activities", verbose_name=_("units that took part")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=ActivityKind)
    title = models.CharField(_("topic"), max_length=200)
    held_on = models.DateField(_("day held"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    held_with = models.CharField(_("held together with"), max_length=20, choices=HeldWith, blank=True)
    topic_class = models.CharField(
        _("topic class"),
        max_length=10,
        choices=TopicClass,
        blank=True,
        help_text=_("Of a heart-to-heart talk, which keeps no text."),
    )
    starts_at = models.TimeField(_("begins at"), null=True, blank=True)
    chair = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chair")
    )
    recorder = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("minutes by"),
    )
    observers = models.CharField(_("observers"), max_length=300, blank=True)
    agenda = models.TextField(_("agenda"), blank=True, help_text=_("One item a line."))
    note = models.TextField(_("note"), blank=True)
    resolutions = models.TextField(_("resolutions"), blank=True, help_text=_("One a line."))
    core_task = models.ForeignKey(
        CoreTask,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("core task"),
    )
    no_core_task = models.CharField(_("no core task because"), max_length=200, blank=True)
    core_task_checked = models.BooleanField(
        _("core task in the self-check"),
        default=False,
        db_default=False,
        help_text=_("That it was checked; of the self-criticism itself no text is kept."),
    )
    core_task_listed = models.BooleanField(
        _("core task in the yearly appraisal"),
        default=False,
        db_default=False,
        help_text=_("That the branch's own report of the year lists it."),
    )
    special_topic = models.CharField(
        _("special topic"),
        max_length=12,
        choices=SpecialTopic,
        blank=True,
        help_text=_("Of an organisational life meeting."),
    )
    learning_hours = models.DecimalField(
        _("hours of study"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="activities", verbose_name=_("tags"))
    state = models.CharField(_("state"), max_length=10, choices=ActivityState, default=ActivityState.DRAFT)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.TYPED)
    ref = models.CharField(_("reference"), max_length=60, blank=True)
    submission_key = models.UUIDField(_("submission key"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(_("recorded at"))
    submitted_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    first_submitted_at = models.DateTimeField(_("first submitted at"), null=True, blank=True, editable=False)
    is_late = models.BooleanField(
        _("late"),
        default=False,
        help_text=_("First submitted more than the allowed days after the day held."),
    )
    confirmed_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    by_lapse = models.BooleanField(_("confirmed by lapse"), default=False)
    returned_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("returned by")
    )
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("Of the last return, amendment or voiding.")
    )

    objects = ActivityQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[tags], user_db_constraint=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "ref"], condition=~Q(ref=""), name="activity_unit_ref"),
            models.UniqueConstraint(fields=["created_by", "submission_key"], name="activity_submission_key"),
            models.CheckConstraint(
                condition=Q(state__in=["PLANNED", "DRAFT", "VOID"]) | Q(submitted_at__isnull=False),
                name="activity_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="CONFIRMED") | Q(confirmed_at__isnull=False),
                name="activity_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None)
                | Q(confirmed_by__isnull=False, by_lapse=False)
                | Q(confirmed_by=None, by_lapse=True)
                | Q(confirmed_by=None, source__in=["IMPORTED", "DEMO"]),
                name="activity_confirmed_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None)
                | (
                    ~Q(confirmed_by=F("created_by"))
                    & (Q(submitted_by=None) | ~Q(confirmed_by=F("submitted_by")))
                ),
                name="activity_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["RETURNED", "VOID"]) | ~Q(reason=""), name="activity_reason_given"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="activity_titled"),
            models.CheckConstraint(
                condition=Q(core_task=None) | Q(no_core_task=""), name="activity_core_task_or_reason"
            ),
            models.CheckConstraint(
                condition=Q(core_task__isnull=False) | Q(core_task_checked=False, core_task_listed=False),
                name="activity_core_task_placed",
            ),
            models.CheckConstraint(
                condition=Q(learning_hours=None) | Q(learning_hours__gt=0), name="activity_hours_above_zero"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="HEART_TALK", note="", agenda="", resolutions="", observers="")
                    & ~Q(topic_class="")
                )
                | (~Q(kind="HEART_TALK") & Q(topic_class="")),
                name="activity_talk_keeps_no_text",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-held_on", "-id"], name="activity_unit_newest"),
            models.Index(fields=["state", "submitted_at"], name="activity_waiting"),
            models.Index(fields=["unit", "state"], condition=Q(state__in=OPEN_STATES), name="activity_open"),
            models.Index(fields=["held_on"], name="activity_held_on"),
        ]

    def __str__(self):
        return self.title

    @property
    def core_task_places(self):
        """Where else the core task stands, in words."""
        places = [
            (self.core_task_checked, _("checked in the self-check")),
            (self.core_task_listed, _("listed in the branch's yearly appraisal")),
        ]
        return [words for stands, words in places if stands]


class ActivityCount(models.Model):
    """A kind as which the activity counts: its main kind and each "also counts as"."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="counts", verbose_name=_("activity")
    )
    kind = models.CharField(_("counts as"), max_length=30, choices=ActivityKind)

    class Meta:
        verbose_name = _("counted kind")
        verbose_name_plural = _("counted kinds")
        constraints = [models.UniqueConstraint(fields=["activity", "kind"], name="activity_count_once")]
        indexes = [models.Index(fields=["kind", "activity"], name="activity_count_kind")]

    def __str__(self):
        return self.get_kind_display()


class Participation(models.Model):
    """A unit's part in an activity, with its attendance in figures; the excused leave the rate."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="participations", verbose_name=_("activity")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="participations", verbose_name=_("unit")
    )
    is_lead = models.BooleanField(_("leads"), default=False)
    expected_count = models.PositiveIntegerField(_("expected"), null=True, blank=True)
    present_count = models.PositiveIntegerField(_("present"), null=True, blank=True)
    excused_count = models.PositiveIntegerField(_("excused"), default=0)
    # Of the activity its day and state, of the unit its path once more, kept by triggers: lists are read
    # along them, and what counts is found by them.
    held_on = models.DateField(_("day held"), null=True, editable=False)
    state = models.CharField(_("state of the record"), max_length=10, null=True, editable=False)  # noqa: DJ001 - never read as text
    path = models.CharField(_("path of the unit"), max_length=120, null=True, editable=False)  # noqa: DJ001 - NULL like that

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["activity", "unit"], name="participation_once"),
            models.UniqueConstraint(
                fields=["activity"], condition=Q(is_lead=True), name="participation_one_lead"
            ),
            models.CheckConstraint(
                condition=Q(expected_count=None, present_count=None, excused_count=0)
                | Q(
                    expected_count__isnull=False,
                    present_count__isnull=False,
                    expected_count__gte=F("present_count") + F("excused_count"),
                ),
                name="participation_figures_fit",
            ),
        ]
        indexes = [
            models.Index(*NEWEST_FIRST, name="participation_newest"),
            models.Index(*NEWEST_FIRST, condition=Q(state="CONFIRMED"), name="participation_confirmed"),
            models.Index(
                F("state"), *NEWEST_FIRST, condition=~Q(state="CONFIRMED"), name="participation_unconfirmed"
            ),
            models.Index(fields=["unit", "held_on"], name="participation_unit_days"),
            *(
                models.Index(Left("path", length), *NEWEST_FIRST, name=f"participation_under_{length}")
                for length in SCOPE_LENGTHS
            ),
        ]

    def __str__(self):
        return f"{self.unit} · {self.activity}"


class Attendance(models.Model):
    """Who was there, by name. An absent member has a reason; four of the reasons excuse."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("participation")
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("member")
    )
    present = models.BooleanField(_("present"))
    absence = models.CharField(_("reason for absence"), max_length=10, choices=AbsenceReason, blank=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["participation", "member"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(present=True, absence="") | (Q(present=False) & ~Q(absence="")),
                name="attendance_absent_has_reason",
            ),
        ]

    def __str__(self):
        return str(self.member)


class Outcome(models.Model):
    """A result in figures. Counted once, at the lead unit, and only from its own row."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("activity")
    )
    kind = models.CharField(_("outcome"), max_length=30, choices=OutcomeKind)
    quantity = models.PositiveBigIntegerField(_("quantity"))
    precision = models.CharField(_("precision"), max_length=10, choices=Precision, default=Precision.EXACT)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [models.UniqueConstraint(fields=["activity", "kind"], name="outcome_once")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.quantity}"


class Attachment(models.Model):
    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("activity")
    )
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self):
        return str(self.file)
