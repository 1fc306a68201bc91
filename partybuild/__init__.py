"""The project package: it knows every app, and no app knows it."""

from partybuild.celery import app as celery_app

__all__ = ["celery_app"]
