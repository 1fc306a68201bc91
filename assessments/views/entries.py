"""Why a unit has its score, the evidence behind one item, and why it moved since an earlier period."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from activities.models import Activity
from assessments import figures, movement, pictures, rounds, standings, ties
from assessments.choices import RANK_FIELDS, EditionState, SourceType
from assessments.explanation import (
    ItemLine,
    SectionLines,
    band_line,
    biggest_losses,
    counted,
    explain,
    grade_of,
)
from assessments.models import Edition, Entry, GapComment, Objection, Veto
from assessments.operations import ADD_VETO, OBJECT
from assessments.views.boards import explanation_url
from branches.access import ScopedMixin
from branches.selectors import has_permission
from core import clock
from core.periods import period_words

PAGE_SIZE = 50
GAPS_SHOWN = 200


class EntryView(ScopedMixin, TemplateView):
    """What the two pages share: the entry named by the address, in the reader's sight or not at all."""

    model = Entry
    action = "view"

    @cached_property
    def entry(self) -> Entry:
        entries = self.get_queryset().filter(
            edition__period__code=self.kwargs["period"],
            edition__scheme_code=self.kwargs["scheme"],
            unit_code=self.kwargs["unit"],
        )
        found = list(
            entries.select_related("edition__period", "edition__scheme").order_by("-edition__number")
        )
        wanted = self.request.GET.get("edition", "")
        matching = [entry for entry in found if not wanted or str(entry.edition.number) == wanted]
        if not matching:
            raise Http404
        return matching[0]

    @cached_property
    def edition(self) -> Edition:
        return self.entry.edition

    @cached_property
    def is_trial(self) -> bool:
        return self.edition.state == EditionState.PROVISIONAL

    @cached_property
    def sections(self) -> list[SectionLines]:
        scheme = self.edition.scheme
        return explain(self.entry, list(scheme.sections.all()), list(scheme.items.all()))

    @cached_property
    def bands(self):
        return list(self.edition.scheme.bands.all())

    @property
    def lines(self) -> list[ItemLine]:
        return [line for section in self.sections for line in section.lines]

    @cached_property
    def shows_ranks(self) -> bool:
        """A trial has ranks for nobody but the office that prepares them."""
        return not self.is_trial or standings.may_see_provisional(self.request.user)

    def board_link(self) -> tuple[str, str]:
        name = f"{self.edition.scheme.name} {period_words(self.edition.period.code)}"
        if not self.shows_ranks:
            return name, reverse("assessments:list")
        url = reverse("assessments:board", args=[self.edition.period.code, self.edition.scheme_code])
        return name, f"{url}?edition={self.edition.number}"

    @cached_property
    def newer(self) -> Edition | None:
        return standings.corrected_by(self.edition, self.request.user)

    def shared_context(self) -> dict[str, Any]:
        return {
            "entry": self.entry,
            "edition": self.edition,
            "scheme": self.edition.scheme,
            "trial": self.is_trial,
            "period_name": period_words(self.edition.period.code),
            "edition_words": standings.edition_words(self.edition),
            "newer": self.newer,
            "printed_at": clock.now(),
            "parents": [(_("Vanguard boards"), reverse("assessments:list")), self.board_link()],
        }


class ExplanationView(EntryView):
    """The equation, the biggest losses with their cause, and every item with figure, formula and evidence."""

    template_name = "assessments/entry_detail.html"

    def get_context_data(self, **kwargs):
        figures.describe(self.entry, self.lines)
        for line in self.lines:
            line.evidence_url, line.evidence_words = evidence_of(self.entry, line)
        with_means = self.shows_ranks and figures.set_means(self.edition, self.entry, self.sections)
        counting = [section for section in self.sections if section.score is not None]
        return super().get_context_data(**kwargs) | {
            **self.shared_context(),
            "sections": self.sections,
            "equation": [("=" if place == 0 else "+", section) for place, section in enumerate(counting)],
            "not_applicable": [section for section in self.sections if section.score is None],
            "losses": biggest_losses(self.sections),
            "grade": grade_of(self.entry, self.bands),
            "rank_words": standings.rank_words(self.edition, self.entry),
            "tie_words": ties.words_of(self.entry, self.request.user) if self.shows_ranks else "",
            "with_means": with_means,
            "band_line": band_line(self.bands),
            "digest": standings.digest_fact(self.edition),
            "ranks_since": standings.ranks_words(self.edition) if self.shows_ranks else "",
            **self.round_context(),
            **self.history_context(),
        }

    def history_context(self) -> dict[str, Any]:
        rank_field = RANK_FIELDS[self.edition.scheme.board_scopes[0]]
        stands = movement.history(self.entry, self.request.user, rank_field)
        return {
            "stands": stands,
            "plot": pictures.history_plot(stands),
            "plot_words": pictures.history_words(stands),
            "moved": any(stand.period != self.edition.period and not stand.imported for stand in stands)
            or bool(movement.earlier_editions(self.entry, self.request.user)),
        }

    def round_context(self) -> dict[str, Any]:
        """What bars the unit, what it objected to and until when it may, and what was said of a wide gap."""
        user, entry, edition = self.request.user, self.entry, self.edition
        key = {"unit": entry.unit_id, "period": edition.period_id}
        until = rounds.objecting_until(edition)
        objects = until is not None and has_permission(user, OBJECT, entry.unit)
        objections = Objection.objects.allowed_to(user, "view").filter(**key, scheme_code=edition.scheme_code)
        comments = GapComment.objects.filter(**key, scheme_code=edition.scheme_code)
        return {
            "vetoes": Veto.objects.filter(**key).held_at(edition.published_at) if entry.has_veto else [],
            "objections": objections,
            "until": until,
            "objects": objects,
            "gap_comments": comments.select_related("written_by") if entry.has_gap else [],
            "enters_vetoes": has_permission(user, ADD_VETO, entry.unit),
        }


