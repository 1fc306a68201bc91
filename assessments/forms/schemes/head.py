"""What a version is called, whom it scores, from when on; and a section of it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.choices import BoardScope
from assessments.forms.schemes.base import PartForm, choice_field, number_field, text_field, text_of
from assessments.schemes import parts
from branches.choices import OrganisationKind, UnitKind

BOARD_FIELDS = ["board_1", "board_2", "board_3", "board_4"]
NO_BOARD = [("", _("no further board")), *BoardScope.choices]


class ManyField(forms.MultipleChoiceField):
    def validate(self, value):
        if value:
            super().validate(value)


def _checkboxes(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    return ManyField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **more)


class HeadForm(PartForm):
    FIELDS = {
        ".code": "code",
        ".version": "number",
        ".name": "name",
        ".subject_kinds": "subject_kinds",
        ".organisation_kinds": "organisation_kinds",
        ".valid_from": "valid_from",
        ".board_scopes": "board_1",
    }
    name = text_field(_("Name"))
    code = text_field(_("Code"), help_text=_("Another code makes another scheme, not a version of this one."))
    number = text_field(_("Version"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    valid_from = text_field(
        _("Valid from"), required=False, help_text=_("A period like 2026H1; empty: all periods.")
    )
    subject_kinds = _checkboxes(_("Scores units of kind"), UnitKind.choices)
    organisation_kinds = _checkboxes(
        _("Only where they stand at"),
        OrganisationKind.choices,
        required=False,
        help_text=_("None: wherever they stand."),
    )
    board_1 = choice_field(
        _("First board"),
        BoardScope.choices,
        help_text=_("The one a unit sees first; rules that compare with peers do so within it."),
    )
    board_2 = choice_field(_("Second board"), NO_BOARD, required=False)
    board_3 = choice_field(_("Third board"), NO_BOARD, required=False)
    board_4 = choice_field(_("Fourth board"), NO_BOARD, required=False)

    @staticmethod
    def values_of(document: dict[str, Any]) -> dict[str, Any]:
        scopes = document.get("board_scopes") or []
        return {
            "name": text_of(document.get("name")),
            "code": text_of(document.get("code")),
            "number": text_of(document.get("version")),
            "valid_from": text_of(document.get("valid_from")),
            "subject_kinds": document.get("subject_kinds") or [],
            "organisation_kinds": document.get("organisation_kinds") or [],
            **dict(zip(BOARD_FIELDS, scopes, strict=False)),
        }

    def concerns(self):
        return [f"${key}" for key in self.FIELDS]

    def field_of(self, path):
        board = re.match(r"\$\.board_scopes\[(\d+)\]", path)
        if board:
            return [name for name in BOARD_FIELDS if self.cleaned_data[name]][int(board[1])]
        found = re.match(r"\$(\.\w+)", path)
        return self.FIELDS.get(found[1]) if found else None

    def applied(self, document):
        typed = self.cleaned_data
        number = typed["number"].strip()
        return parts.with_keys(
            document,
            {
                "name": typed["name"].strip(),
                "code": typed["code"].strip(),
                "version": int(number)
                if number.isascii() and number.isdigit() and len(number) < 9
                else number,
                "valid_from": typed["valid_from"].strip() or None,
                "subject_kinds": typed["subject_kinds"],
                "organisation_kinds": typed["organisation_kinds"] or None,
                "board_scopes": [typed[name] for name in BOARD_FIELDS if typed[name]],
            },
        )


class SectionForm(PartForm):
    """``place`` is that of the section in the document; for a new one the next free."""

    FIELDS = {".code": "code", ".name": "name", ".weight": "weight"}
    name = text_field(_("Name"))
    code = text_field(
        _("Code"), help_text=_("Short, without spaces, like PARTY; exports head a column with it.")
    )
    weight = number_field(
        _("Weight"),
        percent=True,
        help_text=_("Counts as its share of the sum of all section weights."),
    )

    def __init__(self, *args, place: int, new: bool, **kwargs):
        self.place, self.new = place, new
        super().__init__(*args, **kwargs)

    @staticmethod
    def values_of(section: dict[str, Any]) -> dict[str, Any]:
        return {name: text_of(section.get(name)) for name in ("name", "code", "weight")}

    def concerns(self):
        path = f"$.sections[{self.place}]"
        return [f"{path}.{name}" for name in ("code", "name", "weight")]

    def field_of(self, path):
        return self.FIELDS.get(f".{path.rpartition('.')[2]}")

    def applied(self, document):
        typed = {name: self.cleaned_data[name].strip() for name in ("code", "name", "weight")}
        return parts.with_section(document, None if self.new else self.place, typed)
