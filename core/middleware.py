import uuid
from ipaddress import ip_address

from core.context import RequestContext, current

READING = ("GET", "HEAD")


class RequestContextMiddleware:
    """Names each request, remembers where it came from, and keeps private pages out of caches."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        context = RequestContext(
            request_id=uuid.uuid4().hex,
            ip=address(request.META.get("REMOTE_ADDR", "")),
            kept={} if request.method in READING else None,
        )
        token = current.set(context)
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response.headers.setdefault("X-Request-ID", context.request_id)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def address(text):
    """The address as the database takes it; behind a Unix socket there is none."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None
