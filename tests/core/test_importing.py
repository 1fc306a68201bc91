import csv
import hashlib
import io
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.core.management.base import CommandParser, OutputWrapper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import clock, importing
from core.cells import parse_integer, parse_text
from core.importing import Importer, ImportReport, run_import, upsert
from core.management.base import ImportCommand
from core.models import AuditEvent, Draft
from core.spreadsheets import Column, RowError
from tests.core.workbooks import workbook
from tests.factories.accounts import UserFactory
from tests.factories.core import DraftFactory

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Item:
    key: str
    stated: dict
    parent: str


class DraftImporter(Importer[Item]):
    """A small import on a table that stands here already: title and object of drafts, by key."""

    verb = "import_drafts"
    object_type = "core.draft"
    columns = [
        Column("key", _("submission key"), required=True),
        Column("title", _("title")),
        Column("size", _("size in bytes")),
        Column("parent", _("under")),
    ]

    def __init__(self, user):
        super().__init__()
        self.user = user

    def prepare(self):
        self.existing = {draft.key: draft for draft in Draft.objects.filter(user=self.user)}

    def check_row(self, cells):
        key = cells("key", parse_text(60), "")
        stated = {"key": key, "user": self.user, "form": "activity"}
        if "title" in cells:
            stated["title"] = cells("title", parse_text(10), "")
        if "size" in cells:
            stated["object_id"] = str(cells("size", parse_integer, ""))
        return Item(key, stated, cells("parent", str, ""))

    def key(self, item):
        return item.key

    def check_all(self, items):
        known = {item.key for item in items.values()} | set(self.existing)
        for number, item in items.items():
            if item.parent and item.parent not in known:
                self.refuse(number, "parent", f"no {item.parent}")

    def write(self, items, *, by):
        def values(item):
            first = {"data": {}, "updated_at": clock.now()} if item.key not in self.existing else {}
            return item.stated | first

        done = upsert(Draft, items, existing=self.existing, key=self.key, values=values)
        return done.counts


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def user():
    return UserFactory()


def import_text(user, text, **options):
    return run_import(DraftImporter(user), io.BytesIO(text.encode()), by=user, name="drafts.csv", **options)


def drafts(user):
    return list(Draft.objects.filter(user=user).order_by("key").values_list("key", "title", "object_id"))


# --- what is written ------------------------------------------------------------------------------
def test_new_rows_are_created_and_one_event_says_so(user):
    text = "key,title\nA,甲\nB,乙\n"
    assert import_text(user, text) == ImportReport(created=2)
    assert drafts(user) == [("A", "甲", ""), ("B", "乙", "")]
    event = AuditEvent.objects.get()
    assert (event.verb, event.object_type, event.object_label, event.actor) == (
        "import_drafts",
        "core.draft",
        "drafts.csv",
        user,
    )
    checksum = hashlib.sha256(text.encode()).hexdigest()
    assert event.summary == {"created": 2, "updated": 0, "unchanged": 0, "refused": 0, "sha256": checksum}


def test_a_second_import_updates_by_key(user):
    import_text(user, "key,title\nA,甲\nB,乙\n")
    assert import_text(user, "key,title\nA,丙\nB,乙\nC,丁\n") == ImportReport(
        created=1, updated=1, unchanged=1
    )
    assert drafts(user) == [("A", "丙", ""), ("B", "乙", ""), ("C", "丁", "")]


def test_an_absent_column_leaves_and_an_empty_cell_clears(user):
    import_text(user, "key,title,size\nA,甲,5\nB,乙,6\n")
    assert import_text(user, "key,size\nA,\nB,7\n") == ImportReport(updated=2)
    assert drafts(user) == [("A", "甲", ""), ("B", "乙", "7")]


def test_a_child_may_stand_above_its_parent(user):
    assert import_text(user, "key,parent\nA,B\nB,\n") == ImportReport(created=2)


def test_a_dry_run_counts_and_writes_nothing(user):
    assert import_text(user, "key\nA\n", dry_run=True) == ImportReport(created=1)
    assert (drafts(user), AuditEvent.objects.count()) == ([], 0)


def test_a_file_without_rows_is_no_fault(user):
    assert import_text(user, "key\n") == ImportReport()


