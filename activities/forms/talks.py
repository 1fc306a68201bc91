"""Heart-to-heart talks: one who led, and everybody with whom he had one that day."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.choices import TalkKind, TopicClass
from activities.rules import EARLIEST_YEAR, MAX_TALKS_AT_ONCE
from activities.selectors import before_begun
from activities.talks import TalkData
from branches.models import Member, Organisation, PartyUnit
from core import clock
from core.forms import SubmissionMixin


class TalkForm(SubmissionMixin, forms.Form):
    """Without a script all fields stand there; which of them a kind takes is checked on the server."""

    kind = forms.ChoiceField(
        label=_("Kind of talk"),
        choices=TalkKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of talk.")},
    )
    held_on = forms.DateField(
        label=_("Day held"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the day on which it was held."),
            "invalid": _("Enter the day as 2026-06-30."),
        },
    )
    topic_class = forms.ChoiceField(
        label=_("Topic class"),
        choices=[("", _("not stated")), *(row for row in TopicClass.choices if row[0] != TopicClass.OTHER)],
        required=False,
    )
    talker = forms.TypedChoiceField(
        label=_("Who led the talk"),
        coerce=int,
        error_messages={"required": _("Choose who led the talk.")},
    )
    counterparts = forms.TypedMultipleChoiceField(
        label=_("With whom"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each person makes a talk of its own."),
    )
    team = forms.TypedChoiceField(
        label=_("Colleagues of the team"), coerce=int, empty_value=None, required=False
    )
    staff = forms.IntegerField(
        label=_("How many of them"),
        min_value=1,
        max_value=MAX_TALKS_AT_ONCE,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(
        self,
        *args: Any,
        unit: PartyUnit,
        members: Iterable[Member],
        committee: Iterable[int],
        teams: Iterable[Organisation],
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.unit = unit
        people = _labels(list(members), set(committee))
        self.fields["talker"].choices = [("", _("choose")), *people]
        self.fields["counterparts"].choices = people
        self.fields["counterparts"].asked = True  # unless colleagues are named below
        self.fields["team"].choices = [("", _("nobody")), *((team.pk, team.name) for team in teams)]
        self.fields["held_on"].widget.attrs["max"] = clock.today().isoformat()
        self.fields["submission_key"].required = True

    def clean_held_on(self):
        day, today = self.cleaned_data["held_on"], clock.today()
        if day > today:
            raise ValidationError(
                _("The day held can't be later than today (%(today)s)."), params={"today": today.isoformat()}
            )
        if day.year < EARLIEST_YEAR:
            raise ValidationError(_("Check the year."))
        if words := before_begun(self.unit, day):
            raise ValidationError(words)
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("staff") and not cleaned.get("team"):
            self.add_error("team", _("Choose the team of these colleagues."))
        if not cleaned.get("counterparts") and not cleaned.get("team"):
            self.add_error("counterparts", _("Choose with whom the talk was."))
        return cleaned

    def data_for(self, unit: PartyUnit) -> TalkData:
        cleaned = self.cleaned_data
        team = cleaned["team"]
        return TalkData(
            unit_id=unit.pk,
            kind=cleaned["kind"],
            held_on=cleaned["held_on"],
            talker_id=cleaned["talker"],
            counterpart_ids=tuple(cleaned["counterparts"]),
            team_id=team,
            staff=(cleaned["staff"] or 1) if team else 0,
            topic_class=cleaned["topic_class"],
        )


def _labels(members: list[Member], committee: set[int]) -> list[tuple[int, str]]:
    """Who sits on the committee says so; of two with one name each says the unit."""
    names = Counter(member.name for member in members)
    labels = []
    for member in members:
        marks = [str(_("committee"))] if member.pk in committee else []
        marks += [member.unit.name] if names[member.name] > 1 else []
        labels.append((member.pk, member.name + (f"（{'，'.join(marks)}）" if marks else "")))
    return labels
