"""A version is written by one person and adopted by another; nothing is scored by it before."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from assessments import operations, standings
from assessments.models import Edition, Scheme, SchemeDraft
from assessments.operations import Adoption, Refused
from assessments.schemes import SchemeRefused, parts, read_scheme
from branches.choices import Role
from branches.models import PartyUnit
from core.models import AuditEvent
from core.workflow import VersionConflict
from tests.factories.assessments import document, item, scheme, section
from tests.factories.branches import AssignmentFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db
IN_TIME = Adoption(date(2026, 6, 20), "党建〔2026〕9号")


@pytest.fixture(autouse=True)
def in_june(time_machine):
    time_machine.move_to(datetime(2026, 6, 25, 4, tzinfo=UTC), tick=False)


@pytest.fixture
def draft(people):
    """A copy of version 1, valid from 2026H2, written by the first of the two."""
    original = scheme(section("S", item("A1")), adopted={"on": "2025-12-20", "document": "旧"})
    return operations.copy_scheme(original, by=people[0])


def write(draft, by, **values):
    text = parts.with_keys(operations.document_of(draft), values)
    return operations.write_draft(draft, text, by=by, version=draft.version, concerning=["$"])


def test_a_copy_is_the_next_version_from_the_next_half_year_on(draft):
    assert operations.document_of(draft) == {
        **document(section("S", item("A1"))),
        "version": 2,
        "valid_from": "2026H2",
    }
    assert Scheme.objects.count() == 1


def test_a_second_copy_is_the_first_one_until_it_is_changed(draft, people):
    original = Scheme.objects.get()
    assert operations.copy_scheme(original, by=people[0]) == draft
    other = operations.copy_scheme(original, by=people[1])
    assert operations.document_of(other)["version"] == 3


@pytest.mark.django_db(transaction=True)
def test_two_copies_at_once_are_one_and_two_people_get_two_numbers(people):
    original = scheme(section("S", item("A1")))
    for _round in range(3):
        SchemeDraft.objects.all().delete()
        mine = [lambda: operations.copy_scheme(original, by=people[0])] * 4
        *copies, other = at_once(*mine, lambda: operations.copy_scheme(original, by=people[1]))
        assert [*set(copies), other] == [copies[0], other], copies
        numbers = {operations.document_of(draft)["version"] for draft in SchemeDraft.objects.all()}
        assert (SchemeDraft.objects.count(), numbers) == (2, {2, 3})


def test_who_prepares_no_boards_writes_no_schemes(draft, company, officer):
    stranger = officer("bureau", company, Role.BUREAU_OFFICE)
    with pytest.raises(PermissionDenied):
        operations.copy_scheme(Scheme.objects.get(), by=stranger)
    with pytest.raises(PermissionDenied):
        write(draft, stranger, name="别的")
    with pytest.raises(PermissionDenied):
        operations.adopt_draft(draft, IN_TIME, by=stranger, version=draft.version)
    assert not SchemeDraft.objects.allowed_to(stranger, "view").exists()


def test_writing_needs_the_newest_version(draft, people):
    newer = write(draft, people[0], name="新名")
    assert (newer.version, newer.changed_by) == (2, people[0])
    with pytest.raises(VersionConflict):
        write(draft, people[1], name="别的")
    assert write(newer, people[0], name="新名").version == 2


def test_what_is_wrong_elsewhere_waits(draft, people):
    text = parts.with_keys(
        operations.document_of(draft), {"name": "", "bands": [{"code": "A", "name": "甲", "min": "5"}]}
    )
    with pytest.raises(SchemeRefused) as error:
        operations.write_draft(draft, text, by=people[0], version=1, concerning=["$.bands"])
    assert [str(problem) for problem in error.value.problems] == [
        "$.bands[0].min: The last band begins at 0."
    ]
    kept = operations.write_draft(draft, text, by=people[0], version=1, concerning=["$.tie_chain"])
    assert operations.document_of(kept)["name"] == ""


def test_undo_brings_the_last_text_back(draft, people):
    changed = write(draft, people[0], name="新名")
    back = operations.undo_draft(changed, by=people[0], version=changed.version)
    assert operations.document_of(back)["name"] == "先锋榜"
    fresh = operations.copy_scheme(Scheme.objects.get(), by=people[1])
    with pytest.raises(Refused, match="nothing to take back"):
        operations.undo_draft(fresh, by=people[1], version=1)


def test_a_discarded_draft_leaves_its_text_in_the_trail(draft, people):
    text = draft.document
    operations.discard_draft(draft, by=people[0], version=1)
    assert not SchemeDraft.objects.exists()
    assert AuditEvent.objects.get(verb="discard_scheme").summary == {"document": [text, ""]}


# --- adoption -------------------------------------------------------------------------------------
def test_adoption_makes_a_version_whose_file_is_what_was_written(draft, people, run_command, tmp_path):
    draft = write(draft, people[0], name="新名")
    made = operations.adopt_draft(draft, IN_TIME, by=people[1], version=draft.version)
    adopted = {"on": "2026-06-20", "document": "党建〔2026〕9号"}
    written = tmp_path / "out.json"
    run_command("export_scheme", "board", output=written)
    expected = {**document(section("S", item("A1"))), "name": "新名", "version": 2, "valid_from": "2026H2"}
    assert json.loads(written.read_text()) == {**expected, "adopted": adopted}
    [line] = run_command("import_scheme", written)
    assert "already" in line
    draft.refresh_from_db()
    assert (draft.scheme, draft.adopted_by, draft.late_reason) == (made, people[1], "")
    assert (made.adopted_on, made.adopted_document, made.version) == (IN_TIME.on, IN_TIME.document, 2)
    assert operations.adopt_draft(draft, IN_TIME, by=people[1], version=draft.version) == made


def test_who_wrote_at_it_does_not_adopt_it(draft, people, company, officer):
    third = officer("third", company)
    draft = write(draft, people[1], name="一")
    draft = write(draft, third, name="二")
    for writer in (*people, third):
        with pytest.raises(Refused, match="A colleague has to do it"):
            operations.adopt_draft(draft, IN_TIME, by=writer, version=draft.version)


def test_adoption_after_the_period_began_needs_a_reason(draft, people):
    draft = write(draft, people[0], valid_from="2026H1")
    with pytest.raises(SchemeRefused) as error:
        operations.adopt_draft(draft, IN_TIME, by=people[1], version=draft.version)
    assert [problem.path for problem in error.value.problems] == ["late_reason"]
    late = Adoption(IN_TIME.on, IN_TIME.document, "上级文件六月才到")
    made = operations.adopt_draft(draft, late, by=people[1], version=draft.version)
    draft.refresh_from_db()
    assert (draft.late_reason, made.draft) == ("上级文件六月才到", draft)


def test_whatever_day_is_typed_entering_it_late_needs_a_reason(draft, people, time_machine):
    time_machine.move_to(datetime(2026, 7, 5, 4, tzinfo=UTC), tick=False)
    with pytest.raises(SchemeRefused) as error:
        operations.adopt_draft(draft, IN_TIME, by=people[1], version=1)
    assert [problem.path for problem in error.value.problems] == ["late_reason"]
    late = Adoption(IN_TIME.on, IN_TIME.document, "录入迟了")
    made = operations.adopt_draft(draft, late, by=people[1], version=1)
    assert standings.adopted_late(made) == "The rules were adopted late, entered 2026-07-05 12:00: 录入迟了"
    assert standings.adopted_late(Scheme.objects.get(version=1)) == ""


def test_boards_that_are_not_published_follow_the_new_rules(
    draft, people, branches, time_machine, django_capture_on_commit_callbacks
):
    branches(1)
    time_machine.move_to(datetime(2026, 7, 5, 4, tzinfo=UTC), tick=False)
    operations.recompute("2026H1", by=None)
    operations.recompute("2026H2", by=None)
    for unit in PartyUnit.objects.filter(kind="BRANCH"):  # whose office adopts
        AssignmentFactory(user=people[1], unit=unit, role=Role.PROVINCE_OFFICE)
    with django_capture_on_commit_callbacks(execute=True):
        operations.adopt_draft(draft, Adoption(IN_TIME.on, "号", "晚"), by=people[1], version=1)
    found = Edition.objects.order_by("period__code").values_list("period__code", "scheme__version")
    assert list(found) == [("2026H1", 1), ("2026H2", 2)]


def test_a_reason_nobody_needs_is_not_kept(draft, people):
    operations.adopt_draft(draft, Adoption(IN_TIME.on, "号", "无"), by=people[1], version=1)
    draft.refresh_from_db()
    assert draft.late_reason == ""


@pytest.mark.parametrize(
    ("adoption", "path"),
    [
        (Adoption(date(2026, 6, 26), "号"), "$.adopted.on"),
        (Adoption(date(2026, 6, 20), " "), "$.adopted.document"),
    ],
)
def test_an_adoption_has_a_day_that_was_and_a_document(draft, people, adoption, path):
    with pytest.raises(SchemeRefused) as error:
        operations.adopt_draft(draft, adoption, by=people[1], version=1)
    assert [problem.path for problem in error.value.problems] == [path]
    assert Scheme.objects.count() == 1


def test_what_is_not_right_yet_or_has_a_taken_number_is_not_adopted(draft, people):
    draft = operations.write_draft(
        draft, parts.without(operations.document_of(draft), 0, 0), by=people[0], version=1
    )
    with pytest.raises(SchemeRefused, match="Give at least one entry"):
        operations.adopt_draft(draft, IN_TIME, by=people[1], version=draft.version)
    other = operations.copy_scheme(Scheme.objects.get(), by=people[1])
    text = parts.with_keys(operations.document_of(other), {"version": 1})
    with pytest.raises(SchemeRefused, match="exists with other content"):
        operations.write_draft(other, text, by=people[1], version=1, concerning=["$.version"])


def test_a_draft_is_no_version_in_force(draft, run_command, branches):
    branches(1)
    lines = run_command("recompute", "2026H2")
    assert "board" in "".join(lines)
    assert Edition.objects.get().scheme.version == 1


def test_the_record_of_an_adoption_is_frozen(draft, people):
    operations.adopt_draft(draft, IN_TIME, by=people[1], version=1)
    for change in (
        lambda: SchemeDraft.objects.update(late_reason="x"),
        lambda: SchemeDraft.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(Refused, match="was adopted"):
        write(SchemeDraft.objects.get(), people[0], name="x")


def test_the_database_wants_two_people_and_a_whole_adoption(draft, people):
    for values in (
        {"adopted_by": people[1]},
        {"late_reason": "x"},
        {"scheme": Scheme.objects.get(), "adopted_by": people[0], "adopted_at": draft.created_at},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            SchemeDraft.objects.filter(pk=draft.pk).update(**values)


# --- parts of a document --------------------------------------------------------------------------
def test_parts_are_moved_put_in_and_taken_out():
    text = document(section("P", item("A1"), item("A2")), section("B", item("A3")))
    read_scheme(text)

    def codes(document):
        return [(part["code"], [one["code"] for one in part["items"]]) for part in document["sections"]]

    assert codes(parts.moved(text, 0, 0, 1)) == [("P", ["A2", "A1"]), ("B", ["A3"])]
    assert codes(parts.moved(text, 0, 0, -1)) == codes(text)
    assert codes(parts.moved(text, 1, None, -1)) == [("B", ["A3"]), ("P", ["A1", "A2"])]
    assert codes(parts.without(text, 0, 1)) == [("P", ["A1"]), ("B", ["A3"])]
    assert codes(parts.with_item(text, (0, 0), 1, item("A9"))) == [("P", ["A2"]), ("B", ["A3", "A9"])]
    assert codes(parts.with_item(text, (0, 0), 0, item("A9"))) == [("P", ["A9", "A2"]), ("B", ["A3"])]
    assert codes(parts.with_section(text, None, {"code": "C"}))[-1] == ("C", [])
    with pytest.raises(LookupError):
        parts.moved(text, 5, None, 1)
