from django.utils.translation import gettext_lazy

from pairings import operations
from pairings.forms import FigureFormSet, SurveyFormSet
from pairings.operations.results import FIGURE_FACTS, SURVEY_FACTS
from pairings.views.base import RowsView


class SurveysView(RowsView):
    form_class = SurveyFormSet
    heading, button = gettext_lazy("Surveys"), gettext_lazy("Save the surveys")
    done = gettext_lazy("The surveys are saved.")
    intro = gettext_lazy(
        "How many people were asked, and how many of them were satisfied. Surveys of one method are "
        "compared, the first with the newest."
    )

    def get_initial(self):
        return list(self.pairing.surveys.values(*SURVEY_FACTS))

    def run(self, form):
        operations.set_surveys(
            self.pairing, self.rows(form), by=self.request.user, version=self.seen_version()
        )


class FiguresView(RowsView):
    form_class = FigureFormSet
    heading, button = gettext_lazy("Figures before and after"), gettext_lazy("Save the figures")
    done = gettext_lazy("The figures are saved.")
    intro = gettext_lazy("What the pairing wants to move: how it was before, and how it is now.")

    def get_initial(self):
        return list(self.pairing.figures.values(*FIGURE_FACTS))

    def run(self, form):
        operations.set_figures(
            self.pairing, self.rows(form), by=self.request.user, version=self.seen_version()
        )
