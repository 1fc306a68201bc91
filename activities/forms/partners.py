"""Another unit by its name, as who was there would call it."""

import re

from django.utils.translation import gettext_lazy as _

from activities.partners import Partners
from branches.forms.fields import NodeField
from branches.models import PartyUnit

WITH_CODE = re.compile(r".*[(（](\S+)[)）]")


def unit_text(unit: PartyUnit) -> str:
    """How a unit stands in the field and in its list: what is unique, after what is read."""
    return f"{unit.name} ({unit.code})"


class PartnerField(NodeField):
    missing = _("No single unit that can be named here is called so. Type its whole name, or its code.")

    def __init__(self, **kwargs):
        super().__init__(max_length=150, **kwargs)

    def offer(self, partners: Partners) -> None:
        self.partners = partners
        self.rows = self.searched = partners.units
        self.widget.attrs.update({"list": "co-units", "autocomplete": "off"})

    def find(self, text: str) -> PartyUnit:
        written = WITH_CODE.fullmatch(text)
        named = self.rows.filter(code__iexact=written[1]).first() if written else None
        return named or super().find(text)

    def meant(self, nodes: list[PartyUnit]) -> PartyUnit | None:
        """Who took part is only named, so a part of a name will do where it fits one unit and its groups."""
        keys = {unit.pk for unit in nodes}
        roots = [unit for unit in nodes if unit.parent_id not in keys]
        return roots[0] if len(roots) == 1 and roots[0] in self.partners.shown(nodes) else None

    def choices_of(self, nodes: list[PartyUnit]) -> list[tuple[str, str]]:
        return [(unit.code, self.partners.words_for(unit)) for unit in self.partners.shown(nodes)]
