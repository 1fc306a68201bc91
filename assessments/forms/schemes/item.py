"""One item: where its figure comes from, the rule that scores it, its weight."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, OutcomeKind
from assessments.choices import Missing, RuleType, SourceType
from assessments.forms.schemes.base import PartForm, choice_field, given, number_field, text_field, text_of
from assessments.models import Indicator
from assessments.scheme_words import measure_words
from assessments.schemes import parts
from assessments.selectors import is_per_cent
from core.cells import split_numbers, tidy_number
from core.measures import measures

RULE_FIGURES: dict[str, list[str]] = {
    RuleType.BAND: ["satisfactory", "unacceptable"],
    RuleType.DEDUCT: ["per_event"],
    RuleType.RATIO: ["target"],
    RuleType.PEER_MINMAX: ["direction"],
}
DIRECTIONS = [("HIGHER", _("more is better")), ("LOWER", _("less is better"))]
INDICATORS_OFFERED = 500


def measure_key(code: str, params: dict[str, Any]) -> str:
    return json.dumps([code, params], sort_keys=True, ensure_ascii=False)


def offered_measures(current: str = "") -> list[tuple[str, str]]:
    """Every measure with parameters that it takes: without any, or one for each kind of record it counts.
    ``current`` is offered too, whatever became of it."""
    found = [("", pgettext("choice", "none"))]
    kinds = [*ActivityKind.values, *OutcomeKind.values]
    for code, measure in ((code, measures[code]) for code in sorted(measures)):
        for params in [{}, *({"kind": kind} for kind in kinds)]:
            if not measure.check_params(params):
                found.append((measure_key(code, params), _measure_label(code, params, measure.scoreable)))
    if current and current not in dict(found):
        found.append((current, measure_words(*json.loads(current))))
    return found


def _measure_label(code: str, params: dict[str, Any], scoreable: bool) -> str:
    words = measure_words(code, params)
    return words if scoreable else gettext("%(measure)s (mere volume)") % {"measure": words}


class ItemForm(PartForm):
    """``place`` is (section, item) where the item stands now; a new one has no item."""

    FIELDS = {
        ".code": "code",
        ".name": "name",
        ".group": "group",
        ".weight": "weight",
        ".source": "source_type",
        ".source.type": "source_type",
        ".source.params": "measure",
        ".source.per": "per",
        ".source.reason": "reason",
        ".rule": "rule_type",
        ".rule.type": "rule_type",
        ".rule.satisfactory": "satisfactory",
        ".rule.unacceptable": "unacceptable",
        ".rule.per_event": "per_event",
        ".rule.target": "target",
        ".rule.steps": "steps",
        ".rule.direction": "direction",
        ".missing": "missing",
    }
    name = text_field(_("Name"))
    code = text_field(_("Code"), help_text=_("Short, without spaces; figures are imported by it."))
    section = choice_field(_("Section"), [])
    group = text_field(
        pgettext_lazy("item", "Heading"),
        required=False,
        help_text=_("For display only: items of one heading stand together."),
    )
    weight = number_field(
        _("Weight"),
        percent=True,
        help_text=_("Counts as its share of the sum of the section's item weights."),
    )
    source_type = choice_field(_("Where the figure comes from"), SourceType.choices, widget=forms.RadioSelect)
    measure = choice_field(_("Computed figure"), [])
    source_code = text_field(
        _("Code of the indicator"), help_text=_("Choose one of the library; a new one is added there first.")
    )
    per = number_field(
        _("Per"),
        help_text=_("For a rate: value ÷ denominator × this number, for example 10000."),
    )
    reason = text_field(
        _("Why it is scored"),
        required=False,
        help_text=_(
            "Required for a mere volume: more visits or meetings are not better work; and for a rule against"
            " the direction of the indicator. Stands beside the item."
        ),
    )
    rule_type = choice_field(_("Rule"), RuleType.choices, widget=forms.RadioSelect)
    satisfactory = number_field(_("Satisfactory: 100 points"))
    unacceptable = number_field(_("Unacceptable: 60 points"))
    per_event = number_field(_("Points taken off for each event"))
    target = number_field(pgettext_lazy("rule", "Target"))
    steps = text_field(
        _("Steps"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One step a line, the lowest first: figure from which it holds, then the score, like 95 100."
            " Where less is better begin at 0: 0 100, next 0.2 80."
        ),
    )
    direction = choice_field(_("Direction"), DIRECTIONS, widget=forms.RadioSelect)
    missing = choice_field(_("When no figure was reported"), Missing.choices, widget=forms.RadioSelect)

    def __init__(self, *args, document: dict[str, Any], place: tuple[int, int | None], **kwargs):
        self.document, self.place = document, place
        super().__init__(*args, **kwargs)
        names = [text_of(section.get("name")) for section in parts.sections_of(document)]
        self.fields["section"].choices = [(str(number), name) for number, name in enumerate(names)]
        self.fields["measure"].choices = offered_measures(self.initial.get("measure", ""))
        self.fields["source_code"].widget.attrs["list"] = "id_indicators"
        self.indicators = Indicator.objects.order_by("code").values_list("code", "name")[:INDICATORS_OFFERED]

    @staticmethod
    def values_of(item: dict[str, Any]) -> dict[str, Any]:
        source, rule = item.get("source") or {}, item.get("rule") or {}
        measured = source.get("type") == SourceType.MEASURE
        steps = rule.get("steps") or []
        return {
            **{name: text_of(item.get(name)) for name in ("name", "code", "group", "weight", "missing")},
            "source_type": text_of(source.get("type")),
            "measure": measure_key(source.get("code", ""), source.get("params", {})) if measured else "",
            "source_code": "" if measured else text_of(source.get("code")),
            "per": text_of(source.get("per")),
            "reason": text_of(source.get("reason")),
            "rule_type": text_of(rule.get("type")),
            **{name: text_of(rule.get(name)) for names in RULE_FIGURES.values() for name in names},
            "steps": "\n".join(" ".join(map(str, step)) for step in steps),
        }

    # --- what was typed, as a part of the document ---
    @property
    def target_section(self) -> int:
        chosen = self.cleaned_data.get("section") or ""
        return int(chosen) if chosen.isdigit() else self.place[0]

    @property
    def path(self) -> str:
        """Where the item will stand."""
        section = self.target_section
        stays = self.place[1] is not None and self.place[0] == section
        item = self.place[1] if stays else len(parts.items_of(parts.sections_of(self.document)[section]))
        return f"$.sections[{section}].items[{item}]"

    def concerns(self):
        return [self.path, *self._same_code()]

    def _same_code(self) -> list[str]:
        """Of two equal codes the reader refuses the later one, wherever that stands."""
        return [
            f"$.sections[{number}].items[{index}].code"
            for number, section in enumerate(parts.sections_of(self.applied(self.document)))
            for index, item in enumerate(parts.items_of(section))
            if item.get("code") == self.cleaned_data["code"].strip()
        ]

    def field_of(self, path):
        if not path.startswith(f"{self.path}."):
            return "code"
        if path == f"{self.path}.source.code":
            return "measure" if self.cleaned_data["source_type"] == SourceType.MEASURE else "source_code"
        return super().field_of(path)

    def show(self, problems):
        """A problem of a step names its line."""
        found = []
        for problem in problems:
            step = problem.path.partition(".rule.steps[")[2].partition("]")[0]
            text = {"number": int(step) + 1 if step else 0, "reason": problem.reason}
            reason = gettext("Line %(number)s: %(reason)s") % text if step else problem.reason
            found.append(type(problem)(problem.path, reason))
        super().show(found)

    def applied(self, document):
        place = None if self.place[1] is None else self.place
        return parts.with_item(document, place, self.target_section, self.item)

    @property
    def item(self) -> dict[str, Any]:
        typed = {name: text_of(value).strip() for name, value in self.cleaned_data.items()}
        found = {"code": typed["code"], "name": typed["name"]}
        if typed["group"]:
            found["group"] = typed["group"]
        return found | {
            "weight": typed["weight"],
            "source": (source := self._source(typed)),
            "rule": self._rule(typed, percent=is_per_cent(source["type"], source.get("code", ""))),
            "missing": typed["missing"],
        }

    @staticmethod
    def _source(typed: dict[str, str]) -> dict[str, Any]:
        kind = typed["source_type"]
        if kind == SourceType.MEASURE:
            code, params = json.loads(typed["measure"]) if typed["measure"] else ("", {})
            return {"type": kind, "code": code, **given({"params": params or "", "reason": typed["reason"]})}
        if kind == SourceType.REPORTED:
            more = given({"per": typed["per"], "reason": typed["reason"]})
            return {"type": kind, "code": typed["source_code"], **more}
        return {"type": kind, **given({"code": typed["source_code"], "reason": typed["reason"]})}

    @staticmethod
    def _rule(typed: dict[str, str], *, percent: bool) -> dict[str, Any]:
        """``percent``: the figures are of per cent, and may say so."""
        kind = typed["rule_type"]
        if kind == RuleType.STEPS:
            return {
                "type": kind,
                "steps": [
                    [tidy_number(number, percent=percent) for number in split_numbers(line)]
                    for line in typed["steps"].splitlines()
                    if line.strip()
                ],
            }
        return {
            "type": kind,
            **{name: tidy_number(typed[name], percent=percent) for name in RULE_FIGURES.get(kind, [])},
        }
