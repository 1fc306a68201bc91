"""The Django admin, as one class of routes: for staff with Django's own permissions, and for nobody else."""

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests.permissions.test_routes import routes
from tests.permissions.tree import BY_NAME, PEOPLE

NOBODYS = [person for person in PEOPLE if not person.is_staff]
PAGES = ["index", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n"]
MODELS = [(model._meta.app_label, model._meta.model_name, model) for model in admin.site._registry]
MODEL_PAGES = ["changelist", "add", "history", "delete", "change"]


def addresses():
    found = [reverse(f"admin:{page}") for page in PAGES]
    found += [
        reverse("admin:app_list", args=[label]) for label in sorted({label for label, *_rest in MODELS})
    ]
    found += ["/admin/anything/else/"]
    return found + [address for label, name, model in MODELS for address in model_pages(label, name, model)]


def model_pages(label, name, model):
    first = model._default_manager.order_by("pk").values_list("pk", flat=True).first()
    for page in MODEL_PAGES:
        try:
            yield reverse(
                f"admin:{label}_{name}_{page}", args=[first or 1] if page in MODEL_PAGES[2:] else []
            )
        except NoReverseMatch:
            continue


@pytest.mark.parametrize("person", NOBODYS, ids=lambda person: person.name)
def test_nobody_else_gets_further_than_the_door(walker, person):
    thoroughly = person.name in ("anonymous", "secretary", "sysadmin")
    tried, methods = (addresses(), ("GET", "POST")) if thoroughly else (addresses()[::5], ("GET",))
    complaints = [text for address in tried for text in refused(walker, person, address, methods)]
    assert not complaints, "\n".join(complaints)


def refused(walker, person, address, methods):
    for method in methods:
        answer = walker.ask(person, method, address)
        if answer.status != 302 or not ("/login/" in answer.location or address.endswith("/logout/")):
            yield f"{method} {address}: {answer.status} {answer.location}"
        if answer.canaries or answer.changed:
            yield f"{method} {address}: {sorted(answer.canaries)} {sorted(answer.changed)}"


def test_staff_without_permissions_see_an_empty_house(walker):
    person = BY_NAME["staff"]
    complaints = [text for address in addresses() for text in shut(walker, person, address)]
    assert not complaints, "\n".join(complaints)


def shut(walker, person, address):
    house = any(address.startswith(f"/admin/{label}/") for label, *_rest in MODELS)
    right = {403, 404} if house else {200, 302, 403, 404, 405}
    if address.endswith("/history/"):
        right = {302, 403}  # to the index, where there is no such row
    for method in ("GET", "POST"):
        answer = walker.ask(person, method, address)
        changed = answer.changed - ({"core_auditevent"} if address.endswith("/logout/") else set())
        if answer.status not in right or answer.canaries or changed:
            yield f"{method} {address}: {answer.status} {sorted(answer.canaries)} {sorted(changed)}"


def test_the_superuser_opens_every_page(walker):
    answers = {address: walker.ask(BY_NAME["superuser"], "GET", address).status for address in addresses()}
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    lists = [reverse(f"admin:{label}_{name}_changelist") for label, name, _model in MODELS]
    assert {answers[address] for address in lists} == {200}


def test_every_admin_route_is_of_a_kind_walked_here():
    known = {*PAGES, "login", "app_list", "view_on_site", "?"}
    names = [name.removeprefix("admin:") for _address, name, *_rest in routes() if name.startswith("admin:")]
    unknown = {
        name
        for name in names
        if name not in known and not name.endswith(tuple(f"_{page}" for page in MODEL_PAGES))
    }
    assert unknown == set()
