"""The building blocks of pages. ``docs/components.md`` lists them; each template shows how it is used."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock, navigation, undo

register = template.Library()

BADGE_ICONS = {
    "plain": "",
    "done": "check-lg",
    "ok": "check-circle",
    "wait": "arrow-repeat",
    "due": "clock",
    "over": "exclamation-circle-fill",
    "none": "dash-circle",
    "gold": "award",
}
NOTICE_ICONS = {
    "info": "info-circle-fill",
    "ok": "check-circle-fill",
    "warn": "exclamation-triangle-fill",
    "over": "exclamation-circle-fill",
}
NOTICE_OF_MESSAGE = {"success": "ok", "warning": "warn", "error": "over"}
HEAT_BANDS = ((95, "ht4"), (80, "ht3"), (60, "ht2"), (0, "ht1"))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of ``icons.svg``; decorative unless it gets a ``label``."""
    source = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="bi" role="img" aria-label="{}"><use href="{}"/></svg>', label, source)
    return format_html('<svg class="bi" aria-hidden="true"><use href="{}"/></svg>', source)


# ---- the shell ----


@register.simple_tag(takes_context=True)
def nav_items(context: template.Context) -> list[dict[str, Any]]:
    """Menu entries of the signed-in user; ``current`` marks the one whose address the page stands under."""
    request = context["request"]
    items = navigation.items_for(request.user)
    under = [item.url for item in items if request.path == item.url or _is_below(request.path, item.url)]
    current = max(under, key=len, default=None)
    return [
        {
            "url": item.url,
            "label": item.label,
            "icon": item.icon,
            "tab": item.tab,
            "current": item.url == current,
        }
        for item in items
    ]


def _is_below(path: str, url: str) -> bool:
    return url != "/" and path.startswith(url)


@register.simple_tag(takes_context=True)
def creation_url(context: template.Context) -> str:
    """Where the user makes a new record; nothing for who makes none."""
    return navigation.creation_url(context["request"].user)


@register.filter
def tabs(menu: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of the menu that stand on the phone's tab bar."""
    return [item for item in menu if item["tab"]]


@register.simple_tag(takes_context=True)
def current_place(context: template.Context) -> Any:
    """The unit and role the user acts in, for the top bar."""
    return navigation.place_of(context["request"].user)


@register.filter
def notice_kind(message: Any) -> str:
    """The kind of notice for a message of ``django.contrib.messages``."""
    return NOTICE_OF_MESSAGE.get(message.level_tag, "info")


# ---- status, figures ----


@register.simple_tag(takes_context=True)
def undo_offered(context: template.Context) -> Any:
    """What the person just did and may take back, once."""
    request = context.get("request")
    return undo.take(request) if request else None


@register.inclusion_tag("components/badge.html")
def badge(kind: str, text: Any, icon: str = "") -> dict[str, Any]:
    return {"kind": kind, "text": text, "icon": icon or BADGE_ICONS[kind]}


@register.inclusion_tag("components/delta.html")
def delta(change: Any, text: Any, better: str = "up") -> dict[str, Any]:
    """``change`` gives the arrow by its sign; ``better`` says which direction is good: up, down or none."""
    direction = "flat" if not change else "up" if change > 0 else "down"
    tone = "flat" if direction == "flat" or better == "none" else "good" if direction == better else "bad"
    return {"direction": direction, "tone": tone, "text": text}


@register.simple_block_tag
def notice(content: SafeString, kind: str = "info", role: str = "note") -> SafeString:
    """``{% notice "warn" %}What happened. What to do.{% endnotice %}``: info, ok, warn or over."""
    box = '<div class="note-info note-{}" role="{}">{}<div>{}</div></div>'
    return format_html(box, kind, role, icon(NOTICE_ICONS[kind]), content)


@register.filter
def heat_band(percent: Any) -> str:
    """The class of a heat cell: the bands are the grade thresholds."""
    if percent is None:
        return "htx"
    return next((band for least, band in HEAT_BANDS if percent >= least), "ht1")


# ---- small drawings: geometry in SVG attributes, because the CSP allows no style attribute ----


def _share(value: Any, total: Any) -> str:
    """``value`` of ``total`` as an SVG length, kept within the drawing."""
    if not total:
        return "0%"
    return f"{max(0.0, min(100.0, float(value) * 100 / float(total))):.2f}%"


@register.inclusion_tag("components/bar.html")
def bar(value: Any, total: Any, mark: Any = None, *, late: bool | None = None) -> dict[str, Any]:
    """``mark`` is where it should stand today: below it the bar is brown unless ``late`` says otherwise."""
    if late is None:
        late = mark is not None and value < mark
    return {
        "width": _share(value, total),
        "mark": _share(mark, total) if mark else None,
        "late": late,
    }


@register.inclusion_tag("components/dumbbell.html")
def dumbbell(first: Any, second: Any, low: Any = 60, high: Any = 100) -> dict[str, Any]:
    if first is None or second is None:
        return {"empty": True}
    span = high - low
    return {"first": _share(first - low, span), "second": _share(second - low, span), "empty": False}


@register.inclusion_tag("components/sparkline.html")
def sparkline(values: Sequence[Any]) -> dict[str, Any]:
    numbers = [float(value) for value in values if value is not None]
    if len(numbers) < 2:
        return {"points": []}
    low, span = min(numbers), (max(numbers) - min(numbers)) or 1.0
    step = 58 / (len(numbers) - 1)
    heights = [round(18 - 14 * (number - low) / span, 1) for number in numbers]
    points = [(round(3 + step * place, 1), height) for place, height in enumerate(heights)]
    return {"points": points, "last": points[-1]}


# ---- to-do ----


@register.inclusion_tag("components/todo_list.html")
def todo_list(items: Iterable[Any], level: int = 3) -> dict[str, Any]:
    """``items`` are ``core.due.DueItem``; ``level`` is the heading level of the groups."""
    return {"groups": todo_groups(items), "level": level}


def todo_groups(items: Iterable[Any]) -> list[dict[str, Any]]:
    """Grouped as the eye needs them: at once, within 7 days, this month, later. Empty groups are left out."""
    today = clock.today()
    groups: dict[str, list[dict[str, Any]]] = {"now": [], "week": [], "month": [], "later": []}
    for item in items:
        groups[_urgency(item, today)].append(_todo_row(item, today))
    headings = {
        "now": _("At once"),
        "week": _("Within 7 days"),
        "month": _("This month"),
        "later": _("Later"),
    }
    return [{"heading": headings[key], "items": rows} for key, rows in groups.items() if rows]


def _urgency(item: Any, today: date) -> str:
    if item.kind in ("returned", "overdue") or (item.due_on and item.due_on < today):
        return "now"
    if not item.due_on:
        return "later"
    if item.due_on <= today + timedelta(days=7):
        return "week"
    return "month" if (item.due_on.year, item.due_on.month) == (today.year, today.month) else "later"


def _todo_row(item: Any, today: date) -> dict[str, Any]:
    kinds = {
        "returned": ("over", _("Returned")),
        "draft": ("wait", _("Draft")),
        "waiting": ("wait", _("Waiting")),
    }
    badge_of_urgency = {"now": "over", "week": "due", "month": "none", "later": "none"}
    kind, text = kinds.get(item.kind, (badge_of_urgency[_urgency(item, today)], ""))
    return {"item": item, "badge": kind, "text": text}


# ---- tables and lists ----


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, key: str, label: Any, *, numeric: bool = False, css: str = ""
) -> dict[str, Any]:
    """A ``<th>`` that sorts by ``key``: ``?sort=key``, again ``?sort=-key``; the rest of the query stays."""
    sort = context["request"].GET.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    css = " ".join(part for part in ("n" if numeric else "", css) if part)
    return {
        "request": context["request"],
        "label": label,
        "direction": direction,
        "following": f"-{key}" if direction == "ascending" else key,
        "css": css,
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page_obj: Any) -> dict[str, Any]:
    numbers = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1)
    return {"request": context["request"], "page_obj": page_obj, "numbers": list(numbers)}


