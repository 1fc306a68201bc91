"""Model fields that behave the same on PostgreSQL and SQLite."""

import json

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _


class IntegerListField(models.Field):
    """A list of integers or None: ``bigint[]`` on PostgreSQL, a JSON array as text on SQLite."""

    description = _("List of integers")

    def db_type(self, connection):
        return "bigint[]" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value, expression, connection):
        return json.loads(value) if isinstance(value, str) else value

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None or connection.vendor == "postgresql":
            return value
        return json.dumps(value, separators=(",", ":"))

    def to_python(self, value):
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValidationError(_("Not a list of integers.")) from error

    def value_to_string(self, obj):
        return json.dumps(self.value_from_object(obj), separators=(",", ":"))


class ListElement(Func):
    """One integer out of an ``IntegerListField``, counted from 0; NULL where None stands.
    ``ListElement("item_scores", 2)``"""

    arity = 1

    def __init__(self, expression, place, **extra):
        extra.setdefault("output_field", models.BigIntegerField())
        super().__init__(expression, place=int(place), **extra)

    def as_postgresql(self, compiler, connection, **context):
        place = self.extra["place"] + 1
        return self.as_sql(compiler, connection, template=f"(%(expressions)s)[{place}]", **context)

    def as_sqlite(self, compiler, connection, **context):
        place = self.extra["place"]
        template = f"json_extract(%(expressions)s, '$[{place}]')"
        return self.as_sql(compiler, connection, template=template, **context)
