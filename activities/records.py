"""What a form, an import or the demo data says about an activity, before it becomes rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from activities.choices import EXCUSED, ActivityKind, ActivityState, Precision, TopicClass
from activities.rules import CORE_TASK_KINDS, SELF_CHECK_KINDS, TEXTLESS_KINDS, YEARLY_APPRAISAL_KINDS

OWN_COLUMNS = [
    "unit_id", "kind", "title", "held_on", "place", "held_with", "topic_class", "note", "starts_at",
    "chair_id", "recorder_id", "observers", "agenda", "resolutions", "core_task_id", "no_core_task",
    "core_task_checked", "core_task_listed", "special_topic", "learning_hours",
]  # fmt: skip
# What is asked of a meeting before it is held; the rest stays for its record.
PLANNED_COLUMNS = ["kind", "title", "held_on", "starts_at", "place", "agenda", "chair_id"]

NO_MINUTES: dict[str, Any] = {
    **dict.fromkeys(["note", "observers", "agenda", "resolutions"], ""),
    **dict.fromkeys(["starts_at", "chair_id", "recorder_id", "learning_hours"]),
    **dict.fromkeys(["votes", "action_items"], ()),
}


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
class VoteData:
    subject: str
    eligible: int
    present: int
    in_favour: int
    against: int = 0
    abstained: int = 0


@dataclass(frozen=True)
class ActionData:
    """Something to do; ``pk`` names the row that is changed, which keeps the day on which it was done."""

    text: str
    owner_id: int | None = None
    due_on: date | None = None
    pk: int | None = None


@dataclass(frozen=True)
class ActivityData:
    """The facts. ``parts`` names the lead unit too where its attendance is known.

    ``done_items`` are keys of what earlier meetings of the unit had left to do and this one found done.
    """

    unit_id: int
    kind: str
    title: str
    held_on: date
    place: str = ""
    held_with: str = ""
    topic_class: str = ""
    note: str = ""
    starts_at: time | None = None
    chair_id: int | None = None
    recorder_id: int | None = None
    observers: str = ""
    agenda: str = ""
    resolutions: str = ""
    core_task_id: int | None = None
    no_core_task: str = ""
    core_task_checked: bool = False
    core_task_listed: bool = False
    special_topic: str = ""
    learning_hours: Decimal | None = None
    also_counts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parts: tuple[PartData, ...] = ()
    outcomes: tuple[OutcomeData, ...] = ()
    votes: tuple[VoteData, ...] = ()
    action_items: tuple[ActionData, ...] = ()
    done_items: tuple[int, ...] = ()

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
        return {name: getattr(self, name) for name in OWN_COLUMNS}

    @property
    def has_text(self) -> bool:
        """Whether it says anything in words beside its title."""
        texts = (self.note, self.agenda, self.resolutions, self.observers)
        return any(text.strip() for text in texts) or bool(self.votes or self.action_items)


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
    """``data`` without any text where none is kept: a talk's title is its topic class (settled 14).

    Nor who was there: of a talk that would be its pair, which fewer people see than a record's names.
    """
    if data.kind not in TEXTLESS_KINDS:
        return _only_asked(replace(data, topic_class=""))
    topic = TopicClass(data.topic_class or _topic_named(data.title))
    with override(settings.LANGUAGE_CODE):
        title = str(topic.label)
    parts = tuple(PartData(part.unit_id) for part in data.parts)
    return replace(_only_asked(data), topic_class=topic.value, title=title, parts=parts, **NO_MINUTES)


def _only_asked(data: ActivityData) -> ActivityData:
    """``data`` without the answers to what is asked of other kinds only."""
    if CORE_TASK_KINDS.isdisjoint(data.kinds):
        data = replace(data, core_task_id=None, no_core_task="")
    if not data.core_task_id or SELF_CHECK_KINDS.isdisjoint(data.kinds):
        data = replace(data, core_task_checked=False)
    if not data.core_task_id or YEARLY_APPRAISAL_KINDS.isdisjoint(data.kinds):
        data = replace(data, core_task_listed=False)
    if ActivityKind.ORG_LIFE_MEETING not in data.kinds:
        data = replace(data, special_topic="")
    return data


def _topic_named(title: str) -> str:
    """The topic class that a file names by code or label; any other text is not kept."""
    with override(settings.LANGUAGE_CODE):
        labels = {str(topic.label): topic for topic in TopicClass}
    named = labels.get(title.strip())
    return named or (title if title in TopicClass.values else TopicClass.OTHER)


def refuse_text(data: ActivityData, files: Iterable[Any]) -> None:
    """A note or a file of a talk is refused aloud, so that nobody believes it was kept."""
    if data.kind in TEXTLESS_KINDS and (data.has_text or any(True for _file in files)):
        raise RecordRefused(_("Of a heart-to-heart talk no note and no file is kept. Remove them."))
