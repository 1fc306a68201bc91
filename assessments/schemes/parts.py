"""A scheme document taken apart and put together again, for who writes it part by part.

Each function gives a new document and leaves the old one alone. What stands where is counted from 0; a
document that was stored may lack any part, and a place that is not there raises LookupError.
"""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

Document = dict[str, Any]
HEAD = ("code", "version", "name", "subject_kinds", "organisation_kinds", "valid_from", "board_scopes")
BOARDS = ("tie_chain", "publication", "gap", "size_classes")
# The order in which a scheme file is read most easily.
ORDER = (*HEAD[:6], "adopted", "board_scopes", "sections", "bands", *BOARDS)


def sections_of(document: Document) -> list[Document]:
    found = document.get("sections")
    return found if isinstance(found, list) else []


def items_of(section: Document) -> list[Document]:
    found = section.get("items")
    return found if isinstance(found, list) else []


def with_keys(document: Document, values: Document) -> Document:
    """The document with these keys; a key whose value is None is left out."""
    found = {**deepcopy(document), **values}
    return {
        key: found[key]
        for key in (*ORDER, *(key for key in found if key not in ORDER))
        if found.get(key) is not None
    }


def with_section(document: Document, place: int | None, values: Document) -> Document:
    """The section at ``place`` with these values, its items kept; without a place a new one at the end."""
    found = deepcopy(document)
    sections = found.setdefault("sections", [])
    if place is None:
        sections.append({**values, "items": []})
    else:
        sections[place] = {**values, "items": items_of(sections[place])}
    return found


def with_item(document: Document, place: tuple[int, int] | None, section: int, item: Document) -> Document:
    """``item`` in ``section``: in its old place, or at the end where it is new or comes from elsewhere."""
    found = deepcopy(document)
    if place is not None and place[0] == section:
        items_of(sections_of(found)[section])[place[1]] = item
        return found
    if place is not None:
        del items_of(sections_of(found)[place[0]])[place[1]]
    sections_of(found)[section].setdefault("items", []).append(item)
    return found


def with_weights(document: Document, weights: Sequence[tuple[str, Sequence[str]]]) -> Document:
    """The weight of each section, and those of its items."""
    found = deepcopy(document)
    for section, (own, of_items) in zip(sections_of(found), weights, strict=True):
        section["weight"] = own
        for item, weight in zip(items_of(section), of_items, strict=True):
            item["weight"] = weight
    return found


def without(document: Document, section: int, item: int | None = None) -> Document:
    found = deepcopy(document)
    if item is None:
        del sections_of(found)[section]
    else:
        del items_of(sections_of(found)[section])[item]
    return found


def moved(document: Document, section: int, item: int | None, step: int) -> Document:
    """The section, or the item within it, one place up (-1) or down (1); at the end it stays."""
    found = deepcopy(document)
    parts = sections_of(found) if item is None else items_of(sections_of(found)[section])
    place = section if item is None else item
    parts.insert(max(0, place + step), parts.pop(place))
    return found
