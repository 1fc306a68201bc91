"""Which rows each address is tried with: own, sibling, parent's, below, another bureau's, missing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.permissions.oracle import SCHEMES
from tests.permissions.tree import ELSEWHERE, JOINT, UNITS, parent_of
from tests.permissions.world import ITEMS, MISSING_KEY, PUBLISHED, RUNNING


@dataclass(frozen=True)
class Sample:
    """``units`` are those through which the row is seen, the first of them leads; none: it does not exist."""

    label: str
    kwargs: Mapping = field(default_factory=dict)
    query: Mapping = field(default_factory=dict)
    units: tuple = ()
    owner: str = ""  # the person or the scheme to which it belongs
    data: Mapping = field(default_factory=dict)

    @property
    def unit(self):
        return self.units[0] if self.units else None

    @property
    def exists(self):
        return bool(self.units or self.owner)


def relations(home):
    """label -> unit, seen from ``home``; a relation that the tree does not have is left out."""
    siblings = [code for code in UNITS if parent_of(code) == parent_of(home) and code != home]
    below = [code for code in UNITS if parent_of(code) == home]
    found = {
        "own": home,
        "sibling": siblings[0] if siblings else None,
        "parent": parent_of(home),
        "below": below[0] if below else None,
        "other": ELSEWHERE.get(home, "N211"),
    }
    return {label: code for label, code in found.items() if code}


def page(world, oracle):
    return [Sample("page", owner="everybody")]


def searched(world, oracle):
    return [Sample("search", query={"q": "CNRY"}, owner="everybody")]


def records(state, **data):
    """Addresses with the key of a record in ``state``."""

    def made(world, oracle):
        found = [
            Sample(
                label,
                {"pk": world.records[code, state].pk},
                units=(code,),
                data={"version": world.records[code, state].version, **data},
            )
            for label, code in relations(oracle.person.home).items()
        ]
        return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]

    return made


def items(world, oracle):
    """A thing to do of a record, and another's under a record of one's own."""
    found = [
        Sample(label, {"pk": item.activity_id, "item_pk": item.pk}, units=(code,))
        for label, code in relations(oracle.person.home).items()
        for item in [world.items[code]]
    ]
    return [*found, Sample("missing", {"pk": MISSING_KEY, "item_pk": MISSING_KEY})]


def details(world, oracle):
    lead, other = JOINT
    joint = Sample("joint", {"pk": world.records[lead, "joint"].pk}, units=(lead, other))
    returned = [
        Sample(f"returned {label}", {"pk": world.records[code, "returned"].pk}, units=(code,))
        for label, code in relations(oracle.person.home).items()
    ]
    return [*records("submitted")(world, oracle), *returned, joint]


def pairings(part="", **data):
    """``part`` names rows of the pairing that stand in the address too; one is tried in another's place."""

    def made(world, oracle):
        led = {label: code for label, code in relations(oracle.person.home).items() if code in world.pairings}
        found = [
            Sample(label, {"code": f"LJ-{code}"} | part_of(world, code, part), units=(code,), data=data)
            for label, code in led.items()
        ]
        missing = Sample("missing", {"code": "NONE"} | ({"pk": MISSING_KEY} if part else {}), data=data)
        if not part or len(led) < 2:
            return [*found, missing]
        first, *_rest, last = led.values()
        mixed = {"code": f"LJ-{first}"} | part_of(world, last, part)
        return [*found, Sample("mixed", mixed, data=data), missing]

    return made


def part_of(world, code, part):
    return {"pk": getattr(world.pairings[code], part).get().pk} if part else {}


def partners(**data):
    def made(world, oracle):
        found = [
            Sample(label, {"code": f"V-{code}"}, units=(code,), data=data)
            for label, code in relations(oracle.person.home).items()
            if code in world.pairings
        ]
        return [*found, Sample("missing", {"code": "NONE"}, data=data)]

    return made


