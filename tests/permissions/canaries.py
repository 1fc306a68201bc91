"""Texts and numbers that say to whom they belong, and how to find them again in whatever is answered."""

import re
import zipfile
from html import unescape
from io import BytesIO
from urllib.parse import unquote

from tests.permissions.tree import UNITS

TEXT = re.compile(r"CNRY-(\w+)-([a-z]+)-\d+")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")  # in JSON and scripts
SEPARATED = re.compile(r"(?<=\d)[,\u202f\u2009\u00a0](?=\d)")


def canary(owner, kind, number=1):
    return f"CNRY-{owner}-{kind}-{number}"


def outcome_of(code):
    """A quantity that no sum of others makes."""
    return 731_004_017 + 1000 * UNITS.index(code)


def figure_of(code):
    """A reported figure below ten million."""
    return 7_304_017 + 1000 * UNITS.index(code)


NUMBERS = {str(outcome_of(code)): (code, "outcome") for code in UNITS} | {
    str(figure_of(code)): (code, "figure") for code in UNITS
}
NUMBER = re.compile("|".join(NUMBERS))


def text_of(response):
    """Everything that an answer says: headers and body, percent-escapes resolved, workbooks unpacked."""
    content = response.getvalue() if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return "\n".join([headers, unquote(headers), *readings(content)])


def readings(content):
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from readings(archive.read(name))
        return
    text = content.decode("utf-8", "replace")
    yield text
    yield unescape(text)
    if "%" in text:
        yield unquote(text)
    if "\\u" in text:
        yield ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)


def canaries_in(text):
    """(owner, kind) of every canary."""
    found = set(TEXT.findall(text))
    return found | {NUMBERS[number] for number in NUMBER.findall(SEPARATED.sub("", text))}