def evidence_of(entry: Entry, line: ItemLine) -> tuple[str, str]:
    """Where the evidence stands and what to call it; nothing where there is none."""
    source = line.item.source_type
    if not line.counts:
        return "", ""
    words = {
        SourceType.REPORTED: _("figure"),
        SourceType.RATING: _("ratings"),
        SourceType.AWARDED: _("appraisal sheet"),
    }
    return evidence_url(entry, line.item.code), words.get(SourceType(source)) or counted(line.evidence_count)


def evidence_url(entry: Entry, item_code: str) -> str:
    edition = entry.edition
    url = reverse(
        "assessments:evidence", args=[edition.period.code, edition.scheme_code, entry.unit_code, item_code]
    )
    return f"{url}?edition={edition.number}"


class MovementView(EntryView):
    """Why the unit moved since an earlier period, ``?against=2025H2``, or since an earlier edition of this
    one, ``?since=1``; else since the last period there is, or the last edition."""

    template_name = "assessments/movement.html"

    def get_context_data(self, **kwargs):
        found = self.choices()
        wanted = {name: self.request.GET.get(name, "") for name in ("against", "since")}
        named = [one for one in found if not any(wanted.values()) or wanted.items() <= one.items()]
        if any(wanted.values()) and not named:
            raise Http404
        chosen = named[0] if named else None
        context = self.shared_context()
        context["parents"] += [(self.entry.unit_name, explanation_url(self.edition, self.entry.unit_code))]
        same_period = chosen is not None and bool(chosen["since"])
        return super().get_context_data(**kwargs) | {
            **context,
            "movement": self.movement(chosen["entry"]) if chosen else None,
            "before_name": chosen["name"] if chosen else "",
            "now_name": context["edition_words"] if same_period else context["period_name"],
            "others": [one for one in found if one is not chosen],
        }

    def choices(self) -> list[dict[str, Any]]:
        """With what the line can be compared: its address, its name, the other line."""
        user = self.request.user
        periods = [
            {"against": one.edition.period.code, "since": "", "name": period_words(one.edition.period.code)}
            | {"entry": one}
            for one in movement.earlier_entries(self.entry, user)
        ]
        editions = [
            {"against": "", "since": str(one.edition.number), "name": standings.edition_words(one.edition)}
            | {"entry": one}
            for one in movement.earlier_editions(self.entry, user)
        ]
        return [*periods, *editions]

    def movement(self, before: Entry) -> movement.Movement:
        """Each score with the figure it was made from, and the way to the evidence of both."""
        found = movement.compare(before, self.entry)
        then, today = [line.before for line in found.lines], [line.now for line in found.lines]
        for entry, lines in ((found.before, then), (found.now, today)):
            there = [line for line in lines if line is not None]
            figures.describe(entry, there)
            for line in there:
                line.evidence_url, line.evidence_words = evidence_of(entry, line)
        return found


class EvidenceView(EntryView):
    """The records, or the reported figure, behind one item. No names of persons, whatever the measure."""

    template_name = "assessments/entry_evidence.html"

    @cached_property
    def line(self) -> ItemLine:
        found = next((line for line in self.lines if line.item.code == self.kwargs["item"]), None)
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs):
        agrees = figures.describe_line(self.entry, self.line)
        context = self.shared_context()
        context["parents"] += [(self.entry.unit_name, explanation_url(self.edition, self.entry.unit_code))]
        return super().get_context_data(**kwargs) | {
            **context,
            "item": self.line.item,
            "line": self.line,
            "changed": not agrees,
            **self.source_context(),
        }

    def source_context(self) -> dict[str, Any]:
        sources = {
            SourceType.MEASURE: self.measure_context,
            SourceType.REPORTED: self.reported_context,
            SourceType.RATING: self.ratings_context,
            SourceType.AWARDED: self.awarded_context,
        }
        return sources[SourceType(self.line.item.source_type)]()

    def measure_context(self) -> dict[str, Any]:
        records = figures.evidence(self.entry, self.line.item, self.request.user).select_related("unit")
        context: dict[str, Any] = {
            "records": records,
            "of_activities": issubclass(records.model, Activity),
            "page_obj": Paginator(records, PAGE_SIZE).get_page(self.request.GET.get("page")),
        }
        if self.line.item.source_code == figures.MEETINGS:
            lacking = figures.gaps(self.entry)
            context |= {"missing": list(lacking[:GAPS_SHOWN]), "missing_count": lacking.count()}
        return context

    def reported_context(self) -> dict[str, Any]:
        """What was scored; and, where it was changed since, what stands today beside it."""
        value = figures.reported(self.entry, self.line.item)
        then = figures.scored_figure(self.entry, value, self.line.raw) if value else None
        return {"value": value, "then": then}

    def awarded_context(self) -> dict[str, Any]:
        return {"award": figures.award_of(self.entry, self.line.item)}

    def ratings_context(self) -> dict[str, Any]:
        given = figures.ratings(self.entry, self.line.item)
        return {"ratings": figures.ratings_words(len(given))}
