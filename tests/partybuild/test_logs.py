import logging

import pytest

from core.context import RequestContext, current
from partybuild.logs import RefusalFilter, RequestIdFilter


def line():
    return logging.LogRecord("core", logging.INFO, __file__, 1, "done", (), None)


def test_a_line_names_the_request_it_belongs_to():
    token = current.set(RequestContext(request_id="abc"))
    record = line()
    assert (RequestIdFilter().filter(record), record.request_id) == (True, "abc")
    current.reset(token)


def test_a_line_outside_any_request_says_so():
    record = line()
    assert (RequestIdFilter().filter(record), record.request_id) == (True, "-")


@pytest.mark.parametrize(("level", "kept"), [(logging.WARNING, False), (logging.ERROR, True)])
def test_a_refusal_is_logged_without_its_traceback(level, kept):
    fault = (PermissionError, PermissionError(), None)
    record = logging.LogRecord("django.request", level, __file__, 1, "Forbidden", (), fault)
    assert (RefusalFilter().filter(record), record.exc_info == fault) == (True, kept)
