"""Codes that stand in addresses."""

from collections.abc import Callable
from functools import cache

from django.urls import get_resolver
from django.utils.translation import gettext as _

from branches.importers.trees import parse_new_code
from core.cells import CellRefused


@cache
def fixed_words(namespace: str) -> frozenset[str]:
    """With what the addresses under ``namespace`` begin where no code stands."""
    _prefix, resolver = get_resolver().namespace_dict[namespace]
    return frozenset(str(entry.pattern).partition("/")[0] for entry in resolver.url_patterns)


def code_under(namespace: str) -> Callable[[str], str]:
    """A new code; the page of a row called like a fixed word could not be opened."""

    def parse(text: str) -> str:
        code = parse_new_code(text)
        if code in fixed_words(namespace):
            raise CellRefused(
                _("“%(code)s” is a word of the addresses here. Choose another code.") % {"code": code}
            )
        return code

    return parse
