"""Finding the person behind what was typed into the sign-in form."""

import unicodedata

from django.db.models.functions import Lower

from accounts.models import User


def fold_login(text: str) -> str:
    """One spelling for what people type: full-width or half-width, any case, spaces around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def find_by_login(text: str) -> User | None:
    """The user with this username, else the only one with this staff number."""
    login = fold_login(text)
    if not login or "\x00" in login:
        return None
    user = User.objects.annotate(login=Lower("username")).filter(login=login).first()
    if user:
        return user
    found = list(User.objects.annotate(login=Lower("staff_no")).filter(login=login)[:2])
    return found[0] if len(found) == 1 else None
