"""The scoring rules once more, in plain Python and exact fractions, straight from the contract.

It shares no code with the application: what both agree on is what the contract says.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor


@dataclass
class Line:
    """What one subject should come out as; integers scaled as they are stored."""

    raws: list = field(default_factory=list)
    scores: list = field(default_factory=list)
    states: list = field(default_factory=list)
    sections: list = field(default_factory=list)
    total: int | None = None
    grade: str = ""
    gap: bool = False
    missing: bool = False
    rank: int | None = None


def rounded(number):
    """To the nearest whole number, halves away from zero."""
    number = Fraction(number)
    size = floor(abs(number) + Fraction(1, 2))
    return size if number >= 0 else -size


def clipped(score):
    return max(Fraction(0), min(Fraction(100), score))


def rule_score(item, figure, peers):
    """The unrounded score of a figure."""
    rule = item["rule"]
    kind = rule["type"]
    if kind == "BAND":
        good, bad = Fraction(rule["satisfactory"]), Fraction(rule["unacceptable"])
        return clipped(60 + 40 * (figure - bad) / (good - bad))
    if kind == "DEDUCT":
        return clipped(100 - Fraction(rule["per_event"]) * figure)
    if kind == "RATIO":
        return clipped(100 * figure / Fraction(rule["target"]))
    if kind == "STEPS":
        reached = [Fraction(score) for minimum, score in rule["steps"] if Fraction(minimum) <= figure]
        return clipped(reached[-1]) if reached else Fraction(0)
    if kind == "PEER_MINMAX":
        best, worst = max(peers), min(peers)
        if rule["direction"] == "LOWER":
            best, worst = worst, best
        return Fraction(100) if best == worst else 100 * (worst - figure) / (worst - best)
    if kind == "AWARDED":
        return clipped(100 * figure / Fraction(item["weight"]))
    return clipped(figure)


def weighted_mean(pairs):
    """Of (weight, score) with None for what is not applicable."""
    counting = [(weight, score) for weight, score in pairs if score is not None]
    if not counting:
        return None
    return sum(weight * score for weight, score in counting) / sum(weight for weight, _score in counting)


def score_board(document, figures):
    """``figures``: subject -> item code -> exact figure, or None where there is none.

    Measured rates without a denominator are given as ``NotImplemented``: not applicable in any case.
    """
    items = [item for section in document["sections"] for item in section["items"]]
    raws = {
        subject: {
            code: None if figure in (None, NotImplemented) else rounded(figure * 10**6)
            for code, figure in given.items()
        }
        for subject, given in figures.items()
    }
    lines = {}
    for subject, given in figures.items():
        line = lines[subject] = Line()
        for item in items:
            peers = [
                Fraction(own[item["code"]], 10**6) for own in raws.values() if own[item["code"]] is not None
            ]
            add_item(line, item, given[item["code"]], raws[subject][item["code"]], peers)
        add_totals(line, document, items)
    add_ranks(document, lines, items)
    return lines


def add_item(line, item, given, raw, peers):
    line.raws.append(raw)
    if raw is not None:
        line.states.append(0)
        line.scores.append(rounded(rule_score(item, Fraction(raw, 10**6), peers) * 10**4))
    elif given is NotImplemented or item["missing"] == "NOT_APPLICABLE":
        line.states.append(2)
        line.scores.append(None)
    else:
        line.states.append(1)
        line.scores.append(0)
        line.missing = True


def add_totals(line, document, items):
    scores = dict(zip([item["code"] for item in items], line.scores, strict=True))
    for section in document["sections"]:
        mean = weighted_mean([(Fraction(item["weight"]), scores[item["code"]]) for item in section["items"]])
        line.sections.append(None if mean is None else rounded(mean))
    weights = [Fraction(section["weight"]) for section in document["sections"]]
    mean = weighted_mean(list(zip(weights, line.sections, strict=True)))
    if mean is None:
        return
    line.total = rounded(mean / 100)
    line.grade = next(band["code"] for band in document["bands"] if line.total >= Fraction(band["min"]) * 100)
    if "gap" in document:
        codes = [section["code"] for section in document["sections"]]
        one, other = (line.sections[codes.index(code)] for code in document["gap"]["sections"])
        if one is not None and other is not None:
            line.gap = abs(one - other) >= Fraction(document["gap"]["threshold"]) * 10**4


def add_ranks(document, lines, items):
    """1, 1, 3 over all subjects."""
    sections = [section["code"] for section in document["sections"]]
    codes = [item["code"] for item in items]

    def merit(line):
        found = [line.total]
        for link in document.get("tie_chain", []):
            kind, _, code = link.partition(":")
            if kind == "section":
                found.append(line.sections[sections.index(code)])
            elif kind == "item":
                found.append(line.scores[codes.index(code)])
        return tuple(-1 if part is None else part for part in found)

    ranked = [line for line in lines.values() if line.total is not None]
    for line in ranked:
        line.rank = 1 + sum(1 for other in ranked if merit(other) > merit(line))
