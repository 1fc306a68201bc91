"""One record: its facts, what it counts for, its history, its files."""

from collections import defaultdict
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.views.generic import DetailView

from activities.choices import ActivityState
from activities.exporters import notice_text, text_block
from activities.grades import grades_shown
from activities.links import links_of
from activities.locks import lock_words
from activities.meetings import add_previous, entitled_otherwise, quorum_words, unsaid
from activities.models import Activity, Attachment, Attendance, Vote
from activities.moves import EDITABLE
from activities.owed import served_by
from activities.rules import MEETING_KINDS, quorum, vote_result, votes_needed
from activities.selectors import expected_at, items_settled, may, units_with_names
from activities.talks import talk_shown
from activities.timeline import timeline
from activities.views.deciding import open_moves
from branches.access import ScopedMixin
from core import clock
from core.downloads import open_response

IMAGES = ("image/jpeg", "image/png", "image/webp")


class ActivityDetailView(ScopedMixin, DetailView):
    model = Activity

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related(
                "unit__parent",
                "unit__organisation",
                "created_by",
                "submitted_by",
                "confirmed_by",
                "chair",
                "recorder",
                "core_task",
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
        moves = open_moves(activity, user)
        entries = self.entries([part for part in parts if part.unit_id in named])
        present = {pk: [entry.member.name for entry in rows if entry.present] for pk, rows in entries.items()}
        return super().get_context_data(
            parts=[{"part": part, "entries": entries.get(part.pk, [])} for part in parts],
            also_counts=[row for row in activity.counts.all() if row.kind != activity.kind],
            files=[self.file(row) for row in activity.attachments.all()],
            duties=served_by(activity, user),
            links=links_of(activity, user),
            talk=talk_shown(activity, user),
            grades=grades_shown(activity, user),
            may_grade=may(user, activity, "appraise") and activity.state in EDITABLE,
            moves=moves,
            lock=lock_words(activity, user, moves),
            timeline=timeline(activity, shows_names=activity.unit_id in named),
            text=text_block(activity, present),
            has_sheet=activity.kind in MEETING_KINDS and activity.state != ActivityState.PLANNED,
            lead_named=activity.unit_id in named,
            votes=[self.told(vote) for vote in activity.votes.all()],
            items=activity.action_items.select_related("owner", "done_in"),
            previous=self.previous(),
            unsaid=unsaid(activity),
            below_quorum=quorum_words(activity),
            entitled=entitled_otherwise(activity),
            settled=items_settled([activity], user)[activity.pk],
            read_too=self.read_too(),
            may_reopen=activity.state != ActivityState.VOID and may(user, activity, "change"),
            notice=self.notice(activity.unit_id in named),
            is_due=activity.held_on <= clock.today(),
            **kwargs,
        )

    def previous(self) -> Activity | None:
        add_previous([self.object], self.request.user)
        return getattr(self.object, "previous", None)

    def read_too(self) -> set[int]:
        """Which meetings that ticked something off the person may open: a partner of this one may not."""
        keys = self.object.action_items.exclude(done_in=None).values("done_in")
        return set(self.get_queryset().filter(pk__in=keys).order_by().values_list("pk", flat=True))

    def told(self, vote: Vote) -> dict[str, Any]:
        result = vote_result(vote.eligible, vote.present, vote.in_favour)
        needed = votes_needed(vote.eligible)
        return {"vote": vote, "result": result, "quorum": quorum(vote.eligible), "needed": needed}

    def notice(self, shows_names: bool) -> str:
        """The text to pass on, of what is planned."""
        activity = self.object
        if activity.state != ActivityState.PLANNED:
            return ""
        expected = expected_at(activity.unit, activity.kind, activity.held_on)
        return notice_text(activity, expected, shows_names=shows_names)

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
