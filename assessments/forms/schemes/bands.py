"""The grades: a row each, the highest first; an empty row is left out."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.forms.schemes.base import PartForm, number_field, text_field, text_of
from assessments.schemes import parts

NAMES = ("code", "name", "min")
SPARE = 2
ROW = re.compile(r"(?:code|name|min)_\d{1,2}")


class BandsForm(PartForm):
    def __init__(self, *args, document: dict[str, Any], **kwargs):
        super().__init__(*args, **kwargs)
        # a colleague may have taken grades away since: what was typed keeps its rows
        typed = [
            int(name.rpartition("_")[2]) + 1 for name in [*self.data, *self.initial] if ROW.fullmatch(name)
        ]
        self.count = max([len(document.get("bands") or []) + SPARE, *typed])
        labels = {"code": _("Code (empty: the name)"), "name": _("Name"), "min": _("From (total)")}
        for row in range(self.count):
            for name in NAMES:
                field = number_field if name == "min" else text_field
                self.fields[f"{name}_{row}"] = field(labels[name])

    @staticmethod
    def values_of(document: dict[str, Any]) -> dict[str, Any]:
        return {
            f"{name}_{row}": text_of(band.get(name))
            for row, band in enumerate(document.get("bands") or [])
            for name in NAMES
        }

    @property
    def rows(self) -> list[list[Any]]:
        return [[self[f"{name}_{row}"] for name in NAMES] for row in range(self.count)]

    @property
    def filled(self) -> list[int]:
        typed = self.cleaned_data
        return [row for row in range(self.count) if any(typed[f"{name}_{row}"].strip() for name in NAMES)]

    def concerns(self):
        return ["$.bands"]

    def field_of(self, path):
        found = re.match(r"\$\.bands\[(\d+)\]\.(code|name|min)", path)
        return f"{found[2]}_{self.filled[int(found[1])]}" if found else "code_0"

    def applied(self, document):
        typed = self.cleaned_data
        bands = [{name: typed[f"{name}_{row}"].strip() for name in NAMES} for row in self.filled]
        for band in bands:
            band["code"] = band["code"] or re.sub(r"[\s,;:/?#]", "", band["name"])
        return parts.with_keys(document, {"bands": bands})
