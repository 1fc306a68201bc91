"""Reading values out of a JSON document while collecting everything that is wrong with them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments import numbers

CODE = re.compile(r"[^\s,;:/?#\x00-\x1f\x7f]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Problem:
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class SchemeRefused(Exception):
    """Carries every problem of the file."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class Reading:
    """Each method returns the value, or a harmless stand-in after noting why it was refused."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, path: str, reason: str) -> None:
        """Only the first reason of a place: what is missing need not be called malformed too."""
        if all(problem.path != path for problem in self.problems):
            self.problems.append(Problem(path, reason))

    def keys(self, value: Any, path: str, *, required: Iterable[str], optional: Iterable[str] = ()) -> dict:
        if not isinstance(value, dict):
            self.refuse(path, _("An object is expected here."))
            return {}
        required, optional = set(required), set(optional)
        for key in value:
            if key not in required | optional:
                self.refuse(f"{path}.{key}", _("This key is unknown."))
        for key in sorted(required - set(value)):
            self.refuse(f"{path}.{key}", _("This key is missing."))
        return value

    def listing(self, value: Any, path: str) -> list:
        if not isinstance(value, list):
            self.refuse(path, _("A list is expected here."))
            return []
        if not value:
            self.refuse(path, _("Give at least one entry."))
        return value

    def text(self, value: Any, path: str, longest: int) -> str:
        if not isinstance(value, str):
            self.refuse(path, _("A text is expected here."))
        elif not value.strip():
            self.refuse(path, _("This is empty."))
        elif len(value) > longest:
            self.refuse(path, _("At most %(count)s characters.") % {"count": longest})
        elif CONTROL.search(value):
            self.refuse(path, _("No control characters in a text."))
        else:
            return value
        return ""

    def code(self, value: Any, path: str, longest: int = 40) -> str:
        text = self.text(value, path, longest)
        if text and not CODE.fullmatch(text):
            self.refuse(path, _("Use no spaces and none of , ; : / ? # in a code."))
        return text

    def choice(self, value: Any, path: str, choices: Iterable[str]) -> str:
        allowed = [str(choice) for choice in choices]
        if not isinstance(value, str) or value not in allowed:
            self.refuse(path, _("One of these is expected: %(choices)s.") % {"choices": ", ".join(allowed)})
            return ""
        return value

    def choices(self, value: Any, path: str, choices: Iterable[str]) -> tuple[str, ...]:
        allowed = list(choices)
        found = [
            self.choice(part, f"{path}[{index}]", allowed)
            for index, part in enumerate(self.listing(value, path))
        ]
        self.once(
            found, [f"{path}[{index}]" for index in range(len(found))], _("The same stands here twice.")
        )
        return tuple(found)

    def once(self, values: list[str], paths: list[str], reason: str = "") -> None:
        """Refuses each value that stood earlier in the list, with ``reason`` in the place of the code."""
        seen: set[str] = set()
        for value, path in zip(values, paths, strict=True):
            if value and value in seen:
                self.refuse(path, reason or _("“%(code)s” stands here twice.") % {"code": value})
            seen.add(value)

    def whole(self, value: Any, path: str, low: int, high: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            words = {"low": low, "high": high}
            self.refuse(path, _("A whole number from %(low)s to %(high)s is expected here.") % words)
            return low
        return value

    def number(self, value: Any, path: str, places: int = numbers.RAW_PLACES) -> int | None:
        """A number below the limit, as an integer with ``places`` decimals."""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            self.refuse(path, _("A number is expected here."))
            return None
        try:
            scaled = numbers.to_scaled(str(value), places)
        except numbers.TooManyDecimals:
            self.refuse(path, _("At most %(count)s decimals.") % {"count": places})
            return None
        except ValueError:
            self.refuse(path, _("A number is expected here."))
            return None
        if abs(scaled) >= 10 ** (7 + places):
            self.refuse(path, _("Numbers stay below 10,000,000: choose a larger unit of measure."))
            return None
        return scaled

    def within(self, value: Any, path: str, places: int, bounds: tuple[int, int]) -> int | None:
        """A number from ``bounds[0]`` to ``bounds[1]``, bounds as integers with ``places`` decimals."""
        scaled = self.number(value, path, places)
        low, high = bounds
        if scaled is not None and not low <= scaled <= high:
            words = {"low": numbers.to_short_text(low, places), "high": numbers.to_short_text(high, places)}
            self.refuse(path, _("A number from %(low)s to %(high)s is expected here.") % words)
            return None
        return scaled

    def positive(self, value: Any, path: str, places: int, high: int) -> int | None:
        """A number above 0 and at most ``high``."""
        scaled = self.number(value, path, places)
        if scaled is not None and not 0 < scaled <= high:
            words = {"high": numbers.to_short_text(high, places)}
            self.refuse(path, _("A number above 0, at most %(high)s, is expected here.") % words)
            return None
        return scaled

    def day(self, value: Any, path: str) -> date | None:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(path, _("A day like 2026-06-30 is expected here."))
            return None
