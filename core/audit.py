"""The audit trail: every operation writes what it did, in its own transaction."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from core import clock
from core.context import current
from core.models import AuditEvent


def build_event(
    verb: str, obj: models.Model, *, by: Any, scope: str = "", reason: str = "", **summary: Any
) -> AuditEvent:
    """An unsaved event; ``by`` is the user, or None for the system itself."""
    context = current.get()
    return AuditEvent(
        at=clock.now(),
        actor=by,
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:200],
        scope=scope,
        summary=summary,
        reason=reason,
        ip=context.ip,
        request_id=context.request_id,
    )


def record_about(verb: str, object_type: str, *, by: Any, label: str, **summary: Any) -> AuditEvent:
    """Write that ``by`` did ``verb`` to many objects of a type at once: an import, an export."""
    context = current.get()
    return AuditEvent.objects.create(
        at=clock.now(),
        actor=by,
        verb=verb,
        object_type=object_type,
        object_label=label[:200],
        summary=summary,
        ip=context.ip,
        request_id=context.request_id,
    )


def record(
    verb: str, obj: models.Model, *, by: Any, scope: str = "", reason: str = "", **summary: Any
) -> AuditEvent:
    """Write that ``by`` did ``verb`` to ``obj``; ``summary`` is JSON, best as ``field=[before, after]``."""
    event = build_event(verb, obj, by=by, scope=scope, reason=reason, **summary)
    event.save()
    return event


def of_today(verb: str, *rows: models.Model) -> models.QuerySet[AuditEvent]:
    """The times that ``verb`` was done today to any of ``rows``, all of one model."""
    about = AuditEvent.objects.filter(object_type__in={row._meta.label_lower for row in rows[:1]})
    keys = [str(row.pk) for row in rows]
    return about.filter(object_id__in=keys, verb=verb, at__date=clock.today())


def beside(events: Iterable[AuditEvent], verb: str, rows: models.QuerySet) -> dict[Any, AuditEvent]:
    """By key of ``rows`` the event with which ``verb`` was done to it in the same requests as ``events``."""
    keys = {str(key): key for key in rows.values_list("pk", flat=True)}
    days = {clock.day_of(event.at) for event in events}
    found = AuditEvent.objects.filter(
        verb=verb,
        object_type=rows.model._meta.label_lower,
        object_id__in=keys,
        request_id__in={event.request_id for event in events},
        at__date__in=days,
    )
    return {keys[event.object_id]: event for event in found.order_by("pk")}


def record_many(events: list[AuditEvent]) -> None:
    AuditEvent.objects.bulk_create(events, batch_size=500)
