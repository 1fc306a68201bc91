"""What an administrator may look up, and never alter by hand."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.models import AuditEvent, Job, StoredFile


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that operations write; the admin shows them."""

    list_per_page = 50
    show_full_result_count = False  # counting millions of rows helps nobody

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "verb", "object_label", "object_type", "ip"]
    list_filter = ["verb", "object_type"]
    list_select_related = ["actor"]
    search_fields = ["object_label", "object_id", "actor__username", "actor__name", "request_id"]
    date_hierarchy = "at"
    ordering = ["-id"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "title",
        "kind",
        "state",
        "progress",
        "attempt",
        "created_by",
        "finished_at",
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["created_by"]
    search_fields = ["title", "key", "created_by__username", "created_by__name"]

    @admin.display(description=_("progress"))
    def progress(self, job):
        return f"{job.done} / {job.total}"


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """Names and sizes only: a file itself is opened where it belongs, by who may see it there."""

    list_display = ["original_name", "content_type", "size", "uploaded_by", "uploaded_at"]
    list_filter = ["content_type"]
    list_select_related = ["uploaded_by"]
    search_fields = ["original_name", "sha256", "uploaded_by__username", "uploaded_by__name"]
    date_hierarchy = "uploaded_at"