def awards(**data):
    """Of the partner of each branch one; read by all who read the directory."""

    def made(world, oracle):
        found = [
            Sample(label, {"pk": world.awards[code].pk}, units=(code,), data=data)
            for label, code in relations(oracle.person.home).items()
            if code in world.awards
        ]
        return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]

    return made


def needs(**data):
    """Needs that branches entered for their partners."""

    def made(world, oracle):
        found = [
            Sample(label, {"pk": world.needs[code].pk}, units=(code,), data=data)
            for label, code in relations(oracle.person.home).items()
            if code in world.needs
        ]
        return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]

    return made


def duties(**data):
    def made(world, oracle):
        found = [
            Sample(label, {"pk": world.duties[code].pk}, units=(code,), data=data)
            for label, code in relations(oracle.person.home).items()
        ]
        return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]

    return made


def changes(world, oracle):
    typed = {"kind": "TRAINING", "held_on": "2026-06-02", "title": "changed", "version": "2", "save": "1"}
    versions = {
        activity.version for (_code, state), activity in world.records.items() if state == "submitted"
    }
    assert versions == {int(typed["version"])}
    return records("submitted", **typed)(world, oracle)


def files(world, oracle):
    """Also a file of another record by an address of the own one."""
    units = relations(oracle.person.home)
    found = [
        Sample(
            label, {"pk": world.records[code, "submitted"].pk, "file_pk": world.files[code].pk}, units=(code,)
        )
        for label, code in units.items()
    ]
    own = world.records[units["own"], "submitted"].pk
    mixed = {"pk": own, "file_pk": world.files[units["other"]].pk}
    return [
        *found,
        Sample("mixed", mixed),
        Sample("missing", {"pk": MISSING_KEY, "file_pk": MISSING_KEY}),
    ]


def entries(world, oracle):
    """The unit for which a record is made stands in the query and in the form."""
    typed = {
        "kind": "TRAINING",
        "held_on": "2026-06-02",
        "title": "new",
        "submission_key": str(uuid.UUID(int=7)),
    }
    found = [
        Sample(label, query={"unit": code}, units=(code,), data={**typed, "unit": code})
        for label, code in relations(oracle.person.home).items()
    ]
    own, other = (relations(oracle.person.home)[label] for label in ("own", "other"))
    after = {"unit": own, "after": world.records[other, "submitted"].pk}
    draft = {"unit": own, "draft": "key-bureau2"}
    return [
        *found,
        Sample("after another's", query=after, units=(own,), data={**typed, "unit": own}),
        Sample("another's draft", query=draft, units=(own,), data={**typed, "unit": own}),
        Sample("missing", query={"unit": "NONE"}, data={**typed, "unit": "NONE"}),
    ]


def plans(world, oracle):
    typed = {"kind": "ORG_LIFE_MEETING", "held_on": "2026-07-02", "title": "new"}
    found = [
        Sample(label, query={"unit": code}, units=(code,), data={**typed, "unit": code})
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", query={"unit": "NONE"}, data={**typed, "unit": "NONE"})]


def planned(world, oracle):
    typed = {"kind": "ORG_LIFE_MEETING", "held_on": "2026-07-03", "title": "later", "version": "1"}
    found = [
        Sample(label, {"pk": world.records[code, "planned"].pk}, units=(code,), data=typed)
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"pk": MISSING_KEY}, data=typed)]


def core_task_lists(world, oracle):
    found = [
        Sample(f"unit {label}", query={"unit": code}, units=(code,))
        for label, code in relations(oracle.person.home).items()
    ]
    return [Sample("page", owner="everybody"), *found, Sample("unit missing", query={"unit": "NONE"})]


