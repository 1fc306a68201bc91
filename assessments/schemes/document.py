"""Bytes to JSON and back, without the liberties of the standard reader."""

import json
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.schemes.reading import Problem, SchemeRefused

LONGEST = 1_000_000  # bytes; the largest scheme anybody has shown is 30 kB


def load_document(content: bytes) -> Any:
    """The JSON value in ``content``; SchemeRefused when it is not plain JSON in UTF-8."""
    if len(content) > LONGEST:
        raise SchemeRefused([Problem("$", _("The file is larger than 1 MB."))])
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object_without_doubles,
        )
    except UnicodeDecodeError as error:
        raise SchemeRefused([Problem("$", _("The file is not in UTF-8."))]) from error
    except RecursionError as error:
        raise SchemeRefused([Problem("$", _("The file is nested too deeply."))]) from error
    except ValueError as error:
        reason = _("This is not valid JSON: %(error)s") % {"error": error}
        raise SchemeRefused([Problem("$", reason)]) from error


def dump_document(document: Any) -> str:
    """The canonical text: keys in their order, two spaces, Chinese as it is, a final newline."""
    return json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _object_without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        raise ValueError(next(key for key in keys if keys.count(key) > 1))
    return found
