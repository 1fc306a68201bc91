"""A grade for each member at the democratic appraisal."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.choices import AppraisalGrade
from branches.choices import MemberStatus
from branches.models import Member
from core.forms import SubmissionMixin


class GradesForm(SubmissionMixin, forms.Form):
    rest_qualified = forms.BooleanField(
        label=_("Full members without a grade here get “qualified”"), required=False
    )

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.members = list(members)
        choices = [("", _("not appraised")), *AppraisalGrade.choices]
        for member in self.members:
            self.fields[_name(member)] = forms.ChoiceField(label=member.name, choices=choices, required=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [{"member": member, "field": self[_name(member)]} for member in self.members]

    @property
    def grades(self) -> dict[int, str]:
        """The grade of each member appraised."""
        found = {}
        for member in self.members:
            grade = self.cleaned_data[_name(member)]
            if not grade and self.cleaned_data["rest_qualified"] and member.status == MemberStatus.FULL:
                grade = AppraisalGrade.QUALIFIED.value
            if grade:
                found[member.pk] = grade
        return found


def initial_grades(grades: dict[int, str], version: int) -> dict[str, Any]:
    return {"version": version} | {f"grade_{pk}": grade for pk, grade in grades.items()}


def _name(member: Member) -> str:
    return f"grade_{member.pk}"
