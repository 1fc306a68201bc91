"""Forms of the board pages and of the schemes."""

from assessments.forms.boards import BoardFilterForm, RecomputeForm
from assessments.forms.rounds import (
    AnswerForm,
    GapCommentForm,
    ObjectionForm,
    PrepareForm,
    ReasonForm,
    VetoForm,
)
from assessments.forms.schemes import (
    AdoptionForm,
    BandsForm,
    BoardsForm,
    HeadForm,
    ItemForm,
    SectionForm,
    TrialForm,
    WeightsForm,
)

__all__ = [
    "AdoptionForm",
    "AnswerForm",
    "BandsForm",
    "BoardFilterForm",
    "BoardsForm",
    "GapCommentForm",
    "HeadForm",
    "ItemForm",
    "ObjectionForm",
    "PrepareForm",
    "ReasonForm",
    "RecomputeForm",
    "SectionForm",
    "TrialForm",
    "VetoForm",
    "WeightsForm",
]
