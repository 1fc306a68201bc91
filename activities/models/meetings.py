"""What a meeting adds to its record: votes, things to do, the pair of a talk, the grades of an appraisal."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.choices import AppraisalGrade, TalkKind
from activities.models.records import Activity
from branches.models import Member, Organisation


class Vote(models.Model):
    """One vote in figures. Whether it passed follows from them (domain.md 8.9)."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="votes", verbose_name=_("activity")
    )
    subject = models.CharField(_("put to the vote"), max_length=200)
    eligible = models.PositiveIntegerField(_("entitled to vote"))
    present = models.PositiveIntegerField(_("of them present"))
    in_favour = models.PositiveIntegerField(_("in favour"))
    against = models.PositiveIntegerField(_("against"), default=0)
    abstained = models.PositiveIntegerField(_("abstained"), default=0)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject="")
                & Q(eligible__gte=F("present"))
                & Q(present__gte=F("in_favour") + F("against") + F("abstained")),
                name="vote_figures_fit",
            ),
        ]

    def __str__(self):
        return self.subject


class ActionItem(models.Model):
    """Something a meeting decided to do: it opens the record of the next one until it is done."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="action_items", verbose_name=_("activity")
    )
    text = models.CharField(_("to do"), max_length=200)
    owner = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="action_items",
        verbose_name=_("who"),
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_in = models.ForeignKey(
        Activity,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="items_settled",
        verbose_name=_("found done by"),
        help_text=_("The later meeting that ticked it off."),
    )

    class Meta:
        verbose_name = _("thing to do")
        verbose_name_plural = _("things to do")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_item_says_what"),
            models.CheckConstraint(
                condition=Q(done_in=None) | Q(done_on__isnull=False), name="action_item_settled_has_day"
            ),
        ]

    def __str__(self):
        return self.text


class Talk(models.Model):
    """Who spoke with whom: a member, or one of a team's staff who stays unnamed (settled 14)."""

    activity = models.OneToOneField(
        Activity, on_delete=models.CASCADE, related_name="talk", verbose_name=_("activity")
    )
    kind = models.CharField(_("kind of talk"), max_length=20, choices=TalkKind)
    talker = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="talks_led", verbose_name=_("who led the talk")
    )
    counterpart = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="talks_had",
        verbose_name=_("with"),
    )
    team = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("with staff of"),
    )

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        constraints = [
            models.CheckConstraint(
                condition=Q(counterpart__isnull=False, team=None) | Q(counterpart=None, team__isnull=False),
                name="talk_with_one_side",
            ),
            models.CheckConstraint(
                condition=Q(counterpart=None) | ~Q(counterpart=F("talker")), name="talk_not_with_oneself"
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class Appraisal(models.Model):
    """The grade a member was given at the year's democratic appraisal; no opinion is kept (settled 14)."""

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="appraisals", verbose_name=_("activity")
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="appraisals", verbose_name=_("member")
    )
    grade = models.CharField(_("grade"), max_length=12, choices=AppraisalGrade)

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="appraisal_once")]

    def __str__(self):
        return self.get_grade_display()
