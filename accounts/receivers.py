"""Signing in and out stands in the audit trail."""

from accounts.selectors import find_by_login
from core import audit


def record_sign_in(sender, request, user, **kwargs):
    audit.record("sign_in", user, by=user)


def record_sign_out(sender, request, user, **kwargs):
    if user is not None:
        audit.record("sign_out", user, by=user)


def record_failure(sender, credentials, **kwargs):
    """A wrong password for a known name; unknown names stand in the attempts of django-axes only."""
    user = find_by_login(credentials.get("login") or credentials.get("username") or "")
    if user is not None:
        audit.record("sign_in_failed", user, by=None)
