"""Which other units a record may name, and whose attendance may be given with them."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from activities.records import PartData
from activities.selectors import named_already, partners_for
from branches.models import PartyUnit
from branches.querysets import PartyUnitQuerySet
from branches.selectors import units_for

OTHERS_FIGURES = _("Attendance of another unit is entered by that unit.")
NO_FIGURES = (None, None, 0)


class Partners:
    """The other units that ``user`` may name on a record of ``lead``; what ``activity`` says stays."""

    def __init__(self, user: User, lead: PartyUnit, activity: Activity | None = None) -> None:
        self.user, self.lead = user, lead
        self.named = named_already(activity)

    @property
    def units(self) -> PartyUnitQuerySet:
        named = PartyUnit.objects.filter(pk__in=self.named)
        offered = PartyUnit.objects.filter(pk__in=partners_for(self.user, self.lead).values("pk"))
        return offered | named if self.named else offered

    @cached_property
    def own(self) -> PartyUnitQuerySet:
        return units_for(self.user, "activities.add_activity")

    def refuses(self, part: PartData) -> bool:
        """Whether these are figures of a unit for which the user does not record, and not there already."""
        if part.figures == self.named.get(part.unit_id, NO_FIGURES):
            return False
        return not self.own.filter(pk=part.unit_id).exists()
