"""What the indicator pages offer elsewhere: the menu, and what is due on the workbench."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from assessments.choices import ExclusionState, ValueState
from assessments.models import Exclusion, IndicatorValue
from assessments.owed import owed_by, owing_units, period_owed
from branches.selectors import has_permission
from core import clock, due, navigation
from core.periods import period_words
from core.templatetags.format import raw_value

SHOWN_AT_MOST = 10
# Values are due on the 15th after the half-year (domain.md 7).
DAYS_AFTER = timedelta(days=15)


def returned_items(user: User) -> Iterator[due.DueItem]:
    mine = IndicatorValue.objects.filter(entered_by=user, state=ValueState.RETURNED)
    for value in mine.prefetch_related("indicator", "unit", "period").order_by("pk")[:SHOWN_AT_MOST]:
        yield due.DueItem(
            kind="returned",
            title=_("Correct: %(indicator)s, %(unit)s") % {"indicator": value.indicator, "unit": value.unit},
            hint=_("Returned: %(reason)s") % {"reason": value.reason},
            url=reverse("indicators:value", args=[value.pk]),
        )


def owed_items(user: User) -> Iterator[due.DueItem]:
    period = period_owed()
    if period is None:
        return
    due_on = period.last_day + DAYS_AFTER
    for unit in owing_units(user)[:SHOWN_AT_MOST]:
        count = len(owed_by(unit, period))
        if count:
            words = ngettext("Enter %(count)s figure: %(unit)s", "Enter %(count)s figures: %(unit)s", count)
            yield due.DueItem(
                kind="overdue" if due_on < clock.today() else "due",
                title=words % {"count": count, "unit": unit},
                hint=_("Indicators of %(period)s") % {"period": period_words(period.code)},
                url=reverse("indicators:enter_unit", args=[unit.code, period.code]),
                due_on=due_on,
            )


def waiting_items(user: User) -> Iterator[due.DueItem]:
    if not verifies(user):
        return
    # who decides on what is a long question, and out of season nobody entered or asked for anything
    waiting = IndicatorValue.objects.waiting().exclude(entered_by=user)
    values = waiting.allowed_to(user, "verify").count() if waiting.exists() else 0
    asked = Exclusion.objects.filter(state=ExclusionState.ASKED).exclude(asked_by=user)
    exclusions = asked.allowed_to(user, "verify").count() if asked.exists() else 0
    for count, words in (
        (values, ngettext("Verify %(count)s figure", "Verify %(count)s figures", values)),
        (exclusions, ngettext("Decide on %(count)s exclusion", "Decide on %(count)s exclusions", exclusions)),
    ):
        if count:
            yield due.DueItem(
                kind="waiting",
                title=words % {"count": raw_value(count * 10**6)},
                hint=_("Entered figures count once they are verified"),
                url=reverse("indicators:verify"),
            )


def verifies(user: User) -> bool:
    rights = ("assessments.verify_indicatorvalue", "assessments.verify_own_indicator")
    return any(has_permission(user, right) for right in rights)


def sees_library(user: User) -> bool:
    return has_permission(user, "assessments.view_indicator")


def register() -> None:
    due.sources.register("assessments.returned_values", returned_items)
    due.sources.register("assessments.owed_values", owed_items)
    due.sources.register("assessments.waiting_values", waiting_items)
    navigation.register(
        navigation.NavItem("indicators:list", gettext_lazy("Indicators"), "bar-chart", sees_library, order=45)
    )