def core_task_entries(world, oracle):
    typed = {"name": "keep the lights on", "starts_on": "2026-06-02"}
    found = [
        Sample(label, query={"unit": code}, units=(code,), data={**typed, "unit": code})
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", query={"unit": "NONE"}, data={**typed, "unit": "NONE"})]


def core_tasks(world, oracle):
    data = {"ends_on": "2026-06-30"}
    found = [
        Sample(label, {"pk": world.core_tasks[code].pk}, units=(code,), data=data)
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]


def talks(world, oracle):
    """One with whom somebody of the unit talked."""
    found = []
    for label, code in relations(oracle.person.home).items():
        first, second = world.members[code]
        typed = {"unit": code, "kind": "INCIDENT", "held_on": "2026-06-02", "talker": first.pk}
        typed |= {"counterparts": [second.pk], "submission_key": str(uuid.UUID(int=8))}
        found.append(Sample(label, query={"unit": code}, units=(code,), data=typed))
    return [*found, Sample("missing", query={"unit": "NONE"}, data={"unit": "NONE"})]


def corrections(world, oracle):
    data = {"outcome": "CORRECTED", "answer": "done"}
    found = [
        Sample(label, {"pk": world.corrections[code].pk}, units=(code,), data=data)
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]


def lists(*formats):
    """A list with all that it holds, and narrowed to a unit: the own one and another's."""

    def made(world, oracle):
        asked = [Sample(kind, query={"format": kind}, owner="everybody") for kind in formats]
        narrowed = [
            Sample(f"unit {label}", query={"unit": code}, units=(code,))
            for label, code in relations(oracle.person.home).items()
            if label in ("own", "other")
        ]
        missing = Sample("unit missing", query={"unit": "NONE"})
        return [*(asked or page(world, oracle)), *narrowed, missing]

    return made


def reviews(world, oracle):
    """The page of what waits; in the form one's own record and others', all at once."""
    rows = {
        label: f"{world.records[code, 'submitted'].pk}:{world.records[code, 'submitted'].version}"
        for label, code in relations(oracle.person.home).items()
    }
    return [Sample("page", owner="everybody", data={"row": [*rows.values(), f"{MISSING_KEY}:1"]})]


def unit_pages(world, oracle):
    found = [
        Sample(label, {"code": code}, units=(code,)) for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"code": "NONE"})]


def alert_lists(world, oracle):
    found = [
        Sample(f"in {label}", query={"unit": code}, units=(code,))
        for label, code in relations(oracle.person.home).items()
    ]
    return [Sample("page", owner="everybody"), *found, Sample("missing", query={"unit": "NONE"})]


def members(world, oracle):
    """Also a member of another unit by an address of the own one."""
    units = relations(oracle.person.home)
    found = [
        Sample(label, {"code": code, "pk": world.members[code][0].pk}, units=(code,))
        for label, code in units.items()
    ]
    mixed = {"code": units["own"], "pk": world.members[units["other"]][0].pk}
    return [
        *found,
        Sample("mixed", mixed),
        Sample("missing", {"code": units["own"], "pk": MISSING_KEY}),
    ]


def unit_lists(world, oracle):
    found = [Sample("page", owner="everybody"), Sample("search", query={"q": "CNRY"}, owner="everybody")]
    below = [
        Sample(f"under {label}", query={"under": code}, units=(code,))
        for label, code in relations(oracle.person.home).items()
        if label in ("own", "other")
    ]
    return [*found, *below, Sample("missing", query={"under": "NONE"})]


# --- boards ---------------------------------------------------------------------------------------
def boards(world, oracle):
    asked = [("company", {}), ("company", {"format": "csv"}), ("county", {}), ("county", {"format": "xlsx"})]
    published = [
        Sample(f"{scheme} {query}", {"period": PUBLISHED, "scheme": scheme}, query, owner=scheme)
        for scheme, query in [*asked, ("far", {})]
    ]
    trials = [
        Sample(f"{scheme} trial", {"period": RUNNING, "scheme": scheme}, {"edition": "0"}, owner=scheme)
        for scheme in ("company", "county")
    ]
    return [*published, *trials, Sample("missing", {"period": PUBLISHED, "scheme": "none"})]


def board_units(home):
    """The scheme under which each related unit is scored; who is no subject is missing from the board."""
    found = {label: (code, scheme_of(code)) for label, code in relations(home).items()}
    return {label: pair for label, pair in found.items() if pair[1]} | {"far": ("Q2", "far")}


