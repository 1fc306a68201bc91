"""Each page is found from where its users look, and no link leads to a refusal."""

import pytest

BACKEND = "accounts.backends.SignInBackend"
TASKS = "/core-tasks/?unit="


@pytest.fixture
def page(client, people):
    def open_page(name, path):
        client.force_login(getattr(people, name), BACKEND)
        response = client.get(path)
        assert response.status_code == 200
        return response.content.decode()

    return open_page


@pytest.mark.parametrize(
    ("name", "path", "shown"),
    [
        ("secretary", "/units/C1-1/", "C1-1"),
        ("secretary", "/duties/", "C1-1"),
        ("leader", "/duties/", "C1-1-1"),
        ("county", "/units/C1-2/", "C1-2"),
        ("member", "/units/C1-1/", ""),
    ],
)
def test_the_core_tasks_are_linked_for_who_may_see_them(page, client, name, path, shown):
    found = page(name, path)
    assert (f'href="{TASKS}{shown}"' in found) is bool(shown)
    assert client.get(f"{TASKS}{shown or 'C1-1'}").status_code == (200 if shown else 404)


@pytest.mark.parametrize(("name", "unit", "shown"), [("bureau", "B1", False), ("secretary", "C1-1", True)])
def test_the_short_form_of_talks_is_offered_only_where_it_opens(page, client, name, unit, shown):
    talk = f"/activities/talk/?unit={unit}"
    assert (talk in page(name, f"/activities/new/?unit={unit}")) is shown
    assert client.get(talk).status_code == (200 if shown else 403)
