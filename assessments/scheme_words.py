"""A scheme in plain words: where a figure comes from, what the rule does, who sees the board."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.choices import ActivityKind, OutcomeKind
from assessments.choices import BoardScope, Missing, PublishTo, RuleType, SizeClass, SourceType
from assessments.schemes import ItemPlan, SchemePlan
from branches.choices import OrganisationKind, UnitKind
from core.measures import measures
from core.periods import period_words
from core.templatetags.format import points, raw_value, weight


def label_of(choices: Any, value: str) -> str:
    """What is no choice, in a draft that is not right yet, stands as it was written."""
    return str(dict(choices.choices).get(value, value))


def joined(words: Iterable[Any]) -> str:
    return _(", ").join(str(word) for word in words)


# --- an item --------------------------------------------------------------------------------------
def source_words(item: ItemPlan) -> str:
    """Where the figure comes from: "computed from records: three meetings and one lecture"."""
    if item.source_type == SourceType.MEASURE:
        return measure_words(item.source_code, item.source_params)
    parts = [label_of(SourceType, item.source_type)]
    if item.source_type == SourceType.REPORTED:
        parts.append(item.source_code)
    if item.source_per:
        parts.append(_("per %(count)s") % {"count": raw_value(item.source_per)})
    return " · ".join(parts)


def measure_words(code: str, params: dict[str, Any]) -> str:
    name = measures[code].name if code in measures else code
    kinds = {**dict(ActivityKind.choices), **dict(OutcomeKind.choices)}
    chosen = [f"{kinds.get(value, value)}" for value in params.values()]
    return _("computed from records: %(name)s") % {"name": " · ".join([str(name), *chosen])}


def is_volume(item: ItemPlan) -> bool:
    """A mere count: more of it is not better work."""
    known = item.source_type == SourceType.MEASURE and item.source_code in measures
    return known and not measures[item.source_code].scoreable


def missing_words(item: ItemPlan) -> str:
    if item.source_type == SourceType.MEASURE:
        return _("nothing due or expected: left out")
    if item.missing == Missing.ZERO:
        return _("not reported: counts 0 and holds up publishing")
    return _("not reported: left out")


def rule_words(item: ItemPlan) -> str:
    """What the rule does with the figure, for people who do not read formulas."""
    if not item.is_whole:
        return ""
    return RULES[RuleType(item.rule_type)](item)


def _band(item: ItemPlan) -> str:
    good, bad = item.rule["satisfactory"], item.rule["unacceptable"]
    text = {"good": raw_value(good), "bad": raw_value(bad)}
    if good < bad:
        return (
            _(
                "Less is better. 100 points up to %(good)s, 60 points at %(bad)s, in proportion between them"
                " and beyond, down to 0."
            )
            % text
        )
    return (
        _(
            "More is better. 100 points from %(good)s, 60 points at %(bad)s, in proportion between them"
            " and below, down to 0."
        )
        % text
    )


def _deduct(item: ItemPlan) -> str:
    text = {"points": raw_value(item.rule["per_event"])}
    return _("100 points without an event; each takes off %(points)s points, down to 0.") % text


def _ratio(item: ItemPlan) -> str:
    text = {"target": raw_value(item.rule["target"])}
    return (
        _("100 points from the target %(target)s; below it the share of the target that was reached.") % text
    )


def _steps(item: ItemPlan) -> str:
    count = len(item.rule["steps"])
    text = {"count": count}
    scores = [score for _minimum, score in item.rule["steps"]]
    if count > 1 and scores == sorted(scores, reverse=True) and item.rule["steps"][0][0] <= 0:
        return _("Less is better: %(count)s steps, each the score from its figure on.") % text
    return (
        ngettext(
            "%(count)s step: the score of the highest step reached; below the first one 0 points.",
            "%(count)s steps: the score of the highest step reached; below the first one 0 points.",
            count,
        )
        % text
    )


def _peers(item: ItemPlan) -> str:
    if item.rule["direction"] == "LOWER":
        return _(
            "Less is better: the lowest on the board has 100 points, the highest 0, others in proportion."
        )
    return _("More is better: the highest on the board has 100 points, the lowest 0, others in proportion.")


RULES: dict[RuleType, Callable[[ItemPlan], str]] = {
    RuleType.BAND: _band,
    RuleType.DEDUCT: _deduct,
    RuleType.RATIO: _ratio,
    RuleType.STEPS: _steps,
    RuleType.PEER_MINMAX: _peers,
    RuleType.DIRECT: lambda item: _("The figure itself is the score, from 0 to 100."),
    RuleType.AWARDED: lambda item: (
        _("Points given of %(points)s, as a share of 100.") % {"points": weight(item.weight)}
    ),
}


# --- the whole ------------------------------------------------------------------------------------
def subject_words(plan: SchemePlan) -> str:
    kinds = joined(label_of(UnitKind, kind) for kind in plan.subject_kinds)
    if not plan.organisation_kinds:
        return kinds
    places = joined(label_of(OrganisationKind, kind) for kind in plan.organisation_kinds)
    return _("%(kinds)s, at %(places)s") % {"kinds": kinds, "places": places}


def board_words(plan: SchemePlan) -> str:
    return joined(label_of(BoardScope, scope) for scope in plan.board_scopes)


def peer_words(plan: SchemePlan) -> str:
    """Among whom a rule that compares does so: nothing to say where none compares."""
    if not any(item.rule_type == RuleType.PEER_MINMAX for item in plan.items):
        return ""
    return label_of(BoardScope, plan.board_scopes[0])


def publication_words(plan: SchemePlan) -> str:
    shown = plan.publication_show
    if isinstance(shown, list):
        names = {band.code: band.name for band in plan.bands}
        lines = joined(names.get(code, code) for code in shown)
    elif isinstance(shown, int):
        lines = ngettext("the first %(count)s place", "the first %(count)s places", shown) % {"count": shown}
    else:
        lines = _("all lines")
    return f"{label_of(PublishTo, plan.publication_to)}: {lines}"


def valid_words(plan: SchemePlan) -> str:
    return period_words(plan.valid_from) if plan.valid_from else _("all periods")


def gap_words(plan: SchemePlan) -> str:
    if plan.gap_threshold is None:
        return ""
    names = {section.code: section.name for section in plan.sections}
    first, second = [names.get(code, code) for code in plan.gap_sections]
    text = {"first": first, "second": second, "points": points(plan.gap_threshold)}
    return _("%(first)s and %(second)s lie %(points)s points or more apart") % text


def size_words(plan: Any) -> dict[str, str]:
    """Each size class with its bounds, of a plan or of a stored scheme."""
    text = {
        "large": f"{plan.size_large:,}",
        "medium": f"{plan.size_medium:,}",
        "below": f"{plan.size_large - 1:,}",
    }
    return {
        SizeClass.LARGE: _("large: from %(large)s customers") % text,
        SizeClass.MEDIUM: _("medium: %(medium)s to %(below)s customers") % text,
        SizeClass.SMALL: _("small: fewer than %(medium)s customers") % text,
    }


def size_line(plan: SchemePlan) -> str:
    """Nothing to say where no board is by size."""
    return joined(size_words(plan).values()) if BoardScope.SIZE_CLASS in plan.board_scopes else ""


def tie_words(plan: SchemePlan) -> list[str]:
    return [link_words(link, plan.sections, plan.items) for link in plan.tie_chain]


def link_words(link: str, sections: Iterable[Any], items: Iterable[Any]) -> str:
    """One link of a tie chain; ``sections`` and ``items`` are those of a plan or of a stored scheme."""
    kind, _colon, code = link.partition(":")
    if kind == "section":
        names = {section.code: section.name for section in sections}
        return _("higher score in the section “%(name)s”") % {"name": names.get(code, code)}
    if kind == "item":
        names = {item.code: item.name for item in items}
        return _("higher score in the item “%(name)s”") % {"name": names.get(code, code)}
    return {
        "improvement": _("greater gain on the last published period"),
        "no_veto": _("without a veto before with one"),
    }.get(kind, link)


def adopted_words(plan: SchemePlan) -> str:
    """When and by which paper; nothing for a version that came in without."""
    if plan.adopted_on is None:
        return ""
    parts: Sequence[str] = [plan.adopted_on.isoformat(), plan.adopted_document]
    return " · ".join(part for part in parts if part)


def adopted_late(plan: SchemePlan) -> bool:
    """Adopted when the first period it is valid for had begun."""
    if plan.adopted_on is None or plan.valid_from_day is None:
        return False
    return plan.adopted_on >= plan.valid_from_day