def scheme_of(code):
    return next((scheme for scheme, (subjects, _to) in SCHEMES.items() if code in subjects), None)


def explanations(world, oracle):
    found = [
        Sample(
            f"{period} {label}",
            {"period": period, "scheme": scheme, "unit": code},
            units=(code,),
            owner=scheme,
        )
        for label, (code, scheme) in board_units(oracle.person.home).items()
        for period in (PUBLISHED, RUNNING)
    ]
    return [*found, Sample("missing", {"period": PUBLISHED, "scheme": "company", "unit": "NONE"})]


def evidences(world, oracle):
    found = [
        Sample(
            f"{item} {label}",
            {"period": PUBLISHED, "scheme": scheme, "unit": code, "item": item},
            units=(code,),
            owner=scheme,
        )
        for label, (code, scheme) in board_units(oracle.person.home).items()
        for item in (ITEMS if label in ("own", "other") else ITEMS[:1])
    ]
    missing = {"period": PUBLISHED, "scheme": "company", "unit": "NONE", "item": "M1"}
    return [*found, Sample("missing", missing)]


def computations(world, oracle):
    data = {"period": RUNNING, "scheme": "company", "submission_key": str(uuid.UUID(int=9))}
    return [Sample("page", owner="everybody", data=data)]


# --- schemes --------------------------------------------------------------------------------------
def versions(world, oracle):
    known = {"code": "company", "version": 1}
    return [Sample("company", known, owner="company"), Sample("missing", {"code": "none", "version": 1})]


def scheme_drafts(**kwargs):
    """Addresses of a draft; ``data`` is what its version of the text lets through."""

    def made(world, oracle):
        draft = world.schemes["company"]
        data = {"version": draft.version, "section": 0, "item": "", "do": "up"}
        return [
            Sample("company", {"pk": draft.pk, **kwargs}, owner="company", data=data),
            Sample("missing", {"pk": MISSING_KEY, **kwargs}, data=data),
        ]

    return made


def rounds(**data):
    """The page of the running period, with whatever its form says."""

    def made(world, oracle):
        known = Sample("period", {"period": RUNNING}, owner="everybody", data=data)
        return [known, Sample("missing", {"period": "2019H1"}, data=data)]

    return made


def preparations(world, oracle):
    kwargs = {"period": RUNNING, "scheme": "county"}
    found = Sample("board", kwargs, owner="everybody", data={"minutes": "7"})
    return [found, Sample("missing", {**kwargs, "scheme": "none"})]


def proposals(world, oracle):
    data = {"decision": "return", "reason": "not clear"}
    found = Sample("prepared", {"pk": world.proposal.pk}, owner="everybody", data=data)
    return [found, Sample("missing", {"pk": MISSING_KEY}, data=data)]


def vetoes(world, oracle):
    found = Sample("veto", {"pk": world.veto.pk}, owner="everybody", data={"reason": "lifted"})
    return [found, Sample("missing", {"pk": MISSING_KEY}, data={"reason": "lifted"})]


def objections(world, oracle):
    data = {"outcome": "reject", "answer": "as it should be"}
    found = [
        Sample(label, {"pk": world.objections[code].pk}, units=(code,), data=data)
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]


def published_lines(world, oracle):
    """Lines of published boards, as in ``explanations``, with an objection to type."""
    lines = [one for one in explanations(world, oracle) if one.kwargs["period"] == PUBLISHED]
    return [replace(one, data={"text": "counted twice"}) for one in lines]


# --- indicators -----------------------------------------------------------------------------------
def library(**more):
    def made(world, oracle):
        found = Sample("indicator", {"code": "OUTAGE", **more}, owner="everybody")
        return [found, Sample("missing", {"code": "NONE", **more})]

    return made


def figure_histories(world, oracle):
    found = [
        Sample(label, {"code": "OUTAGE", "unit": code}, units=(code,))
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"code": "OUTAGE", "unit": "NONE"})]


