"""Steps that need no more than a word: with a reason, or at one press."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pairings import operations
from pairings.moves import MOVES, lacking
from pairings.views.base import PairingActionView


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, label="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


@dataclass(frozen=True)
class StepPage:
    """``url_name`` leads to a page of its own, where the step needs more than a word."""

    button: Any
    done: Any = ""
    reason: Any = ""
    operation: Any = None
    url_name: str = ""
    is_primary: bool = True
    icon: str = "arrow-right"


STEPS: dict[str, StepPage] = {
    "reach_intent": StepPage(_("The intent is reached"), _("The intent is recorded.")),
    "draft": StepPage(_("The agreement is drafted"), _("The draft stands; it can be signed.")),
    "sign": StepPage(_("It was signed"), url_name="signed_copy"),
    "report": StepPage(_("It was reported"), url_name="report"),
    "review": StepPage(_("Enter the answer"), url_name="review"),
    "activate": StepPage(
        _("Open the pairing"), _("The pairing is in force."), operation=operations.activate_pairing
    ),
    "resume": StepPage(
        _("Open the next term"), _("The next term is open."), operation=operations.resume_pairing
    ),
    "renew": StepPage(
        _("Prepare the renewal"),
        _("The next agreement is drafted from the last."),
        operation=operations.renew_pairing,
        is_primary=False,
        icon="arrow-repeat",
    ),
    "keep": StepPage(
        _("Not renewed after all"),
        _("The draft of the next term is dropped."),
        operation=operations.keep_pairing,
        is_primary=False,
        icon="arrow-counterclockwise",
    ),
    "unsign": StepPage(
        _("Back to the draft"),
        _("It is a draft again."),
        reason=_("Why it goes back"),
        is_primary=False,
        icon="arrow-counterclockwise",
    ),
    "close": StepPage(_("Close"), _("The pairing is closed."), operation=operations.close_pairing),
    "terminate": StepPage(
        _("Terminate"),
        _("The pairing is terminated."),
        reason=_("Why it ends before its term"),
        operation=operations.terminate_pairing,
        is_primary=False,
        icon="x-circle",
    ),
    "withdraw": StepPage(
        _("Withdraw"),
        _("The pairing is withdrawn."),
        reason=_("Why it is not pursued"),
        operation=operations.withdraw_pairing,
        is_primary=False,
        icon="x-circle",
    ),
}
MOVED = [name for name, step in STEPS.items() if not step.url_name]


def open_steps(pairing, rights):
    """The steps open to who has ``rights``: (name, page, what is lacking)."""
    found = []
    for name, page in STEPS.items():
        move = MOVES["return" if name == "review" else name]
        if move.permission not in rights or pairing.state not in move.sources:
            continue
        if name in ("sign", "report", "review"):
            found.append((name, page, []))
        else:
            found.append((name, page, lacking(pairing, name)))
    return found


class MoveView(PairingActionView):
    """Asks for the reason where there is one to give; else it comes straight from the pairing's page."""

    template_name = "pairings/pairing_action.html"
    step = name = None

    def get_form(self, form_class=None):
        if not self.step.reason:
            return forms.Form(**self.get_form_kwargs())
        return ReasonForm(label=self.step.reason, **self.get_form_kwargs())

    @property
    def heading(self):
        return self.step.button

    @property
    def button(self):
        return self.step.button

    @property
    def done(self):
        return self.step.done

    def run(self, form):
        given = {"reason": form.cleaned_data["reason"]} if self.step.reason else {}
        facts = {"by": self.request.user, "version": self.seen_version(), **given}
        if self.step.operation:
            self.step.operation(self.pairing, **facts)
        else:
            operations.move_pairing(self.pairing, self.name, **facts)
