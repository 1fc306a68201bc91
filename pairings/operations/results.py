"""Results that are no counts of records: what people say, and figures before and after."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, clock
from core.units import narrow_unit
from pairings.models import Pairing, PairingFigure, SatisfactionSurvey
from pairings.moves import OPEN_STATES
from pairings.operations.refusals import PairingRefused, lock_pairing, touch

SURVEY_FACTS = ("held_on", "method", "sample", "satisfied", "note")
READINGS = ("before", "before_on", "now", "now_on", "target")
FIGURE_FACTS = ("name", "measure_unit", "lower_is_better", *READINGS, "source")

Facts = dict[str, Any]


@transaction.atomic
def set_surveys(pairing: Pairing, surveys: Iterable[Facts], *, by: User, version: int | None = None) -> None:
    """All surveys as they now are, with ``SURVEY_FACTS`` of each."""
    locked = lock_pairing(pairing, by=by, version=version, states=OPEN_STATES)
    stated = list(surveys)
    for facts in stated:
        _refuse_survey(facts)
    _refuse_twice(
        [(facts["held_on"], facts["method"]) for facts in stated],
        _("Two surveys of one day are by different methods: add the people up."),
    )
    before = [_survey_text(survey) for survey in locked.surveys.all()]
    locked.surveys.all().delete()
    made = SatisfactionSurvey.objects.bulk_create(
        SatisfactionSurvey(pairing=locked, **{name: facts[name] for name in SURVEY_FACTS if name in facts})
        for facts in stated
    )
    _done("change_surveys", locked, by=by, surveys=[before, [_survey_text(survey) for survey in made]])


def _refuse_survey(facts: Facts) -> None:
    if facts["held_on"] > clock.today():
        raise PairingRefused(_("The day of the survey lies ahead."))
    if not 0 <= facts["satisfied"] <= facts["sample"] or not facts["sample"]:
        raise PairingRefused(_("At least one person is asked, and not more are satisfied than were asked."))


@transaction.atomic
def set_figures(pairing: Pairing, figures: Iterable[Facts], *, by: User, version: int | None = None) -> None:
    """All figures as they now are, with ``FIGURE_FACTS`` of each, in the order in which they are shown."""
    locked = lock_pairing(pairing, by=by, version=version, states=OPEN_STATES)
    stated = [facts | {"measure_unit": narrow_unit(facts["measure_unit"])} for facts in figures]
    for facts in stated:
        _refuse_figure(facts)
    _refuse_twice([facts["name"] for facts in stated], _("Each figure stands here once."))
    before = [_figure_text(figure) for figure in locked.figures.all()]
    locked.figures.all().delete()
    made = PairingFigure.objects.bulk_create(
        PairingFigure(pairing=locked, **{name: facts[name] for name in FIGURE_FACTS if name in facts})
        for facts in stated
    )
    _done("change_figures", locked, by=by, figures=[before, [_figure_text(figure) for figure in made]])


def _refuse_figure(facts: Facts) -> None:
    now, now_on = facts.get("now"), facts.get("now_on")
    if (now is None) != (now_on is None):
        raise PairingRefused(_("“%(name)s”: give the new figure and its day.") % {"name": facts["name"]})
    if now_on and now_on < facts["before_on"]:
        raise PairingRefused(
            _("“%(name)s”: the new figure is not older than the one before.") % {"name": facts["name"]}
        )
    if max(filter(None, [facts["before_on"], now_on])) > clock.today():
        raise PairingRefused(_("“%(name)s”: the day of a figure lies ahead.") % {"name": facts["name"]})


def _refuse_twice(keys: list[Any], text: str) -> None:
    if len(set(keys)) < len(keys):
        raise PairingRefused(text)


def _survey_text(survey: SatisfactionSurvey) -> str:
    return f"{survey.held_on} {survey.method} {survey.satisfied}/{survey.sample}"


def _figure_text(figure: PairingFigure) -> str:
    return f"{figure.name} {figure.before} {figure.measure_unit} → {figure.now}"


def _done(verb: str, pairing: Pairing, *, by: User, **summary: Any) -> None:
    touch(pairing)
    audit.record(verb, pairing, by=by, scope=pairing.unit.path or "", **summary)