def unit_grids(world, oracle):
    found = [
        Sample(label, {"unit": code, "period": RUNNING}, units=(code,))
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"unit": "NONE", "period": RUNNING})]


def reported(**data):
    def made(world, oracle):
        found = [
            Sample(label, {"pk": world.values[code].pk}, units=(code,), data=data)
            for label, code in relations(oracle.person.home).items()
        ]
        return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]

    return made


def exclusions(world, oracle):
    data = {"decision": "verify", "version": "1"}
    found = [
        Sample(label, {"pk": world.exclusions[code].pk}, units=(code,), data=data)
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"pk": MISSING_KEY}, data=data)]


# --- dashboards -----------------------------------------------------------------------------------
def provinces(world, oracle):
    found = [
        Sample(label, query={"unit": code}, units=(code,))
        for label, code in relations(oracle.person.home).items()
    ]
    return [Sample("page", owner="everybody"), *found, Sample("missing", query={"unit": "NONE"})]


def attentions(world, oracle):
    found = [
        Sample(f"{topic} {label}", {"topic": topic}, query={"unit": code}, units=(code,))
        for topic in ("overdue", "slow", "returned", "silent")
        for label, code in relations(oracle.person.home).items()
    ]
    return [*found, Sample("missing", {"topic": "returned"}, query={"unit": "NONE"})]


# --- reports --------------------------------------------------------------------------------------
REPORTS = ("R-01", "R-02", "R-03", "R-04", "R-05", "R-06", "R-07")


def of_reports(world, oracle, **query):
    found = [
        Sample(f"{code} {label}", {"code": code}, {"unit": unit, **query}, units=(unit,))
        for code in REPORTS
        for label, unit in relations(oracle.person.home).items()
        if code in ("R-01", "R-04") or label in ("own", "other")
    ]
    return [*found, Sample("missing", {"code": "R-01"}, {"unit": "NONE", **query})]


def reports(world, oracle):
    return of_reports(world, oracle)


def report_files(world, oracle):
    return of_reports(world, oracle, format="csv")


def folders(world, oracle):
    """Only a branch's or a group's period is packed; elsewhere the page says so and the button is gone."""
    found = [
        Sample(label, query={"unit": unit}, units=(unit,))
        for label, unit in relations(oracle.person.home).items()
        if unit.startswith(("D", "N"))
    ]
    return [*found, Sample("missing", query={"unit": "NONE"})]


def missing_jobs(world, oracle):
    """Whose job made a file is tried where reports and boards are: test_reports.py, test_boards.py."""
    return [
        Sample("missing", {"pk": uuid.UUID(int=5)}),
        Sample("without a file", {"pk": world.jobs["bureau2"].pk}),
    ]


# --- own things -----------------------------------------------------------------------------------
def jobs(world, oracle):
    found = [
        Sample(label, {"pk": world.jobs[name].pk}, owner=name)
        for label, name in (("own", oracle.person.name), ("other", "bureau2"))
    ]
    return [*found, Sample("missing", {"pk": uuid.UUID(int=5)})]


def imports(world, oracle):
    """Kinds of file; who may import none of them is told so whatever he asks for."""
    return [
        Sample("members", {"kind": "members"}, owner="administrators", data={}),
        Sample("missing", {"kind": "nothing"}),
    ]


def imported(world, oracle):
    """Results belong to who imported: nobody here did."""
    return [Sample("missing", {"pk": uuid.UUID(int=5)})]


def drafts(world, oracle):
    return [
        Sample(label, {"form": "activity", "key": f"key-{name}"}, owner=name, data={"title": "typed"})
        for label, name in (("own", oracle.person.name), ("other", "bureau2"))
    ]


def typed_drafts(world, oracle):
    """Their texts; nobody else's, whatever his office."""
    found = [
        Sample(label, {"pk": world.drafts[name].pk}, owner=name)
        for label, name in (("own", oracle.person.name), ("other", "bureau2"))
    ]
    return [*found, Sample("missing", {"pk": MISSING_KEY})]
