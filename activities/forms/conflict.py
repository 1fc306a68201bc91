"""Two people changed one record: what differs, and the choice field by field (ui.md 5.4)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, HeldWith, OutcomeKind, SpecialTopic, TopicClass
from activities.forms.decisions import COUNTED, ITEMS, VOTES
from activities.forms.sheet import CO, record_values
from activities.models import Activity, CoreTask
from activities.rules import TEXTLESS_KINDS
from branches.models import Member

# A group of fields is chosen as a whole: taking half of somebody's attendance list makes no sense.
GROUPS: dict[str, tuple[Any, str]] = {
    "kind": (_("Kind of activity"), r"kind|topic_class"),
    "also_counts": (_("Also counts as"), r"also_counts"),
    "held_on": (_("Day held"), r"held_on"),
    "place": (_("Place"), r"place"),
    "title": (_("Topic"), r"title"),
    "tags": (_("Tags"), r"tags"),
    "held_with": (_("Held together with"), r"held_with"),
    "note": (_("Short note"), r"note"),
    "attendance": (_("Attendance"), r"present|present_reason_\d+|expected|excused"),
    "core_task": (_("Core task spoken of"), r"core_task|no_core_task|core_task_(?:checked|listed)"),
    "meeting": (_("Begin, chair and minutes"), r"starts_at|chair|recorder|observers"),
    "agenda": (_("Agenda"), r"agenda"),
    "resolutions": (_("Resolutions"), r"resolutions"),
    "votes": (_("Votes"), rf"{VOTES}-\d+-\w+"),
    "action_items": (_("Things to do"), rf"{ITEMS}-(?:\d+-\w+|TOTAL_FORMS)"),
    "special": (_("Special topic and hours"), r"special_topic|learning_hours"),
    "outcomes": (_("Outcomes"), r"(?:outcome|precision)_[A-Z_]+"),
    "units": (_("Other units"), rf"{CO}-(?:\d+-\w+|TOTAL_FORMS|INITIAL_FORMS)"),
}
LABELS = {
    "kind": dict(ActivityKind.choices),
    "also_counts": dict(ActivityKind.choices),
    "held_with": dict(HeldWith.choices),
    "topic_class": dict(TopicClass.choices),
    "special_topic": dict(SpecialTopic.choices),
}
PLACES = {
    "core_task_checked": _("checked in the self-check"),
    "core_task_listed": _("listed in the branch's yearly appraisal"),
}
PEOPLE = re.compile(rf"chair|recorder|observers|{ITEMS}-\d+-owner|present_reason_\d+")
UNTOLD = re.compile(rf"precision_\w+|{ITEMS}-\d+-item")


@dataclass(frozen=True)
class Difference:
    name: str
    label: Any
    theirs: str
    mine: str


@dataclass(frozen=True)
class Known:
    """Names by key, of what the reader may see: a key that is typed by hand gets no name."""

    people: dict[str, str]
    tasks: dict[str, str]


class Conflict:
    """What the record says now against what was typed. ``members`` and ``tasks`` are those whose names the
    reader sees."""

    def __init__(
        self, activity: Activity, typed: Any, *, members: Iterable[Member], tasks: Iterable[CoreTask] = ()
    ):
        stored = record_values(activity)
        known = Known({str(row.pk): row.name for row in members}, {str(row.pk): row.name for row in tasks})
        self.rows = []
        for name, (label, pattern) in GROUPS.items():
            theirs, mine = _picked(stored, pattern), _picked(typed, pattern)
            if theirs != mine:
                self.rows.append(Difference(name, label, _told(theirs, known), _told(mine, known)))


def settled(activity: Activity, typed: Any) -> MultiValueDict:
    """``typed`` with the record's own values wherever the answer to the conflict was "theirs"."""
    values = typed.copy()
    chosen = [name for name in GROUPS if typed.get(f"take_{name}") == "theirs"]
    if not chosen:
        return values
    stored = record_values(activity)
    for name in chosen:
        pattern = re.compile(GROUPS[name][1])
        for key in [key for key in values if pattern.fullmatch(key)]:
            del values[key]
        for key in stored:
            if pattern.fullmatch(key):
                values.setlist(key, stored.getlist(key))
    return values


def _picked(values: Any, pattern: str) -> dict[str, list[str]]:
    """The non-empty values of a group, without what only counts or belongs to an empty quantity."""
    found = {key: sorted(filter(None, values.getlist(key))) for key in values if re.fullmatch(pattern, key)}
    kept = {key: value for key, value in found.items() if value and not key.endswith("_FORMS")}
    return {
        key: [text.strip().replace("\r\n", "\n") for text in value]
        for key, value in sorted(kept.items())
        if _means_something(key, kept)
    }


def _means_something(key: str, kept: dict[str, list[str]]) -> bool:
    """How exact an empty quantity is, who might vote in an empty row, and the topic class of what is no talk,
    make no difference."""
    if key.startswith("precision_"):
        return f"outcome_{key.removeprefix('precision_')}" in kept
    if key.startswith(f"{VOTES}-") and key.endswith("-eligible"):
        return key.replace("-eligible", "-subject") in kept
    return key != "topic_class" or not TEXTLESS_KINDS.isdisjoint(kept.get("kind", []))


def _told(picked: dict[str, list[str]], known: Known) -> str:
    votes = sorted({key.rpartition("-")[0] for key in picked if key.startswith(f"{VOTES}-")})
    if votes:
        return "；".join(_vote(picked, row) for row in votes)
    return "；".join(_say(key, value, known) for key, value in picked.items() if _is_told(key, known))


def _vote(picked: dict[str, list[str]], row: str) -> str:
    """``接收 6/6/5/0/0``, as the history tells it."""
    subject, *figures = (picked.get(f"{row}-{name}", ["0"])[0] for name in ["subject", "eligible", *COUNTED])
    return f"{subject} {'/'.join(figures)}"


def _is_told(key: str, known: Known) -> bool:
    if key.startswith("present_reason_"):
        return key.rpartition("_")[2] in known.people
    return not UNTOLD.fullmatch(key) and (bool(known.people) or not PEOPLE.fullmatch(key))


def _say(key: str, value: list[str], known: Known) -> str:
    if key.startswith("outcome_"):
        kind = key.removeprefix("outcome_")
        return f"{dict(OutcomeKind.choices).get(kind, kind)} {value[0]}"
    if key == "core_task":
        return known.tasks.get(value[0], "")
    if key in PLACES:
        return str(PLACES[key])
    if key == "present" and known.people:
        return "、".join(known.people.get(pk, pk) for pk in value)
    if key.startswith("present_reason_"):
        return str(_("%(name)s absent") % {"name": known.people[key.rpartition("_")[2]]})
    if PEOPLE.fullmatch(key) and key != "observers":
        return known.people.get(value[0], "")
    return "、".join(str(LABELS.get(key, {}).get(text, text)) for text in value)
