"""One thing that needs attention."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from branches.choices import AlertKind
from branches.models import Member, PartyUnit
from core import clock

KEEPS_PEOPLE, KEEPS_GROUPS = "branches.change_member", "branches.add_group"
KEEPS_POSTS, KEEPS_UNITS = "branches.add_post", "branches.change_partyunit"
PERSON = "\0"  # in a text: stands for the name until it is known who reads


@dataclass(frozen=True)
class Alert:
    """``route`` is where it is put right by whoever holds ``permission``; others are led to the unit."""

    kind: str
    unit: PartyUnit
    text: str
    todo: str
    route: str = ""
    permission: str = ""
    query: str = ""
    due_on: date | None = None
    person: Member | None = None
    url: str = ""

    @property
    def label(self) -> Any:
        return AlertKind(self.kind).label

    @property
    def is_over(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()
