"""Why an operation says no, who may ask for it, and the row it works on."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from core.workflow import lock_version
from pairings.models import Pairing
from pairings.selectors import may


class PairingRefused(Exception):
    """The change is not possible; the message says why, in the user's words."""


def lock_pairing(
    pairing: Pairing,
    *,
    by: User | None,
    action: str = "change",
    version: int | None = None,
    states: Collection[Any] = (),
) -> Pairing:
    """The freshly locked pairing, for who may do ``action`` on it. ``version`` is the one a person saw."""
    if by is not None and not may(by, pairing, action):
        raise PermissionDenied
    if version is not None:
        locked = lock_version(pairing, version)
    else:
        locked = Pairing.objects.select_for_update(of=("self",)).get(pk=pairing.pk)
    if states and locked.state not in states:
        raise PairingRefused(
            _("The pairing is now “%(state)s”; that can't be changed any more.")
            % {"state": locked.get_state_display()}
        )
    return locked


def touch(pairing: Pairing) -> None:
    """Whoever opened the page before sees that something was changed."""
    pairing.version += 1
    pairing.save()
