"""Which other units a record may name, and whose attendance may be given with them."""

from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity, Participation
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

    @property
    def known(self) -> PartyUnitQuerySet:
        """Those of them whose names the person meets anyway: in sight, or once together with the lead unit. A
        neighbour beside them is found by whoever types its name."""
        seen = units_for(self.user, "branches.view_partyunit")
        together = Participation.objects.filter(activity__participations__unit=self.lead)
        offered = partners_for(self.user, self.lead).exclude(pk=self.lead.pk)
        return offered.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=together.values("unit")))

    def shown(self, units: list[PartyUnit]) -> list[PartyUnit]:
        """Which of them a search may answer with: never a list of neighbours, only the one that is meant (a
        branch is called as its groups are)."""
        keys = [unit.pk for unit in units]
        known = {*self.known.filter(pk__in=keys).values_list("pk", flat=True), *self.named}
        others = [unit for unit in units if unit.pk not in known and unit != self.lead]
        others_keys = {unit.pk for unit in others}
        meant = [unit for unit in others if unit.parent_id not in others_keys]
        return [unit for unit in units if unit.pk in known or meant == [unit]]

    def words_for(self, unit: PartyUnit) -> str:
        """The unit, with the one above it where that may be named as well."""
        above = unit.parent
        if above and (self._is_above(above) or self.units.filter(pk=above.pk).exists()):
            return f"{unit.name} · {above.name} ({unit.code})"
        return f"{unit.name} ({unit.code})"

    def _is_above(self, unit: PartyUnit) -> bool:
        return bool(unit.path) and (self.lead.path or "").startswith(unit.path or "")

    @cached_property
    def own(self) -> PartyUnitQuerySet:
        return units_for(self.user, "activities.add_activity")

    @cached_property
    def own_others(self) -> list[PartyUnit]:
        """The further units for which the user records: of these alone he gives the attendance."""
        return list(self.units.filter(pk__in=self.own.values("pk")).exclude(pk=self.lead.pk).order_by("path"))

    def refuses(self, part: PartData) -> bool:
        """Whether these are figures of a unit for which the user does not record, and not there already."""
        if part.figures == self.named.get(part.unit_id, NO_FIGURES):
            return False
        return not self.own.filter(pk=part.unit_id).exists()
