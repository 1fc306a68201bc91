from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from core import navigation
from core.due import DueItem
from core.navigation import NavItem
from core.templatetags import components

pytestmark = pytest.mark.urls("tests.core.sample_page")

SECRETARY = SimpleNamespace(name="周明", is_staff=False)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def drawn(source, request=None, **context):
    template = engines["django"].from_string("{% load components format i18n %}" + source)
    return " ".join(template.render(context, request).split())


def a_request(path="/", **query):
    request = RequestFactory().get(path, query)
    request.user = SECRETARY
    return request


# ---- menu ----


@pytest.fixture
def menu(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_places", [])
    return navigation


def test_the_menu_shows_what_the_user_may_see_in_order(menu):
    menu.register(
        NavItem("dashboard:province", "Admin", "gear", visible=lambda user: user.is_staff, order=90)
    )
    menu.register(NavItem("set_language", "Language", "translate", order=20))
    menu.register(NavItem("accounts:profile", "Me", "key", order=10, tab=True))
    menu.register(NavItem("no:such", "Elsewhere", "book"))
    assert [item.label for item in menu.items_for(SECRETARY)] == ["Me", "Language"]
    assert [item.label for item in menu.items_for(SimpleNamespace(is_staff=True))] == [
        "Me",
        "Language",
        "Admin",
    ]


def test_a_second_entry_for_an_address_replaces_the_first(menu):
    menu.register(NavItem("set_language", "Language", "translate"))
    menu.register(NavItem("set_language", "Tongue", "translate"))
    assert [item.label for item in menu.items_for(SECRETARY)] == ["Tongue"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "Workbench"),
        ("/activities/7/", "Activities"),
        ("/activities/new/", "New"),
        ("/elsewhere/", None),
    ],
)
def test_the_entry_nearest_to_the_page_is_current(menu, path, current):
    menu.register(NavItem("dashboard:workbench", "Workbench", "house-door", tab=True))
    menu.register(NavItem("activities:list", "Activities", "journal-check", tab=True))
    menu.register(NavItem("activities:create", "New", "plus-lg"))
    items = components.nav_items({"request": a_request(path)})
    assert [item["label"] for item in items if item["current"]] == ([current] if current else [])
    assert [item["label"] for item in components.tabs(items)] == ["Workbench", "Activities"]


def test_the_place_of_a_user_is_named_by_who_knows_it(menu):
    assert drawn("{% current_place %}", a_request()) == ""
    menu.register_place(lambda user: f"{user.name}, branch 1")
    assert drawn("{% current_place %}", a_request()) == "周明, branch 1"


# ---- status and figures ----


def test_an_icon_is_decoration_unless_it_has_a_name():
    assert drawn('{% icon "clock" %}') == (
        '<svg class="bi" aria-hidden="true"><use href="/static/img/icons.svg#clock"/></svg>'
    )
    named = '<svg class="bi" role="img" aria-label="&lt;done&gt;">'
    assert drawn('{% icon "check-lg" name %}', name="<done>") == (
        f'{named}<use href="/static/img/icons.svg#check-lg"/></svg>'
    )


@pytest.mark.parametrize(
    ("kind", "symbol"),
    [
        ("plain", None),
        ("done", "check-lg"),
        ("wait", "arrow-repeat"),
        ("due", "clock"),
        ("over", "exclamation-circle-fill"),
        ("none", "dash-circle"),
        ("gold", "award"),
    ],
)
def test_a_badge_has_words_and_an_icon_of_its_kind(kind, symbol):
    html = drawn("{% badge kind text %}", kind=kind, text="<b>")
    picture = components.icon(symbol) if symbol else ""
    assert html == f'<span class="st st-{kind}">{picture}&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("change", "better", "direction", "tone"),
    [
        (3, "up", "up", "good"),
        (-3, "up", "down", "bad"),
        (-11.7, "down", "down", "good"),
        (2, "down", "up", "bad"),
        (0, "up", "flat", "flat"),
        (None, "up", "flat", "flat"),
        (5, "none", "up", "flat"),
    ],
)
def test_the_arrow_says_the_direction_and_the_colour_says_good_or_bad(change, better, direction, tone):
    assert components.delta(change, "x", better) == {"direction": direction, "tone": tone, "text": "x"}


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        (None, "htx"),
        (100, "ht4"),
        (95, "ht4"),
        (94.9, "ht3"),
        (80, "ht3"),
        (79, "ht2"),
        (60, "ht2"),
        (0, "ht1"),
        (-1, "ht1"),
    ],
)
def test_heat_bands_are_the_grade_thresholds(percent, band):
    assert components.heat_band(percent) == band


