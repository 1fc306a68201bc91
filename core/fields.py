"""Model fields that behave the same on PostgreSQL and SQLite."""

import json

from django.core.exceptions import ValidationError
from django.db import models
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
