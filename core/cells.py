"""What a cell may hold: parsers from the text of a cell to a value, each refusing in the user's words.

The same rules serve files and typed text: characters that no person means to type are refused or left out.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

LANGUAGES = ("zh-hans", "en")  # a label is understood in both, whatever the reader's own language
FIRST_YEAR, LAST_YEAR = 1900, 2199
LARGEST_INTEGER = 2**31 - 1

# Full-width digits and signs of Chinese input methods. Not NFKC: that would turn 10² into 102.
NARROW = str.maketrans(
    "０１２３４５６７８９＋－．，／％\u2212\u00a0\u2009\u202f\u3000", "0123456789+-.,/%-    "
)
NUMBER = re.compile(r"[+-]?(?:\d{1,30}|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)(?:\.\d{1,20})?", re.ASCII)
NO_NUMBER = frozenset({"", "-", "--", "–", "—", "——"})  # how tables show an empty cell
BETWEEN_NUMBERS = re.compile(r"[\s，、;；:：]+")
DAY = re.compile(
    r"(?P<year>\d{4})(?:(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})|年(?P<m>\d{1,2})月(?P<d>\d{1,2})日)"
    r"(?:[ T](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?",
    re.ASCII,
)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))  # pasted along from chat programs
LINE_BREAKS = dict.fromkeys(map(ord, "\t\n\r\x0b\x0c\x85\u2028\u2029"), " ")
# They reverse the text around them: a name would read as another.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class CellRefused(Exception):
    """The text is no such value; the message says why, in the user's words."""


def clean_text(text: str) -> str:
    """One line, NFC, without blanks at its ends. Refuses control characters and broken characters."""
    if text.isprintable():  # nearly every cell: nothing that is left out or refused below is printable
        return unicodedata.normalize("NFC", text).strip()
    text = unicodedata.normalize("NFC", text.translate(INVISIBLE).translate(LINE_BREAKS)).strip()
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise CellRefused(_("Remove the control characters."))
    if not DIRECTION_MARKS.isdisjoint(text):
        raise CellRefused(_("Remove the invisible marks that change the direction of writing."))
    return text


