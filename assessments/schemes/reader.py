"""From the JSON of a scheme file to a checked plan."""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assessments.choices import LARGE_FROM, MEDIUM_FROM, BoardScope, PublishTo
from assessments.numbers import FULL_SCORE, SCORE_PLACES, TOTAL_PLACES, WEIGHT_PLACES
from assessments.schemes.items import read_item
from assessments.schemes.plan import BandPlan, SchemePlan, SectionPlan
from assessments.schemes.reading import Problem, Reading, SchemeRefused
from branches.choices import OrganisationKind, UnitKind
from core.periods import parse_period

REQUIRED = ("code", "version", "name", "subject_kinds", "board_scopes", "sections", "bands")
OPTIONAL = ("organisation_kinds", "valid_from", "adopted", "tie_chain", "publication", "gap", "size_classes")
MOST_CUSTOMERS = 10**9
HIGHEST_WEIGHT = 1000 * 10**WEIGHT_PLACES
TIE = re.compile(r"(section|item):(.+)")


def read_scheme(document: Any) -> SchemePlan:
    """The checked plan; SchemeRefused with every problem when there is one."""
    plan, problems = inspect_scheme(document)
    if problems:
        raise SchemeRefused(problems)
    return plan


def inspect_scheme(document: Any) -> tuple[SchemePlan, list[Problem]]:
    """The plan with everything that is wrong with it: what was refused has a harmless stand-in."""
    reading = Reading()
    data = reading.keys(document, "$", required=REQUIRED, optional=OPTIONAL)
    sections = _sections(reading, data.get("sections"))
    bands = _bands(reading, data.get("bands"))
    known = _known_codes(sections)
    head = _head(reading, data)
    plan = SchemePlan(
        **head,
        sections=sections,
        bands=bands,
        tie_chain=_tie_chain(reading, data, known),
        **_publication(reading, data, [band.code for band in bands]),
        **_gap(reading, data, [section.code for section in sections]),
        **_size_classes(reading, data),
    )
    return plan, reading.problems


def _head(reading: Reading, data: dict) -> dict[str, Any]:
    kinds = data.get("organisation_kinds")
    adopted_on, document = _adopted(reading, data)
    valid_from, first_day = _valid_from(reading, data)
    return {
        "code": reading.code(data.get("code"), "$.code", 60),
        "version": reading.whole(data.get("version"), "$.version", 1, 9999),
        "name": reading.text(data.get("name"), "$.name", 100),
        "subject_kinds": reading.choices(data.get("subject_kinds"), "$.subject_kinds", UnitKind.values),
        "organisation_kinds": ()
        if "organisation_kinds" not in data
        else reading.choices(kinds, "$.organisation_kinds", OrganisationKind.values),
        "board_scopes": reading.choices(data.get("board_scopes"), "$.board_scopes", BoardScope.values),
        "valid_from": valid_from,
        "valid_from_day": first_day,
        "adopted_on": adopted_on,
        "adopted_document": document,
    }


def _valid_from(reading: Reading, data: dict) -> tuple[str, date | None]:
    if "valid_from" not in data:
        return "", None
    try:
        period = parse_period(data["valid_from"])
    except (ValueError, AttributeError):
        reading.refuse("$.valid_from", _("A period like 2026H1 is expected here."))
        return "", None
    return period.code, period.first_day


def _adopted(reading: Reading, data: dict) -> tuple[date | None, str]:
    if "adopted" not in data:
        return None, ""
    adopted = reading.keys(data["adopted"], "$.adopted", required=["on"], optional=["document"])
    document = reading.text(adopted["document"], "$.adopted.document", 100) if "document" in adopted else ""
    return reading.day(adopted.get("on"), "$.adopted.on"), document


def _sections(reading: Reading, value: Any) -> tuple[SectionPlan, ...]:
    sections = tuple(
        _section(reading, part, f"$.sections[{index}]")
        for index, part in enumerate(reading.listing(value, "$.sections"))
    )
    reading.once([section.code for section in sections], _paths("$.sections", len(sections)))
    places = [
        (item.code, f"$.sections[{number}].items[{index}].code")
        for number, section in enumerate(sections)
        for index, item in enumerate(section.items)
    ]
    reading.once([code for code, _path in places], [path for _code, path in places])
    return sections


def _section(reading: Reading, value: Any, path: str) -> SectionPlan:
    data = reading.keys(value, path, required=["code", "name", "weight", "items"])
    return SectionPlan(
        code=reading.code(data.get("code"), f"{path}.code"),
        name=reading.text(data.get("name"), f"{path}.name", 100),
        weight=reading.positive(data.get("weight"), f"{path}.weight", WEIGHT_PLACES, HIGHEST_WEIGHT) or 1,
        items=tuple(
            read_item(reading, part, f"{path}.items[{index}]")
            for index, part in enumerate(reading.listing(data.get("items"), f"{path}.items"))
        ),
    )


