"""What happened: kind, day, place, topic and the rest of the record's own row."""

import re
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, HeldWith, TopicClass
from activities.models import Activity
from activities.rules import (
    EARLIEST_YEAR,
    TEXTLESS_KINDS,
    first_kinds,
    kinds_counted_with,
    kinds_held_by,
)
from activities.selectors import before_begun
from branches.models import PartyUnit
from core import clock
from core.forms import SubmissionMixin

TAG_BREAKS = re.compile(r"[,，;；、\s]+")
MAX_TAGS = 10
NOTE_LENGTH = 5000
MAX_FILES = 20
NOT_HELD = _("A unit of this kind does not hold this. Record it for the unit that held it.")


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none demanded."""

    widget = FilesInput

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(upload, initial) for upload in uploads if upload]


def offered(kinds: Collection[str]) -> list[tuple[str, Any]]:
    return [choice for choice in ActivityKind.choices if choice[0] in kinds]


class ActivityForm(SubmissionMixin, forms.Form):
    """The facts of one record. ``activity`` is the record that is changed; new records have none."""

    kind = forms.ChoiceField(
        label=_("Kind of activity"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of activity."), "invalid_choice": NOT_HELD},
    )
    also_counts = forms.MultipleChoiceField(
        label=_("Also counts as"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_HELD},
    )
    held_on = forms.DateField(
        label=_("Day held"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the day on which it was held."),
            "invalid": _("Enter the day as 2026-06-30."),
        },
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    title = forms.CharField(
        label=_("Topic"),
        max_length=200,
        help_text=_("One sentence that says what was done"),
        error_messages={"required": _("Enter the topic.")},
    )
    topic_class = forms.ChoiceField(
        label=_("Topic class"),
        choices=[("", _("not stated")), *(row for row in TopicClass.choices if row[0] != TopicClass.OTHER)],
        required=False,
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=400,
        required=False,
        help_text=_("For example the name of a campaign; several with commas"),
    )
    held_with = forms.ChoiceField(
        label=_("Held together with"), choices=[("", _("nothing else")), *HeldWith.choices], required=False
    )
    note = forms.CharField(
        label=_("Short note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("Of a meeting: the main points"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = FilesField(label=_("Photos and files"), required=False)
    remove_files = forms.MultipleChoiceField(
        label=_("Remove"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Why it is changed"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the confirmed record is changed.")},
    )  # fmt: skip

    def __init__(
        self, *args, unit: PartyUnit, places: list[str] = (), activity: Activity | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.unit, self.places, self.activity = unit, list(places), activity
        self._first = first_kinds(unit.kind)
        self._offer_kinds(unit.kind)
        if self.kind_value in TEXTLESS_KINDS:
            self.fields["title"].required = False
        self.fields["held_on"].widget.attrs["max"] = clock.today().isoformat()
        self.fields["place"].widget.attrs.update({"list": "places", "autocomplete": "off"})
        self.fields["files"].widget.attrs.update({"multiple": True})
        if not activity or activity.state != "CONFIRMED":
            del self.fields["reason"]
        if activity:
            attached = activity.attachments.select_related("file").order_by("pk")
            self.fields["remove_files"].choices = [(str(row.pk), str(row.file)) for row in attached]
        else:
            del self.fields["remove_files"]

    def _offer_kinds(self, unit_kind: str) -> None:
        """What a unit of this kind holds, and what the record says already."""
        known = {count.kind for count in self.activity.counts.all()} if self.activity else set()
        self.fields["kind"].choices = offered({*kinds_held_by(unit_kind), *known})
        counted = {*kinds_counted_with(unit_kind), *known} - TEXTLESS_KINDS
        self.fields["also_counts"].choices = offered(counted)

    # --- what the template asks -----------------------------------------------------------------
    @property
    def kind_value(self) -> str:
        value = self["kind"].value()
        return value if value in ActivityKind.values else ""

    def _kind_choices(self, first: bool) -> list[Any]:
        shown = {*self._first, self.kind_value}
        return [choice for choice in self["kind"] if (choice.data["value"] in shown) is first]

    @property
    def first_kind_choices(self) -> list[Any]:
        order = [str(kind) for kind in self._first]
        chosen = self._kind_choices(first=True)
        return sorted(
            chosen, key=lambda choice: order.index(v) if (v := choice.data["value"]) in order else 99
        )

    @property
    def other_kind_choices(self) -> list[Any]:
        return self._kind_choices(first=False)

    # --- checks -----------------------------------------------------------------------------------
    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        today = clock.today()
        if day > today:
            raise ValidationError(
                _("The day held can't be later than today (%(today)s)."), params={"today": today.isoformat()}
            )
        if day.year < EARLIEST_YEAR:
            raise ValidationError(_("Check the year."))
        if words := before_begun(self.unit, day, self.activity.held_on if self.activity else None):
            raise ValidationError(words)
        return day

    def clean_tags(self) -> tuple[str, ...]:
        names = list(dict.fromkeys(filter(None, TAG_BREAKS.split(self.cleaned_data["tags"].strip()))))
        if len(names) > MAX_TAGS:
            raise ValidationError(_("Give at most %(most)s tags."), params={"most": MAX_TAGS})
        if too_long := [name for name in names if len(name) > 40]:
            raise ValidationError(_("The tag “%(name)s” is too long."), params={"name": too_long[0][:40]})
        return tuple(names)

    def clean_files(self):
        uploads = self.cleaned_data["files"]
        if len(uploads) > MAX_FILES:
            raise ValidationError(_("Attach at most %(most)s files at once."), params={"most": MAX_FILES})
        return uploads

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") in TEXTLESS_KINDS:
            self._clean_talk(cleaned)
        return cleaned

    def _clean_talk(self, cleaned: dict[str, Any]) -> None:
        """Of a talk only day, people, kind and topic class are kept (settled 14)."""
        refused = _("Of a heart-to-heart talk no note and no file is kept. Remove them.")
        for name in ("note", "files"):
            if cleaned.get(name):
                self.add_error(name, refused)
        if not cleaned.get("topic_class"):
            cleaned["topic_class"] = TopicClass.OTHER