def test_a_notice_escapes_nothing_of_the_template_and_all_of_the_data():
    html = drawn('{% notice "warn" "status" %}<b>{{ name }}</b>{% endnotice %}', name="<i>")
    assert html == (
        '<div class="note-info note-warn" role="status">'
        f"{components.icon('exclamation-triangle-fill')}<div><b>&lt;i&gt;</b></div></div>"
    )


@pytest.mark.parametrize(
    ("level", "kind"),
    [("success", "ok"), ("warning", "warn"), ("error", "over"), ("info", "info"), ("debug", "info")],
)
def test_a_message_becomes_a_notice(level, kind):
    assert components.notice_kind(SimpleNamespace(level_tag=level)) == kind


# ---- drawings ----


@pytest.mark.parametrize(
    ("arguments", "drawing"),
    [
        ((3, 6, 4), {"width": "50.00%", "mark": "66.67%", "late": True}),
        ((4, 6, 4), {"width": "66.67%", "mark": "66.67%", "late": False}),
        ((0, 0), {"width": "0%", "mark": None, "late": False}),
        ((9, 6, 0), {"width": "100.00%", "mark": None, "late": False}),
    ],
)
def test_a_bar_is_brown_below_its_mark(arguments, drawing):
    assert components.bar(*arguments) == drawing


def test_a_bar_may_be_told_that_it_is_late():
    assert components.bar(9, 10, late=True)["late"] is True
    assert components.bar(1, 10, 5, late=False)["late"] is False


def test_a_dumbbell_stays_within_its_axis():
    assert components.dumbbell(97, 58) == {"first": "92.50%", "second": "0.00%", "empty": False}
    assert components.dumbbell(97, None) == {"empty": True}
    assert drawn("{% dumbbell 97 none %}", none=None) == ""


def test_a_sparkline_needs_two_values():
    assert components.sparkline([1, None]) == {"points": []}
    line = components.sparkline([1, None, 3, 2])
    assert line == {"points": [(3.0, 18.0), (32.0, 4.0), (61.0, 11.0)], "last": (61.0, 11.0)}
    assert components.sparkline([5, 5])["points"] == [(3.0, 18.0), (61.0, 18.0)]


# ---- to-do ----


def test_what_is_due_is_grouped_by_how_soon():
    with time_machine.travel(datetime(2026, 11, 20, 4, tzinfo=UTC), tick=False):
        groups = components.todo_groups(
            [
                DueItem("returned", "a", "", "/a"),
                DueItem("overdue", "b", "", "/b", date(2026, 11, 1)),
                DueItem("due", "c", "", "/c", date(2026, 11, 19)),
                DueItem("due", "d", "", "/d", date(2026, 11, 27)),
                DueItem("due", "e", "", "/e", date(2026, 11, 28)),
                DueItem("due", "h", "", "/h", date(2026, 12, 1)),
                DueItem("draft", "f", "", "/f"),
                DueItem("waiting", "g", "", "/g", date(2026, 11, 20)),
            ]
        )
    rows = {
        group["heading"]: [(row["item"].title, row["badge"], row["text"]) for row in group["items"]]
        for group in groups
    }
    assert rows == {
        "At once": [("a", "over", "Returned"), ("b", "over", ""), ("c", "over", "")],
        "Within 7 days": [("d", "due", ""), ("g", "wait", "Waiting")],
        "This month": [("e", "none", "")],
        "Later": [("h", "none", ""), ("f", "wait", "Draft")],
    }


def test_nothing_due_draws_nothing():
    assert drawn("{% todo_list items %}", items=[]) == ""


# ---- lists ----


