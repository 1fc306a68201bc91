"""What may stand in an address."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from core.operations.drafts import storable


class TextConverter(StringConverter):
    """A code that a database can be asked for: anything else is no address of ours, rather than an error."""

    def to_python(self, value: str) -> str:
        if not storable(value):
            raise ValueError
        return value


def register() -> None:
    register_converter(TextConverter, "text")
