"""Each rule as an integer SQL expression: raw value (6 decimals) to item score (4 decimals, 0..100).

64 bits hold every step: figures are clipped before they are multiplied, and where a product could still be
too large the division is done long, three digits at a time. Constants are multiplied here, not there: two
literals of 31 bits would be multiplied in 32. Only non-negative numbers are divided, so that
the databases' truncation is the floor.
"""

from collections.abc import Callable, Mapping
from typing import Any

from assessments.choices import RuleType
from assessments.numbers import FULL_SCORE, divide

HUNDRED_RAW = 100 * 10**6


def score_expression(rule_type: str, rule: Mapping[str, Any], *, raw: str, weight: int) -> str:
    """The score of the column ``raw``, which is not NULL where this is evaluated."""
    return RULES[rule_type](rule, raw, weight)


def _long_division(numerator: str, divisor: str, doubled: str) -> str:
    """1,000,000 x numerator / divisor, half-up, for 0 <= numerator <= divisor <= 2x10^13."""
    thousandfold = f"(1000 * {numerator})"
    rest = f"({thousandfold} %% {divisor})"
    return f"({thousandfold} / {divisor}) * 1000 + (2000 * {rest} + {divisor}) / {doubled}"


def _band(rule: Mapping[str, Any], raw: str, weight: int) -> str:
    """100 - 40 x distance from satisfactory / span: what is taken off rounds half down, so that the score
    rounds half up. 400,000 x 2x10^13 is below 2^63."""
    good, bad = int(rule["satisfactory"]), int(rule["unacceptable"])
    distance = f"({good} - {raw})" if good > bad else f"({raw} - ({good}))"
    span = abs(good - bad)
    taken = f"(400000 * {distance})"
    return (
        f"CASE WHEN {distance} <= 0 THEN {FULL_SCORE}"
        f" WHEN 2 * {distance} >= {5 * span} THEN 0"
        f" ELSE {FULL_SCORE} - {taken} / {span}"
        f" - CASE WHEN 2 * ({taken} %% {span}) > {span} THEN 1 ELSE 0 END END"
    )


def _deduct(rule: Mapping[str, Any], raw: str, weight: int) -> str:
    per_event = int(rule["per_event"])
    if per_event == 0:
        return str(FULL_SCORE)
    nothing_left = -(-(10**14) // per_event)  # the smallest figure that takes everything off
    return (
        f"CASE WHEN {raw} <= 0 THEN {FULL_SCORE} WHEN {raw} >= {nothing_left} THEN 0"
        f" ELSE {FULL_SCORE} - ({2 * per_event} * {raw} + 99999999) / 200000000 END"
    )


def _ratio(rule: Mapping[str, Any], raw: str, weight: int) -> str:
    target = int(rule["target"])
    return (
        f"CASE WHEN {raw} <= 0 THEN 0 WHEN {raw} >= {target} THEN {FULL_SCORE}"
        f" ELSE {_long_division(raw, str(target), str(2 * target))} END"
    )


def _steps(rule: Mapping[str, Any], raw: str, weight: int) -> str:
    cases = [
        f"WHEN {raw} >= {int(minimum)} THEN {clipped_score(int(score))}"
        for minimum, score in reversed(rule["steps"])
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END"


def _peer_minmax(rule: Mapping[str, Any], raw: str, weight: int) -> str:
    """``<raw>_low`` and ``<raw>_high`` are the lowest and the highest figure among the peers."""
    low, high = f"{raw}_low", f"{raw}_high"
    distance = f"({raw} - {low})" if rule["direction"] == "HIGHER" else f"({high} - {raw})"
    span = f"({high} - {low})"
    share = _long_division(distance, span, f"(2 * {span})")
    return f"CASE WHEN {high} = {low} THEN {FULL_SCORE} ELSE {share} END"


def _direct(rule: Mapping[str, Any], raw: str, weight: int) -> str:
    return (
        f"CASE WHEN {raw} <= 0 THEN 0 WHEN {raw} >= {HUNDRED_RAW} THEN {FULL_SCORE}"
        f" ELSE ({raw} + 50) / 100 END"
    )


def _awarded(rule: Mapping[str, Any], raw: str, weight: int) -> str:
    """Points have 6 decimals, weights 3: 100 x points / weight with 4 decimals is 1000 x raw / weight."""
    return (
        f"CASE WHEN {raw} >= {1000 * weight} THEN {FULL_SCORE}"
        f" ELSE (2000 * {raw} + {weight}) / {2 * weight} END"
    )


def clipped_score(raw: int) -> int:
    """A score written in a scheme (6 decimals) as an item score (4 decimals, 0..100)."""
    return max(0, min(FULL_SCORE, divide(raw, 100)))


RULES: dict[str, Callable[[Mapping[str, Any], str, int], str]] = {
    RuleType.BAND: _band,
    RuleType.DEDUCT: _deduct,
    RuleType.RATIO: _ratio,
    RuleType.STEPS: _steps,
    RuleType.PEER_MINMAX: _peer_minmax,
    RuleType.DIRECT: _direct,
    RuleType.AWARDED: _awarded,
}
