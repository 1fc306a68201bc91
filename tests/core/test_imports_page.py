"""A file is chosen, checked, and imported only when somebody says so; every reason can be taken home."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from branches.models import Member
from core.imports import kinds_for
from core.models import Job, StoredFile
from core.operations import start_import
from tests.factories.accounts import UserFactory
from tests.factories.branches import PartyUnitFactory

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "name,unit_code,status\n王敏,U1,FULL\n李强,U1,PROBATIONARY\n"
BAD = "name,unit_code,status\n王敏,U9,FULL\n李强,U1,HALF\n"
KINDS = [
    "organisations",
    "units",
    "members",
    "posts",
    "activities",
    "partners",
    "pairings",
    "values",
    "awards",
    "ratings",
    "past-results",
]


@pytest.fixture
def client(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    PartyUnitFactory(code="U1")
    client = Client()
    client.user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(client.user)
    return client


def upload(client, text, *, name="党员.csv", key=None):
    data = {"file": SimpleUploadedFile(name, text.encode()), "submission_key": key or uuid.uuid4()}
    return client.post("/imports/members/", data)


def checked(client, text):
    """The job of the check, and the page of its result."""
    upload(client, text)
    job = Job.objects.get(kind="core.import", payload__dry_run=True)
    return job, client.get(reverse("core:import_result", args=[job.pk]))


def test_every_import_has_a_page_for_who_may_write_the_rows(client):
    assert [kind.code for kind in kinds_for(client.user)] == KINDS
    pages = ["/imports/", *(f"/imports/{code}/" for code in KINDS)]
    assert {client.get(page).status_code for page in pages} == {200}
    assert client.get("/imports/users/").status_code == 404


def test_who_may_not_write_the_rows_imports_nothing(client):
    staff = UserFactory(is_staff=True)
    assert kinds_for(staff) == kinds_for(UserFactory(is_superuser=True)) == []
    client.force_login(staff)
    assert {client.get(page).status_code for page in ("/imports/", "/imports/members/")} == {403}


def test_the_headings_come_as_a_file_that_can_be_read_again(client):
    response = client.get("/imports/members/headings.csv")
    text = response.content.decode("utf-8-sig")
    assert response.headers["Content-Disposition"] == 'attachment; filename="members.csv"'
    assert len(text.strip().split(",")) == len(kinds_for(client.user)[2].columns)


def test_a_good_file_is_checked_first_and_written_on_demand(client):
    job, page = checked(client, GOOD)
    assert (page.context["ready"], job.result["created"], Member.objects.count()) == (True, 2, 0)
    address = reverse("core:import_result", args=[job.pk])
    assert client.post(address).status_code == 302
    client.post(address)  # pressed twice
    assert sorted(Member.objects.values_list("name", flat=True)) == sorted(["王敏", "李强"])
    written = Job.objects.get(kind="core.import", payload__dry_run=False)
    assert (written.result["created"], written.result["reason_count"]) == (2, 0)
    shown = client.get(reverse("core:import_result", args=[written.pk]))
    assert shown.context["ready"] is False


def test_a_bad_file_is_refused_with_every_reason(client):
    job, page = checked(client, BAD)
    assert (page.context["ready"], job.result["reason_count"], Member.objects.count()) == (False, 2, 0)
    assert [row for row, _column, _reason in page.context["reasons"]] == [2, 3]
    errors = client.get(reverse("core:import_errors", args=[job.pk]))
    lines = b"".join(errors.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "row,column,reason"
    assert [line.split(",")[:2] for line in lines[1:]] == [["2", "unit_code"], ["3", "status"]]


def test_a_good_file_has_no_file_of_reasons(client):
    job, _page = checked(client, GOOD)
    assert client.get(reverse("core:import_errors", args=[job.pk])).status_code == 404


@pytest.mark.parametrize(("name", "text"), [("a.txt", GOOD), ("a.csv", "")])
def test_what_is_no_table_is_refused_at_the_form(client, name, text):
    assert upload(client, text, name=name).status_code == 422
    assert not Job.objects.exists()


def test_a_double_click_is_one_check(client):
    key = uuid.uuid4()
    first, second = upload(client, GOOD, key=key), upload(client, GOOD, key=key)
    assert first.url == second.url
    assert StoredFile.objects.count() == 1


def test_another_persons_import_is_not_there(client):
    job, _page = checked(client, GOOD)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for name in ("core:import_result", "core:import_errors"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    assert client.post(reverse("core:import_result", args=[job.pk])).status_code == 404


def test_a_file_that_is_gone_says_so(client):
    job, _page = checked(client, GOOD)
    StoredFile.objects.get().path.unlink()
    client.post(reverse("core:import_result", args=[job.pk]))
    written = Job.objects.get(kind="core.import", payload__dry_run=False)
    assert (written.state, Member.objects.count()) == ("FAILED", 0)
    StoredFile.objects.all().delete()
    assert client.post(reverse("core:import_result", args=[job.pk])).status_code == 404


def test_what_was_written_is_not_written_again(client):
    job, _page = checked(client, GOOD)
    client.post(reverse("core:import_result", args=[job.pk]))
    written = Job.objects.get(kind="core.import", payload__dry_run=False)
    assert client.post(reverse("core:import_result", args=[written.pk])).status_code == 404


def test_nobody_imports_a_kind_he_may_not(client):
    kind = kinds_for(client.user)[0]
    with pytest.raises(PermissionDenied):
        start_import(
            kind,
            SimpleUploadedFile("a.csv", b"x"),
            by=UserFactory(is_staff=True),
            dry_run=True,
            key=uuid.uuid4(),
        )
