"""When a session ends, whatever its cookie says."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.urls import reverse

from core import clock

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
SEEN_EVERY = timedelta(minutes=1)
ENDED = "session_ended"


def stamp_session(sender, request, user, **kwargs):
    """Remembers when the session began; connected to ``user_logged_in``."""
    if request is not None:
        request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = clock.now().isoformat()


class SessionLifetimeMiddleware:
    """Ends a session twelve hours after sign-in, and when its user may no longer sign in or changed the
    password elsewhere. Sends whoever must choose a new password there first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if SESSION_KEY in request.session:
            if not request.user.is_authenticated:
                request.session.flush()  # inactive, deleted, or the password changed elsewhere
            elif is_over(request.session):
                logout(request)
                request.session[ENDED] = True  # the sign-in page says so
                return redirect_to_login(next_page(request))
            else:
                keep_alive(request.session)
                if request.user.must_change_password and not is_open(request.path):
                    return redirect("account_change_password")
        return self.get_response(request)


def is_over(session) -> bool:
    began = session.get(SIGNED_IN_AT)
    if not began:
        return True
    lifetime = timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)
    return clock.now() - datetime.fromisoformat(began) >= lifetime


def keep_alive(session) -> None:
    """Begins the idle time anew. Not at every request, which would cost each of them a write: so a session
    may end up to a minute early, never late."""
    seen, now = session.get(SEEN_AT), clock.now()
    if not seen or now - datetime.fromisoformat(seen) >= SEEN_EVERY:
        session[SEEN_AT] = now.isoformat()


def next_page(request) -> str:
    return request.get_full_path() if request.method == "GET" else "/"


def is_open(path: str) -> bool:
    """The pages somebody reaches who has yet to choose a password."""
    open_pages = {reverse("account_change_password"), reverse("account_logout"), reverse("set_language")}
    return path in open_pages or path.startswith(settings.STATIC_URL)
