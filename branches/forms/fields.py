"""Fields that take a unit by name or code and a person by name or staff number; each offers what it can."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Member
from branches.querysets import PATH_STEP
from branches.rules import add_years
from branches.selectors import told_apart
from core import clock
from core.cells import narrowed

OFFERED, IN_A_SELECT, MATCHES_SHOWN = 300, 50, 20
FIRST_DAY, YEARS_AHEAD = date(1921, 1, 1), 10


class UnitActionForm(forms.Form):
    """A form about a unit, filled in by ``user``."""

    def __init__(self, *args, unit, user, member=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit, self.user, self.member = unit, user, member
        self.prepare()

    def prepare(self):
        """Fills the fields with what this unit offers."""

    def offer(self, name, rows, values):
        """``rows`` is what the field ``name`` takes; ``values`` are pairs for its list."""
        field = self.fields[name]
        field.rows, field.offered = rows, list(values)
        field.widget.attrs["list"] = f"id_{name}_offered"

    def offer_nodes(self, name, offered, *, takes=None):
        """Units or organisations: few are chosen by name in the order of the tree, many are searched for.
        ``takes`` may know further ones by their code, so that a refusal can say why."""
        field = self.fields[name]
        nodes = list(offered[: OFFERED + 1])
        field.rows, field.searched = offered if takes is None else takes, offered
        if len(nodes) <= IN_A_SELECT:
            field.offer_in_a_select(nodes)
        else:
            how = _("Type the name, a part of it, or the code.")
            field.help_text = f"{how} {field.help_text}".strip()
            listed = [] if len(nodes) > OFFERED else nodes
            self.offer(name, field.rows, [(node.code, node.name) for node in listed])

    def offer_people(self, rows, *names):
        named = [(text_of(member), member.unit) for member in rows.select_related("unit")[:OFFERED]]
        for name in names:
            self.offer(name, rows, named if name == names[0] else [])
            self.fields[name].widget.attrs["list"] = f"id_{names[0]}_offered"


def text_of(member):
    return f"{member.name} {member.staff_no}" if member.staff_no else member.name


class DayField(forms.DateField):
    """A day in the life of the Party, or soon to come."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **{"label": gettext_lazy("From day"), **kwargs})

    def validate(self, value):
        super().validate(value)
        latest = add_years(clock.today(), YEARS_AHEAD)
        if value and not FIRST_DAY <= value <= latest:
            raise ValidationError(
                _("Give a day from %(first)s to %(last)s.")
                % {"first": FIRST_DAY.isoformat(), "last": latest.isoformat()}
            )


class SearchedInput(forms.TextInput):
    """What was typed, or the code of the match chosen below it."""

    def value_from_datadict(self, data, files, name):
        return data.get(chosen_name(name)) or data.get(name)


def chosen_name(name):
    return f"{name}_code"


class NodeField(forms.CharField):
    """A unit or an organisation: of ``rows`` by its code, of ``searched`` by its name or a part of either.
    Where the text fits several, the page offers ``matches`` to choose from."""

    widget = SearchedInput
    missing = gettext_lazy("There is nothing of this name or code that you keep.")

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 100, **kwargs})
        self.rows, self.searched, self.offered, self.matches = None, None, [], []

    def offer_in_a_select(self, nodes):
        self.widget = forms.Select(choices=[("", "—"), *indented(nodes)])

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        return self.rows.filter(code=narrowed(text)).first() or self.find(text)

    def find(self, text):
        """By the whole name or code. A part of them only leads to a choice: it may be somebody else's."""
        whole, part = self.matching(text)
        if len(whole) == 1:
            return whole[0]
        found = whole or part
        if len(found) > MATCHES_SHOWN:
            raise ValidationError(_("“%(text)s” fits too many. Type more of the name.") % {"text": text})
        if meant := self.meant(found):
            return meant
        self.matches = self.choices_of(found)
        if not self.matches:
            raise ValidationError(self.missing)
        raise ValidationError(_("Choose below which one you mean by “%(text)s”.") % {"text": text})

    def matching(self, text):
        return matching(self.searched, text)

    def meant(self, nodes):
        """The one of ``nodes`` that needs no asking. Of what a form changes none: it asks."""
        return None

    def choices_of(self, nodes):
        return [(node.code, described(node)) for node in nodes]


def indented(nodes):
    """Choices of units or organisations, each as deep as it stands among them."""
    nodes = list(nodes)
    top = min((len(node.path) for node in nodes), default=0)
    deep = [(len(node.path) - top) // PATH_STEP for node in nodes]
    named = zip(deep, told_apart(nodes), strict=True)
    return [(code, "\u3000" * steps + name) for steps, (code, name) in named]


def matching(nodes, text):
    """Those called so, and those with a part of the name or code so: one more of each than are shown."""
    nodes = nodes.select_related("parent")
    whole = nodes.filter(Q(name=text) | Q(code__iexact=text))
    part = nodes.filter(Q(name__icontains=text) | Q(code__icontains=text))
    return list(whole[: MATCHES_SHOWN + 1]), list(part[: MATCHES_SHOWN + 1])


def described(node):
    return f"{node.name} · {node.parent} ({node.code})" if node.parent else f"{node.name} ({node.code})"


class MemberField(forms.CharField):
    """A member by name, by staff number, or by both as the list writes them."""

    def __init__(self, **kwargs):
        super().__init__(max_length=100, **kwargs)
        self.rows, self.offered = Member.objects.none(), []

    def clean(self, value):
        text = super().clean(value)
        return find_member(self.rows, text) if text else None


def find_member(rows, text):
    found = list(rows.filter(Q(staff_no=narrowed(text)) | Q(name=text))[:2])
    if not found:
        found = list(rows.filter(staff_no=narrowed(text).rpartition(" ")[2])[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise ValidationError(
            _("Several members are called %(text)s. Type the staff number.") % {"text": text}
        )
    raise ValidationError(
        _("There is no “%(text)s” here. Choose from the list, or type the staff number.") % {"text": text}
    )


class LinesField(forms.CharField):
    """Texts, one a line."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), max_length=8000, **kwargs)

    def to_python(self, value):
        lines = [" ".join(line.split()) for line in (value or "").splitlines()]
        return list(dict.fromkeys(filter(None, lines)))

    def run_validators(self, value):
        """Each line is looked up by the form."""
