"""A board as a file: the lines the reader sees, no others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.db.models.functions import Length
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import standings
from assessments.choices import BoardScope, EditionState
from assessments.earlier import Before, ranks_before
from assessments.explanation import band_line
from assessments.models import Band, Edition, Entry, Section
from assessments.numbers import SCORE_PLACES, TOTAL_PLACES
from assessments.operations import is_long_work, rounds
from assessments.querysets import EntryQuerySet
from branches.models import PartyUnit
from branches.selectors import units_for
from core import clock
from core.periods import period_words
from core.reports import FOUR_PLACES, NUMBER, TWO_PLACES, ReportColumn
from core.spreadsheets import write_csv
from core.spreadsheets.office import Heading, OfficeSheet, write_office_book
from core.templatetags.format import moment, rounded

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

CHUNK = 1000
NOT_IN_A_FILE = ("raws", "item_scores", "item_states", "evidence_counts", "sums")


def silent(done: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class BoardFile:
    """The lines of a board that the ``reader`` sees, by rank, whatever part of them a page shows. ``tell``
    hears how many are written."""

    edition: Edition
    board: standings.Board
    reader: Any
    tell: Callable[[int], None] = silent

    def write(self, file: IO[bytes], kind: str) -> None:
        """As ``kind``, one of ``TYPES``."""
        if kind == "xlsx":
            self.write_office_sheet(file)
        else:
            self.write_text(file)

    def file_name(self, kind: str) -> str:
        return f"{self.name}.{kind}"

    @property
    def entries(self) -> EntryQuerySet:
        lines = standings.lines_for(self.edition, self.reader, self.board.scope)
        return self.board.of(lines).defer(*NOT_IN_A_FILE)

    @cached_property
    def is_large(self) -> bool:
        """Whether a job writes it: asked first of the edition, as most are small."""
        return is_long_work(self.edition) and self.entries.order_by().count() > rounds.IN_A_JOB

    @cached_property
    def before(self) -> Before:
        return ranks_before(self.edition, self.board)

    @cached_property
    def bands(self) -> list[Band]:
        return list(self.edition.scheme.bands.all())

    @property
    def is_trial(self) -> bool:
        return self.edition.state == EditionState.PROVISIONAL

    @property
    def name(self) -> str:
        """Two editions of a board, or two of its boards, never have one name."""
        edition = _("Trial") if self.is_trial else standings.edition_words(self.edition)
        digest = standings.digest_words(self.edition.digest)
        parts = [self.edition.scheme.name, self.edition.period.code, edition, str(self.board.label), digest]
        return "_".join(part.replace(" ", "").replace("/", "-") for part in parts if part)

    @cached_property
    def sections(self) -> list[Section]:
        return list(self.edition.scheme.sections.all())

    @property
    def classes(self) -> list[tuple[str, int, Callable[[Entry], str]]]:
        """By what else than the company the scheme ranks: heading, width, and what the line has."""
        known: dict[str, tuple[str, int, Callable[[Entry], str]]] = {
            BoardScope.CATEGORY: (_("Category"), 12, lambda entry: entry.category),
            BoardScope.SIZE_CLASS: (_("Size class"), 36, lambda entry: entry.get_size_class_display()),
        }
        return [known[scope] for scope in self.edition.scheme.board_scopes if scope in known]

    @property
    def columns(self) -> list[ReportColumn]:
        moved = [
            ReportColumn(_("Rank before"), NUMBER, 9),
            ReportColumn(pgettext("rank", "Change"), width=10),
        ]
        return [
            ReportColumn(_("Rank"), NUMBER, 7),
            *(moved if self.before else []),
            ReportColumn(_("Unit code"), width=16),
            ReportColumn(_("Unit"), width=34),
            *(ReportColumn(label, width=width) for label, width, _of in self.classes),
            ReportColumn(_("Total"), TWO_PLACES, 10),
            ReportColumn(_("Grade"), width=12),
            *(ReportColumn(section.name, FOUR_PLACES, 12) for section in self.sections),
            ReportColumn(_("Flags"), width=18),
        ]

    def lines(self) -> Iterator[list[Any]]:
        for number, entry in enumerate(self.entries.iterator(chunk_size=CHUNK)):
            if not number % CHUNK:
                self.tell(number)
            yield self.line(entry)

    def line(self, entry: Entry) -> list[Any]:
        rank = getattr(entry, self.board.rank_field)
        return [
            rank,
            *(self.moved(entry, rank) if self.before else []),
            entry.unit_code,
            entry.unit_name,
            *(class_of(entry) for _label, _width, class_of in self.classes),
            _decimal(entry.total, TOTAL_PLACES),
            "" if entry.total is None else standings.grade_badge(entry, self.bands)["grade_name"],
            *(_decimal(score, SCORE_PLACES) for score in entry.section_scores),
            _(", ").join(standings.flag_words(entry)),
        ]

    def moved(self, entry: Entry, rank: int | None) -> list[Any]:
        places = self.before.movement(entry.unit_id, rank)
        return [self.before.ranks.get(entry.unit_id), standings.moved_words(places) if rank else ""]

    def write_text(self, file: IO[bytes]) -> None:
        """Every line says of what it is one: a CSV has neither a title nor a foot."""
        names = [_("Period"), _("Edition"), _("Board"), _("Digest")]
        words = [period_words(self.edition.period.code), standings.edition_words(self.edition)]
        digest = standings.digest_words(self.edition.digest)
        same = [*words, str(self.board.label), digest]
        header = [*(column.label for column in self.columns), *names]
        write_csv(file, header, ([*line, *same] for line in self.lines()))

    def write_office_sheet(self, file: IO[bytes]) -> None:
        sheet = OfficeSheet(
            name=self.edition.scheme.name,
            heading=self.heading,
            columns=self.columns,
            rows=self.lines(),
            notes=self.notes,
        )
        write_office_book(file, [sheet])

    @property
    def heading(self) -> Heading:
        """By whom a published board was prepared and approved is told to offices that do so (ADR 0012); for
        others the sheet is, as a report, of who took it out, and so is a trial."""
        edition = self.edition
        words = [period_words(edition.period.code), str(self.board.label), standings.edition_words(edition)]
        between = _(", ")
        title = f"{edition.scheme.name} {between.join(words)}"
        told = standings.may_see_provisional(self.reader)
        if told and edition.prepared_by and edition.approved_by and edition.published_at:
            author, checker = edition.prepared_by, edition.approved_by.name
            return Heading(title, self.unit_name, author.name, clock.day_of(edition.published_at), checker)
        return Heading(title, self.unit_name, self.reader.name, clock.today())

    @property
    def unit_name(self) -> str:
        """The reader's office, or the unit the reader belongs to."""
        offices = units_for(self.reader, "assessments.view_entry")
        own = PartyUnit.objects.filter(pk__in=standings.own_units(self.reader))
        found = [units.order_by(Length("path"), "path").first() for units in (offices, own)]
        return next((unit.name for unit in found if unit), "")

    @property
    def notes(self) -> list[str]:
        newer = standings.corrected_by(self.edition, self.reader)
        stamp = standings.stamp_of(self.edition, newer)
        facts = list(stamp["facts"])
        if stamp["until"]:
            facts.append(_("A preview is not a result yet."))
        elif self.is_trial:
            facts.append(_("Trial scores are not a result. Do not pass them on."))
        moved = self.before.unknown_because or (
            _("Change against %(period)s.") % {"period": self.before.period_name}
        )
        bands = band_line(self.bands)
        grades = "".join([_("Grades:"), " ", bands, _(" (lower bound included)")])
        words = {"person": self.reader.name, "at": moment(clock.now())}
        taken = _("Taken out of the system by %(person)s, %(at)s.") % words
        return [*facts, grades, moved, taken]


def _decimal(value: int | None, places: int) -> Any:
    return None if value is None else rounded(value, 0).scaleb(-places).quantize(rounded(0, places))
