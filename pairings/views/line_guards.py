from django.utils.translation import gettext_lazy

from pairings import operations
from pairings.forms import CloseHazardForm, EndGuardForm, HazardForm, LineGuardForm
from pairings.views.base import PairingActionView


class LineGuardAddView(PairingActionView):
    form_class = LineGuardForm
    heading, button = gettext_lazy("A line guard"), gettext_lazy("Add the line guard")
    done = gettext_lazy("The line guard is on the list.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"pairing": self.pairing, "user": self.request.user}

    def run(self, form):
        operations.add_line_guard(self.pairing, by=self.request.user, **form.cleaned_data)


class LineGuardEndView(PairingActionView):
    form_class = EndGuardForm
    heading, button = gettext_lazy("The line guard ends"), gettext_lazy("Save")
    done = gettext_lazy("The last day is saved.")

    part = "line_guards"

    @property
    def intro(self):
        return str(self.row)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"guard": self.row}

    def run(self, form):
        operations.end_line_guard(
            self.row, by=self.request.user, version=self.seen_version(), **form.cleaned_data
        )


class HazardAddView(PairingActionView):
    form_class = HazardForm
    heading, button = gettext_lazy("A hazard was found"), gettext_lazy("Add the hazard")
    done = gettext_lazy("The hazard is on the list, open.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"pairing": self.pairing, "user": self.request.user}

    def run(self, form):
        facts = dict(form.cleaned_data)
        link = facts.pop("activity")
        operations.add_hazard(self.pairing, by=self.request.user, activity=link and link.activity, **facts)


class HazardCloseView(PairingActionView):
    form_class = CloseHazardForm
    heading, button = gettext_lazy("The hazard is closed"), gettext_lazy("Close it")
    done = gettext_lazy("The hazard is closed.")

    part = "hazards"

    @property
    def intro(self):
        return self.row.text

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"hazard": self.row}

    def run(self, form):
        operations.close_hazard(
            self.row, by=self.request.user, version=self.seen_version(), **form.cleaned_data
        )
