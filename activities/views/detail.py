"""One record: its facts, what it counts for, its history, its files."""

from collections import defaultdict

from django.http import Http404
from django.urls import reverse
from django.views.generic import DetailView

from activities.exporters import text_block
from activities.grades import grades_shown
from activities.models import Activity, Attachment, Attendance
from activities.moves import EDITABLE
from activities.selectors import duties_served, may, units_with_names
from activities.talks import talk_shown
from activities.timeline import timeline
from activities.views.deciding import open_moves
from branches.access import ScopedMixin
from core.downloads import open_response

IMAGES = ("image/jpeg", "image/png", "image/webp")


class ActivityDetailView(ScopedMixin, DetailView):
    model = Activity

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related(
                "unit__parent", "unit__organisation", "created_by", "submitted_by", "confirmed_by"
            )
            .prefetch_related(
                "counts", "outcomes", "tags", "participations__unit__parent", "attachments__file"
            )
        )

    def get_context_data(self, **kwargs):
        activity, user = self.object, self.request.user
        parts = sorted(
            activity.participations.all(), key=lambda part: (not part.is_lead, part.unit.path or "")
        )
        named = units_with_names(user, [part.unit for part in parts])
        entries = self.entries([part for part in parts if part.unit_id in named])
        present = {pk: [entry.member.name for entry in rows if entry.present] for pk, rows in entries.items()}
        return super().get_context_data(
            parts=[{"part": part, "entries": entries.get(part.pk, [])} for part in parts],
            also_counts=[row for row in activity.counts.all() if row.kind != activity.kind],
            files=[self.file(row) for row in activity.attachments.all()],
            duties=duties_served(activity),
            talk=talk_shown(activity, user),
            grades=grades_shown(activity, user),
            may_grade=may(user, activity, "appraise") and activity.state in EDITABLE,
            moves=open_moves(activity, user),
            timeline=timeline(activity, shows_names=activity.unit_id in named),
            text=text_block(activity, present),
            **kwargs,
        )

    def entries(self, parts) -> dict[int, list[Attendance]]:
        found = defaultdict(list)
        rows = Attendance.objects.filter(participation__in=parts).select_related("member")
        for entry in rows.order_by("-present", "member__name", "pk"):
            found[entry.participation_id].append(entry)
        return found

    def file(self, row: Attachment) -> dict:
        return {
            "name": row.file.original_name,
            "size": row.file.size,
            "is_image": row.file.content_type in IMAGES,
            "url": reverse("activities:file", args=[self.object.pk, row.pk]),
        }


class AttachmentView(ScopedMixin, DetailView):
    """A file of a record that the person may see; pictures open in the page, all else is saved."""

    model = Activity

    def get(self, request, *args, **kwargs):
        activity = self.get_object()
        row = activity.attachments.select_related("file").filter(pk=kwargs["file_pk"]).first()
        if row is None:
            raise Http404
        return open_response(row.file, inline=row.file.content_type in IMAGES)
