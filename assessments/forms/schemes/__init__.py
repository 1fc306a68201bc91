"""The parts of a scheme as forms. They judge nothing themselves: what they make is judged by the reader of
scheme files, whose reasons come back to the fields."""

from assessments.forms.schemes.adoption import AdoptionForm, TrialForm
from assessments.forms.schemes.bands import BandsForm
from assessments.forms.schemes.boards import BoardsForm
from assessments.forms.schemes.head import HeadForm, SectionForm
from assessments.forms.schemes.item import ItemForm
from assessments.forms.schemes.weights import WeightsForm

__all__ = [
    "AdoptionForm",
    "BandsForm",
    "BoardsForm",
    "HeadForm",
    "ItemForm",
    "SectionForm",
    "TrialForm",
    "WeightsForm",
]
