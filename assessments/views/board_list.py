"""The list of boards."""

from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView

from assessments import round_pages, standings
from assessments.choices import EditionState
from assessments.models import AssessmentPeriod, Edition, Entry
from assessments.views.boards import explanation_url
from core.periods import period_words

PERIODS_SHOWN = 6


class BoardListView(TemplateView):
    """Published boards the reader may see, and the trial scores of the reader's own units."""

    model = Edition
    action = "view"
    template_name = "assessments/edition_list.html"

    def get_context_data(self, **kwargs):
        published = standings.latest_published(self.request.user)
        trials = list(Edition.objects.provisional().select_related("period", "scheme"))
        own = self.own_entries([*published, *trials])
        offices = standings.may_see_provisional(self.request.user)
        rows = [self.row(edition, own, offices) for edition in trials]
        return super().get_context_data(**kwargs) | {
            "published": [self.row(edition, own, offices) for edition in published],
            "trials": [row for row in rows if row["board_url"] or row["own"]],
            "periods": self.periods() if offices else [],
        }

    def periods(self) -> list[dict[str, Any]]:
        """For who prepares boards: where the latest periods stand."""
        computed = AssessmentPeriod.objects.filter(editions__isnull=False).distinct()
        return [
            {"period": one, "name": period_words(one.code), "waiting": round_pages.waiting_words(one)}
            for one in computed.order_by("-last_day", "-first_day")[:PERIODS_SHOWN]
        ]

    def own_entries(self, editions: list[Edition]) -> dict[int, list[Entry]]:
        mine = Entry.objects.filter(edition__in=editions, unit__in=standings.own_units(self.request.user))
        seen = mine.allowed_to(self.request.user, "view").order_by("path")
        found: dict[int, list[Entry]] = {}
        for entry in seen:
            found.setdefault(entry.edition_id, []).append(entry)
        return found

    def row(self, edition: Edition, own: dict[int, list[Entry]], offices: bool) -> dict[str, Any]:
        trial = edition.state == EditionState.PROVISIONAL
        url = reverse("assessments:board", args=[edition.period.code, edition.scheme_code])
        return {
            "edition": edition,
            "period": period_words(edition.period.code),
            "board_url": f"{url}?edition={edition.number}" if offices or not trial else "",
            "own": [
                {
                    "entry": entry,
                    "url": explanation_url(edition, entry.unit_code),
                    "words": "" if trial else standings.rank_words(edition, entry),
                }
                for entry in own.get(edition.pk, [])
            ],
        }
