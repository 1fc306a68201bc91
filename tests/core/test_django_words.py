"""Django still says what our catalogues translate in its place."""

from django.core import validators
from django.forms import Field

from core.django_words import LIMITS


def words_of(message):
    """The text to look up, of a lazy plural as of a lazy text."""
    return message._kw["singular"] if "singular" in getattr(message, "_kw", {}) else message._args[0]


def test_the_texts_are_django_s_own():
    checks = [
        validators.MaxValueValidator,
        validators.MinValueValidator,
        validators.MaxLengthValidator,
        validators.MinLengthValidator,
    ]
    said = [Field.default_error_messages["required"], *(check.message for check in checks)]
    assert [words_of(text) for text in said] == [words_of(text) for text in LIMITS]
