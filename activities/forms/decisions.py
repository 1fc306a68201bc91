"""Votes and things to do: a few rows each, empty ones left out."""

from datetime import date
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from activities.forms.attendance import count_field
from activities.forms.minutes import OF_ANOTHER_DAY
from activities.forms.rows import RowsMixin
from activities.models import Activity
from activities.records import ActionData, VoteData
from activities.rules import quorum, votes_needed
from branches.models import Member

VOTES, ITEMS = "vote", "item"
VOTES_AT_MOST, ITEMS_AT_MOST, ITEM_ROWS = 5, 30, 5
COUNTED = ["present", "in_favour", "against", "abstained"]


class VoteForm(forms.Form):
    """One vote in figures. Who is entitled is known, so a row with nothing else typed is empty."""

    subject = forms.CharField(label=_("Put to the vote"), max_length=200, required=False)
    eligible = count_field(_("entitled"))
    present = count_field(_("of them present"))
    in_favour = count_field(_("in favour"))
    against = count_field(_("against"))
    abstained = count_field(_("abstained"))

    @property
    def is_blank(self) -> bool:
        return not any(str(self[name].value() or "").strip() for name in ["subject", *COUNTED])

    def clean(self):
        cleaned = super().clean()
        if self.is_blank:
            return cleaned
        if "subject" not in self.errors and not cleaned["subject"].strip():
            self.add_error("subject", _("Say what was put to the vote."))
        for name in ("eligible", "present", "in_favour"):
            if name not in self.errors and cleaned[name] is None:
                self.add_error(name, _("Enter a number, for example 9."))
        self._check(cleaned)
        return cleaned

    def _check(self, cleaned: dict[str, Any]) -> None:
        """What the figures given so far say of each other, whatever else is still wrong in the row."""
        eligible, present = cleaned.get("eligible"), cleaned.get("present")
        cast = sum(cleaned.get(name) or 0 for name in ("in_favour", "against", "abstained"))
        if eligible is not None and present is not None and present > eligible:
            self.add_error("present", _("More people were there than are entitled to vote."))
        elif present is not None and cast > present:
            self.add_error("in_favour", _("More votes were cast than people were there."))

    @property
    def vote(self) -> VoteData:
        cleaned = self.cleaned_data
        figures = {name: cleaned[name] or 0 for name in ["eligible", *COUNTED]}
        return VoteData(cleaned["subject"].strip(), **figures)


class ActionForm(forms.Form):
    item = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("To do"), max_length=200, required=False)
    owner = forms.ChoiceField(label=_("Who"), required=False, error_messages=OF_ANOTHER_DAY)
    due_on = forms.DateField(
        label=_("Due on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Enter the day as 2026-06-30.")},
    )

    def __init__(self, *args, people: list[Member] | None, owners: dict[int, int | None], **kwargs):
        super().__init__(*args, **kwargs)
        self.owners = owners
        if people is None:
            del self.fields["owner"]
        else:
            offered = [(str(member.pk), member.name) for member in people]
            self.fields["owner"].choices = [("", _("everybody")), *offered]

    @property
    def is_blank(self) -> bool:
        return not str(self["text"].value() or "").strip()

    def clean(self):
        cleaned = super().clean()
        if self.is_blank and (cleaned.get("owner") or cleaned.get("due_on")):
            self.add_error("text", _("Say what is to be done."))
        return cleaned

    @property
    def action(self) -> ActionData:
        cleaned = self.cleaned_data
        owner = cleaned["owner"] if "owner" in self.fields else self.owners.get(cleaned["item"])
        return ActionData(
            cleaned["text"].strip(), int(owner) if owner else None, cleaned["due_on"], cleaned["item"]
        )


class BaseVoteFormSet(RowsMixin, BaseFormSet):
    row_words = _("Vote %(number)s")

    def __init__(self, *args, eligible: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.eligible, self.quorum, self.needed = eligible, quorum(eligible), votes_needed(eligible)

    @property
    def votes(self) -> tuple[VoteData, ...]:
        return tuple(form.vote for form in self.filled)

    def refuse_more_than(self, present: int | None) -> None:
        """More can't have voted than were there, where attendance was taken."""
        for form in self.filled:
            if present is not None and form.vote.present > present:
                text = _("Attendance says that %(count)d were there.") % {"count": present}
                form.add_error("present", text)


class BaseActionFormSet(RowsMixin, BaseFormSet):
    row_words = _("Thing to do %(number)s")

    def __init__(self, *args, members: list[Member] | None, activity: Activity | None, **kwargs):
        rows = list(activity.action_items.select_related("owner")) if activity else []
        named = [row.owner for row in rows if row.owner]
        people = None if members is None else list(dict.fromkeys([*members, *named]))
        owners = {row.pk: row.owner_id for row in rows}
        super().__init__(*args, form_kwargs={"people": people, "owners": owners}, **kwargs)

    @property
    def actions(self) -> tuple[ActionData, ...]:
        return tuple(form.action for form in self.filled)

    def refuse_due_before(self, day: date) -> None:
        for form in self.filled:
            if form.action.due_on and form.action.due_on < day:
                form.add_error("due_on", _("This is before the day held."))


VoteFormSet = formset_factory(
    VoteForm, formset=BaseVoteFormSet, extra=0, max_num=VOTES_AT_MOST, absolute_max=VOTES_AT_MOST
)
ActionFormSet = formset_factory(
    ActionForm, formset=BaseActionFormSet, extra=0, max_num=ITEMS_AT_MOST, absolute_max=ITEMS_AT_MOST
)


def management_values() -> dict[str, str]:
    """The counts that the formsets need, for values that come from elsewhere than our page."""
    totals = {f"{VOTES}-TOTAL_FORMS": VOTES_AT_MOST, f"{ITEMS}-TOTAL_FORMS": ITEM_ROWS}
    initial = {f"{VOTES}-INITIAL_FORMS": 0, f"{ITEMS}-INITIAL_FORMS": 0}
    return {name: str(count) for name, count in (totals | initial).items()}


def decision_values(activity: Activity, eligible: int) -> dict[str, str]:
    """What the record says, as the form would send it; in empty rows who is entitled to vote."""
    values = management_values()
    votes = list(activity.votes.all())
    for place in range(VOTES_AT_MOST):
        values[f"{VOTES}-{place}-eligible"] = str(eligible)
    for place, vote in enumerate(votes):
        for name in ["subject", "eligible", *COUNTED]:
            values[f"{VOTES}-{place}-{name}"] = str(getattr(vote, name))
    rows = list(activity.action_items.all())
    values[f"{ITEMS}-TOTAL_FORMS"] = str(max(ITEM_ROWS, len(rows) + 2))
    for place, row in enumerate(rows):
        typed = {"item": row.pk, "text": row.text, "owner": row.owner_id or "", "due_on": _day(row.due_on)}
        values |= {f"{ITEMS}-{place}-{name}": str(value) for name, value in typed.items()}
    return values


def vote_is_blank(values: Any, row: str) -> bool:
    return not any(str(values.get(f"{row}-{name}", "")).strip() for name in ["subject", *COUNTED])


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
