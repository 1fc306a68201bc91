"""Attendance by name for the lead unit, in figures for it where names are not shown, and for the others."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from activities.choices import AbsenceReason
from activities.forms.minutes import OF_ANOTHER_DAY
from activities.forms.partners import PartnerField, unit_text
from activities.forms.rows import RowsMixin
from activities.partners import OTHERS_FIGURES, Partners
from activities.records import AttendanceData, PartData
from activities.rules import EVERYBODY_EXPECTED, MAX_ATTENDANCE
from activities.selectors import UNITS_OFFERED
from branches.models import Member

OTHER_UNITS = 6  # rows that are offered
FIGURES = ["expected", "present", "excused"]
REASONS = [(reason.value, reason.label) for reason in AbsenceReason]


class FiguresMixin:
    """Expected, present, excused as numbers: both first ones or none."""

    def clean_figures(self, cleaned: dict[str, Any]) -> None:
        expected, present = cleaned.get("expected"), cleaned.get("present")
        excused = cleaned.get("excused") or 0
        if (expected is None) != (present is None):
            missing = "expected" if expected is None else "present"
            self.add_error(missing, _("Give both figures of attendance, or none."))
        elif expected is not None and present is not None and present + excused > expected:
            self.add_error("present", _("More people were present or excused than expected."))

    def part_of(self, unit_id: int) -> PartData:
        cleaned = self.cleaned_data
        if cleaned.get("expected") is None:
            return PartData(unit_id)
        return PartData(unit_id, cleaned["expected"], cleaned["present"], cleaned.get("excused") or 0)


def count_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MAX_ATTENDANCE,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Enter a number, for example 9.")},
    )


class AttendanceForm(FiguresMixin, forms.Form):
    """The lead unit's attendance: chips by name where the user sees names, else three figures."""

    def __init__(self, *args, members: list[Member] | None, last: list[int] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.members, self.last = members or [], list(last)
        self.by_name = bool(members)
        if self.by_name:
            self._add_names()
        else:
            self.fields["expected"] = count_field(_("expected"))
            self.fields["present"] = count_field(_("present"))
            self.fields["excused"] = count_field(_("excused"))

    def _add_names(self) -> None:
        choices = [(str(member.pk), member.name) for member in self.members]
        self.fields["present"] = forms.MultipleChoiceField(
            label=_("Who was there"),
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages=OF_ANOTHER_DAY,
        )
        for member in self.members:
            self.fields[f"present_reason_{member.pk}"] = forms.ChoiceField(
                label=member.name, choices=[("", ""), *REASONS], required=False
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        present = {str(value) for value in self["present"].value() or []}
        return [
            {
                "id": str(member.pk),
                "name": member.name,
                "present": str(member.pk) in present,
                "reason": self[f"present_reason_{member.pk}"].value() or "",
            }
            for member in self.members
        ]

    @property
    def reasons(self) -> list[tuple[str, Any]]:
        return REASONS

    def clean(self):
        cleaned = super().clean()
        if not self.by_name:
            self.clean_figures(cleaned)
        return cleaned

    def part(self, unit_id: int, kinds: list[str]) -> PartData:
        """The lead unit's part. With nobody ticked and no reason given, attendance was not taken."""
        if not self.by_name:
            return self.part_of(unit_id)
        present = {int(pk) for pk in self.cleaned_data["present"]}
        default = AbsenceReason.UNEXCUSED if EVERYBODY_EXPECTED & set(kinds) else ""
        entries = []
        for member in self.members:
            reason = self.cleaned_data[f"present_reason_{member.pk}"] or default
            if member.pk in present:
                entries.append(AttendanceData(member.pk))
            elif reason:
                entries.append(AttendanceData(member.pk, reason))
        given = any(self.cleaned_data[f"present_reason_{member.pk}"] for member in self.members)
        return PartData(unit_id, attendance=tuple(entries) if present or given else ())


class PartForm(FiguresMixin, forms.Form):
    """Another unit that took part, by its name."""

    code = PartnerField(label=_("unit"), required=False)
    expected = count_field(_("expected"))
    present = count_field(_("present"))
    excused = count_field(_("excused"))

    def __init__(self, *args, partners: Partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.partners = partners
        self.fields["code"].offer(partners)

    @property
    def is_blank(self) -> bool:
        return not any(str(self[name].value() or "").strip() for name in self.fields)

    @property
    def takes_figures(self) -> bool:
        """Whether the row has boxes for attendance: not where nobody could fill them."""
        return bool(self.partners.own_others) or any(self[name].value() for name in FIGURES)

    def clean(self):
        cleaned = super().clean()
        self.clean_figures(cleaned)
        if not cleaned.get("code") and not self.errors and cleaned.get("expected") is not None:
            self.add_error("code", _("Name the unit to which the figures belong."))
        elif cleaned.get("code") and not self.errors:
            unit = cleaned["code"]
            if self.partners.refuses(self.part_of(unit.pk)):
                self.add_error("expected", OTHERS_FIGURES)
        return cleaned


class BasePartFormSet(RowsMixin, BaseFormSet):
    row_words = _("Other unit %(number)s")

    def __init__(self, *args, partners: Partners, **kwargs):
        super().__init__(*args, form_kwargs={"partners": partners}, **kwargs)
        self.lead, self.partners = partners.lead, partners

    def clean(self):
        units = [form.cleaned_data.get("code") for form in self.forms if form.is_valid()]
        named = [unit.pk for unit in units if unit]
        if self.lead.pk in named:
            raise ValidationError(_("The unit itself is not one of the others."))
        if len(named) != len(set(named)):
            raise ValidationError(_("Name each other unit once."))

    @property
    def suggested(self) -> list[str]:
        """What may be chosen without typing."""
        return [unit_text(unit) for unit in self.partners.known.order_by("path")[:UNITS_OFFERED]]

    @property
    def own_others(self) -> str:
        """The names and codes of the units whose attendance may be given, one a line; the page's script shows
        the boxes in their rows alone."""
        return "\n".join(text for unit in self.partners.own_others for text in (unit.name, unit.code))

    @property
    def parts(self) -> list[PartData]:
        filled = [form for form in self.forms if form.cleaned_data.get("code")]
        return [form.part_of(form.cleaned_data["code"].pk) for form in filled]


PartFormSet = formset_factory(
    PartForm, formset=BasePartFormSet, extra=OTHER_UNITS, max_num=20, absolute_max=50
)
