"""Outcomes by type: a number, and whether it is exact."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.choices import ActivityKind, OutcomeKind, Precision
from activities.records import OutcomeData
from activities.rules import FIRST_OUTCOMES, MAX_QUANTITY

# The word that counts each outcome: 次, 项, 人次, 户 …
COUNTERS = {
    OutcomeKind.SERVICE_VISIT: pgettext_lazy("counter", "times"),
    OutcomeKind.PROBLEM_SOLVED: pgettext_lazy("counter", "items"),
    OutcomeKind.ENERGY_SAVING: pgettext_lazy("counter", "times"),
    OutcomeKind.MUTUAL_LECTURE: pgettext_lazy("counter", "times"),
    OutcomeKind.THEMED_DAY: pgettext_lazy("counter", "times"),
    OutcomeKind.TRAINING_SESSION: pgettext_lazy("counter", "times"),
    OutcomeKind.TRAINEE: pgettext_lazy("counter", "person-times"),
    OutcomeKind.ROOM_BUILT: pgettext_lazy("counter", "rooms"),
    OutcomeKind.BOOK_DONATED: pgettext_lazy("counter", "books"),
    OutcomeKind.LINE_PATROL: pgettext_lazy("counter", "person-times"),
    OutcomeKind.HAZARD_FOUND: pgettext_lazy("counter", "cases"),
    OutcomeKind.CONFLICT_SOLVED: pgettext_lazy("counter", "cases"),
    OutcomeKind.JOINT_CONFERENCE: pgettext_lazy("counter", "times"),
    OutcomeKind.EXCHANGE_VISIT: pgettext_lazy("counter", "times"),
    OutcomeKind.HOUSEHOLD_VISITED: pgettext_lazy("counter", "households"),
    OutcomeKind.PERSON_REACHED: pgettext_lazy("counter", "person-times"),
    OutcomeKind.MONEY_SAVED_YUAN: pgettext_lazy("counter", "yuan"),
}


class QuantityField(forms.CharField):
    """A whole number as people type it: full-width digits and thousands separators are understood."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": " "})

    def clean(self, value):
        text = unicodedata.normalize("NFKC", super().clean(value)).replace(",", "").replace(" ", "")
        if not text:
            return 0
        if not (text.isascii() and text.isdigit()):
            raise ValidationError(
                _("“%(label)s” takes a number, for example 34."), params={"label": self.label}
            )
        if len(text) > 20 or int(text) > MAX_QUANTITY:
            raise ValidationError(
                _("“%(label)s” can't be more than %(most)s."),
                params={"label": self.label, "most": MAX_QUANTITY},
            )
        return int(text)


class OutcomesForm(forms.Form):
    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.suggested = FIRST_OUTCOMES.get(ActivityKind(kind), []) if kind else []
        for outcome in OutcomeKind:
            self.fields[f"outcome_{outcome}"] = QuantityField(
                label=outcome.label, max_length=40, required=False
            )
            self.fields[f"precision_{outcome}"] = forms.ChoiceField(
                label=_("%(outcome)s: how exact") % {"outcome": outcome.label},
                choices=Precision.choices,
                required=False,
            )

    def _row(self, outcome: OutcomeKind) -> dict[str, Any]:
        return {
            "quantity": self[f"outcome_{outcome}"],
            "precision": self[f"precision_{outcome}"],
            "unit": COUNTERS[outcome],
            "kinds": " ".join(kind for kind, outcomes in FIRST_OUTCOMES.items() if outcome in outcomes),
        }

    @property
    def first_rows(self) -> list[dict[str, Any]]:
        """What the kind suggests, and whatever is filled in already."""
        filled = [kind for kind in OutcomeKind if self[f"outcome_{kind}"].value()]
        return [self._row(OutcomeKind(kind)) for kind in dict.fromkeys([*self.suggested, *filled])]

    @property
    def more_rows(self) -> list[dict[str, Any]]:
        shown = {row["quantity"].name for row in self.first_rows}
        return [self._row(kind) for kind in OutcomeKind if f"outcome_{kind}" not in shown]

    @property
    def outcomes(self) -> tuple[OutcomeData, ...]:
        cleaned = self.cleaned_data
        return tuple(
            OutcomeData(kind.value, quantity, cleaned[f"precision_{kind}"] or Precision.EXACT)
            for kind in OutcomeKind
            if (quantity := cleaned[f"outcome_{kind}"])
        )
