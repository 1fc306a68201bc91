"""All weights of a scheme at once: what they add up to is seen while they are typed."""

from typing import Any

from assessments.forms.schemes.base import PartForm, number_field, text_of
from assessments.schemes import parts

SECTION, ITEM = "section.{}", "item.{}.{}"


class WeightsForm(PartForm):
    """A field for each section and each item, by their places."""

    def __init__(self, *args, document: dict[str, Any], **kwargs):
        super().__init__(*args, **kwargs)
        self.document = document
        for place, section in enumerate(parts.sections_of(document)):
            self._add(SECTION.format(place), section)
            for number, item in enumerate(parts.items_of(section)):
                self._add(ITEM.format(place, number), item)

    def _add(self, name: str, part: dict[str, Any]) -> None:
        self.fields[name] = number_field(text_of(part.get("name") or part.get("code")), percent=True)

    @staticmethod
    def values_of(document: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for place, section in enumerate(parts.sections_of(document)):
            found[SECTION.format(place)] = text_of(section.get("weight"))
            for number, item in enumerate(parts.items_of(section)):
                found[ITEM.format(place, number)] = text_of(item.get("weight"))
        return found

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The field of each section, and those of its items."""
        return [
            (
                self[SECTION.format(place)],
                [self[ITEM.format(place, number)] for number, _item in enumerate(parts.items_of(section))],
            )
            for place, section in enumerate(parts.sections_of(self.document))
        ]

    def concerns(self):
        return list(self._paths())

    def _paths(self) -> dict[str, str]:
        """The field of each path."""
        found = {}
        for place, section in enumerate(parts.sections_of(self.document)):
            found[f"$.sections[{place}].weight"] = SECTION.format(place)
            for number, _item in enumerate(parts.items_of(section)):
                found[f"$.sections[{place}].items[{number}].weight"] = ITEM.format(place, number)
        return found

    def field_of(self, path):
        return self._paths().get(path)

    def applied(self, document):
        typed = {name: text_of(value).strip() for name, value in self.cleaned_data.items()}
        weights = []
        for place, section in enumerate(parts.sections_of(document)):
            names = [ITEM.format(place, number) for number, _item in enumerate(parts.items_of(section))]
            weights.append((typed[SECTION.format(place)], [typed[name] for name in names]))
        return parts.with_weights(document, weights)