@pytest.mark.parametrize(
    ("query", "direction", "href"),
    [
        ({}, "", "?q=x&amp;sort=total"),
        ({"sort": "total", "page": "3"}, ' aria-sort="ascending"', "?q=x&amp;sort=-total"),
        ({"sort": "-total"}, ' aria-sort="descending"', "?q=x&amp;sort=total"),
    ],
)
def test_a_sort_header_keeps_the_query_and_starts_at_page_one(query, direction, href):
    html = drawn('{% sort_header "total" "Total" numeric=True css="x" %}', a_request("/", q="x", **query))
    assert html.startswith(f'<th scope="col" class="n x"{direction}><a class="sort" href="{href}">Total<svg')


def test_pages_keep_the_query():
    page = Paginator(range(500), 50).page(2)
    html = drawn("{% pagination page %}", a_request("/", q="x"), page=page)
    assert 'href="?q=x&amp;page=1" rel="prev"' in html
    assert '<span aria-current="page">2</span>' in html
    assert 'href="?q=x&amp;page=3" rel="next"' in html


def test_one_page_needs_no_pager():
    assert drawn("{% pagination page %}", a_request(), page=Paginator(range(5), 50).page(1)) == ""


# ---- forms ----


class VisitForm(forms.Form):
    topic = forms.CharField(
        label="topic", help_text="one sentence", error_messages={"required": "Fill in the topic"}
    )
    kind = forms.ChoiceField(label="kind", choices=[("A", "a"), ("B", "b")], widget=forms.RadioSelect)
    tags = forms.MultipleChoiceField(
        label="tags", choices=[("A", "a")], widget=forms.CheckboxSelectMultiple, required=False
    )
    pair = forms.ChoiceField(label="pair", choices=[("", "-")], required=False)
    sheet = forms.FileField(label="sheet", required=False)
    together = forms.BooleanField(label="together", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("Nobody was there")


def test_the_error_summary_names_every_error_and_leads_to_its_field():
    assert components.error_summary(VisitForm({}))["errors"] == [
        {"text": "Nobody was there", "target": ""},
        {"text": "Fill in the topic", "target": "id_topic"},
        {"text": "kind: This field is required.", "target": "id_kind_0"},
    ]


def test_the_error_summary_reads_formsets_and_skips_what_was_not_sent():
    rows = forms.formset_factory(VisitForm, min_num=1, validate_min=True, extra=0)
    sent = rows({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-topic": "x", "form-0-kind": "A"})
    assert components.error_summary(VisitForm(), None, sent)["errors"] == [
        {"text": "Row 1 – Nobody was there", "target": ""}
    ]
    none = rows({"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"})
    assert components.error_summary(none)["errors"] == [
        {"text": "Please submit at least 1 form.", "target": ""}
    ]
    assert drawn("{% error_summary form %}", form=VisitForm()) == ""


def test_a_field_says_its_error_and_points_to_hint_and_error():
    html = drawn("{% field form.topic %}", form=VisitForm({}))
    assert '<div id="div_id_topic" class="fld err ">' in html
    assert '<label for="id_topic">topic</label>' in html
    assert '<div class="fhint" id="id_topic_helptext">one sentence</div>' in html
    assert '<div class="emsg" id="id_topic_error">' in html
    assert 'aria-invalid="true" aria-describedby="id_topic_helptext id_topic_error"' in html


@pytest.mark.parametrize(
    ("name", "shape", "optional"),
    [
        ("topic", "text", False),
        ("kind", "radios", False),
        ("tags", "checkboxes", True),
        ("pair", "select", True),
        ("sheet", "file", True),
        ("together", "checkbox", False),
    ],
)
def test_each_kind_of_field_has_its_shape(name, shape, optional):
    form = VisitForm()
    assert components.widget_shape(form[name]) == shape
    html = drawn("{% field field %}", field=form[name])
    assert ("(optional)" in html) is optional
    assert ("<fieldset" in html) is (shape in ("radios", "checkboxes"))


def test_a_hidden_field_is_only_itself():
    assert drawn("{% field form.version %}", form=VisitForm()) == (
        '<input type="hidden" name="version" id="id_version">'
    )


def test_crispy_draws_the_same_field():
    source = "{% load crispy_forms_tags %}{{ form.topic|as_crispy_field }}"
    assert drawn(source, form=VisitForm({})) == drawn("{% field form.topic %}", form=VisitForm({}))
