"""Addresses of the pages, and what a board shows."""

import re
from html import unescape

BOARD = "/boards/2026H1/board/"
WHY = f"{BOARD}A1/"


def lines_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return [(row["rank"], row["entry"].unit_code, row["entry"].total) for row in response.context["rows"]]


def text_of(response):
    """What a reader sees: without tags, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.text)).split())
