"""The folder for an inspection: a unit's period as one ZIP, with an index that says what is missing."""

import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import ActivityKind, ActivityState, DutyState
from activities.documents import add_names, sheet_file
from activities.meetings import add_previous
from activities.models import Activity, Attachment, Duty
from activities.reports.minutes import KINDS as MEETING_KINDS
from activities.rules import (
    EVERYBODY_EXPECTED,
    SELF_CHECK_KINDS,
    YEARLY_APPRAISAL_KINDS,
    needs_core_task,
)
from activities.selectors import with_items_settled
from branches.choices import BRANCH_KINDS, UnitKind
from branches.models import PartyUnit
from branches.names import units_with_names
from branches.selectors import has_permission
from core import clock
from core.models import StoredFile
from core.periods import period_words
from core.reports import DAY, NUMBER, Asked, ReportColumn, reports
from core.spreadsheets.office import OfficeSheet, write_office_book
from dashboard.exporters import file_name, heading, office_sheet

FOLDER_PERMISSION = "activities.view_activity"
ENCLOSED = ("R-01", "R-02", "R-03", "R-04")
PACKED_KINDS = [*BRANCH_KINDS, UnitKind.GROUP]
SHOWN_STATES = [ActivityState.CONFIRMED, ActivityState.SUBMITTED, ActivityState.RETURNED]
FULFILLED = [DutyState.DONE, DutyState.LATE]
MEETINGS = [
    ActivityKind.GENERAL_MEETING,
    ActivityKind.COMMITTEE_MEETING,
    ActivityKind.GROUP_MEETING,
]
MOST_BYTES = 2_000_000_000  # what the size of a stored file can say, and a USB stick can hold
CHUNK = 200
LONGEST_FOLDER, LONGEST_FILE = 60, 80  # characters: Windows opens no path of more than 260
FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
RESERVED = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{name}{digit}" for name in ("COM", "LPT") for digit in range(1, 10)),
}


class FolderRefused(Exception):
    """The folder can't be made; the message says why, in the user's words."""


@dataclass(frozen=True)
class Contents:
    """What a folder will hold."""

    records: int
    files: int
    size: int


# --- what belongs into it -------------------------------------------------------------------------
def records_of(asked: Asked) -> QuerySet[Activity]:
    """What the unit and its groups held in the period and submitted, as far as who asks may see it."""
    period: Any = asked.period
    units = PartyUnit.objects.in_subtree(asked.unit.path).order_by()
    return (
        Activity.objects.allowed_to(asked.user, "view")
        .filter(state__in=SHOWN_STATES)
        .held_between(period.first_day, asked.last_day)
        .with_part_of(units.values("pk"))
        .order_by("held_on", "pk")
    )


def contents_of(asked: Asked) -> Contents:
    records = records_of(asked)
    files = Attachment.objects.filter(activity__in=records.order_by().values("pk"))
    found = files.aggregate(count=Count("pk"), size=Sum("file__size"))
    return Contents(records.count(), found["count"], found["size"] or 0)


def folder_name(asked: Asked) -> str:
    stretch = asked.period.code if asked.period else asked.day.isoformat()
    name = "_".join([_("Party-building records"), asked.unit.code, f"{stretch}.zip"])
    return safe_name(name.replace(" ", "_"), LONGEST_FILE)


# --- the archive ----------------------------------------------------------------------------------
def write_folder(file: IO[bytes], asked: Asked, report: Callable[[int, int], None]) -> None:
    """The whole archive into ``file``; ``report(done, total)`` hears of each step."""
    contents = contents_of(asked)
    if contents.size > MOST_BYTES:
        raise FolderRefused(_("The files are larger than 2 GB together. Ask for a shorter period."))
    enclosed = [
        reports[code] for code in ENCLOSED if has_permission(asked.user, reports[code].permission, asked.unit)
    ]
    total = contents.records + len(enclosed) + 1
    names = Names()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, one in enumerate(enclosed):
            report(done, total)
            name = names.free(safe_name(file_name(one, asked, "xlsx"), LONGEST_FILE))
            add_book(archive, name, [office_sheet(one, asked)])
        lines = []
        for done, (activity, named) in enumerate(with_files(asked), len(enclosed)):
            report(min(done, total), total)
            lines.append(add_record(archive, activity, names, asked.user, shows_names=named))
        add_book(archive, names.free("_".join(["00", _("Index")]) + ".xlsx"), index_sheets(asked, lines))
    report(total, total)


