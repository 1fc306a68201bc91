"""One board, on the page and as a file."""

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from assessments import board_lines, earlier, pictures, standings, ties
from assessments.choices import BoardScope, EditionState
from assessments.explanation import band_line
from assessments.forms import BoardFilterForm, RecomputeForm
from assessments.models import Edition, Entry
from assessments.views.made import BoardFileMixin
from branches.selectors import has_permission
from core import clock
from core.forms import FileRequestForm
from core.periods import period_words
from core.templatetags.format import points

PAGE_SIZE = 100
LINES_LEFT_OUT = 200
GAPS_SHOWN = 10
OTHERS_SHOWN = 8
DRAWN_UP_TO = 300
CLASS_NAMES = {
    BoardScope.CATEGORY: gettext_lazy("Rank in its category"),
    BoardScope.SIZE_CLASS: gettext_lazy("Rank in its size class"),
}
SORTED_BY = {"unit": "unit_name", "total": "total"}


def explanation_url(edition: Edition, unit_code: str) -> str:
    url = reverse("assessments:explanation", args=[edition.period.code, edition.scheme_code, unit_code])
    return f"{url}?edition={edition.number}"


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
    def own_line(self) -> Entry | None:
        return self.lines.filter(unit__in=self.own_ids).order_by("path").first()

    @cached_property
    def boards(self) -> tuple[list[standings.Board], bool]:
        return standings.boards_of(self.edition, self.lines, self.own_line)

    @cached_property
    def boards_found(self) -> list[standings.Board]:
        return standings.boards_called(self.edition, self.lines, self.called) if self.called else []

    def finding(self) -> dict[str, Any]:
        """Nothing to say of the one board that was found: it is shown."""
        return {
            "called": self.called if len(self.boards_found) != 1 else "",
            "boards_found": self.boards_found,
        }

    @cached_property
    def board(self) -> standings.Board:
        """The one board of the name that is looked for, else the one asked for, else the reader's own."""
        code = self.request.GET.get("board", "")
        if len(self.boards_found) == 1:
            return self.boards_found[0]
        found = (
            standings.board_coded(self.edition, self.lines, code)
            if code
            else standings.home_board(self.boards[0], self.own_line)
        )
        if found is None:
            raise Http404
        return found

    @property
    def board_lines(self):
        return self.board.of(standings.lines_for(self.edition, self.request.user, self.board.scope))

    @cached_property
    def class_scopes(self) -> list[str]:
        return standings.class_scopes(self.edition, self.board)

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
        page = Paginator(self.turned(entries), PAGE_SIZE).get_page(self.request.GET.get("page"))
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
            **self.finding(),
            "stamp": self.stamp(),
            "newer": self.newer,
            "ranks_since": standings.ranks_words(self.edition),
            "summary": self.summary(),
            "rows": rows,
            "page_obj": page,
            "previous": before,
            "sections": [(key, self.sections[place].name) for key, place in self.section_places.items()],
            "sorts_sections": self.sorts_sections,
            "searched": self.searched,
            "pair": self.pair,
            "class_names": [CLASS_NAMES[scope] for scope in self.class_scopes],
            "dumbbell_low": self.dumbbell_low(rows),
            **self.gaps(entries),
            "gap_threshold": points(self.edition.scheme.gap_threshold),
            "band_line": band_line(self.bands),
            "tie_line": ties.foot_words(self.edition.scheme, self.sections),
            **self.left_out(),
            "is_large": self.file.is_large,
            "request_form": FileRequestForm(),
            "recompute_form": self.recompute_form(),
            **self.pictures(entries),
            "printed_at": clock.now(),
            "digest_fact": standings.digest_fact(self.edition),
        }

    @property
    def searched(self) -> str:
        return self.asked("q")

    @property
    def called(self) -> str:
        """Part of the name, or the code, of the board that is looked for among very many."""
        return "" if self.boards[1] else self.asked("find")

    def asked(self, name: str) -> str:
        return " ".join(self.request.GET.get(name, "").replace("\0", " ").split())[:60]

    @cached_property
    def grade_counts(self) -> dict[str, int]:
        return board_lines.grade_counts(self.board_lines)

    def turned(self, entries) -> Any:
        """What the pages are made of."""
        found = self.arranged(entries)
        if found is not entries:
            return found
        return board_lines.by_rank(self.edition, self.board, entries, self.grade_counts)

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
        return {
            "quadrants": pictures.quadrants(lines, places[0], places[1], self.own_ids)
            if few and places
            else None,
            "grades": pictures.distribution(self.bands, self.grade_counts),
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
        boards, all_named = self.boards
        named = {board.code: board.label for board in [*boards, self.board]}
        return BoardFilterForm(
            {"board": self.board.code, "edition": str(self.edition.number), "q": self.searched},
            boards=list(named.items()),
            finds=not all_named,
            editions=[(str(one.number), standings.edition_words(one)) for one in self.editions],
        )

    def stamp(self) -> dict[str, Any]:
        return standings.stamp_of(self.edition, self.newer)

    @cached_property
    def newer(self) -> Edition | None:
        return standings.corrected_by(self.edition, self.request.user)

    def summary(self) -> str:
        """ "14 units · excellent 3, qualified 10"; counts only the lines the reader sees."""
        grades, whole = self.grade_counts, sum(self.grade_counts.values())
        parts = [f"{band.name} {grades[band.code]}" for band in self.bands if band.code in grades]
        count = ngettext("%(count)s unit", "%(count)s units", whole) % {"count": whole}
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
            "classes": [standings.class_words(entry, scope) for scope in self.class_scopes],
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

    def gaps(self, entries) -> dict[str, Any]:
        """The widest first, and how many there are."""
        if len(self.pair) != 2 or not self.edition.scheme.gap_threshold:
            return {"gap_rows": [], "gap_count": 0}
        places = [self.sections.index(section) for section in self.pair]
        wide = board_lines.widest_gaps(entries, *places)
        rows = self.rows(wide[:GAPS_SHOWN])
        for row in rows:
            row["gap"] = row["entry"].gap
            if row["url"]:
                args = [self.edition.period.code, self.edition.scheme_code, row["entry"].unit_code]
                row["url"] = f"{reverse('assessments:gap', args=args)}?edition={self.edition.number}"
            low, high = self.pair if row["first"] < row["second"] else self.pair[::-1]
            row["gap_words"] = _("%(low)s below %(high)s") % {"low": low.name, "high": high.name}
        return {"gap_rows": rows, "gap_count": wide.count()}

    def left_out(self) -> dict[str, Any]:
        """The first names with the reason, and how many there are in all."""
        without = self.board_lines.filter(total=None)
        units = standings.units_left_out(self.edition, self.board, self.request.user)
        found = [(line.unit_name, _("nothing of the scheme applies")) for line in without[:LINES_LEFT_OUT]]
        room = LINES_LEFT_OUT - len(found)
        found += [(unit.name, standings.why_left_out(unit, self.edition)) for unit in units[:room]]
        return {"left_out": found, "left_out_count": without.count() + units.count()}

    def recompute_form(self) -> RecomputeForm | None:
        if not has_permission(self.request.user, "assessments.recompute_edition"):
            return None
        return RecomputeForm(
            initial={"period": self.edition.period.code, "scheme": self.edition.scheme_code}, auto_id=False
        )
