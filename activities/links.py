"""What a higher app may link a record with: it offers choices on the form of a new record, keeps rows of its
own, and says on the record's page what the record is linked with."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.registry import Registry

PREFIX = "link_"


class LinkRefused(Exception):
    """The record stands, the link does not; the message says why, in the user's words."""


@dataclass(frozen=True)
class ActivityLink:
    """``choices(unit, user)`` gives (value, words); ``link(activity, value, by)`` may raise LinkRefused;
    ``shown(activity, user)`` gives (words, address) of what it is linked with."""

    label: Any
    choices: Callable[[Any, Any], Iterable[tuple[str, str]]]
    link: Callable[[Any, str, Any], None]
    shown: Callable[[Any, Any], Iterable[tuple[str, str]]]


sources: Registry[ActivityLink] = Registry()


@dataclass(frozen=True)
class LinkField:
    """One optional choice on the form."""

    name: str
    label: Any
    choices: list[tuple[str, str]]
    value: str


def link_fields(unit: Any, user: Any, values: Mapping[str, Any]) -> list[LinkField]:
    """The fields that have something to choose, with what was chosen."""
    fields = [
        LinkField(f"{PREFIX}{code}", source.label, list(source.choices(unit, user)), values.get(code, ""))
        for code, source in zip(sources, sources.values(), strict=True)
    ]
    return [field for field in fields if field.choices]


def chosen(posted: Any) -> dict[str, str]:
    """By code what was chosen in a form that was sent."""
    found = {code: posted.get(f"{PREFIX}{code}", "")[:80] for code in sources}
    return {code: value for code, value in found.items() if value}


def link_all(activity: Any, posted: Any, *, by: Any) -> list[str]:
    """Make the chosen links; why some could not be made."""
    refused = []
    for code, value in chosen(posted).items():
        try:
            sources[code].link(activity, value, by)
        except LinkRefused as error:
            refused.append(str(error.args[0]))
    return refused


def links_of(activity: Any, user: Any) -> list[tuple[Any, list[tuple[str, str]]]]:
    """By label what the record is linked with, as far as ``user`` may see it."""
    found = [(source.label, list(source.shown(activity, user))) for source in sources.values()]
    return [(label, shown) for label, shown in found if shown]