def with_files(asked: Asked) -> Iterator[tuple[Activity, bool]]:
    """With all that a line of the index, a sheet and a folder need, and whether who asks sees the names."""
    attachments = Attachment.objects.select_related("file").order_by("pk")
    records = records_of(asked).select_related("unit__parent", "chair", "recorder", "core_task")
    rows = records.prefetch_related(
        "participations__unit",
        "participations__attendances__member",
        "votes",
        "action_items__owner",
        "counts",
        Prefetch("attachments", queryset=attachments),
        with_items_settled(asked.user),
    ).iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        named = units_with_names(asked.user, {row.unit for row in chunk})
        add_previous(chunk, asked.user)
        add_names(chunk)
        for row in chunk:
            yield row, row.unit_id in named


def add_book(archive: zipfile.ZipFile, name: str, sheets: Iterable[OfficeSheet]) -> None:
    with tempfile.TemporaryFile() as book:
        write_office_book(book, sheets)
        book.seek(0)
        add_file(archive, name, book)


def add_file(archive: zipfile.ZipFile, name: str, content: IO[bytes]) -> None:
    entry = zipfile.ZipInfo(name, clock.now().astimezone().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as target:
        shutil.copyfileobj(content, target, 64 * 1024)


def add_record(
    archive: zipfile.ZipFile, activity: Activity, names: "Names", user: User, *, shows_names: bool
) -> list[Any]:
    """The record's sheet and files in a folder of their own; gives its line of the index."""
    stored = [row.file for row in activity.attachments.all()]
    has_sheet = activity.kind in MEETING_KINDS
    missing, folder = missing_in(activity), ""
    if stored or has_sheet:
        title = f"{activity.held_on.isoformat()}_{activity.get_kind_display()}_{activity.title}"
        folder = names.free(safe_name(title, LONGEST_FOLDER))
    inside = Names()
    if has_sheet:
        name = inside.free(_("Meeting record") + ".docx")
        add_file(archive, f"{folder}/{name}", sheet_file(activity, user, shows_names=shows_names))
    for one in stored:
        name = inside.free(safe_name(one.original_name, LONGEST_FILE))
        if not add_stored(archive, f"{folder}/{name}", one):
            missing.append(_("file %(name)s") % {"name": one.original_name})
    facts = [activity.held_on, activity.get_kind_display(), activity.title, activity.unit.name]
    return [*facts, activity.get_state_display(), len(stored), folder, "、".join(missing)]


def add_stored(archive: zipfile.ZipFile, name: str, stored: StoredFile) -> bool:
    """False where the file is not on the disk any more: the index says so, and the rest is still made."""
    try:
        content = stored.path.open("rb")
    except FileNotFoundError:
        return False
    with content:
        add_file(archive, name, content)
    return True


# --- the index ------------------------------------------------------------------------------------
def missing_in(activity: Activity) -> list[str]:
    """What an inspection would ask for and the record does not have. Photos are never asked for."""
    missing = []
    if activity.state != ActivityState.CONFIRMED:
        missing.append(_("confirmation"))
    lead = next((part for part in activity.participations.all() if part.is_lead), None)
    if activity.kind in EVERYBODY_EXPECTED and (lead is None or lead.expected_count is None):
        missing.append(_("attendance"))
    if activity.kind in MEETINGS and not (activity.agenda or activity.note or activity.resolutions):
        missing.append(_("minutes"))
    return [*missing, *core_task_missing_in(activity)]


def core_task_missing_in(activity: Activity) -> Iterator[str]:
    """Of the six musts; where there was no core task this time, nothing else of it is asked for."""
    kinds = {count.kind for count in activity.counts.all()}
    if needs_core_task(kinds, activity.core_task_id, activity.no_core_task):
        yield _("core task")
    if activity.core_task_id and not SELF_CHECK_KINDS.isdisjoint(kinds) and not activity.core_task_checked:
        yield _("core task in the self-check")
    if (
        activity.core_task_id
        and not YEARLY_APPRAISAL_KINDS.isdisjoint(kinds)
        and not activity.core_task_listed
    ):
        yield _("core task in the yearly appraisal")


def index_sheets(asked: Asked, lines: list[list[Any]]) -> list[OfficeSheet]:
    period: Any = asked.period
    title = f"{asked.unit.name} {period_words(period.code)}"
    duties = list(owed_lines(asked))
    return [
        OfficeSheet(_("Records"), heading(" ".join([title, _("Index")]), asked), record_columns(), lines),
        OfficeSheet(_("Missing"), heading(" ".join([title, _("Missing")]), asked), duty_columns(), duties),
    ]


def owed_lines(asked: Asked) -> Iterator[list[Any]]:
    """What was due in the period and is not held, and what was exempt and why."""
    period: Any = asked.period
    due = Duty.objects.allowed_to(asked.user, "view").in_subtree(asked.unit.path)
    due = due.filter(last_day__gte=period.first_day, last_day__lte=asked.last_day).with_state(asked.day)
    for duty in due.select_related("rule", "unit").order_by("last_day", "unit__path", "rule_id"):
        state = DutyState(duty.duty_state)
        if state not in FULFILLED:
            yield [
                duty.unit.name,
                duty.rule.label,
                duty.first_day,
                duty.last_day,
                state.label,
                duty.exempt_reason,
            ]


def record_columns() -> list[ReportColumn]:
    return [
        ReportColumn(_("Day held"), DAY, 12),
        ReportColumn(_("Kind"), width=16),
        ReportColumn(_("Topic"), width=34),
        ReportColumn(_("Unit"), width=24),
        ReportColumn(_("State"), width=12),
        ReportColumn(_("Files"), NUMBER, 6),
        ReportColumn(_("Folder"), width=40),
        ReportColumn(_("Missing"), width=24),
    ]


def duty_columns() -> list[ReportColumn]:
    return [
        ReportColumn(_("Unit"), width=30),
        ReportColumn(_("What"), width=22),
        ReportColumn(_("First day"), DAY, 12),
        ReportColumn(_("Due on"), DAY, 12),
        ReportColumn(_("State"), width=16),
        ReportColumn(_("Reason"), width=30),
    ]


# --- names ----------------------------------------------------------------------------------------
def safe_name(text: str, longest: int) -> str:
    """A name that every system takes, without any path in it; the ending stays."""
    text = unicodedata.normalize("NFC", text).translate(FORBIDDEN)
    text = "".join(sign if sign.isprintable() else "_" for sign in text).strip(" .")
    stem, suffix = parted(text)
    stem = stem[: longest - len(suffix)].strip(" .") or "_"
    return f"_{stem}{suffix}" if stem.upper() in RESERVED else f"{stem}{suffix}"


def parted(name: str) -> tuple[str, str]:
    """Stem and ending."""
    found = ENDING.search(name)
    return (name[: found.start()], found.group()) if found else (name, "")


class Names:
    """The names of one folder: a second of the same is numbered, whatever its capitals."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        stem, suffix = parted(name)
        found, number = name, 1
        while found.casefold() in self._taken:
            number += 1
            found = f"{stem} ({number}){suffix}"
        self._taken.add(found.casefold())
        return found
