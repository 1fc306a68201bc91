"""Rows of which few are filled."""

from typing import Any


class RowsMixin:
    """The filled rows and one empty one stand open, the rest is folded."""

    def _split(self) -> tuple[list[Any], list[Any]]:
        blank = [form for form in self.forms if form.is_blank and not form.errors]
        more = blank[1:]
        return [form for form in self.forms if form not in more], more

    @property
    def first_rows(self) -> list[Any]:
        return self._split()[0]

    @property
    def more_rows(self) -> list[Any]:
        return self._split()[1]

    @property
    def is_filled(self) -> bool:
        return any(not form.is_blank for form in self.forms)

    @property
    def filled(self) -> list[Any]:
        return [form for form in self.forms if not form.is_blank]
