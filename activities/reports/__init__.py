"""Reports about members and their hours (R-02), about what was held (R-03), about each meeting (R-04)."""

from activities.reports.completion import COMPLETION
from activities.reports.minutes import MINUTES
from activities.reports.roster import ROSTER
from core.reports import reports


def register() -> None:
    for report in (ROSTER, COMPLETION, MINUTES):
        reports.register(report.code, report)
