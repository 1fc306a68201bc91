"""What a unit works on just now: what its meetings have to speak of (domain.md B13, settled 15)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.querysets import CoreTaskQuerySet
from branches.models import PartyUnit


class CoreTask(models.Model):
    """A central task of a unit and of everything below it, from a day until a day."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="core_tasks", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = CoreTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("core task")
        verbose_name_plural = _("core tasks")
        ordering = ["unit__path", "-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name", "starts_on"], name="core_task_once"),
            models.CheckConstraint(condition=~Q(name=""), name="core_task_named"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="core_task_days_in_order"
            ),
        ]

    def __str__(self):
        return self.name