def _paths(path: str, count: int) -> list[str]:
    return [f"{path}[{index}].code" for index in range(count)]


def _bands(reading: Reading, value: Any) -> tuple[BandPlan, ...]:
    bands = tuple(
        _band(reading, part, f"$.bands[{index}]")
        for index, part in enumerate(reading.listing(value, "$.bands"))
    )
    reading.once([band.code for band in bands], _paths("$.bands", len(bands)))
    unread = {problem.path for problem in reading.problems}
    for index in range(1, len(bands)):
        above, here = f"$.bands[{index - 1}].min", f"$.bands[{index}].min"
        if not {above, here} & unread and bands[index].minimum >= bands[index - 1].minimum:
            reading.refuse(f"$.bands[{index}].min", _("Bands stand in descending order."))
    if bands and bands[-1].minimum != 0:
        reading.refuse(f"$.bands[{len(bands) - 1}].min", _("The last band begins at 0."))
    return bands


def _band(reading: Reading, value: Any, path: str) -> BandPlan:
    data = reading.keys(value, path, required=["code", "name", "min"])
    minimum = reading.within(data.get("min"), f"{path}.min", TOTAL_PLACES, (0, 10**4))
    return BandPlan(
        code=reading.code(data.get("code"), f"{path}.code"),
        name=reading.text(data.get("name"), f"{path}.name", 100),
        minimum=minimum or 0,
    )


def _known_codes(sections: tuple[SectionPlan, ...]) -> dict[str, set[str]]:
    return {
        "section": {section.code for section in sections},
        "item": {item.code for section in sections for item in section.items},
    }


def _tie_chain(reading: Reading, data: dict, known: dict[str, set[str]]) -> tuple[str, ...]:
    if "tie_chain" not in data:
        return ()
    chain = data["tie_chain"]
    if not isinstance(chain, list):
        reading.refuse("$.tie_chain", _("A list is expected here."))
        return ()
    paths = [f"$.tie_chain[{index}]" for index in range(len(chain))]
    links = [_link(reading, link, path, known) for link, path in zip(chain, paths, strict=True)]
    reading.once(links, paths, _("The same stands here twice."))
    return tuple(links)


def _link(reading: Reading, link: Any, path: str, known: dict[str, set[str]]) -> str:
    if link in ("improvement", "no_veto"):
        return str(link)
    found = TIE.fullmatch(link) if isinstance(link, str) else None
    if found is None:
        reading.refuse(path, _("One of section:CODE, item:CODE, improvement, no_veto is expected here."))
    elif found[2] not in known[found[1]]:
        reading.refuse(path, _("The scheme has no “%(code)s”.") % {"code": link})
    else:
        return str(link)
    return ""


def _publication(reading: Reading, data: dict, band_codes: list[str]) -> dict[str, Any]:
    path = "$.publication"
    given = {} if "publication" not in data else data["publication"]
    publication = reading.keys(given, path, required=[], optional=["to", "show"])
    return {
        "publication_to": reading.choice(publication.get("to", "COMPANY"), f"{path}.to", PublishTo.values),
        "publication_show": _show(reading, publication.get("show", "ALL"), f"{path}.show", band_codes),
    }


def _show(reading: Reading, show: Any, path: str, band_codes: list[str]) -> Any:
    if show == "ALL":
        return show
    if isinstance(show, list):
        return list(reading.choices(show, path, band_codes))
    if isinstance(show, int):
        return reading.whole(show, path, 1, 100_000)
    reading.refuse(path, _("All lines, a whole number of places or some of the grades are expected here."))
    return "ALL"


def _gap(reading: Reading, data: dict, section_codes: list[str]) -> dict[str, Any]:
    if "gap" not in data:
        return {"gap_sections": (), "gap_threshold": None}
    gap = reading.keys(data["gap"], "$.gap", required=["sections", "threshold"])
    sections = reading.choices(gap.get("sections"), "$.gap.sections", section_codes)
    if len(sections) != 2:
        reading.refuse("$.gap.sections", _("Name the two sections to compare."))
    threshold = reading.positive(gap.get("threshold"), "$.gap.threshold", SCORE_PLACES, FULL_SCORE)
    return {"gap_sections": sections, "gap_threshold": threshold}


def _size_classes(reading: Reading, data: dict) -> dict[str, Any]:
    if "size_classes" not in data:
        return {"size_large": LARGE_FROM, "size_medium": MEDIUM_FROM}
    path = "$.size_classes"
    sizes = reading.keys(data["size_classes"], path, required=["large", "medium"])
    large = reading.whole(sizes.get("large"), f"{path}.large", 2, MOST_CUSTOMERS)
    medium = reading.whole(sizes.get("medium"), f"{path}.medium", 1, MOST_CUSTOMERS)
    if medium >= large and f"{path}.large" not in {problem.path for problem in reading.problems}:
        reading.refuse(f"{path}.medium", _("A medium unit has fewer customers than a large one."))
    return {"size_large": large, "size_medium": medium}
