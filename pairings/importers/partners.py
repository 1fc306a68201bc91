"""Partners: outside Party organisations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.cells import parse_choice, parse_integer, parse_text
from core.importing import Cells, Counts, Importer, upsert
from core.spreadsheets import Column
from pairings.choices import PartnerLevel, PartnerType
from pairings.importers.codes import code_under
from pairings.models import Partner

parse_code = code_under("partners")
parse_level, parse_type = parse_choice(PartnerLevel), parse_choice(PartnerType)


@dataclass(frozen=True)
class PartnerRow:
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


class PartnerImporter(Importer[PartnerRow]):
    verb = "import_partners"
    object_type = "pairings.partner"
    columns = (
        Column("code", gettext_lazy("code"), required=True),
        Column("name", gettext_lazy("name"), required=True),
        Column("level", gettext_lazy("level"), required=True),
        Column("type", gettext_lazy("type"), required=True),
        Column("region", gettext_lazy("region")),
        Column("member_count", gettext_lazy("Party members")),
    )

    def prepare(self) -> None:
        rows = Partner.objects.select_for_update().order_by("pk")
        self.known: dict[Any, Partner] = {partner.code: partner for partner in rows}

    def check_row(self, cells: Cells) -> PartnerRow:
        facts = {
            "name": cells("name", parse_text(100)),
            "level": cells("level", parse_level),
            "type": cells("type", parse_type),
        }
        if "region" in cells:
            facts["region"] = cells("region", parse_text(60), "")
        if "member_count" in cells:
            facts["member_count"] = cells("member_count", parse_integer)
        row = PartnerRow(cells("code", parse_code), facts)
        known = self.known.get(row.code)
        if known and known.merged_into_id:
            cells.refuse("code", _("This partner was found to be another one, which keeps its own code."))
        return row

    def key(self, item: PartnerRow) -> str:
        return item.code

    def write(self, items: Sequence[PartnerRow], *, by: Any) -> Counts:
        result = upsert(Partner, items, existing=self.known, key=self.key, values=stated)
        return result.counts


def stated(item: PartnerRow) -> dict[str, Any]:
    return {"code": item.code, **item.facts}
