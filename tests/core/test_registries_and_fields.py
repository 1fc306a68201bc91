from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from core import due
from core.due import DueItem
from core.fields import IntegerListField
from core.registry import Registry


def test_things_are_kept_by_their_code_in_their_order():
    registry = Registry()
    assert registry.register("b", 1) == 1
    registry.register("a", 2)
    assert (list(registry), registry.values(), registry["a"], "a" in registry, "c" in registry) == (
        ["b", "a"],
        [1, 2],
        2,
        True,
        False,
    )
    with pytest.raises(ValueError, match="a is registered already"):
        registry.register("a", 3)


def test_returned_work_comes_first_then_what_is_due_soonest(monkeypatch):
    items = [
        DueItem("draft", "continue", "", "/1/"),
        DueItem("due", "hold", "", "/2/", date(2026, 6, 30)),
        DueItem("overdue", "hold", "", "/3/", date(2026, 5, 31)),
        DueItem("returned", "correct", "", "/4/", date(2026, 7, 1)),
    ]
    monkeypatch.setattr(
        due.sources, "_things", {"one": lambda user: items[:2], "two": lambda user: iter(items[2:])}
    )
    assert [item.url for item in due.due_items_for(None)] == ["/4/", "/3/", "/2/", "/1/"]


# --- lists of integers ----------------------------------------------------------------------------
LISTS = [None, [], [0], [None], [1, None, -5], [2**62, -(2**62)]]


@pytest.mark.django_db
@pytest.mark.parametrize("value", LISTS)
def test_a_list_comes_back_from_the_database_as_it_went_in(value):
    field = IntegerListField()
    with connection.cursor() as cursor:
        cast = f"SELECT CAST(%s AS {field.db_type(connection)})"
        cursor.execute(cast, [field.get_db_prep_value(value, connection)])
        assert field.from_db_value(cursor.fetchone()[0], None, connection) == value


def test_a_list_written_out_is_read_again():
    field = IntegerListField()
    field.attname = "value"
    for value in LISTS:
        holder = type("Holder", (), {"value": value})()
        assert field.to_python(field.value_to_string(holder)) == value
    assert field.to_python([1]) == [1]
    with pytest.raises(ValidationError):
        field.to_python("1,2")
