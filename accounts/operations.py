"""Every write to users: made by the office, opened by a slip, closed by the office."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Activation, User
from accounts.selectors import fold_login
from core import audit, clock

SLIP_DAYS = 14
WRONG_ATTEMPTS = 5
# No letters and digits that look alike on paper; 12 of 31 make some 59 bits, tried at most five times.
SLIP_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class AccountRefused(Exception):
    """What was asked of an account is not possible; the message says why, in the user's words."""


@transaction.atomic
def create_user(*, username: str, name: str, staff_no: str | None = None, by: User | None) -> User:
    """A user who cannot sign in until a slip is used."""
    user = User(username=User.normalize_username(username), name=name, staff_no=staff_no or None)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    refuse_shadowing(user)
    user.save()
    audit.record("create", user, by=by, username=user.username)
    return user


def refuse_shadowing(user: User) -> None:
    """A username that is somebody else's staff number (or the reverse) would open the wrong door."""
    others = User.objects.exclude(pk=user.pk)
    if others.filter(staff_no__iexact=fold_login(user.username)).exists():
        raise AccountRefused(_("This username is somebody else's staff number."))
    if user.staff_no and others.filter(username__iexact=fold_login(user.staff_no)).exists():
        raise AccountRefused(_("This staff number is somebody else's username."))


@transaction.atomic
def issue_slips(users: Iterable[User], *, by: User | None) -> dict[int, str]:
    """New one-time codes by user key, shown once; earlier ones no longer open anything."""
    users = list(users)
    codes = {user.pk: new_code() for user in users}
    Activation.objects.bulk_create(
        [Activation(user=user, **slip_fields(user, codes[user.pk])) for user in users],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["code_hash", "expires_at", "used_at", "attempts"],
    )
    audit.record_many([audit.build_event("issue_slip", user, by=by) for user in users])
    return {pk: format_code(code) for pk, code in codes.items()}


def slip_fields(user: User, code: str) -> dict:
    return {
        "code_hash": hash_code(user, code),
        "expires_at": clock.now() + timedelta(days=SLIP_DAYS),
        "used_at": None,
        "attempts": 0,
    }


def new_code() -> str:
    return "".join(secrets.choice(SLIP_LETTERS) for _place in range(12))


def format_code(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def hash_code(user: User, code: str) -> str:
    """Keyed, not slow: a random code of 59 bits needs no slow hash, and slips are made by the thousand."""
    return salted_hmac("accounts.activation", f"{user.pk}:{fold_code(code)}", algorithm="sha256").hexdigest()


def activate(user: User | None, *, code: str, password: str) -> bool:
    """Sets the password if the slip opens it. The caller has validated the password."""
    with transaction.atomic():
        slip = lock_open_slip(user)
        if slip is None:
            return False
        if not constant_time_compare(hash_code(slip.user, code), slip.code_hash):
            slip.attempts += 1
            slip.save(update_fields=["attempts"])
            audit.record("activation_failed", slip.user, by=None)
            return False
        slip.used_at = clock.now()
        slip.save(update_fields=["used_at"])
        set_password(slip.user, password, by=slip.user)
        return True


def lock_open_slip(user: User | None) -> Activation | None:
    if user is None or not user.is_active:
        return None
    return (
        Activation.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(user=user, used_at=None, expires_at__gt=clock.now(), attempts__lt=WRONG_ATTEMPTS)
        .first()
    )


def fold_code(code: str) -> str:
    return fold_login(code).upper().replace("-", "").replace(" ", "")


@transaction.atomic
def set_password(user: User, password: str, *, by: User | None) -> None:
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record("change_password", user, by=by)


@transaction.atomic
def update_user(user: User, *, by: User | None, **fields: Any) -> User:
    """``fields`` are those of the model, without the password. Being made inactive signs out at once."""
    user = User.objects.select_for_update().get(pk=user.pk)
    changes: dict[str, Any] = {
        name: [getattr(user, name), value] for name, value in fields.items() if getattr(user, name) != value
    }
    for name, value in fields.items():
        setattr(user, name, value)
    user.full_clean()
    refuse_shadowing(user)
    user.save()
    if changes:
        audit.record("change", user, by=by, **changes)
    return user


@transaction.atomic
def update_preferences(user: User, *, keyboard_shortcuts: bool, by: User) -> None:
    before, user.keyboard_shortcuts = user.keyboard_shortcuts, keyboard_shortcuts
    user.save(update_fields=["keyboard_shortcuts"])
    audit.record("change", user, by=by, keyboard_shortcuts=[before, keyboard_shortcuts])


@transaction.atomic
def deactivate(users: models.QuerySet[User], *, by: User) -> int:
    """They are signed out at their next step and can't sign in."""
    active = list(users.select_for_update().filter(is_active=True))
    User.objects.filter(pk__in=[user.pk for user in active]).update(is_active=False)
    audit.record_many([audit.build_event("deactivate", user, by=by) for user in active])
    return len(active)


def system_user() -> User:
    """Whom imports without an operator name as author: nobody can sign in as it."""
    user, created = User.objects.get_or_create(
        username="system", defaults={"name": "system", "is_active": False, "password": make_password(None)}
    )
    if created:
        audit.record("create", user, by=None, username=user.username)
    return user
