"""Signing in, the life of a session, the own password, activation slips."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import operations
from accounts.models import Activation, User
from core import clock
from core.models import AuditEvent
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "Kettle-tree-94"
START = "2026-06-10 08:00+08:00"


@pytest.fixture(autouse=True)
def in_the_morning(time_machine):
    time_machine.move_to(START, tick=False)


@pytest.fixture
def user():
    return UserFactory(username="LiLei", name="李雷", staff_no="A001")


def sign_in(client, login="LiLei", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


def is_signed_in(client):
    return client.get("/accounts/profile/").status_code == 200


# --- the door ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("login", ["LiLei", "lilei", " LILEI ", "ＬｉＬｅｉ", "A001", "a001", "Ａ００１"])
def test_by_username_or_staff_number_in_any_spelling(client, user, login):
    response = sign_in(client, login)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert AuditEvent.objects.get(verb="sign_in").actor == user


@pytest.mark.parametrize(
    ("login", "password"),
    [("LiLei", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("a\x00b", "x"), ("", "")],
)
def test_a_wrong_pair_says_what_to_do_and_nothing_else(client, user, login, password):
    UserFactory(username="gone", is_active=False)
    response = sign_in(client, login, password)
    assert response.status_code == 422
    assert not is_signed_in(client)


def test_the_answer_does_not_tell_who_exists(client, user):
    def words(login):
        page = sign_in(Client(), login, "wrong-password").text.replace(login, "")
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)

    assert words("LiLei") == words("nobody")


def test_a_staff_number_held_twice_in_another_case_opens_nothing(client, user):
    UserFactory(staff_no="a001")
    assert sign_in(client, "A001").status_code == 422


def test_whoever_is_signed_in_goes_on(client, user):
    sign_in(client)
    assert client.get("/accounts/login/?next=/units/").headers["Location"] == "/units/"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "https:///evil"],
)
def test_the_way_on_stays_here(client, user, target):
    assert sign_in(client, next=target).headers["Location"] == "/"


def test_a_form_from_elsewhere_is_refused(user):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    assert strict.post("/accounts/logout/").status_code == 403


def test_nobody_registers_and_no_password_goes_by_mail(client):
    for path in ("signup", "password/reset", "email", "confirm-email", "2fa", "login/code"):
        assert client.get(f"/accounts/{path}/").status_code in (302, 404)
        client.force_login(UserFactory())
        assert client.get(f"/accounts/{path}/").status_code == 404
        client.logout()


def test_the_page_comes_in_both_languages(client):
    for language, word in (("zh-hans", "登录"), ("en", "Sign in")):
        client.post("/i18n/setlang/", {"language": language, "next": "/accounts/login/"})
        assert f"<h1>{word}</h1>" in client.get("/accounts/login/").text


# --- too many attempts ---------------------------------------------------------------------------------
def test_after_five_wrong_attempts_there_is_a_pause(client, user, time_machine):
    answers = [
        sign_in(client, login, "wrong").status_code for login in ("LiLei", "lilei", "A001", "a001", "LILEI")
    ]
    assert answers == [422, 422, 422, 422, 429]
    response = sign_in(client)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    assert not is_signed_in(client)
    time_machine.shift(timedelta(minutes=15, seconds=1))
    assert sign_in(client).status_code == 302


def test_the_pause_locks_nobody_else(client, user):
    other = UserFactory()
    for _attempt in range(6):
        sign_in(client, password="wrong")
    assert sign_in(client, other.username).status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.9.8.7")).status_code == 302


# --- how long a session lasts --------------------------------------------------------------------------
def test_after_thirty_idle_minutes_one_signs_in_again(client, user, time_machine):
    sign_in(client)
    time_machine.shift(timedelta(minutes=29))
    assert is_signed_in(client)
    time_machine.shift(timedelta(minutes=29))
    assert is_signed_in(client)
    time_machine.shift(timedelta(minutes=31))
    assert not is_signed_in(client)


def test_a_session_in_use_is_written_once_a_minute_and_lasts_no_longer_for_it(client, user, time_machine):
    def writes():
        with CaptureQueriesContext(connection) as queries:
            assert is_signed_in(client)
        return [query["sql"].split()[0] for query in queries].count("UPDATE")

    sign_in(client)
    assert writes() == 0
    time_machine.shift(timedelta(seconds=59))
    assert writes() == 0
    time_machine.shift(timedelta(seconds=1))
    assert [writes(), writes()] == [1, 0]
    time_machine.shift(timedelta(seconds=59))
    assert writes() == 0
    time_machine.shift(timedelta(minutes=29))  # thirty since the last write, less a second
    assert is_signed_in(client)
    time_machine.shift(timedelta(minutes=30))
    assert not is_signed_in(client)


def test_after_twelve_hours_one_signs_in_again(client, user, time_machine):
    sign_in(client)
    for _step in range(36):
        time_machine.shift(timedelta(minutes=19, seconds=59))
        assert is_signed_in(client)
    time_machine.shift(timedelta(minutes=20))
    response = client.get("/accounts/profile/?x=1")
    assert response.headers["Location"] == "/accounts/login/?next=/accounts/profile/%3Fx%3D1"
    assert client.get(response.headers["Location"]).context["ended"] is True
    assert client.get("/accounts/login/").context["ended"] is False


def test_a_session_without_a_beginning_is_over(client, user):
    sign_in(client)
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert client.post("/accounts/profile/").headers["Location"] == "/accounts/login/?next=/"


def test_somebody_made_inactive_is_signed_out(client, user):
    sign_in(client)
    operations.deactivate(User.objects.filter(pk=user.pk), by=UserFactory())
    assert not is_signed_in(client)
    assert "_auth_user_id" not in client.session


def test_signing_in_gives_a_new_session(client, user):
    client.get("/accounts/login/")
    before = client.cookies.get("sessionid") and client.cookies["sessionid"].value
    sign_in(client)
    assert client.cookies["sessionid"].value != before


def test_signing_out_is_a_post(client, user):
    sign_in(client)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert not is_signed_in(client)
    assert AuditEvent.objects.filter(verb="sign_out", actor=user).count() == 1


# --- the own password ----------------------------------------------------------------------------------
def change(client, old=PASSWORD, new=NEW, repeated=NEW):
    fields = {"old_password": old, "new_password": new, "repeated": repeated}
    return client.post("/accounts/password/change/", fields)


def test_a_new_password_ends_the_sessions_elsewhere(client, user):
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    assert change(client).headers["Location"] == "/accounts/profile/"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert sign_in(Client()).status_code == 422
    assert sign_in(Client(), password=NEW).status_code == 302
    assert AuditEvent.objects.filter(verb="change_password", actor=user).count() == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"old": "wrong"}, "old_password"),
        ({"repeated": "Other-words-31"}, "repeated"),
        ({"new": PASSWORD, "repeated": PASSWORD}, "new_password"),
        ({"new": "LiLei-A001-x", "repeated": "LiLei-A001-x"}, "new_password"),
        ({"new": ""}, "new_password"),
    ],
)
def test_a_wrong_change_says_where(client, user, fields, wrong):
    sign_in(client)
    response = change(client, **fields)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])
    assert sign_in(Client()).status_code == 302


def test_whoever_has_to_choose_a_password_does_that_first(client, user):
    User.objects.update(must_change_password=True)
    sign_in(client)
    assert client.get("/units/").headers["Location"] == "/accounts/password/change/"
    assert client.get("/accounts/password/change/").status_code == 200
    change(client)
    assert is_signed_in(client)


# --- activation ----------------------------------------------------------------------------------------
@pytest.fixture
def newcomer():
    return operations.create_user(username="wangfang", name="王芳", staff_no="B7", by=None)


@pytest.fixture
def code(newcomer):
    return operations.issue_slips([newcomer], by=None)[newcomer.pk]


def activate(client, login="wangfang", code="", new=NEW, repeated=NEW):
    fields = {"login": login, "code": code, "new_password": new, "repeated": repeated}
    return client.post("/accounts/activate/", fields)


def test_a_slip_opens_the_account_once(client, newcomer, code):
    assert sign_in(client, "wangfang", "").status_code == 422
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    assert activate(client, code=f" {code.lower()} ").headers["Location"] == "/accounts/login/"
    assert sign_in(client, "b7", NEW).status_code == 302
    assert activate(Client(), code=code).status_code == 422


def test_a_slip_is_good_for_fourteen_days(client, code, time_machine):
    time_machine.shift(timedelta(days=14))
    assert activate(client, code=code).status_code == 422
    time_machine.shift(timedelta(seconds=-1))
    assert activate(client, code=code).status_code == 302


def test_five_wrong_codes_close_a_slip(client, code):
    for _attempt in range(5):
        assert activate(client, code="AAAA-BBBB-CCCC").status_code == 422
    assert activate(client, code=code).status_code == 422
    assert Activation.objects.get().attempts == 5


def test_a_new_slip_replaces_the_old_one(client, newcomer, code):
    newer = operations.issue_slips([newcomer], by=None)[newcomer.pk]
    assert activate(client, code=code).status_code == 422
    assert activate(client, code=newer).status_code == 302


def test_the_code_itself_is_kept_nowhere(code):
    plain = code.replace("-", "")
    assert plain not in Activation.objects.get().code_hash
    assert not AuditEvent.objects.filter(summary__icontains=plain).exists()


@pytest.mark.parametrize("login", ["nobody", "LiLei"])
def test_without_a_slip_the_answer_is_the_same(client, user, code, login):
    def errors(name):
        return activate(client, login=name, code="AAAA-BBBB-CCCC").context["form"].errors

    assert errors(login) == errors("wangfang")


def test_a_weak_password_does_not_use_up_the_slip(client, code):
    assert activate(client, code=code, new="wangfang-1", repeated="wangfang-1").status_code == 422
    assert activate(client, code=code).status_code == 302


def test_somebody_inactive_is_not_opened(client, newcomer, code):
    User.objects.update(is_active=False)
    assert activate(client, code=code).status_code == 422


# --- the own record ------------------------------------------------------------------------------------
def test_the_own_record_and_the_switch(client, user):
    sign_in(client)
    page = client.get("/accounts/profile/").text
    assert "李雷" in page and "A001" in page
    assert client.post("/accounts/profile/", {}).headers["Location"] == "/accounts/profile/"
    user.refresh_from_db()
    assert user.keyboard_shortcuts is False
    assert clock.today().isoformat() == "2026-06-10"
