"""Drafts: what a person has typed and not yet sent."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Draft

KEPT_FOR = timedelta(days=90)
MAX_BYTES = 256 * 1024
MAX_DRAFTS = 100
LONGEST_NAME = 60


class DraftRefused(Exception):
    """The draft can't be kept; the message says why, in the user's words."""


def storable(text: str) -> bool:
    """No database keeps NUL or half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def texts_in(data: Any) -> Iterator[str]:
    """Every string in a JSON value, names included."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from texts_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts_in(value)


@transaction.atomic
def save_draft(
    *, user: Any, form: str, key: str, data: dict[str, Any], title: str = "", object_id: str = ""
) -> Draft:
    """Keep what ``user`` has typed into ``form`` so far; the next save with the same key replaces it."""
    fits = len(form) <= LONGEST_NAME and len(key) <= LONGEST_NAME
    if not fits or not all(map(storable, [form, key, title, object_id, *texts_in(data)])):
        raise DraftRefused(_("The text holds characters that can't be stored."))
    if len(json.dumps(data, ensure_ascii=False).encode()) > MAX_BYTES:
        raise DraftRefused(_("The draft is too long to be kept."))
    if Draft.objects.filter(user=user).exclude(form=form, key=key).count() >= MAX_DRAFTS:
        raise DraftRefused(_("There are too many drafts. Send or delete some first."))
    draft, _created = Draft.objects.update_or_create(
        user=user,
        form=form,
        key=key,
        defaults={
            "data": data,
            "title": title[:200],
            "object_id": object_id,
            "updated_at": clock.now(),
        },
    )
    return draft


def discard_draft(*, user: Any, form: str, key: str) -> int:
    """How many there were: 0 or 1."""
    return Draft.objects.filter(user=user, form=form, key=key).delete()[0]


def delete_old_drafts() -> int:
    return Draft.objects.filter(updated_at__lt=clock.now() - KEPT_FOR).delete()[0]
