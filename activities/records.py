"""What a form, an import or the demo data says about an activity, before it becomes rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from activities.choices import EXCUSED, ActivityState, Precision, TopicClass
from activities.rules import TEXTLESS_KINDS


class RecordRefused(Exception):
    """What was typed can't be kept as it is; the message says why, in the user's words."""


@dataclass(frozen=True)
class OutcomeData:
    kind: str
    quantity: int
    precision: str = Precision.EXACT


@dataclass(frozen=True)
class AttendanceData:
    """A member who was expected; ``absence`` is empty for who was there."""

    member_id: int
    absence: str = ""


@dataclass(frozen=True)
class PartData:
    """A unit's part. With ``attendance`` by name the figures are counted from it."""

    unit_id: int
    expected: int | None = None
    present: int | None = None
    excused: int = 0
    attendance: tuple[AttendanceData, ...] = ()

    @property
    def figures(self) -> tuple[int | None, int | None, int]:
        """Expected, present, excused."""
        if not self.attendance:
            return self.expected, self.present, self.excused
        absences = [entry.absence for entry in self.attendance]
        return len(absences), absences.count(""), sum(absence in EXCUSED for absence in absences)


@dataclass(frozen=True)
class ActivityData:
    """The facts. ``parts`` names the lead unit too where its attendance is known."""

    unit_id: int
    kind: str
    title: str
    held_on: date
    place: str = ""
    held_with: str = ""
    topic_class: str = ""
    note: str = ""
    also_counts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parts: tuple[PartData, ...] = ()
    outcomes: tuple[OutcomeData, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """Every kind as which the activity counts, the main one first."""
        return list(dict.fromkeys([self.kind, *self.also_counts]))

    @property
    def all_parts(self) -> list[PartData]:
        """Every unit's part once, the lead unit's first."""
        parts = {part.unit_id: part for part in (PartData(self.unit_id), *self.parts)}
        return list(parts.values())

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of the activity's own row, after ``textless``."""
        names = ["unit_id", "kind", "title", "held_on", "place", "held_with", "topic_class", "note"]
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class FinishedRecord:
    """A record that comes with its history: from a file or from the demo data.

    ``keeps`` names what an update of an existing record leaves as it is: place, figures, outcomes, state.
    Without ``submitted_at`` nobody can say whether it was late, so it is not.
    """

    data: ActivityData
    ref: str = ""
    state: str = ActivityState.CONFIRMED
    author_id: int | None = None
    submitted_at: datetime | None = None
    decided_by_id: int | None = None
    decided_at: datetime | None = None
    reason: str = ""
    keeps: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Change:
    """How an existing record is changed: against which ``version``, why, with which files."""

    version: int
    reason: str = ""
    submit: bool = False
    add_files: tuple[Any, ...] = ()
    remove_files: tuple[int, ...] = ()


def textless(data: ActivityData) -> ActivityData:
    """``data`` without any text where none is kept: a talk's title is its topic class (settled 14)."""
    if data.kind not in TEXTLESS_KINDS:
        return replace(data, topic_class="")
    topic = TopicClass(data.topic_class or _topic_named(data.title))
    with override(settings.LANGUAGE_CODE):
        title = str(topic.label)
    return replace(data, topic_class=topic.value, title=title, note="")


def _topic_named(title: str) -> str:
    """The topic class that a file names by code or label; any other text is not kept."""
    with override(settings.LANGUAGE_CODE):
        labels = {str(topic.label): topic for topic in TopicClass}
    named = labels.get(title.strip())
    return named or (title if title in TopicClass.values else TopicClass.OTHER)


def refuse_text(data: ActivityData, files: Iterable[Any]) -> None:
    """A note or a file of a talk is refused aloud, so that nobody believes it was kept."""
    if data.kind in TEXTLESS_KINDS and (data.note.strip() or any(True for _file in files)):
        raise RecordRefused(_("Of a heart-to-heart talk no note and no file is kept. Remove them."))
