"""Hours of study of a unit's members in a year."""

from django.core.exceptions import PermissionDenied
from django.views.generic import DetailView

from activities.own_record import years_offered
from activities.rules import COMMITTEE_STUDY_HOURS, STUDY_HOURS
from activities.study import training_hours
from activities.views.talks import chosen_year
from branches.access import ScopedMixin
from branches.models import PartyUnit
from branches.names import names_visible
from core import clock


class TrainingHoursView(ScopedMixin, DetailView):
    """For those who see the unit's people by name."""

    model = PartyUnit
    slug_field = slug_url_kwarg = "code"
    template_name = "activities/training_hours.html"
    context_object_name = "unit"

    def get_queryset(self):
        return super().get_queryset().select_related("parent")

    def get_object(self, queryset=None):
        unit = super().get_object(queryset)
        if not names_visible(self.request.user, unit):
            raise PermissionDenied
        return unit

    def get_context_data(self, **kwargs):
        years = years_offered(clock.today())
        year = chosen_year(self.request, years)
        rows = training_hours(self.object, year)
        return super().get_context_data(
            form=None,
            year=year,
            years=years,
            rows=rows,
            short=sum(row.short > 0 for row in rows),
            target=STUDY_HOURS,
            committee_target=COMMITTEE_STUDY_HOURS,
            **kwargs,
        )
