"""A scheme that has been checked: integers and tuples only, so that two of them can be compared."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class ItemPlan:
    code: str
    name: str
    group: str
    weight: int
    source_type: str
    source_code: str
    source_params: dict[str, Any]
    source_reason: str
    source_per: int | None
    rule_type: str
    rule: dict[str, Any]
    missing: str

    @property
    def is_whole(self) -> bool:
        """Whether there is a rule to score by: what was refused has a stand-in only."""
        return (
            bool(self.rule_type and self.source_type)
            and None not in self.rule.values()
            and self.rule != {"steps": []}
        )


@dataclass(frozen=True)
class SectionPlan:
    code: str
    name: str
    weight: int
    items: tuple[ItemPlan, ...]


@dataclass(frozen=True)
class BandPlan:
    code: str
    name: str
    minimum: int


@dataclass(frozen=True)
class SchemePlan:
    code: str
    version: int
    name: str
    subject_kinds: tuple[str, ...]
    organisation_kinds: tuple[str, ...]
    valid_from: str
    valid_from_day: date | None
    adopted_on: date | None
    adopted_document: str
    board_scopes: tuple[str, ...]
    sections: tuple[SectionPlan, ...]
    bands: tuple[BandPlan, ...]
    tie_chain: tuple[str, ...]
    publication_to: str
    publication_show: Any
    gap_sections: tuple[str, ...]
    gap_threshold: int | None
    size_large: int
    size_medium: int

    @property
    def items(self) -> list[ItemPlan]:
        return [item for section in self.sections for item in section.items]
