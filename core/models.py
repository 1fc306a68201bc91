"""What every floor needs and no floor owns: background work, files, drafts, the audit trail."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.choices import JobState


class Job(models.Model):
    """Durable record of background work: Celery only rings the bell (reliability.md 3.2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=200, help_text=_("Two jobs of a kind never share a key."))
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED)
    payload = models.JSONField(_("payload"), default=dict)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    fence = models.PositiveIntegerField(_("fence"), default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    cancel_asked = models.BooleanField(_("cancel asked"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_kind_key"),
            models.CheckConstraint(
                condition=Q(state__in=["QUEUED", "RUNNING"], finished_at=None)
                | Q(state__in=["DONE", "FAILED", "CANCELLED"], finished_at__isnull=False),
                name="job_finished_has_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="job_state_created")]

    def __str__(self):
        return self.title

    @property
    def is_finished(self):
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class StoredFile(models.Model):
    """An uploaded file under a random name. It is only served by a view that checks its owner's scope."""

    storage_name = models.CharField(_("name in storage"), max_length=120, unique=True)
    original_name = models.CharField(_("original name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty")]

    def __str__(self):
        return self.original_name

    @property
    def path(self):
        return Path(settings.MEDIA_ROOT) / self.storage_name


class Draft(models.Model):
    """What a person has typed into a form and not yet sent. Private, never counted, kept for 90 days."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("user")
    )
    form = models.CharField(_("form"), max_length=60)
    key = models.CharField(_("submission key"), max_length=60, help_text=_("The form's submission key."))
    object_id = models.CharField(_("object"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    data = models.JSONField(_("typed data"))
    updated_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "form", "key"], name="draft_user_form_key")]

    def __str__(self):
        return self.title or self.form


class AuditEvent(models.Model):
    """Who did what to which object, when and from where. Written with the change; never altered."""

    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: the system itself."),
    )
    verb = models.CharField(_("what"), max_length=60)
    object_type = models.CharField(_("object type"), max_length=80)
    object_id = models.CharField(_("object"), max_length=40)
    object_label = models.CharField(_("object name"), max_length=200)
    scope = models.CharField(
        _("scope"), max_length=200, blank=True, help_text=_("Path of the unit concerned.")
    )
    summary = models.JSONField(_("before and after"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self):
        return f"{self.verb} {self.object_label}"
