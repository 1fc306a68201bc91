"""Writes the demo province: each kind of thing through the operation or the import that people use for it."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from accounts.operations import create_user, set_password
from activities.operations import generate_duties, tell_due
from assessments.importers import AwardImporter, PastResultImporter, ValueImporter
from assessments.models import DirtyUnit
from assessments.operations import import_scheme, recompute
from branches.choices import Role
from branches.importers import MemberImporter, OrganisationImporter, PostImporter, UnitImporter
from branches.models import PartyUnit
from branches.operations import assign_role
from core import calendar
from core.importing import Importer
from core.spreadsheets.tables import Content, Table
from dashboard.demo.figures import Figures
from dashboard.demo.library import fill_library
from dashboard.demo.pairs import Pairs
from dashboard.demo.recording import Recorder
from dashboard.demo.rhythm import Rhythm, Span
from dashboard.demo.rows import Province, SignIn
from dashboard.demo.story import story_rows
from dashboard.demo.tree import Builder
from dashboard.demo.way import PREVIEWED, PUBLISHED, Way
from dashboard.demo.year import Year, prepare
from pairings.importers import PairingImporter, PartnerImporter

SCHEMES = [*PUBLISHED, PREVIEWED]
VALUE_FIELDS = "unit_code period indicator_code value denominator"
SCHEME_FOLDER = Path(__file__).parent / "schemes"
DEFAULT_PASSWORD = "Demo-2026-partybuild"  # noqa: S105 - of the demo only, printed to whoever starts it
# Of the working days of the last month every third one: what fell due between is told on the next of them.
REMINDED_DAYS, REMINDED_EVERY = 30, 3
Tell = Callable[[str], Any]


def demo_password() -> str:
    return os.environ.get("DEMO_PASSWORD", DEFAULT_PASSWORD)


class Loader:
    """One province, from an empty database to a published board. ``tell`` hears what is being done."""

    def __init__(self, *, branches: int, seed: str, until: date, tell: Tell) -> None:
        self.span = Span.ending(until)
        self.seed = seed
        self.tell = tell
        self.province: Province = Builder(seed, until, self.handover_on).build(branches)
        prepare(self.province, until)
        self.users: dict[str, User] = {}

    @property
    def handover_on(self) -> date:
        """Early in the running half-year some secretaries handed over."""
        return self.span.running.first_day.replace(day=15)

    @transaction.atomic
    def load(self) -> None:
        """All or nothing: a demo that was broken off begins again."""
        self.load_people()
        self.load_records()
        self.load_pairings()
        self.load_schemes()
        self.load_figures()
        self.score()
        self.remind()

    def load_people(self) -> None:
        province = self.province
        for sign_in in province.sign_ins:
            self.users[sign_in.username] = make_user(sign_in)
        fields = "code name kind parent_code staff_count customer_count_mv customer_count_lv line_km"
        self.take_in(OrganisationImporter(), fields, province.organisations)
        fields = "code name kind parent_code organisation_code category established_on last_election_on"
        self.take_in(UnitImporter(), fields, province.units)
        fields = "staff_no name unit_code organisation_code status full_since party_worker"
        self.take_in(MemberImporter(), fields, province.members)
        fields = "staff_no unit_code position starts_on ends_on"
        self.take_in(PostImporter(), fields, province.posts, headings="staff_no unit_code position from to")
        self.assign_offices()

    def assign_offices(self) -> None:
        units = PartyUnit.objects.in_bulk([s.unit_code for s in self.province.sign_ins], field_name="code")
        since = self.span.closed.previous.first_day
        for sign_in in self.province.sign_ins:
            if sign_in.unit_code:
                user, unit = self.users[sign_in.username], units[sign_in.unit_code]
                assign_role(user, sign_in.role, unit, starts_on=since, by=None)

    def load_records(self) -> None:
        self.records = list(Rhythm(self.province, self.span, self.seed).rows())
        year = Year(self.users, self.span)
        year.set_core_tasks()
        report = Recorder(self.users, year).write(chain(self.records, story_rows(self.province, self.span)))
        self.tell(f"{report.created:,} records of activities")
        duties = generate_duties(self.span.closed) + generate_duties(self.span.running)
        self.tell(f"{duties:,} duties")
        year.complete()

    def load_pairings(self) -> None:
        pairs = Pairs(self.province, self.span, self.seed)
        self.take_in(PartnerImporter(), "code name level type region member_count", pairs.partners())
        fields = "code title reason internal_codes partner_codes state signed_on term_from term_to"
        self.take_in(PairingImporter(), fields, pairs.pairings())
        self.tell(f"{pairs.link():,} joint works")
        pairs.tell_the_story(self.users)

    def load_schemes(self) -> None:
        for code in SCHEMES:
            import_scheme((SCHEME_FOLDER / f"{code}.json").read_bytes(), by=self.users["admin"])
        reviewer = self.users["reviewer"].assignments.get(role=Role.DEPARTMENT_REVIEWER)
        fill_library(self.users["province"], department=reviewer.unit.organisation)

    def load_figures(self) -> None:
        figures = Figures(self.province, self.span, self.seed)
        self.take_in(ValueImporter(), VALUE_FIELDS, figures.values())
        fields = "unit_code period scheme item_code points"
        self.take_in(AwardImporter(), fields, figures.awards(self.records))
        fields = "scheme period unit_code total rank"
        self.take_in(PastResultImporter(), fields, figures.past())

    def score(self) -> None:
        """The closed half-year goes its way; the boards of the running one stay provisional."""
        closed, running = self.span.closed.code, self.span.running.code
        way = Way(self.province, self.users, self.span)
        way.bar_one_bureau()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # nothing knows yet how large the new tables are
        way.open_preview()
        way.publish()
        way.hear()
        self.take_in(ValueImporter(), VALUE_FIELDS, way.corrected_values())
        way.correct()
        self.tell(f"{closed} closed and published")
        recompute(running, by=self.users["province"])
        DirtyUnit.objects.all().delete()  # everything was scored a moment ago
        self.tell(f"{running} computed up to {self.span.until}")

    def remind(self) -> None:
        """What the nights of the last weeks told people; nobody of the demo gets a mail."""
        days = [self.span.until - timedelta(days=back) for back in range(REMINDED_DAYS)]
        nights = [day for day in days if calendar.is_working_day(day)][::REMINDED_EVERY]
        self.tell(f"{sum(tell_due(day) for day in reversed(nights)):,} reminders")

    def take_in(
        self, importer: Importer[Any], fields: str, rows: Iterable[Any], *, headings: str = ""
    ) -> None:
        """Give ``rows`` to the importer as if they were a file: all its checks, and its way to write."""
        table = Table(
            Content(numbered(headings or fields, attrgetter(*fields.split()), rows)), importer.columns
        )
        items = importer.check_table(table)
        if importer.errors:
            raise ValueError(importer.errors[:20])
        counts = importer.write(list(items.values()), by=self.users["admin"])
        self.tell(f"{counts.created:,} {importer.verb.removeprefix('import_').replace('_', ' ')}")


def numbered(
    headings: str, values: Callable[[Any], tuple], rows: Iterable[Any]
) -> Iterator[tuple[int, Sequence[str]]]:
    yield 1, headings.split()
    for number, row in enumerate(rows, 2):
        yield number, [as_cell(value) for value in values(row)]


def as_cell(value: Any) -> str:
    return "" if value is None else str(value)


def make_user(sign_in: SignIn) -> User:
    if sign_in.username == "admin":
        return User.objects.create_superuser("admin", password=demo_password(), name=sign_in.name)
    user = create_user(
        username=sign_in.username, name=sign_in.name, staff_no=sign_in.staff_no or None, by=None
    )
    set_password(user, demo_password(), by=None)
    return user
