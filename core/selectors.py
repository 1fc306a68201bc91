"""What core tells about itself."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.cells import CellRefused, clean_text
from core.choices import JobState
from core.models import Job
from core.search import Hit, sources

HITS_PER_SOURCE = 20
LONGEST_QUESTION = 100


@dataclass(frozen=True)
class QueueState:
    waiting: int
    oldest_seconds: int


def queue_state() -> QueueState:
    """How many jobs no worker has taken, and for how long the first of them waits."""
    queued = Q(state=JobState.QUEUED)
    found = Job.objects.aggregate(count=Count("pk", filter=queued), first=Min("created_at", filter=queued))
    seconds = (clock.now() - found["first"]).total_seconds() if found["first"] else 0
    return QueueState(found["count"], max(0, int(seconds)))


def jobs_visible_to(user: Any) -> QuerySet[Job]:
    """A job is its starter's business, and that of the staff who keep the machine running."""
    return Job.objects.all() if user.is_staff else Job.objects.filter(created_by=user)


class SearchRefused(Exception):
    """What was asked for can't be looked up; the message says why."""


def find_everywhere(user: Any, question: str) -> list[tuple[Any, list[Hit]]]:
    """(name, hits) of each source that found something where the user may look."""
    try:
        text = clean_text(question)
    except CellRefused as error:
        raise SearchRefused(error.args[0]) from error
    if len(text) > LONGEST_QUESTION:
        raise SearchRefused(_("Ask for fewer words."))
    if not text:
        return []
    found = [(source.name, list(source.find(user, text, HITS_PER_SOURCE))) for source in sources.values()]
    return [(name, hits) for name, hits in found if hits]
