from collections import defaultdict

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.choices import BRANCH_KINDS, POSITION_KINDS, MemberStatus, Position, UnitKind
from branches.forms.fields import DayField, MemberField, UnitActionForm, text_of
from branches.models import Member, Post
from branches.operations.people import held_from
from branches.selectors import members_of
from core import clock

# Field, position, and which of several it is.
ELECTED = [
    ("secretary", Position.SECRETARY, 0),
    ("deputy_1", Position.DEPUTY_SECRETARY, 1),
    ("deputy_2", Position.DEPUTY_SECRETARY, 2),
    ("organisation", Position.ORGANISATION, 0),
    ("publicity", Position.PUBLICITY, 0),
    ("discipline", Position.DISCIPLINE, 0),
    ("youth", Position.YOUTH, 0),
    ("member_1", Position.COMMITTEE_MEMBER, 1),
    ("member_2", Position.COMMITTEE_MEMBER, 2),
    ("member_3", Position.COMMITTEE_MEMBER, 3),
    ("member_4", Position.COMMITTEE_MEMBER, 4),
]


def people_for_posts(unit):
    """A branch elects among its members; a committee among all below it. A temporary branch has none of its
    own: its officers come from where its parent reaches."""
    if unit.kind == UnitKind.TEMPORARY_BRANCH:
        path = unit.parent.path if unit.parent else unit.path
        return Member.objects.in_subtree(path).current()
    if unit.kind in BRANCH_KINDS:
        return members_of(unit)
    if unit.kind == UnitKind.GROUP:
        return members_of(unit.parent)
    return Member.objects.in_subtree(unit.path).current()


class ElectionForm(UnitActionForm):
    """Begins with the present committee: who is elected again is not typed again."""

    on = DayField(label=gettext_lazy("Day of the election"))

    def prepare(self):
        self.fields["on"].initial = clock.today()
        held = defaultdict(list)
        for post in self.unit.posts.live().select_related("member").order_by("starts_on", "pk"):
            held[post.position].append(text_of(post.member))
        for name, position, number in ELECTED:
            label = f"{position.label} {number}" if number else position.label
            self.fields[name] = MemberField(label=label, required=name == "secretary")
            if held[position]:
                self.initial[name] = held[position].pop(0)
        self.fields["secretary"].help_text = _("Type the name or the staff number; the list offers both.")
        full = people_for_posts(self.unit).filter(status=MemberStatus.FULL).order_by("name", "pk")
        self.offer_people(full, *[name for name, _position, _number in ELECTED])

    def clean(self):
        cleaned, named = super().clean(), {}
        for name, position, _number in ELECTED:
            member = cleaned.get(name)
            if member in named:
                text = _("%(member)s is named as “%(position)s” already. One person holds one post here.")
                self.add_error(name, text % {"member": member, "position": named[member].label})
            elif member:
                named[member] = position
        return cleaned

    def committee(self):
        chosen = [(self.cleaned_data.get(name), position) for name, position, _number in ELECTED]
        return [(member, position) for member, position in chosen if member]


class ExtensionForm(UnitActionForm):
    until = DayField(label=gettext_lazy("Extended until"))
    approval = forms.CharField(
        label=gettext_lazy("Approved by"),
        max_length=200,
        help_text=gettext_lazy("Who approved it, and its number."),
    )


class HandOverForm(UnitActionForm):
    to_member = MemberField(label=gettext_lazy("New secretary"))
    on = DayField(
        label=gettext_lazy("Secretary from"),
        help_text=gettext_lazy("The present secretary's post and access end the day before."),
    )

    def prepare(self):
        self.fields["on"].initial = clock.today()
        full = people_for_posts(self.unit).filter(status=MemberStatus.FULL).order_by("name", "pk")
        self.offer_people(full, "to_member")


class PostForm(UnitActionForm):
    person = MemberField(label=gettext_lazy("Member"))
    position = forms.ChoiceField(label=gettext_lazy("Position"))
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("To"), required=False, help_text=gettext_lazy("The last day."))

    def prepare(self):
        held = [position for position in Position if self.unit.kind in POSITION_KINDS[position]]
        self.fields["position"].choices = [(position.value, position.label) for position in held]
        self.fields["starts_on"].initial = clock.today()
        self.offer_people(people_for_posts(self.unit).order_by("name", "pk"), "person")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            text = _("The post begins on %(day)s. Give that day or a later one.")
            self.add_error("ends_on", text % {"day": first.isoformat()})
        return cleaned


class EndPostForm(UnitActionForm):
    post = forms.ModelChoiceField(label=gettext_lazy("Post"), queryset=Post.objects.none())
    on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("A post that begins today or later is struck out by a day before it begins."),
    )

    def prepare(self):
        posts = held_from(self.unit.posts.all(), clock.today()).select_related("member")
        self.fields["post"].queryset = posts.order_by("position", "starts_on")
        self.fields["on"].initial = clock.today()

    @property
    def strikes_out(self):
        return self.cleaned_data["on"] < self.cleaned_data["post"].starts_on

    def clean(self):
        cleaned = super().clean()
        post, on = cleaned.get("post"), cleaned.get("on")
        if post and on and on < post.starts_on < clock.today():
            self.add_error("on", _("The post began on %(day)s only.") % {"day": post.starts_on.isoformat()})
        if post and on and post.ends_on and on > post.ends_on:
            self.add_error(
                "on",
                _("The post ends on %(day)s already. Give an earlier day.")
                % {"day": post.ends_on.isoformat()},
            )
        return cleaned
