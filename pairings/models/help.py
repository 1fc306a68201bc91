"""What partners and branches need, and what they can give, from a short catalogue."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models import Activity
from branches.models import PartyUnit
from branches.querysets import ScopedQuerySet
from pairings.choices import HelpDirection
from pairings.models.partners import Partner


class HelpTopic(models.Model):
    """An entry of the catalogue."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    is_offered = models.BooleanField(_("can be chosen"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("kind of help")
        verbose_name_plural = _("kinds of help")
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="help_topic_named")]

    def __str__(self):
        return self.name


class HelpItemQuerySet(ScopedQuerySet):
    """Seen by all who read the directory; changed where it was entered."""

    def allowed_to(self, user, action):
        if action == "view":
            assignments = self.model._meta.apps.get_model("branches.Assignment").objects.all()
            return self.all() if assignments.held_with(user, "pairings.view_helpitem") else self.none()
        return super().allowed_to(user, action)

    def open_on(self, day):
        return self.filter(since__lte=day, met_on=None).filter(Q(until=None) | Q(until__gte=day))


class HelpItem(models.Model):
    """A need or an offer, of a partner or of an own branch. ``unit`` is the branch that entered it, and
    whose it is where there is no partner."""

    direction = models.CharField(_("need or offer"), max_length=6, choices=HelpDirection)
    topic = models.ForeignKey(
        HelpTopic, on_delete=models.PROTECT, related_name="items", verbose_name=_("kind of help")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="help_items", verbose_name=_("own branch")
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="help_items",
        verbose_name=_("partner"),
        help_text=_("Empty: it is the branch's own."),
    )
    note = models.CharField(_("in words"), max_length=200, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    met_by = models.CharField(_("how it was met"), max_length=200, blank=True)
    met_activity = models.ForeignKey(
        Activity,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("met by the activity"),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    objects = HelpItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("need or offer")
        verbose_name_plural = _("needs and offers")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(met_on=None, met_by="") | (Q(met_on__gte=F("since")) & ~Q(met_by="")),
                name="help_item_met_how",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="help_item_days_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["direction", "topic"], condition=Q(met_on=None), name="help_item_open")
        ]

    def __str__(self):
        return f"{self.topic} · {self.partner or self.unit}"
