"""Kinds of job for the tests with a real worker, which imports this module, too."""

import time
from pathlib import Path

from django.conf import settings

from core import jobs


def trace(run):
    """Where a kind leaves a line for each of its runs."""
    path = Path(settings.MEDIA_ROOT, str(run.job.pk))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{run.fence}\n")


def count(run):
    trace(run)
    run.report(3, 3)
    return {"message": "counted"}


def linger(run):
    """Works for a minute at the first attempt, and is quick at the next."""
    trace(run)
    for step in range(600 if run.fence == 1 else 1):
        run.report(step, 600)
        time.sleep(0.1)
    return {"message": "counted"}


def register():
    for kind in (count, linger):
        if f"tests.{kind.__name__}" not in jobs.handlers:
            jobs.handlers.register(f"tests.{kind.__name__}", kind)


register()