def parse_text(max_length: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        text = clean_text(text)
        if len(text) > max_length:
            raise CellRefused(
                _("At most %(limit)d characters; these are %(count)d.")
                % {"limit": max_length, "count": len(text)}
            )
        return text

    return parse


def narrowed(text: str) -> str:
    """A code as it is kept: full-width letters and digits of an input method are the same code."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def parse_code(max_length: int) -> Callable[[str], str]:
    """What a unit, an organisation or a person is known by."""
    parse = parse_text(max_length)
    return lambda text: parse(narrowed(text))


@lru_cache(maxsize=10_000)  # the same days come again and again
def parse_date(text: str) -> date:
    """``2026-06-30``, ``2026/6/30``, ``2026年6月30日``; a time of day behind it is left out."""
    found = DAY.fullmatch(text.strip().translate(NARROW))
    if not found:
        raise CellRefused(_("“%(text)s” is not a date. Write it like 2026-06-30.") % {"text": shorten(text)})
    year, month, day = (
        int(part) for part in (found["year"], found["month"] or found["m"], found["day"] or found["d"])
    )
    try:
        value = date(year, month, day)
    except ValueError as error:
        raise CellRefused(_("There is no day “%(text)s”.") % {"text": shorten(text)}) from error
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise CellRefused(
            _("The year has to be from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return value


def parse_number(text: str, *, percent: bool = False) -> Decimal:
    """A decimal number, exactly as written."""
    return Decimal(plain_number(text, percent=percent))


def plain_number(text: str, *, percent: bool = False) -> str:
    """The number in plain digits: full-width ones are narrowed; thousands may be parted by commas or blanks.
    ``percent``: it is one of per cent, and may say so."""
    narrow = text.strip().translate(NARROW)
    if percent:
        narrow = narrow.removesuffix("%").rstrip()
    elif narrow.endswith("%") and NUMBER.fullmatch(narrow[:-1].rstrip()):
        raise CellRefused(
            _("“%(text)s”: no per cent is asked for here. Write a plain number.") % {"text": shorten(text)}
        )
    if not NUMBER.fullmatch(narrow):
        raise CellRefused(_("“%(text)s” is not a number.") % {"text": shorten(text)})
    return narrow.replace(",", "").replace(" ", "")


def is_no_number(text: str) -> bool:
    """Nothing, or the dash that stands for it."""
    return text.strip().translate(NARROW) in NO_NUMBER


def tidy_number(text: str, *, percent: bool = False) -> str:
    """What was typed as a plain number, for who judges it later: what is none stays as it is."""
    if is_no_number(text):
        return ""
    try:
        return plain_number(text, percent=percent)
    except CellRefused:
        return text.strip()


def split_numbers(text: str) -> list[str]:
    """The numbers of a line, parted by blanks, ，、 or ; – or by plain commas that part no thousands."""
    found: list[str] = []
    for word in BETWEEN_NUMBERS.split(text.strip()):
        narrow = word.translate(NARROW)
        is_one = NUMBER.fullmatch(narrow.removesuffix("%"))
        found += [narrow] if is_one else narrow.split(",")
    return [word for word in found if word]


def parse_integer(text: str, *, minimum: int = 0, maximum: int = LARGEST_INTEGER) -> int:
    number = parse_number(text)
    if number != number.to_integral_value():
        raise CellRefused(_("“%(text)s” is not a whole number.") % {"text": shorten(text)})
    if not minimum <= number <= maximum:
        raise CellRefused(
            _("The number has to be from %(least)d to %(most)d.") % {"least": minimum, "most": maximum}
        )
    return int(number)


def parse_decimal(places: int, limit: int, *, percent: bool = False) -> Callable[[str], Decimal]:
    """Rounds half away from zero to ``places``; refuses ``limit`` and what lies beyond it."""
    step = Decimal(1).scaleb(-places)

    def parse(text: str) -> Decimal:
        number = parse_number(text, percent=percent)
        if abs(number) < limit:
            number = number.quantize(step, rounding=ROUND_HALF_UP)
        if abs(number) >= limit:
            raise CellRefused(
                _("The number has to be between -%(limit)s and %(limit)s.") % {"limit": f"{limit:,}"}
            )
        return number + 0  # -0 is 0

    return parse


def parse_choice(choices: Any) -> Callable[[str], str]:
    """The code for a code or a label of ``choices``, a Choices class or pairs (code, label)."""
    pairs: list[tuple[str, Any]] = list(getattr(choices, "choices", choices))
    codes: dict[str, str] = {}

    def parse(text: str) -> str:
        if not codes:  # filled at the first cell: the translations are not loaded before
            for code, label in reversed(pairs):
                codes.update(dict.fromkeys(spellings(label), str(code)))
            codes.update((fold(str(code)), str(code)) for code, _label in pairs)
        code = codes.get(text) or codes.get(fold(text))
        if code is None:
            raise CellRefused(
                _("“%(text)s” is not one of: %(labels)s.")
                % {"text": shorten(text), "labels": ", ".join(str(label) for _code, label in pairs)}
            )
        codes[text] = code  # folding is slow, and a file spells a word in few ways
        return code

    return parse


YES = frozenset({"1", "y", "yes", "true", "是", "有", "√"})
NO = frozenset({"0", "n", "no", "false", "否", "无", "×"})


def parse_bool(text: str) -> bool:
    word = fold(text)
    if word not in YES and word not in NO:
        raise CellRefused(_("“%(text)s” is neither yes nor no.") % {"text": shorten(text)})
    return word in YES


def fold(text: str) -> str:
    """How headings and labels are compared: width, case and blanks make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def spellings(label: Any) -> set[str]:
    """The label in each language, folded."""
    found = set()
    for language in LANGUAGES:
        with override(language):
            found.add(fold(str(label)))
    return found


def shorten(text: str) -> str:
    """A text that somebody else wrote, fit to be quoted in a message."""
    text = "".join(character if character.isprintable() else "\ufffd" for character in text.strip())
    return text if len(text) <= 40 else f"{text[:39]}…"