# --- what is refused ------------------------------------------------------------------------------
BAD = "key,title,size\n,甲,x\nA,much longer than ten,1.5\nB,,3\nB,,4\n"
REASONS = [
    RowError(2, "key", "“submission key” is empty."),
    RowError(2, "size", "“x” is not a number."),
    RowError(3, "size", "“1.5” is not a whole number."),
    RowError(3, "title", "At most 10 characters; these are 20."),
    RowError(5, "", "This stands in row 4 already."),
]


def test_every_reason_is_told_and_nothing_is_written(user):
    assert import_text(user, BAD) == ImportReport(errors=REASONS)
    assert (drafts(user), AuditEvent.objects.count()) == ([], 0)


def test_the_good_rows_are_kept_when_asked(user):
    assert import_text(user, BAD, keep_good=True) == ImportReport(created=1, errors=REASONS)
    assert drafts(user) == [("B", "", "3")]
    assert AuditEvent.objects.get().summary["refused"] == 3


def test_who_relies_on_a_refused_row_is_refused_too(user):
    report = import_text(user, "key,parent,size\nA,B,\nB,C,\nC,,x\nD,,\n", keep_good=True)
    assert report.errors == [
        RowError(2, "parent", "no B"),
        RowError(3, "parent", "no C"),
        RowError(4, "size", "“x” is not a number."),
    ]
    assert drafts(user) == [("D", "", "")]


def test_one_bad_row_in_five_thousand(user):
    rows = [f"K{number},{'x' if number == 4000 else number}" for number in range(5000)]
    assert import_text(user, "key,size\n" + "\n".join(rows)) == ImportReport(
        errors=[RowError(4002, "size", "“x” is not a number.")]
    )
    assert drafts(user) == []


def test_a_formula_is_one_reason_among_the_others(user):
    file = workbook(
        ["key", "size"], ["A"], ["B", "x"], fill=lambda _book, page: page.write_formula(1, 1, "=2")
    )
    report = run_import(DraftImporter(user), file, by=user, name="drafts.xlsx")
    assert report.errors == [
        RowError(2, "size", "B2 holds a formula. Put its value in its place."),
        RowError(3, "size", "“x” is not a number."),
    ]


def test_a_formula_in_a_required_cell_is_told_once(user):
    file = workbook(["key"], [], ["B"], fill=lambda _book, page: page.write_formula(1, 0, "=2"))
    report = run_import(DraftImporter(user), file, by=user, name="drafts.xlsx")
    assert report.errors == [RowError(2, "key", "A2 holds a formula. Put its value in its place.")]


def test_too_many_rows_are_told_with_what_was_found_before(user, monkeypatch):
    monkeypatch.setattr("core.spreadsheets.tables.MAX_ROWS", 2)
    assert import_text(user, "key,size\nA,x\nB,1\nC,1\n", keep_good=True).errors == [
        RowError(2, "size", "“x” is not a number."),
        RowError(4, "", "More than 2 rows. Divide the file."),
    ]


def test_an_import_is_set_based(user, django_assert_max_num_queries):
    text = "key,title\n" + "\n".join(f"K{number},a" for number in range(3000))
    with django_assert_max_num_queries(40):
        import_text(user, text)
    with django_assert_max_num_queries(40):
        assert import_text(user, text.replace(",a", ",b")) == ImportReport(updated=3000)


def test_fifty_thousand_bad_rows_are_told_in_little_time(user):
    text = "key,size\n" + "\n".join(f"K{number},x" for number in range(50_000))
    started = time.process_time()
    report = import_text(user, text)
    assert len(report.errors) == 50_000
    assert time.process_time() - started < 30


def test_keys_of_a_model_are_compared_not_fetched(user, django_assert_num_queries):
    draft = DraftFactory(user=user)
    with django_assert_num_queries(0):
        assert not importing.apply(draft, {"user": user, "form": "activity"})
        assert importing.apply(draft, {"user": UserFactory.build(pk=0), "title": "x"})


def test_a_path_is_as_good_as_an_open_file(user, tmp_path):
    path = tmp_path / "五月.csv"
    path.write_text("key\nA\n", encoding="utf-8")
    assert run_import(DraftImporter(user), path, by=None) == ImportReport(created=1)
    assert AuditEvent.objects.get().object_label == "五月.csv"


