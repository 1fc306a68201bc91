"""Random schemes, units and figures: the SQL and a plain Python scorer come to the same board.

``HYPOTHESIS_PROFILE=thorough`` tries many more.
"""

import json
import os
from collections import defaultdict
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import numbers
from assessments.models import Award, Indicator, IndicatorValue, Rating
from assessments.operations import ensure_period, import_scheme, recompute_scheme
from branches.choices import UnitKind
from core import clock
from tests.factories.assessments import BANDS
from tests.factories.branches import PartyUnitFactory
from tests.reference.scorer import rounded, score_board

EXAMPLES = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 30
TREE = {
    "K1": ["K1", "B1", "B2", "G1"],
    "K2": ["K2", "B3"],
    "B1": ["B1", "G1"],
    "B2": ["B2"],
    "B3": ["B3"],
    "G1": ["G1"],
}
KINDS = {"K": UnitKind.COMMITTEE, "B": UnitKind.BRANCH, "G": UnitKind.GROUP}
serial = count(1)

RAW_EDGE = 10**13 - 1
raw_numbers = st.one_of(
    st.integers(-RAW_EDGE, RAW_EDGE),
    st.integers(-150_000_000, 150_000_000),
    st.sampled_from([0, 1, -1, RAW_EDGE, -RAW_EDGE, 10**8, 10**6, 60_000_050]),
    st.integers(0, 100).map(lambda whole: whole * 10**6),
)
positive_raw = raw_numbers.map(abs).filter(bool)
weights = st.one_of(st.integers(1, 10**6), st.sampled_from([1, 10**6, 25_000, 30_000]))


def text(raw, places=6):
    return numbers.to_text(raw, places)


def band(pair):
    return {"type": "BAND", "satisfactory": text(pair[0]), "unacceptable": text(pair[1])}


def steps(pairs):
    return {
        "type": "STEPS",
        "steps": [[text(minimum), text(score)] for minimum, score in sorted(pairs.items())],
    }


rules = st.one_of(
    st.tuples(raw_numbers, raw_numbers).filter(lambda pair: pair[0] != pair[1]).map(band),
    st.one_of(positive_raw, st.just(0)).map(lambda raw: {"type": "DEDUCT", "per_event": text(raw)}),
    positive_raw.map(lambda raw: {"type": "RATIO", "target": text(raw)}),
    st.dictionaries(raw_numbers, raw_numbers, min_size=1, max_size=4).map(steps),
    st.sampled_from(["HIGHER", "LOWER"]).map(lambda way: {"type": "PEER_MINMAX", "direction": way}),
    st.just({"type": "DIRECT"}),
)
sources = st.sampled_from(["REPORTED", "RATE", "RATING", "AWARDED", "MEASURED_RATE", "MEASURED_COUNT"])
counts = st.one_of(st.integers(0, 30), st.integers(0, 10**9), st.just(10**9))


@st.composite
def items(draw, code):
    source = draw(sources)
    own = {"type": source, "code": code}
    if source == "RATE":
        own = {"type": "REPORTED", "code": code, "per": text(draw(positive_raw))}
    elif source.startswith("MEASURED"):
        own = {"type": "MEASURE", "code": f"tests.{source[9:].lower()}", "params": {"from": code}}
    elif source in ("RATING", "AWARDED"):
        own = {"type": source}
    return {
        "code": code,
        "name": code,
        "weight": text(draw(weights), 3),
        "source": own,
        "rule": {"type": "AWARDED"} if source == "AWARDED" else draw(rules),
        "missing": draw(st.sampled_from(["ZERO", "NOT_APPLICABLE"])),
    }


@st.composite
def documents(draw):
    number = next(serial)
    sections, codes = [], []
    for place in range(draw(st.integers(1, 3))):
        own = [f"X{number}-{place}-{index}" for index in range(draw(st.integers(1, 4)))]
        codes += [f"item:{code}" for code in own] + [f"section:S{place}"]
        sections.append(
            {
                "code": f"S{place}",
                "name": "S",
                "weight": text(draw(weights), 3),
                "items": [draw(items(code)) for code in own],
            }
        )
    found = {
        "code": f"random-{number}",
        "version": 1,
        "name": "随机",
        "subject_kinds": sorted(draw(st.sets(st.sampled_from(list(KINDS.values())), min_size=1))),
        "board_scopes": ["COMPANY"],
        "sections": sections,
        "bands": BANDS,
        "tie_chain": draw(st.lists(st.sampled_from(codes), unique=True, max_size=3)),
    }
    if len(sections) > 1:
        found["gap"] = {"sections": ["S0", "S1"], "threshold": text(draw(st.integers(1, 10**6)), 4)}
    return found


def kind_of(item):
    source = item["source"]
    if source["type"] == "MEASURE":
        return source["code"].removeprefix("tests.")
    return "per" if "per" in source else source["type"]