# ---- forms ----


@register.simple_tag
def chosen_filters(form: Any) -> int:
    """How many fields of a filter form the address has filled in."""
    return sum(bool(form.data.get(field.html_name)) for field in form if not field.is_hidden)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """Every error of the forms and formsets given, in their order, each linked to its field."""
    errors = [error for form in forms if form for error in _errors_of(form)]
    return {"errors": errors}


def _errors_of(form: Any) -> list[dict[str, str]]:
    if hasattr(form, "forms"):
        whole = [{"text": str(text), "target": ""} for text in form.non_form_errors()]
        rows = enumerate(getattr(form, "first_rows", form.forms), start=1)
        words = getattr(form, "row_words", _("Row %(number)s"))
        return whole + [_in_row(words, number, error) for number, row in rows for error in _errors_of(row)]
    if not form.is_bound:
        return []
    whole = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    of_fields = [(field, str(text)) for field in form for text in field.errors]
    return whole + [{"text": _named(field, text), "target": _target(field)} for field, text in of_fields]


def _in_row(words: Any, number: int, error: dict[str, str]) -> dict[str, str]:
    """The error of one of several rows, as the summary tells them apart."""
    row = str(words) % {"number": number}
    return error | {"text": _("%(row)s – %(text)s") % {"row": row, "text": error["text"]}}


def _named(field: Any, text: str) -> str:
    """The error as the summary says it: it must name its field, which a general message does not."""
    label = str(field.label)
    return text if label in text else _("%(label)s: %(text)s") % {"label": label, "text": text}


def _target(field: Any) -> str:
    """The id to jump to: the control, or its first choice where the field is a group of them."""
    if field.id_for_label or not field.use_fieldset:
        return field.id_for_label or field.auto_id
    return f"{field.auto_id}_0"


@register.inclusion_tag("components/field.html")
def field(bound_field: Any, css: str = "") -> dict[str, Any]:
    """One field with label, 选填 mark, hint and error, as crispy renders it, for forms written by hand."""
    return {"field": bound_field, "wrapper_class": css, "form_show_labels": True}


@register.filter
def widget_shape(bound_field: Any) -> str:
    """How a field is drawn: checkbox, radios, checkboxes, select, file or text."""
    name = bound_field.field.widget.__class__.__mro__
    shapes = {
        "CheckboxSelectMultiple": "checkboxes",
        "RadioSelect": "radios",
        "CheckboxInput": "checkbox",
        "Select": "select",
        "SelectMultiple": "select",
        "FileInput": "file",
    }
    return next((shapes[part.__name__] for part in name if part.__name__ in shapes), "text")
