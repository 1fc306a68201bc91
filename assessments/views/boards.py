"""The list of boards and one board, on the page and as a file."""

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from assessments import earlier, pictures, round_pages, standings, ties
from assessments.choices import EditionState
from assessments.explanation import band_line
from assessments.forms import BoardFilterForm, RecomputeForm
from assessments.models import AssessmentPeriod, Edition, Entry
from assessments.views.made import BoardFileMixin
from branches.selectors import has_permission
from core import clock
from core.forms import FileRequestForm
from core.periods import period_words
from core.templatetags.format import points

PAGE_SIZE = 100
LINES_LEFT_OUT = 200
OTHERS_SHOWN = 8
PERIODS_SHOWN = 6
DRAWN_UP_TO = 300
SORTED_BY = {"unit": "unit_name", "total": "total"}


def explanation_url(edition: Edition, unit_code: str) -> str:
    url = reverse("assessments:explanation", args=[edition.period.code, edition.scheme_code, unit_code])
    return f"{url}?edition={edition.number}"


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


class BoardView(BoardFileMixin, TemplateView):
    """One board of an edition: ``?board=CODE&edition=N``, ``&format=xlsx`` or ``csv`` for a file, which of a
    large board a job makes."""

    model = Edition
    action = "view"
    template_name = "assessments/edition_detail.html"

    @cached_property
    def editions(self) -> list[Edition]:
        found = standings.editions_for(self.request.user, self.kwargs["period"], self.kwargs["scheme"])
        if not found:
            raise Http404
        return found

    @cached_property
    def edition(self) -> Edition:
        """The edition asked for, else the newest published one, else the provisional one."""
        number = self.request.GET.get("edition", "")
        if not number:
            return self.editions[0]
        found = next((one for one in self.editions if str(one.number) == number), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def is_trial(self) -> bool:
        return self.edition.state == EditionState.PROVISIONAL

    @cached_property
    def lines(self):
        return standings.lines_for(self.edition, self.request.user)

    @cached_property
    def own_ids(self) -> set[int]:
        return set(standings.own_units(self.request.user))

    @cached_property
    def boards(self) -> list[standings.Board]:
        return standings.boards_of(self.edition, self.lines)

    @cached_property
    def board(self) -> standings.Board:
        code = self.request.GET.get("board", "")
        own = self.lines.filter(unit__in=self.own_ids).order_by("path").first()
        found = standings.board_named(self.boards, code) if code else standings.home_board(self.boards, own)
        if found is None:
            raise Http404
        return found

    @property
    def board_lines(self):
        return self.board.of(standings.lines_for(self.edition, self.request.user, self.board.scope))

    @cached_property
    def sections(self):
        return list(self.edition.scheme.sections.all())

    @cached_property
    def bands(self):
        return list(self.edition.scheme.bands.all())

    @cached_property
    def pair(self):
        """The two sections set against each other: those of the gap rule, else the only two there are."""
        codes = self.edition.scheme.gap_sections
        found = [section for code in codes for section in self.sections if section.code == code]
        return found if len(found) == 2 else self.sections if len(self.sections) == 2 else []

    def get_context_data(self, **kwargs):
        entries = self.board_lines
        page = Paginator(self.arranged(entries), PAGE_SIZE).get_page(self.request.GET.get("page"))
        before = self.before([entry.unit_id for entry in page.object_list])
        rows = self.rows(page.object_list, before)
        self.tell_ties(rows, entries)
        return super().get_context_data(**kwargs) | {
            "edition": self.edition,
            "scheme": self.edition.scheme,
            "period_name": period_words(self.edition.period.code),
            "parents": [(_("Vanguard boards"), reverse("assessments:list"))],
            "board": self.board,
            "others": self.others(),
            "filter_form": self.filter_form(),
            "stamp": self.stamp(),
            "newer": self.newer,
            "ranks_since": standings.ranks_words(self.edition),
            "summary": self.summary(entries),
            "rows": rows,
            "page_obj": page,
            "previous": before,
            "sections": [(key, self.sections[place].name) for key, place in self.section_places.items()],
            "sorts_sections": self.sorts_sections,
            "searched": self.searched,
            "pair": self.pair,
            "dumbbell_low": self.dumbbell_low(rows),
            "gap_rows": self.gap_rows(entries),
            "gap_threshold": points(self.edition.scheme.gap_threshold),
            "band_line": band_line(self.bands),
            "tie_line": ties.foot_words(self.edition.scheme, self.sections),
            "left_out": self.left_out(),
            "is_large": self.file.is_large,
            "request_form": FileRequestForm(),
            "recompute_form": self.recompute_form(),
            **self.pictures(entries),
            "printed_at": clock.now(),
            "digest_fact": standings.digest_fact(self.edition),
        }

    @property
    def searched(self) -> str:
        return " ".join(self.request.GET.get("q", "").replace("\0", " ").split())[:60]

    def arranged(self, entries) -> Any:
        """The lines asked for in the order asked for; ranks stay those of the whole board."""
        if self.searched:
            entries = entries.filter(unit_name__icontains=self.searched)
        order = self.request.GET.get("sort", "")
        key = order.removeprefix("-")
        if key in SORTED_BY:
            column = F(SORTED_BY[key])
            direction = column.desc if order.startswith("-") else column.asc
            return entries.order_by(direction(nulls_last=True), "unit_code")
        if self.sorts_sections and key in self.section_places:
            return self.by_section(entries, self.section_places[key], down=order.startswith("-"))
        return entries

    def by_section(self, entries, place: int, *, down: bool) -> list[Entry]:
        """A section's score stands in a list, which only a board small enough to be drawn is sorted by."""
        scored = [entry for entry in entries if entry.section_scores[place] is not None]
        scored.sort(key=lambda entry: entry.section_scores[place], reverse=down)
        return [*scored, *(entry for entry in entries if entry.section_scores[place] is None)]

    @cached_property
    def section_places(self) -> dict[str, int]:
        return {f"section{place}": place for place in range(len(self.sections))}

    @cached_property
    def sorts_sections(self) -> bool:
        return not self.board_lines[DRAWN_UP_TO : DRAWN_UP_TO + 1].exists()

    def pictures(self, entries) -> dict[str, Any]:
        """Of the whole board, not of the page; a board too large to be looked at as dots has none."""
        lines = list(entries[: DRAWN_UP_TO + 1])
        few = len(lines) <= DRAWN_UP_TO
        places = [self.sections.index(section) for section in self.pair]
        grades = entries.order_by().values_list("grade").annotate(Count("pk"))
        return {
            "quadrants": pictures.quadrants(lines, places[0], places[1], self.own_ids)
            if few and places
            else None,
            "grades": pictures.distribution(self.bands, dict(grades)),
            "grades_height": len(self.bands) * pictures.BAR_STEP,
        }

    def others(self) -> list[tuple[str, str]]:
        """This board in other periods and the other boards of this period that the reader sees."""
        found = []
        for edition in standings.latest_published(self.request.user):
            same_scheme = edition.scheme_code == self.edition.scheme_code
            same_period = edition.period_id == self.edition.period_id
            if same_scheme != same_period:
                period = period_words(edition.period.code)
                label = period if same_scheme else edition.scheme.name
                found.append(
                    (label, reverse("assessments:board", args=[edition.period.code, edition.scheme_code]))
                )
        return found[:OTHERS_SHOWN]

    def before(self, unit_ids: list[int] | None = None) -> earlier.Before:
        """Of a trial board, too: who sees its ranks prepares them, and looks at what jumps."""
        return earlier.ranks_before(self.edition, self.board, unit_ids)

    def filter_form(self) -> BoardFilterForm:
        return BoardFilterForm(
            {"board": self.board.code, "edition": str(self.edition.number), "q": self.searched},
            boards=[(board.code, board.label) for board in self.boards],
            editions=[(str(one.number), standings.edition_words(one)) for one in self.editions],
        )

    def stamp(self) -> dict[str, Any]:
        return standings.stamp_of(self.edition, self.newer)

    @cached_property
    def newer(self) -> Edition | None:
        return standings.corrected_by(self.edition, self.request.user)

    def summary(self, entries) -> str:
        """ "14 units · excellent 3, qualified 10"; counts only the lines the reader sees."""
        grades = list(entries.order_by().values_list("grade", flat=True))
        parts = [f"{band.name} {grades.count(band.code)}" for band in self.bands if band.code in grades]
        count = ngettext("%(count)s unit", "%(count)s units", len(grades)) % {"count": len(grades)}
        return " · ".join(part for part in (count, _(", ").join(parts)) if part)

    def rows(self, entries, before: earlier.Before | None = None) -> list[dict[str, Any]]:
        entries = list(entries)
        seen = self.opened(entries)
        ranks = Counter(getattr(entry, self.board.rank_field) for entry in entries)
        tied = {rank for rank, count in ranks.items() if rank and count > 1}
        return [self.row(entry, before, tied, entry.pk in seen) for entry in entries]

    def tell_ties(self, rows: list[dict[str, Any]], entries) -> None:
        """By what a line was parted from another one with the same total. On a board too large to be drawn
        the lines of a page are compared with each other and with those around it; sorted or searched, not."""
        if not self.edition.scheme.tie_chain:
            return
        lines = self.in_order(rows, entries)
        found = ties.ties_among(lines, self.board)
        opened = self.opened([tie.other for tie in found] + [tie.line for tie in found])
        words = ties.Parting(self.edition, self.board, opened).words(found)
        for row in rows:
            row["tie"] = words.get(row["entry"].pk, "")

    def in_order(self, rows: list[dict[str, Any]], entries) -> list[Entry]:
        if self.sorts_sections:
            return list(entries)
        if self.searched or self.request.GET.get("sort"):
            return []
        return ties.with_neighbours([row["entry"] for row in rows], self.board, entries)

    def opened(self, entries: list[Entry]) -> set[int]:
        found = Entry.objects.filter(pk__in=[entry.pk for entry in entries])
        return set(found.allowed_to(self.request.user, "view").values_list("pk", flat=True))

    def row(self, entry: Entry, before: earlier.Before | None, tied: set[int], seen: bool) -> dict[str, Any]:
        rank = getattr(entry, self.board.rank_field)
        movement = before.movement(entry.unit_id, rank) if before else None
        first, second = [self.section_score(entry, section) for section in self.pair] or (None, None)
        return {
            "entry": entry,
            "rank": rank,
            "tied": rank in tied,
            "own": entry.unit_id in self.own_ids,
            "url": explanation_url(self.edition, entry.unit_code) if seen else "",
            "movement": movement,
            "movement_words": standings.movement_words(movement),
            "section_scores": entry.section_scores,
            "first": first,
            "second": second,
            "flags": standings.flag_words(entry),
            **standings.grade_badge(entry, self.bands),
        }

    def section_score(self, entry: Entry, section) -> float | None:
        score = entry.section_scores[self.sections.index(section)]
        return None if score is None else score / 10**4

    def dumbbell_low(self, rows: list[dict[str, Any]]) -> int:
        """Where the axis begins: 60, lower where a score is."""
        scores = [row[name] for row in rows for name in ("first", "second") if row[name] is not None]
        return min([60, *(int(score // 10 * 10) for score in scores)])

    def gap_rows(self, entries) -> list[dict[str, Any]]:
        """The widest gaps first."""
        if len(self.pair) != 2 or not self.edition.scheme.gap_threshold:
            return []
        rows = self.rows(entries.filter(has_gap=True)[:LINES_LEFT_OUT])
        for row in rows:
            row["gap"] = round(abs(row["first"] - row["second"]) * 10**4)
            if row["url"]:
                args = [self.edition.period.code, self.edition.scheme_code, row["entry"].unit_code]
                row["url"] = f"{reverse('assessments:gap', args=args)}?edition={self.edition.number}"
            low, high = self.pair if row["first"] < row["second"] else self.pair[::-1]
            row["gap_words"] = _("%(low)s below %(high)s") % {"low": low.name, "high": high.name}
        return sorted(rows, key=lambda row: -row["gap"])[:10]

    def left_out(self) -> list[tuple[str, str]]:
        without = self.board_lines.filter(total=None).values_list("unit_name", flat=True)
        nothing = [(name, _("nothing of the scheme applies")) for name in without[:LINES_LEFT_OUT]]
        return [*nothing, *standings.left_out(self.edition, self.board, self.request.user)]

    def recompute_form(self) -> RecomputeForm | None:
        if not has_permission(self.request.user, "assessments.recompute_edition"):
            return None
        return RecomputeForm(
            initial={"period": self.edition.period.code, "scheme": self.edition.scheme_code}, auto_id=False
        )
