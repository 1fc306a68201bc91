"""Fields that take a unit by its code and a person by name or staff number; each offers what it can."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.models import Member
from branches.rules import add_years
from core import clock

OFFERED = 300
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


class CodeField(forms.CharField):
    """A row of ``rows`` by its code."""

    missing = gettext_lazy("There is nothing with this code that you keep. Choose from the list.")

    def __init__(self, **kwargs):
        super().__init__(max_length=40, **kwargs)
        self.rows, self.offered = None, []

    def clean(self, value):
        code = super().clean(value)
        if not code:
            return None
        row = self.rows.filter(code=code).first()
        if row is None:
            raise ValidationError(self.missing)
        return row


class MemberField(forms.CharField):
    """A member by name, by staff number, or by both as the list writes them."""

    def __init__(self, **kwargs):
        super().__init__(max_length=100, **kwargs)
        self.rows, self.offered = Member.objects.none(), []

    def clean(self, value):
        text = super().clean(value)
        return find_member(self.rows, text) if text else None


def find_member(rows, text):
    found = list(rows.filter(Q(staff_no=text) | Q(name=text))[:2])
    if not found:
        found = list(rows.filter(staff_no=text.rpartition(" ")[2])[:2])
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
