import re

from crispy_forms.utils import render_crispy_form
from django import forms

from activities.models import Tag
from core.forms import SubmissionMixin


class TopicForm(SubmissionMixin, forms.Form):
    title = forms.CharField(max_length=200)


class TagForm(SubmissionMixin, forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name"]


def hidden(form):
    """The hidden fields of a form as crispy draws it."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", render_crispy_form(form))
    named = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: value[1] if value else "" for name, value in named}


def test_each_form_has_a_key_of_its_own():
    first, second = hidden(TopicForm()), hidden(TopicForm())
    assert re.fullmatch(r"[0-9a-f-]{36}", first["submission_key"])
    assert first["submission_key"] != second["submission_key"]


def test_the_version_of_the_record_goes_along():
    tag = Tag(name="once")
    tag.version = 7
    assert hidden(TagForm(instance=tag))["version"] == "7"


def test_what_is_posted_wins():
    key = "3f0c2b52-5bb4-4d8e-8a63-0c5a90c0d0aa"
    form = TopicForm({"title": "once", "submission_key": key, "version": "3"})
    assert form.is_valid()
    assert (str(form.cleaned_data["submission_key"]), form.cleaned_data["version"]) == (key, 3)


def test_a_key_that_is_none_is_refused():
    form = TopicForm({"title": "once", "submission_key": "nonsense"})
    assert (form.is_valid(), list(form.errors)) == (False, ["submission_key"])


def test_the_page_draws_the_form_element():
    assert "<form" not in render_crispy_form(TopicForm())
