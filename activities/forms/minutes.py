"""What a meeting adds to its record: the core task, who led it, what was decided and what is to be done."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.choices import SpecialTopic
from activities.meetings import last_resolved
from activities.models import ActionItem, Activity, CoreTask
from activities.rules import (
    CORE_TASK_KINDS,
    MEETING_KINDS,
    QUORUM_KINDS,
    SELF_CHECK_KINDS,
    STUDY_KINDS,
    YEARLY_APPRAISAL_KINDS,
    needs_core_task,
)
from activities.selectors import core_tasks_above, open_action_items
from branches.models import Member, PartyUnit
from core import clock

NO_TASK = "none"
TEXT_LENGTH = 5000
NOBODY = ("", _("not stated"))
OF_ANOTHER_DAY = {
    "invalid_choice": _("Somebody chosen here did not belong to the unit on the day held. Choose again.")
}


class MinutesForm(forms.Form):
    """Where a draft is only saved, the core task may wait."""

    core_task = forms.ChoiceField(
        label=_("Core task spoken of"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("This core task did not run on the day held. Choose another one.")
        },
    )
    no_core_task = forms.CharField(label=_("Why none this time"), max_length=200, required=False)
    core_task_checked = forms.BooleanField(
        label=_("The core task was checked in the self-check"), required=False
    )
    core_task_listed = forms.BooleanField(
        label=_("The branch's yearly appraisal lists the core task"), required=False
    )
    special_topic = forms.ChoiceField(
        label=_("Special topic"),
        choices=[("", _("none, an ordinary one")), *SpecialTopic.choices],
        required=False,
    )
    learning_hours = forms.DecimalField(
        label=_("Hours of study each"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("Enter the hours as 1.5.")},
    )
    starts_at = forms.TimeField(
        label=_("Begins at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Enter the time as 14:30.")},
    )
    chair = forms.ChoiceField(label=_("Chair"), required=False, error_messages=OF_ANOTHER_DAY)
    recorder = forms.ChoiceField(label=_("Minutes by"), required=False, error_messages=OF_ANOTHER_DAY)
    observers = forms.CharField(label=_("Observers"), max_length=300, required=False)
    agenda = forms.CharField(
        label=_("Agenda"),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("One item a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    resolutions = forms.CharField(
        label=_("Resolutions"),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("One a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    done_items = forms.MultipleChoiceField(
        label=_("Left to do by earlier meetings: tick what is done"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(
        self,
        *args,
        unit: PartyUnit,
        members: list[Member] | None,
        activity: Activity | None = None,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.unit, self.activity = unit, activity
        self.submitting = "save" not in self.data
        self.tasks = self._tasks()
        self.fields["core_task"].choices = [
            *((str(task.pk), task.name) for task in self.tasks),
            (NO_TASK, _("none this time")),
        ]
        self._offer_people(members)
        self.last_resolved = last_resolved(unit, self._day(), activity)
        self.open_items = self._open_items()
        self.fields["done_items"].choices = [
            (str(item.pk), item_label(item, is_named=members is not None)) for item in self.open_items
        ]

    def _tasks(self) -> list[CoreTask]:
        """Those that ran on the day held, and the one that the record names."""
        found = list(core_tasks_above(self.unit, self._day()))
        named = self.activity.core_task if self.activity else None
        return found if named is None or named in found else [*found, named]

    def _day(self) -> Any:
        try:
            return forms.DateField().clean(self.data.get("held_on", "")) or clock.today()
        except ValidationError:
            return clock.today()

    def _offer_people(self, members: list[Member] | None) -> None:
        """Without names to choose from, what the record says of its people stays."""
        if members is None:
            del self.fields["chair"], self.fields["recorder"]
            return
        named = [self.activity.chair, self.activity.recorder] if self.activity else []
        people = list(dict.fromkeys([*members, *filter(None, named)]))
        for name in ("chair", "recorder"):
            self.fields[name].choices = [NOBODY, *((str(member.pk), member.name) for member in people)]

    def _open_items(self) -> list[ActionItem]:
        items: QuerySet[ActionItem] = open_action_items(self.unit, clock.today())
        if self.activity:
            items = items.exclude(activity=self.activity)
        return list(items.select_related("activity", "owner")[:20])

    # --- what the template asks -----------------------------------------------------------------
    @property
    def kinds_with_core_task(self) -> str:
        return " ".join(sorted(CORE_TASK_KINDS))

    @property
    def kinds_with_quorum(self) -> str:
        return " ".join(sorted(QUORUM_KINDS))

    @property
    def kinds_with_self_check(self) -> str:
        return " ".join(sorted(SELF_CHECK_KINDS))

    @property
    def kinds_with_yearly_appraisal(self) -> str:
        return " ".join(sorted(YEARLY_APPRAISAL_KINDS))

    @property
    def kinds_with_minutes(self) -> str:
        return " ".join(sorted(MEETING_KINDS))

    @property
    def kinds_with_hours(self) -> str:
        return " ".join(sorted(STUDY_KINDS))

    @property
    def is_filled(self) -> bool:
        """Whether the folded part holds more than what is filled in by itself."""
        texts = ("observers", "agenda", "resolutions", "special_topic", "starts_at")
        return bool(self.errors) or any(self[name].value() for name in texts)

    @property
    def officers(self) -> str:
        """Who leads and who writes, for the line that stands while the part is folded."""
        if "chair" not in self.fields:
            return ""
        chosen = [(self.fields[name].label, self._chosen(name)) for name in ("chair", "recorder")]
        return " · ".join(f"{label} {name}" for label, name in chosen if name)

    def _chosen(self, name: str) -> str:
        value = str(self[name].value() or "")
        return dict(self.fields[name].choices).get(value, "") if value else ""

    # --- checks -----------------------------------------------------------------------------------
    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("learning_hours"):
            cleaned["learning_hours"] = None
        if "core_task" in self.errors:
            return cleaned
        task, reason = cleaned.get("core_task", ""), cleaned.get("no_core_task", "").strip()
        cleaned["core_task_id"] = int(task) if task not in ("", NO_TASK) else None
        cleaned["no_core_task"] = "" if cleaned["core_task_id"] else reason
        if not self.submitting or CORE_TASK_KINDS.isdisjoint(self._kinds()):
            return cleaned
        if task == NO_TASK and not reason:
            self.add_error("no_core_task", _("Say why there was none this time."))
        elif needs_core_task(self._kinds(), cleaned["core_task_id"], reason):
            self.add_error("core_task", _("Choose the core task spoken of, or “none this time”."))
        return cleaned

    def _kinds(self) -> list[str]:
        return [self.data.get("kind", ""), *self.data.getlist("also_counts")]

    @property
    def facts(self) -> dict[str, Any]:
        """What goes into the record."""
        names = ["core_task_id", "no_core_task", "core_task_checked", "core_task_listed", "special_topic"]
        names += ["learning_hours", "starts_at", "observers", "agenda", "resolutions"]
        facts = {name: self.cleaned_data[name] for name in names}
        facts["done_items"] = tuple(int(pk) for pk in self.cleaned_data["done_items"])
        return facts | {f"{name}_id": self._officer(name) for name in ("chair", "recorder")}

    def _officer(self, name: str) -> int | None:
        """Of what is no meeting nobody is the chair, whatever the folded part says by itself."""
        if name not in self.fields:
            return getattr(self.activity, f"{name}_id", None)
        chosen = self.cleaned_data[name]
        return int(chosen) if chosen and not MEETING_KINDS.isdisjoint(self._kinds()) else None


def item_label(item: ActionItem, *, is_named: bool) -> str:
    """What is to be done, by whom and when, and from which meeting: several may have left the same."""
    meeting = item.activity
    facts = [item.text, item.owner.name if is_named and item.owner else ""]
    facts += [_("due on %(day)s") % {"day": item.due_on.isoformat()} if item.due_on else ""]
    facts += [f"{meeting.held_on.isoformat()} {meeting.get_kind_display()}"]
    return " · ".join(filter(None, map(str, facts)))


def minutes_values(activity: Activity) -> dict[str, str]:
    """What the record says, as the form would send it."""
    task = activity.core_task_id or (NO_TASK if activity.no_core_task else "")
    hours = activity.learning_hours
    return {
        "core_task": str(task),
        "no_core_task": activity.no_core_task,
        "core_task_checked": "on" if activity.core_task_checked else "",
        "core_task_listed": "on" if activity.core_task_listed else "",
        "special_topic": activity.special_topic,
        "learning_hours": "" if hours is None else f"{hours:g}",
        "starts_at": f"{activity.starts_at:%H:%M}" if activity.starts_at else "",
        "chair": str(activity.chair_id or ""),
        "recorder": str(activity.recorder_id or ""),
        "observers": activity.observers,
        "agenda": activity.agenda,
        "resolutions": activity.resolutions,
    }


def officer_values(chair: int | None, recorder: int | None, members: Iterable[Member]) -> dict[str, str]:
    """The people who usually do it, where they are still among the members."""
    keys = {member.pk for member in members}
    given = {"chair": chair, "recorder": recorder}
    return {name: str(pk) for name, pk in given.items() if pk in keys}
