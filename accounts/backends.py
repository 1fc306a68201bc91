"""Sign-in by username or staff number, and the name under which failed sign-ins are counted."""

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from accounts.selectors import find_by_login, fold_login


class SignInBackend(ModelBackend):
    """Takes what was typed into the field ``login``; an unknown name costs as much time as a known one."""

    def authenticate(self, request, username=None, password=None, **credentials):
        login = username or credentials.get("login")
        if not login or password is None:
            return None
        user = find_by_login(login)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


def counted_name(request, credentials=None) -> str:
    """One counter for a person, whichever name and spelling is tried (for django-axes)."""
    typed = (credentials or {}).get("login") or (credentials or {}).get("username")
    typed = typed or (request.POST.get("login") or request.POST.get("username") if request else "") or ""
    user = find_by_login(typed)
    return user.username.lower() if user else fold_login(typed)[:150]
