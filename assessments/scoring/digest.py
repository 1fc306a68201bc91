"""Telling whether two boards are the same: line by line as it is read, whatever their size."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import connection

from assessments.models import Edition
from assessments.scoring.dialect import is_postgresql

TEXTS = ("unit_code",)
LISTS = ("raws", "item_scores", "item_states", "evidence_counts", "section_scores")
FLAGS = ("has_gap", "has_missing", "has_veto")
RANKS = ("rank_company", "rank_parent", "rank_category", "rank_size")
DIGESTED = (*TEXTS, *LISTS, "total", "grade", *FLAGS, *RANKS)
CHUNK = 1000


class Hashing:
    """A file to copy into."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return len(data)


def digest_of(edition: Edition) -> str:
    """SHA-256 over every line in the order of the unit codes: the same figures give the same digest, on
    either database, whatever the keys and the time."""
    if is_postgresql():
        return digest_of_table("assessments_entry", f"WHERE edition_id = {int(edition.pk)}")
    lines = edition.entries.order_by("unit_code").values_list(*DIGESTED)
    return _digest(lines.iterator(chunk_size=CHUNK))


def _digest(lines: Iterable[tuple[Any, ...]]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update("\x1f".join(map(_canonical, line)).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, list):
        return ",".join("" if part is None else str(part) for part in value)
    return "" if value is None else str(value)


def digest_of_table(table: str, where: str = "") -> str:
    """The same lines, put together by PostgreSQL and sent as a stream."""
    columns = [
        *TEXTS,
        *(f"array_to_string({name}, ',', '')" for name in LISTS),
        *("coalesce(total::text, '')", "grade"),
        *(f"CASE WHEN {name} THEN 'True' ELSE 'False' END" for name in FLAGS),
        *(f"coalesce({name}::text, '')" for name in RANKS),
    ]
    query = f"""COPY (SELECT concat_ws(E'\\x1f', {", ".join(columns)}) FROM "{table}" {where}
        ORDER BY unit_code COLLATE "C") TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"""
    hashing = Hashing()
    with connection.cursor() as cursor:
        cursor.copy_expert(query, hashing, 2**16)
    return hashing.digest.hexdigest()
