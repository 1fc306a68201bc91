"""A kept draft as text to read and to copy: what somebody typed himself, and nothing of the unit's people."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from activities.choices import ActivityKind, HeldWith, OutcomeKind, SpecialTopic, TopicClass
from activities.forms.attendance import PartForm
from activities.forms.decisions import ITEMS, VOTES, ActionForm, VoteForm
from activities.forms.entry import ActivityForm
from activities.forms.minutes import MinutesForm
from activities.forms.sheet import CO

# In the order of the page: the database keeps the fields of a draft in none.
PLAIN = (
    "kind also_counts held_on starts_at place title topic_class tags held_with learning_hours special_topic"
    " no_core_task observers agenda resolutions note reason expected present excused"
).split()
CHOICES = {
    "kind": ActivityKind,
    "also_counts": ActivityKind,
    "topic_class": TopicClass,
    "held_with": HeldWith,
    "special_topic": SpecialTopic,
}
ROW_FORMS: dict[str, type[forms.Form]] = {CO: PartForm, VOTES: VoteForm, ITEMS: ActionForm}
ROW = re.compile(rf"({'|'.join(ROW_FORMS)})-(\d{{1,3}})-(\w+)")
# Keys of people and tasks: what they stand for belongs to the unit, not to who typed.
OF_THE_UNIT = re.compile(
    r"(people_of|present|present_reason_.*|expected|excused|chair|recorder|core_task"
    r"|core_task_(?:checked|listed)|done_items|remove_files"
    rf"|{ITEMS}-\d+-(owner|item)|{VOTES}-\d+-eligible)"
)


def draft_values(data: dict[str, Any], key: str) -> QueryDict:
    """The typed values of a draft, as the browser would post them again."""
    values = QueryDict(mutable=True)
    for name, value in data.items():
        texts = value if isinstance(value, list) else [value]
        values.setlist(name, [str(text) for text in texts])
    values["submission_key"] = key
    return values


def without_the_unit(values: QueryDict) -> QueryDict:
    """What can go along into another unit."""
    kept = QueryDict(mutable=True)
    for name, texts in values.lists():
        if not OF_THE_UNIT.fullmatch(name):
            kept.setlist(name, texts)
    return kept


def typed_lines(values: QueryDict) -> list[dict[str, str]]:
    """Rows (term, value) in the order of the page."""
    return [{"term": str(term), "value": value} for term, value in _lines(values) if value.strip()]


def _lines(values: QueryDict) -> Iterator[tuple[Any, str]]:
    by_name = "expected" not in values  # then "present" holds the keys of people
    for name in PLAIN:
        if not (name == "present" and by_name):
            yield _label(name), _value(name, values.getlist(name))
    for outcome in OutcomeKind:
        yield outcome.label, values.get(f"outcome_{outcome}", "")
    for prefix, form in ROW_FORMS.items():
        yield from _rows(values, prefix, form)


def _label(name: str) -> Any:
    fields = PartForm.base_fields | MinutesForm.base_fields | ActivityForm.base_fields
    return fields[name].label


def _value(name: str, texts: list[str]) -> str:
    labels = dict(CHOICES[name].choices) if name in CHOICES else {}
    return "、".join(str(labels.get(text, text)) for text in texts if text)


def _rows(values: QueryDict, prefix: str, form: type[forms.Form]) -> Iterator[tuple[Any, str]]:
    found = [(name, ROW.fullmatch(name)) for name in values]
    numbers = sorted({int(match[2]) for _name, match in found if match and match[1] == prefix})
    for number in numbers:
        for name, field in form.base_fields.items():
            typed = f"{prefix}-{number}-{name}"
            if not OF_THE_UNIT.fullmatch(typed):
                label = _("%(label)s (%(number)d)") % {"label": field.label, "number": number + 1}
                yield label, values.get(typed, "")


def as_text(lines: list[dict[str, str]]) -> str:
    return "\n".join(_("%(term)s: %(value)s") % line for line in lines)
