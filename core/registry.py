"""How a lower floor offers a place to the floors above: a small registry, filled when each app loads."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Registry(Generic[Thing]):
    """Things by their code, in the order in which they were registered."""

    def __init__(self) -> None:
        self._things: dict[str, Thing] = {}

    def register(self, code: str, thing: Thing) -> Thing:
        if code in self._things:
            raise ValueError(f"{code} is registered already")
        self._things[code] = thing
        return thing

    def __getitem__(self, code: str) -> Thing:
        return self._things[code]

    def __contains__(self, code: str) -> bool:
        return code in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def values(self) -> list[Thing]:
        return list(self._things.values())