def test_values_looked_up_and_default_reasons(user):
    class Lookup(DraftImporter):
        def check_row(self, cells):
            cells.lookup("title", {"甲": 1}, "not here")
            cells.lookup("parent", {})
            return super().check_row(cells)

    file = io.BytesIO("key,title,parent\nA,甲,\nB,乙,C\n".encode())
    assert run_import(Lookup(user), file, by=None, name="t.csv").errors == [
        RowError(3, "parent", "There is no “C”."),
        RowError(3, "title", "not here"),
    ]


def test_the_parts_an_import_has_to_state():
    with pytest.raises(NotImplementedError):
        Importer().check_row(None)
    with pytest.raises(NotImplementedError):
        Importer().write([], by=None)
    assert Importer().key(object()) is None


# --- the command ----------------------------------------------------------------------------------
class Command(ImportCommand):
    importer_class = DraftImporter
    ended = False

    def make_importer(self, options):
        return DraftImporter(self.user)

    def after_import(self, importer, options):
        self.ended = True


@pytest.fixture
def run(user, tmp_path):
    """``run(text, "--dry-run")``: (exit code, what was said, what was complained about, the command)."""

    def run_command(text, *arguments, name="drafts.csv"):
        path = Path(tmp_path, name)
        if text is not None:
            path.write_text(text, encoding="utf-8")
        out, err = io.StringIO(), io.StringIO()
        command = Command(stdout=OutputWrapper(out), stderr=OutputWrapper(err), no_color=True)
        command.user = user
        parser = CommandParser(prog="import")
        command.add_arguments(parser)
        try:
            command.handle(**vars(parser.parse_args([str(path), *arguments])))
            code = 0
        except CommandError as error:
            code = error.returncode
            err.write(f"{error}\n")
        return code, out.getvalue(), err.getvalue(), command

    return run_command


def test_the_command_says_what_it_did(run, user):
    code, out, err, command = run("key\nA\n")
    assert (code, out, err) == (0, "created 1, updated 0, unchanged 0, refused 0\n", "")
    assert command.ended
    assert drafts(user) == [("A", "", "")]


def test_the_command_on_a_dry_run(run, user):
    code, out, _err, command = run("key\nA\n", "--dry-run")
    assert (code, out) == (0, "Dry run, nothing written: created 1, updated 0, unchanged 0, refused 0\n")
    assert not command.ended
    assert drafts(user) == []


def test_the_command_writes_every_reason_to_a_file(run, tmp_path):
    text = "key,size\n" + "".join(f"K{number},x\n" for number in range(25))
    code, out, err, command = run(text, "--errors", str(tmp_path / "errors.csv"))
    assert (code, out, command.ended) == (1, "", False)
    lines = err.splitlines()
    assert lines[0] == "row 2 size: “x” is not a number."
    assert lines[20:] == [
        "… and 5 more; --errors OUT.csv writes all.",
        "Refused: 25 reasons. Nothing was written.",
    ]
    with (tmp_path / "errors.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["row", "column", "reason"]] + [
            [str(number), "size", "“x” is not a number."] for number in range(2, 27)
        ]


def test_the_file_of_reasons_is_empty_after_a_good_import(run, tmp_path):
    assert run("key\nA\n", "--errors", str(tmp_path / "errors.csv"))[0] == 0
    assert (tmp_path / "errors.csv").read_text(encoding="utf-8-sig") == "row,column,reason\n"


def test_the_command_keeps_the_good_rows_when_asked(run, user):
    code, out, err, _command = run("key,size\nA,1\nB,x\n", "--keep-good")
    assert (code, out) == (0, "created 1, updated 0, unchanged 0, refused 1\n")
    assert err == "row 3 size: “x” is not a number.\n"


def test_keeping_good_rows_where_none_is_good_is_a_refusal(run):
    assert run("key,size\nB,x\n", "--keep-good")[0] == 1


def test_files_that_are_not_there_are_wrong_use(run, tmp_path):
    assert run(None)[0] == 2
    assert run("key\nA\n", "--errors", str(tmp_path / "no" / "errors.csv"))[0] == 2
