from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from branches import rules
from branches.choices import UnitKind
from branches.forms.fields import (
    DayField,
    LinesField,
    NodeField,
    UnitActionForm,
    described,
    find_member,
    matching,
)
from branches.forms.secondments import people_kept_by
from branches.models import Assignment, Organisation, PartyUnit, code_validator
from branches.selectors import units_for
from core import clock
from core.forms import CodeField

KEEPS_UNITS = "branches.change_partyunit"


def kept_by(user):
    return units_for(user, KEEPS_UNITS).open_on(clock.today()).order_by("path")


def organisations_kept_by(user):
    """Those at which the units of the user's office stand, and all below them."""
    offices = Assignment.objects.granting(user, KEEPS_UNITS)
    found = Organisation.objects.none()
    for path in set(offices.values_list("unit__organisation__path", flat=True)):
        found = found | Organisation.objects.in_subtree(path)
    return found.order_by("path")


def one_of(places, text):
    whole, part = matching(places, text)
    if len(whole) == 1:
        return whole[0]
    if whole or part:
        names = "、".join(map(described, whole or part))
        raise ValidationError(_("Which one is “%(text)s”: %(names)s?"), params={"text": text, "names": names})
    raise ValidationError(_("There is no organisation “%(code)s”."), params={"code": text})


class OpenUnitForm(UnitActionForm):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in UnitKind if kind != UnitKind.GROUP],
        initial=UnitKind.BRANCH,
    )
    name = forms.CharField(label=_("Name"), max_length=100)
    code = CodeField(label=_("Code"), max_length=40, validators=[code_validator])
    organisation = NodeField(label=_("Organisation at which it stands"))
    also_covers = LinesField(
        label=_("Other organisations that it covers"),
        required=False,
        help_text=_("Names or codes, one a line. A joint branch generally covers five at most."),
    )
    opened_on = DayField(label=_("Open from"))
    lapses_on = DayField(
        label=_("Lapses on"), required=False, help_text=_("Of a temporary branch: when its project ends.")
    )
    project_name = forms.CharField(
        label=_("Project"),
        max_length=100,
        required=False,
        help_text=_("Of a temporary branch: what for."),
    )
    approval_no = forms.CharField(
        label=_("Approval document"),
        max_length=100,
        required=False,
        help_text=_("Of a temporary branch: who approved it, and the number."),
    )
    members = LinesField(
        label=_("First members"),
        required=False,
        help_text=_(
            "Staff numbers or names, one a line. A branch needs at least three full members; to a temporary "
            "branch they are seconded and stay members where they are."
        ),
    )

    def prepare(self):
        self.fields["opened_on"].initial = clock.today()
        places = organisations_kept_by(self.user)
        self.offer_nodes("organisation", places)

    def clean_code(self):
        if PartyUnit.objects.filter(code=self.cleaned_data["code"]).exists():
            raise ValidationError(_("A unit has this code already. Choose another."))
        return self.cleaned_data["code"]

    def clean_also_covers(self):
        places = organisations_kept_by(self.user)
        return list(dict.fromkeys(one_of(places, text) for text in self.cleaned_data["also_covers"]))

    def clean_members(self):
        people = people_kept_by(self.user)
        found = [find_member(people, text) for text in self.cleaned_data["members"]]
        return list(dict.fromkeys(found))  # one may be named by number and by name

    def clean(self):
        cleaned = super().clean()
        opened_on, lapses_on = cleaned.get("opened_on"), cleaned.get("lapses_on")
        reason = rules.lapse_refusal(opened_on, lapses_on) if opened_on and lapses_on else ""
        if reason:
            self.add_error("lapses_on", reason)
        if cleaned.get("kind") == UnitKind.TEMPORARY_BRANCH:
            for name in ("project_name", "approval_no"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("A temporary branch needs this."))
        return cleaned

    def new_unit(self):
        facts = ("kind", "name", "code", "organisation", "opened_on", "lapses_on")
        facts += ("project_name", "approval_no")
        return PartyUnit(parent=self.unit, **{name: self.cleaned_data[name] for name in facts})


class MergeForm(UnitActionForm):
    into = NodeField(label=_("Unit that goes on"))
    on = DayField(help_text=_("The first day on which they are one."))

    def prepare(self):
        if self.unit.kind == UnitKind.GROUP:
            others = units_for(self.user, "branches.change_group").filter(kind=UnitKind.GROUP)
            others = others.open_on(clock.today()).exclude(pk=self.unit.pk).order_by("path")
        else:
            others = kept_by(self.user).exclude(pk=self.unit.pk)
        alike = [kind for kind in UnitKind if not rules.merge_refusal(self.unit.kind, kind)]
        self.offer_nodes("into", others.filter(kind__in=alike), takes=others)
        self.fields["on"].initial = clock.today()


class RenameForm(UnitActionForm):
    name = forms.CharField(label=_("New name"), max_length=100)
    on = DayField(help_text=_("Earlier days keep the old name."))

    def prepare(self):
        self.initial |= {"name": self.unit.name, "on": clock.today()}

    def clean_name(self):
        if self.cleaned_data["name"] == self.unit.name:
            raise ValidationError(_("This is the present name."))
        return self.cleaned_data["name"]


class MoveForm(UnitActionForm):
    parent = NodeField(label=_("Unit under which it stands then"))
    organisation = NodeField(
        label=_("Organisation at which it stands then"),
        required=False,
        help_text=_("Empty: where it stands now."),
    )
    on = DayField(help_text=_("Earlier days keep the old place."))

    def prepare(self):
        fit = [kind for kind in UnitKind if not rules.place_refusal(self.unit.kind, kind)]
        parents = kept_by(self.user).filter(kind__in=fit).exclude(pk__in=[self.unit.pk, self.unit.parent_id])
        self.offer_nodes("parent", parents)
        places = organisations_kept_by(self.user)
        self.offer_nodes("organisation", places)
        self.fields["on"].initial = clock.today()


class CloseForm(UnitActionForm):
    on = DayField(label=_("Closed from"), help_text=_("The first day on which it is closed."))

    def prepare(self):
        self.fields["on"].initial = clock.today()


class TakeBackForm(UnitActionForm):
    """Nothing is typed: the page says what will be as before."""
