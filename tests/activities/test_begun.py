"""Nothing is typed for a unit on a day before it existed; what is on record from an import stays."""

from datetime import date

import pytest
from django.urls import reverse

from activities.models import Activity
from activities.operations import record_activity, update_activity
from activities.records import Change, RecordRefused
from tests.factories.activities import ActivityFactory

BACKEND = "accounts.backends.SignInBackend"


@pytest.fixture
def founded(units):
    """Branch C1-1, of 1 March 2002."""
    unit = units["C1-1"]
    unit.established_on = date(2002, 3, 1)
    unit.save()
    return unit


@pytest.fixture
def secretary(client, people):
    client.force_login(people.secretary, BACKEND)
    return client


@pytest.mark.parametrize(
    ("opened", "held_on", "refused"),
    [
        (None, date(1999, 1, 1), True),
        (None, date(2002, 2, 28), True),
        (None, date(2002, 3, 1), False),
        (date(2010, 1, 1), date(2009, 12, 31), True),
        (date(2010, 1, 1), date(2010, 1, 1), False),
    ],
)
def test_a_record_begins_with_its_unit(founded, people, data, opened, held_on, refused):
    founded.opened_on = opened
    founded.save()
    if refused:
        with pytest.raises(RecordRefused, match=(opened or founded.established_on).isoformat()):
            record_activity(data(held_on=held_on), by=people.secretary)
    else:
        record_activity(data(held_on=held_on), by=people.secretary)
    assert Activity.objects.exists() is not refused


def test_an_imported_day_stays_when_the_record_is_changed(founded, people, data):
    row = ActivityFactory(unit=founded, held_on=date(1999, 1, 1), state="DRAFT", created_by=people.secretary)
    kept = update_activity(
        row, data(held_on=date(1999, 1, 1), title="新"), by=people.secretary, change=Change(row.version)
    )
    assert (kept.title, kept.held_on) == ("新", date(1999, 1, 1))
    with pytest.raises(RecordRefused):
        update_activity(
            kept, data(held_on=date(1999, 1, 2)), by=people.secretary, change=Change(kept.version)
        )


@pytest.mark.parametrize("page", ["activities:create", "activities:talk"])
def test_the_day_says_so_at_its_field(secretary, founded, page):
    posted = {"unit": "C1-1", "kind": "THEMED_PARTY_DAY", "title": "入户", "held_on": "1999-01-01"}
    response = secretary.post(reverse(page), posted)
    form = response.context["form"]
    assert (response.status_code, form["held_on"].value()) == (422, "1999-01-01")
    [words] = form.errors["held_on"]
    assert "2002-03-01" in words
    assert not Activity.objects.exists()