def figure(draw, item):
    """What is stored for a unit and an item, in the integers of its source; None is nothing."""
    if draw(st.integers(0, 4)) == 0:
        return None
    kind = kind_of(item)
    if kind == "REPORTED":
        return draw(raw_numbers)
    if kind == "per":
        value, denominator = draw(raw_numbers), draw(positive_raw)
        raw = rounded(Fraction(value, denominator) * Fraction(item["source"]["per"]) * 10**6)
        return (value, denominator) if abs(raw) <= RAW_EDGE else None
    if kind == "RATING":
        return draw(st.lists(st.integers(0, 10**8), min_size=1, max_size=3))
    if kind == "AWARDED":
        return draw(st.integers(0, rounded(Fraction(item["weight"]) * 10**6)))
    return draw(counts), draw(counts)


def store(draw, document, units):
    """Draw and write the figures of all units; {unit: {item: stored}}."""
    period = ensure_period("2026H1")
    found = {code: {} for code in units}
    rows = defaultdict(list)
    for item in (item for section in document["sections"] for item in section["items"]):
        indicator = Indicator.objects.get_or_create(code=item["code"], defaults={"name": "X"})[0]
        for code, unit in units.items():
            stored = found[code][item["code"]] = figure(draw, item)
            if stored is not None:
                keys = {"unit": unit, "period": period}
                named = keys | {"scheme_code": document["code"], "item_code": item["code"]}
                for row in rows_for(kind_of(item), item, stored, keys | {"indicator": indicator}, named):
                    rows[type(row)].append(row)
    for model, objects in rows.items():
        model.objects.bulk_create(objects)
    return found


def rows_for(kind, item, stored, value_keys, named):
    now = clock.now()
    if kind == "REPORTED":
        return [IndicatorValue(**value_keys, value=stored, raw=stored, entered_at=now)]
    if kind == "per":
        raw = numbers.rate(*stored, numbers.to_scaled(item["source"]["per"], 6))
        return [IndicatorValue(**value_keys, value=stored[0], denominator=stored[1], raw=raw, entered_at=now)]
    if kind == "RATING":
        return [Rating(**named, rater=str(place), score=score) for place, score in enumerate(stored)]
    if kind == "AWARDED":
        return [Award(**named, points=stored)]
    value, denominator = stored
    return [IndicatorValue(**value_keys, value=value, denominator=denominator or None, raw=0, entered_at=now)]


def exact(item, stored, code):
    """The exact figure of a subject from what is stored, for the reference."""
    kind, own = kind_of(item), stored[code][item["code"]]
    if kind in ("rate", "count"):
        pooled = [stored[unit][item["code"]] for unit in TREE[code] if stored[unit][item["code"]] is not None]
        top, bottom = sum(pair[0] for pair in pooled), sum(pair[1] for pair in pooled)
        if kind == "count":
            return Fraction(min(top, 9_999_999))
        highest = Fraction(RAW_EDGE, 10**6)
        return min(Fraction(100 * top, bottom), highest) if bottom else NotImplemented
    if own is None:
        return None
    if kind == "per":
        return Fraction(*own) * Fraction(item["source"]["per"])
    if kind == "RATING":
        return Fraction(sum(own), len(own) * 10**6)
    return Fraction(own, 10**6)


@pytest.fixture
def units(db):
    root = PartyUnitFactory(code="ROOT", kind=UnitKind.TEMPORARY_BRANCH)
    parents = {"B1": "K1", "B2": "K1", "B3": "K2", "G1": "B1"}
    found = {}
    for code in ("K1", "K2", "B1", "B2", "B3", "G1"):
        parent = found.get(parents.get(code), root)
        found[code] = PartyUnitFactory(
            code=code, kind=KINDS[code[0]], parent=parent, organisation=root.organisation
        )
    return found


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_statement_agrees_with_the_reference(units, data):
    document = data.draw(documents())
    scheme, _created = import_scheme(json.dumps(document).encode(), by=None)
    stored = store(data.draw, document, units)
    subjects = [code for code in units if KINDS[code[0]] in document["subject_kinds"]]
    all_items = [item for section in document["sections"] for item in section["items"]]
    figures = {code: {item["code"]: exact(item, stored, code) for item in all_items} for code in subjects}

    edition = recompute_scheme(scheme, ensure_period("2026H1"), by=None)

    expected = {code: vars(line) for code, line in score_board(document, figures).items()}
    assert {entry.unit_code: as_line(entry) for entry in edition.entries.all()} == expected


def as_line(entry):
    return {
        "raws": entry.raws,
        "scores": entry.item_scores,
        "states": entry.item_states,
        "sections": entry.section_scores,
        "total": entry.total,
        "grade": entry.grade,
        "gap": entry.has_gap,
        "missing": entry.has_missing,
        "rank": entry.rank_company,
    }
