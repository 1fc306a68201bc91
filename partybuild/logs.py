"""Every line of the log says which request it belongs to; the same number stands in the audit trail."""

import logging

from core.context import current


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get().request_id or "-"
        return True


class RefusalFilter(logging.Filter):
    """A refused request (4xx) is one line; only a failure of ours comes with its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True
